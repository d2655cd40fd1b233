import { Migration } from '@mikro-orm/migrations';

/**
 * When the database took each event and each seal: by its own clock, in a column that the service cannot write. Neither table is
 * rewritten or read; each is locked for a moment. What stands already has no such moment.
 */
export class Migration20261129000030 extends Migration {
  override up(): void {
    this.addSql(events);
    this.addSql(seals);
  }
}

/** The default is set apart from the column: together they would write every row. */
const events = `
  ALTER TABLE audit_events ADD COLUMN recorded_at timestamptz(3);
  ALTER TABLE audit_events ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
  REVOKE INSERT ON audit_events FROM crm_app;
  GRANT INSERT (tenant_id, id, created_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id, success,
    error_code, user_email, ip_address, description, old_value, new_value, salt, values_digest, digest) ON audit_events TO crm_app;`;

const seals = `
  ALTER TABLE audit_seals ADD COLUMN recorded_at timestamptz(3);
  ALTER TABLE audit_seals ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
  REVOKE INSERT ON audit_seals FROM crm_app;
  GRANT INSERT (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at) ON audit_seals TO crm_app;`;
