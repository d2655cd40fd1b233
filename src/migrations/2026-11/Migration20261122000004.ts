import { Migration } from '@mikro-orm/migrations';
import { tenantWall } from '../sql/tenant-wall.js';

/** Per-tenant counters, and the answers kept for idempotent retries. */
export class Migration20261122000004 extends Migration {
  override up(): void {
    this.addSql(counters);
    this.addSql(tenantWall('counters'));
    this.addSql(idempotencyKeys);
    this.addSql(tenantWall('idempotency_keys'));
    this.addSql(tenantsToTidy);
  }
}

/** `customer.live` counts what a limit holds; `customer.code` is the last number handed out. */
const counters = `
  CREATE TABLE counters (
    tenant_id text NOT NULL,
    name text NOT NULL,
    value bigint NOT NULL CONSTRAINT counters_not_negative CHECK (value >= 0),
    PRIMARY KEY (tenant_id, name),
    CONSTRAINT counters_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id)
  );
  GRANT SELECT, INSERT, UPDATE ON counters TO crm_app;`;

/** `results` maps an operation (REST: the route; GraphQL: the response path) to what it answered. */
const idempotencyKeys = `
  CREATE TABLE idempotency_keys (
    tenant_id text NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL CONSTRAINT idempotency_keys_length CHECK (char_length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL,
    results jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, user_id, key),
    CONSTRAINT idempotency_keys_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
  );
  CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
  GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO crm_app;`;

/** Which tenants have keys past their day: names of tenants only, through a role of its own. Listed by tenancy:verify. */
const tenantsToTidy = `
  GRANT SELECT ON idempotency_keys TO crm_search;
  CREATE POLICY tidy ON idempotency_keys FOR SELECT TO crm_search USING (true);
  CREATE FUNCTION app.tenants_to_tidy() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT tenant_id FROM public.idempotency_keys WHERE created_at < now() - interval '24 hours'
  $$;
  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.tenants_to_tidy() OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.tenants_to_tidy() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.tenants_to_tidy() TO crm_app;`;
