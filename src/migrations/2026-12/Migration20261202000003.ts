import { Migration } from '@mikro-orm/migrations';

/**
 * Audit events say which API key was used and whether it acted for somebody else, and Idempotency-Keys may carry a key's id. No table
 * is rewritten or read; each is locked for a moment.
 */
export class Migration20261202000003 extends Migration {
  override up(): void {
    // One command each: a distributed table of Citus takes no more at once.
    this.addSql('ALTER TABLE audit_events ADD COLUMN api_key_id uuid;');
    this.addSql('ALTER TABLE audit_events ADD COLUMN on_behalf boolean;');
    this.addSql('GRANT INSERT (api_key_id, on_behalf) ON audit_events TO crm_app;');
    this.addSql('ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_length;');
    this.addSql(idempotencyKeys);
  }
}

/** The id of an API key and a tab stand before what its caller sent, which has no tab. What stands already is shorter. */
const idempotencyKeys = `
  ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_length CHECK (char_length(key) BETWEEN 1 AND 292) NOT VALID;`;
