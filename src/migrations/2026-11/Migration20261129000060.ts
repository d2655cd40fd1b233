import { Migration } from '@mikro-orm/migrations';

/**
 * When each user last signed in; null for who has not done so since. The table is neither rewritten nor read, and locked for a moment.
 */
export class Migration20261129000060 extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE users ADD COLUMN last_sign_in_at timestamptz(3)');
  }
}
