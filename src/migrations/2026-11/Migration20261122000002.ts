import { Migration } from '@mikro-orm/migrations';
import { tenantWall } from '../sql/tenant-wall.js';

/** Who may sign in, and who has. */
export class Migration20261122000002 extends Migration {
  override up(): void {
    this.addSql(users);
    this.addSql(tenantWall('users'));
    this.addSql(sessions);
    this.addSql(tenantWall('sessions'));
    this.addSql(throttle);
  }
}

const users = `
  CREATE TABLE users (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 255),
    full_name text NOT NULL CONSTRAINT users_full_name_length CHECK (char_length(full_name) BETWEEN 1 AND 255),
    role text NOT NULL CONSTRAINT users_role CHECK (role IN ('admin', 'manager', 'user', 'readonly')),
    password_hash text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT users_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id)
  );
  CREATE UNIQUE INDEX users_email_key ON users (tenant_id, lower(email));
  GRANT SELECT, INSERT, UPDATE ON users TO crm_app;`;

/** One row per sign-in. A refresh token is good once: its jti must be the one stored here. */
const sessions = `
  CREATE TABLE sessions (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    refresh_jti uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    refreshed_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT sessions_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
  );
  CREATE INDEX sessions_user_live ON sessions (tenant_id, user_id) WHERE revoked_at IS NULL;
  GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO crm_app;`;

/**
 * Failed sign-ins, counted per key (an address, a tenant and e-mail, or both). No tenant: an address has none.
 * Keys are digests, so the table holds no personal data.
 */
const throttle = `
  CREATE TABLE throttle_buckets (
    key bytea PRIMARY KEY,
    window_ends_at timestamptz(3) NOT NULL,
    count integer NOT NULL
  );
  CREATE INDEX throttle_buckets_ended ON throttle_buckets (window_ends_at);
  GRANT SELECT, INSERT, UPDATE, DELETE ON throttle_buckets TO crm_app;`;
