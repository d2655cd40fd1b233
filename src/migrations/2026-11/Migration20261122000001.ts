import { Migration } from '@mikro-orm/migrations';
import { tenantWall } from '../sql/tenant-wall.js';

/** Roles, the tenant setting, tenants. */
export class Migration20261122000001 extends Migration {
  override up(): void {
    this.addSql(roles);
    this.addSql(tenantSetting);
    this.addSql(tenants);
    this.addSql(tenantWall('tenants', 'id'));
  }
}

/**
 * crm_owner owns the tables and runs migrations; crm_app serves requests; crm_search owns the functions that read past
 * the policies with a tenant predicate of their own; crm_eraser may null the erasable columns of the audit trail.
 * Only the last two have no login, so they can be made here; the first two need passwords, which are the operator's.
 */
const roles = `
  DO $$
  DECLARE missing text;
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'crm_app') THEN
      RAISE EXCEPTION 'The role crm_app is missing. As a superuser run: CREATE ROLE crm_app LOGIN PASSWORD ''...''';
    END IF;
    FOREACH missing IN ARRAY ARRAY['crm_search', 'crm_eraser'] LOOP
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
        BEGIN
          EXECUTE format('CREATE ROLE %I NOLOGIN', missing);
          EXECUTE format('GRANT %I TO CURRENT_USER', missing);
        EXCEPTION WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'The role % is missing. As a superuser run: CREATE ROLE % NOLOGIN; GRANT % TO %',
            missing, missing, missing, current_user;
        END;
      END IF;
    END LOOP;
  END $$;
  CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
  CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
  CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
  CREATE SCHEMA app;
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  GRANT USAGE ON SCHEMA public, app TO crm_app, crm_search, crm_eraser;`;

/** SET LOCAL through EXECUTE: set_config() does not reach the workers of Citus, SET LOCAL does. */
const tenantSetting = `
  CREATE FUNCTION app.set_tenant(tenant text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
  END $$;
  REVOKE ALL ON FUNCTION app.set_tenant(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.set_tenant(text) TO crm_app;

  -- Lower case without accents. unaccent(text) depends on the search path and so is not immutable; naming the dictionary is.
  CREATE FUNCTION app.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, value) COLLATE "und-x-icu")
  $$;
  GRANT EXECUTE ON FUNCTION app.fold(text) TO crm_app, crm_search;`;

const tenants = `
  CREATE TABLE tenants (
    id text PRIMARY KEY CONSTRAINT tenants_id_shape CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
    name text NOT NULL CONSTRAINT tenants_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    time_zone text NOT NULL DEFAULT 'Europe/Paris',
    default_currency text NOT NULL DEFAULT 'EUR' CONSTRAINT tenants_currency_shape CHECK (default_currency ~ '^[A-Z]{3}$'),
    is_suspended boolean NOT NULL DEFAULT false,
    limit_customers integer NOT NULL DEFAULT 10000 CHECK (limit_customers >= 0),
    limit_contacts_per_customer integer NOT NULL DEFAULT 100 CHECK (limit_contacts_per_customer >= 0),
    limit_active_opportunities integer NOT NULL DEFAULT 1000 CHECK (limit_active_opportunities >= 0),
    limit_export_rows integer NOT NULL DEFAULT 10000 CHECK (limit_export_rows > 0),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
  );
  GRANT SELECT, UPDATE (name, time_zone, default_currency, updated_at, version) ON tenants TO crm_app;`;
