import { Migration } from '@mikro-orm/migrations';
import { distributeTable } from '../sql/distribute.js';
import { tenantWall } from '../sql/tenant-wall.js';

/**
 * The identity providers of companies, and which of their subjects is which user. No table is rewritten; `users` is locked for a moment, for
 * the references to it.
 */
export class Migration20261203000001 extends Migration {
  override up(): void {
    for (const [table, definition] of [
      ['identity_providers', providers],
      ['user_identities', identities],
    ] as const) {
      this.addSql(definition);
      this.addSql(tenantWall(table));
      this.addSql(distributeTable(table));
    }
    this.addSql(reference('identity_providers', 'identity_providers_created_by', 'created_by'));
    this.addSql(reference('user_identities', 'user_identities_user', 'user_id'));
  }
}

/** `jwks` is null where the keys are fetched. A removed provider stays, for the audit log; its issuer may be registered again. */
const providers = `
  CREATE TABLE identity_providers (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    issuer text NOT NULL CONSTRAINT identity_providers_issuer_length CHECK (char_length(issuer) BETWEEN 1 AND 255),
    audience text[] NOT NULL CONSTRAINT identity_providers_audience CHECK (cardinality(audience) BETWEEN 1 AND 5),
    algorithms text[] NOT NULL CONSTRAINT identity_providers_algorithms
      CHECK (cardinality(algorithms) > 0 AND algorithms <@ ARRAY['RS256', 'PS256', 'ES256', 'EdDSA']),
    jwks jsonb,
    email_claim text NOT NULL,
    name_claim text NOT NULL,
    role_claim text,
    role_map jsonb NOT NULL,
    default_role text CONSTRAINT identity_providers_default_role CHECK (default_role IN ('admin', 'manager', 'user', 'readonly')),
    link_by_email boolean NOT NULL,
    created_at timestamptz(3) NOT NULL,
    created_by uuid,
    updated_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
  );
  CREATE UNIQUE INDEX identity_providers_issuer_key ON identity_providers (tenant_id, issuer) WHERE deleted_at IS NULL;
  GRANT SELECT, INSERT, UPDATE ON identity_providers TO crm_app;`;

/** By the issuer and not by the provider: whoever registers an issuer again finds its people linked. */
const identities = `
  CREATE TABLE user_identities (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL CONSTRAINT user_identities_subject_length CHECK (char_length(subject) BETWEEN 1 AND 255),
    user_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, id)
  );
  CREATE UNIQUE INDEX user_identities_subject_key ON user_identities (tenant_id, issuer, subject);
  CREATE INDEX user_identities_of_user ON user_identities (tenant_id, user_id);
  GRANT SELECT, INSERT ON user_identities TO crm_app;`;

function reference(table: string, name: string, column: string): string {
  return `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (tenant_id, ${column}) REFERENCES users (tenant_id, id);`;
}
