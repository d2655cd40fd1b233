import { Migration } from '@mikro-orm/migrations';
import { tenantWall } from '../sql/tenant-wall.js';

/** Customers, and the search over them. */
export class Migration20261122000005 extends Migration {
  override up(): void {
    this.addSql(customers);
    this.addSql(tenantWall('customers'));
    this.addSql(indexes);
    this.addSql(search);
  }
}

/**
 * Names and cities sort as people expect (é beside e), hence the ICU collation.
 * The search columns are folded once, at the write; U+001F between the parts keeps a match within one of them.
 */
const customers = `
  CREATE TABLE customers (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL CONSTRAINT customers_code_length CHECK (char_length(code) BETWEEN 1 AND 50),
    name text COLLATE "und-x-icu" NOT NULL CONSTRAINT customers_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    legal_name text,
    type text NOT NULL CONSTRAINT customers_type CHECK (type IN ('PROSPECT', 'LEAD', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED')),
    email text,
    phone text,
    mobile text,
    website text,
    address_line1 text,
    address_line2 text,
    city text COLLATE "und-x-icu",
    state text,
    postal_code text,
    country_code text NOT NULL CONSTRAINT customers_country_shape CHECK (country_code ~ '^[A-Z]{2}$'),
    tax_id text,
    registration_number text,
    legal_form text,
    assigned_to uuid,
    industry text,
    size text,
    annual_revenue numeric(15, 2) CONSTRAINT customers_annual_revenue CHECK (annual_revenue >= 0),
    employee_count integer CONSTRAINT customers_employee_count CHECK (employee_count >= 0),
    payment_terms text NOT NULL CONSTRAINT customers_payment_terms CHECK (payment_terms IN
      ('IMMEDIATE', 'NET_15', 'NET_30', 'NET_45', 'NET_60', 'NET_90', 'END_OF_MONTH', 'CUSTOM')),
    payment_method text CONSTRAINT customers_payment_method CHECK (payment_method IN
      ('BANK_TRANSFER', 'CHECK', 'CREDIT_CARD', 'CASH', 'DIRECT_DEBIT', 'PAYPAL', 'OTHER')),
    credit_limit numeric(15, 2) CONSTRAINT customers_credit_limit CHECK (credit_limit >= 0),
    currency text NOT NULL CONSTRAINT customers_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
    discount_rate numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT customers_discount_rate CHECK (discount_rate BETWEEN 0 AND 100),
    tags text[] NOT NULL DEFAULT '{}',
    segment text,
    source text,
    notes text,
    internal_notes text,
    is_active boolean NOT NULL DEFAULT true,
    lead_score integer NOT NULL DEFAULT 0 CONSTRAINT customers_lead_score CHECK (lead_score BETWEEN 0 AND 100),
    health_score integer NOT NULL DEFAULT 100 CONSTRAINT customers_health_score CHECK (health_score BETWEEN 0 AND 100),
    total_revenue numeric(15, 2) NOT NULL DEFAULT 0,
    order_count integer NOT NULL DEFAULT 0,
    last_order_date date,
    first_order_date date,
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    version integer NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (app.fold(
      name || E'\\x1f' || code || E'\\x1f' || coalesce(email, '') || E'\\x1f' || coalesce(city, ''))) STORED,
    search_phone text NOT NULL GENERATED ALWAYS AS (
      regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') || ' ' || regexp_replace(coalesce(mobile, ''), '[^0-9]', '', 'g')) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT customers_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CONSTRAINT customers_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES users (tenant_id, id),
    CONSTRAINT customers_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
  );
  GRANT SELECT, INSERT, UPDATE ON customers TO crm_app;`;

/** One index per order and per filter that the API offers; all but the key leave deleted rows out. */
const indexes = `
  CREATE UNIQUE INDEX customers_code_key ON customers (tenant_id, code) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_name ON customers (tenant_id, name, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_type ON customers (tenant_id, type, is_active, name, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_city ON customers (tenant_id, city, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_creation ON customers (tenant_id, created_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_update ON customers (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_revenue ON customers (tenant_id, total_revenue, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_assignee ON customers (tenant_id, assigned_to, name, id) WHERE deleted_at IS NULL;
  CREATE INDEX customers_by_creator ON customers (tenant_id, created_by) WHERE deleted_at IS NULL;
  CREATE INDEX customers_search ON customers USING gin (tenant_id, search_text gin_trgm_ops, search_phone gin_trgm_ops)
    WHERE deleted_at IS NULL;`;

/**
 * ILIKE is not leakproof, so under a policy no trigram index serves it. These functions run as crm_search, whose own
 * policy lets it read, and put the tenant predicate themselves; callers join their ids back under the caller's policy.
 */
const search = `
  GRANT SELECT ON customers TO crm_search;
  CREATE POLICY search ON customers FOR SELECT TO crm_search USING (true);

  CREATE FUNCTION app.like_pattern(query text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '%' || regexp_replace(app.fold(query), '([\\\\%_])', '\\\\\\1', 'g') || '%'
  $$;
  -- The digits of a query that looks like a phone number (at least three), else null.
  CREATE FUNCTION app.phone_pattern(query text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '%' || digits || '%' FROM regexp_replace(query, '[^0-9]', '', 'g') AS digits
    WHERE query ~ '^[0-9+(). /-]+$' AND length(digits) >= 3
  $$;

  CREATE FUNCTION app.search_customers(query text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 100 SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
  BEGIN
    RETURN QUERY SELECT c.id FROM customers c
      WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND c.search_text LIKE text_like;
    IF phone_like IS NOT NULL THEN
      RETURN QUERY SELECT c.id FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND c.search_phone LIKE phone_like AND c.search_text NOT LIKE text_like;
    END IF;
  END $$;

  -- The list's default order with its total, in one scan.
  CREATE FUNCTION app.search_customers_page(query text, page_limit integer, page_offset integer)
    RETURNS TABLE (id uuid, total integer) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
  BEGIN
    RETURN QUERY
      WITH hits AS MATERIALIZED (
        SELECT c.id, c.name FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND (c.search_text LIKE text_like OR c.search_phone LIKE phone_like)
      )
      SELECT page.id, (SELECT count(*)::integer FROM hits)
      FROM (SELECT h.id FROM hits h ORDER BY h.name, h.id LIMIT page_limit OFFSET page_offset) page;
  END $$;

  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.search_customers(text) OWNER TO crm_search;
  ALTER FUNCTION app.search_customers_page(text, integer, integer) OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.search_customers(text), app.search_customers_page(text, integer, integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.search_customers(text), app.search_customers_page(text, integer, integer) TO crm_app;`;
