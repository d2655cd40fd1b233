import { Migration } from '@mikro-orm/migrations';
import { tenantWall } from '../sql/tenant-wall.js';

/** The audit trail: events, the queue of those not yet sealed, and the chain of seals. */
export class Migration20261122000003 extends Migration {
  override up(): void {
    this.addSql(events);
    this.addSql(tenantWall('audit_events'));
    this.addSql(unsealed);
    this.addSql(tenantWall('audit_unsealed'));
    this.addSql(seals);
    this.addSql(tenantWall('audit_seals'));
    this.addSql(tenantsToSeal);
  }
}

/**
 * `digest` covers the permanent columns and `values_digest`; `values_digest` covers the salted erasable ones. Nulling the
 * erasable columns with their salt therefore leaves the chain intact and the values beyond guessing.
 */
const events = `
  CREATE TABLE audit_events (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL,
    actor_kind text NOT NULL CONSTRAINT audit_events_actor_kind CHECK (actor_kind IN ('user', 'api_key', 'operator', 'anonymous')),
    user_id uuid,
    user_role text,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id text,
    request_id text NOT NULL,
    success boolean NOT NULL,
    error_code text,
    user_email text,
    ip_address text,
    description text,
    old_value jsonb,
    new_value jsonb,
    salt bytea,
    values_digest bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT audit_events_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CONSTRAINT audit_events_erased_whole CHECK (salt IS NOT NULL OR
      (user_email IS NULL AND ip_address IS NULL AND description IS NULL AND old_value IS NULL AND new_value IS NULL))
  );
  CREATE INDEX audit_events_newest ON audit_events (tenant_id, created_at DESC, id DESC);
  CREATE INDEX audit_events_entity ON audit_events (tenant_id, entity_type, entity_id, created_at DESC, id DESC);
  GRANT SELECT, INSERT ON audit_events TO crm_app;
  GRANT SELECT, UPDATE (user_email, ip_address, description, old_value, new_value, salt) ON audit_events TO crm_eraser;`;

/** Written with the event, taken away with the seal: a row of a transaction still open is simply not here yet. */
const unsealed = `
  CREATE TABLE audit_unsealed (
    tenant_id text NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  );
  GRANT SELECT, INSERT, DELETE ON audit_unsealed TO crm_app;`;

/** `event_digests` holds 32 bytes for each of `event_ids`, in their order: with it an edited event can be named, not only its seal. */
const seals = `
  CREATE TABLE audit_seals (
    tenant_id text NOT NULL,
    seq bigint NOT NULL,
    event_ids uuid[] NOT NULL CONSTRAINT audit_seals_not_empty CHECK (cardinality(event_ids) > 0),
    event_digests bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, seq),
    CONSTRAINT audit_seals_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CONSTRAINT audit_seals_digests CHECK (octet_length(event_digests) = 32 * cardinality(event_ids))
  );
  GRANT SELECT, INSERT ON audit_seals TO crm_app;`;

/**
 * Which tenants have events to seal, and which there are for a check of them all: names of tenants only, through a role of
 * its own. Listed by tenancy:verify.
 */
const tenantsToSeal = `
  GRANT SELECT ON audit_unsealed TO crm_search;
  GRANT SELECT (id) ON tenants TO crm_search;
  CREATE POLICY sealer ON audit_unsealed FOR SELECT TO crm_search USING (true);
  CREATE POLICY listing ON tenants FOR SELECT TO crm_search USING (true);
  CREATE FUNCTION app.tenant_ids() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM public.tenants ORDER BY id
  $$;
  CREATE FUNCTION app.tenants_to_seal() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT tenant_id FROM public.audit_unsealed
  $$;
  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.tenants_to_seal() OWNER TO crm_search;
  ALTER FUNCTION app.tenant_ids() OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.tenants_to_seal(), app.tenant_ids() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.tenants_to_seal(), app.tenant_ids() TO crm_app;`;
