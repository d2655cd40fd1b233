import { Migration } from '@mikro-orm/migrations';
import { findFunction } from '../sql/search-function.js';

/**
 * `app.find_<table>(query, most)`: the rows that hold a text, where they are few. Adds functions only: no table is rewritten, read or
 * locked. `app.search_<table>(query)` stays for a release, for replicas of the version before.
 */
export class Migration20261129000040 extends Migration {
  override up(): void {
    this.addSql(findFunction({ table: 'customers', hasPhone: true }));
    this.addSql(findFunction({ table: 'contacts', hasPhone: true }));
    this.addSql(findFunction({ table: 'opportunities', hasPhone: false }));
    this.addSql(findFunction({ table: 'activities', hasPhone: false }));
  }
}
