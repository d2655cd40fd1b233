import { Migration } from '@mikro-orm/migrations';

/**
 * Which refresh token a session had before its latest one: for ten seconds it is answered like the latest. Null for sessions as they
 * stand. The table is neither rewritten nor read, and locked for a moment.
 */
export class Migration20261130000010 extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE sessions ADD COLUMN previous_jti uuid');
  }
}
