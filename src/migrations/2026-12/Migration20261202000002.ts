import { Migration } from '@mikro-orm/migrations';
import { distributeTable } from '../sql/distribute.js';
import { tenantWall } from '../sql/tenant-wall.js';

/** API keys of users. No table is rewritten; `users` is locked for a moment, for the references to it. */
export class Migration20261202000002 extends Migration {
  override up(): void {
    this.addSql(keys);
    this.addSql(tenantWall('api_keys'));
    this.addSql(distributeTable('api_keys'));
    this.addSql(reference('api_keys_user', 'user_id'));
    this.addSql(reference('api_keys_created_by', 'created_by'));
  }
}

/** The secret is hashed. `created_by` is null for a key that an operator made; `replaced_by` is the key that a rotation made. */
const keys = `
  CREATE TABLE api_keys (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    secret_hash bytea NOT NULL CONSTRAINT api_keys_secret_hash CHECK (octet_length(secret_hash) = 32),
    permissions text[],
    expires_at timestamptz(3) NOT NULL,
    last_used_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    created_by uuid,
    revoked_at timestamptz(3),
    replaced_by uuid,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
  );
  GRANT SELECT, INSERT, UPDATE ON api_keys TO crm_app;`;

function reference(name: string, column: string): string {
  return `ALTER TABLE api_keys ADD CONSTRAINT ${name} FOREIGN KEY (tenant_id, ${column}) REFERENCES users (tenant_id, id);`;
}
