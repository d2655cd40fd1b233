import { Migration } from '@mikro-orm/migrations';

/**
 * The service fills `users.email_identity` itself. The trigger served processes of the version before, and Citus distributes no table
 * that has one. No table is rewritten; `users` is locked for a moment.
 */
export class Migration20261201000050 extends Migration {
  override up(): void {
    this.addSql('DROP TRIGGER users_email_identity ON users; DROP FUNCTION app.fill_email_identity();');
  }
}
