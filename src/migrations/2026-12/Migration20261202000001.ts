import { Migration } from '@mikro-orm/migrations';

/**
 * Users are persons or service accounts, and a person may have no password. No table is rewritten; `users` is read once for its CHECKs,
 * under a lock that nobody else reads or writes it with: some milliseconds for a hundred thousand users.
 */
export class Migration20261202000001 extends Migration {
  override up(): void {
    // One command each: a distributed table of Citus takes no more at once.
    this.addSql(`ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'PERSON';`);
    for (const column of ['email', 'email_identity', 'password_hash'])
      this.addSql(`ALTER TABLE users ALTER COLUMN ${column} DROP NOT NULL;`);
    this.addSql(`ALTER TABLE users ADD CONSTRAINT users_kind CHECK (kind IN ('PERSON', 'SERVICE'));`);
    this.addSql(credentials);
  }
}

/** A service account signs in with nothing: it has keys. */
const credentials = `
  ALTER TABLE users ADD CONSTRAINT users_kind_credentials CHECK (
    (kind = 'PERSON') = (email IS NOT NULL) AND (email IS NULL) = (email_identity IS NULL)
    AND (kind = 'PERSON' OR password_hash IS NULL));`;
