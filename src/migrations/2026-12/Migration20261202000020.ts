import { Migration } from '@mikro-orm/migrations';

/**
 * Which fields an event changed: a permanent value, kept where the values themselves are erased. Null for what stands already. The
 * table is neither rewritten nor read, and locked for a moment.
 */
export class Migration20261202000020 extends Migration {
  override up(): void {
    // One command each: a distributed table of Citus takes no more at once.
    this.addSql('ALTER TABLE audit_events ADD COLUMN changed_fields text[]');
    this.addSql('GRANT INSERT (changed_fields) ON audit_events TO crm_app');
  }
}
