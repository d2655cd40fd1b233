import { Migration } from '@mikro-orm/migrations';

/**
 * Telephones are found by the digits that the service writes: as entered, national and international. The columns keep the digits that
 * PostgreSQL made of them so far, until `text:normalize` or a change of the telephone adds the rest. No table is rewritten or
 * read, but `tenants` for its CHECK; each is locked for a moment.
 */
export class Migration20261130000031 extends Migration {
  override up(): void {
    this.addSql(tenantCountry);
    this.addSql(ordinaryColumns);
    for (const table of ['customers', 'contacts'])
      this.addSql(findFunction(table, ' OR r.search_phone LIKE phone_like'));
    for (const table of ['opportunities', 'activities']) this.addSql(findFunction(table, ''));
    this.addSql(searchPage);
    this.addSql(ownership);
  }
}

/** For customers of countries without telephones of their own. */
const tenantCountry = `
  ALTER TABLE tenants ADD COLUMN country_code text NOT NULL DEFAULT 'FR'
    CONSTRAINT tenants_country_shape CHECK (country_code ~ '^[A-Z]{2}$');
  GRANT UPDATE (country_code) ON tenants TO crm_app;`;

/** The default is for rows of the version before, which names no digits: they are found once text:normalize has run. */
const ordinaryColumns = `
  ALTER TABLE customers ALTER COLUMN search_phone DROP EXPRESSION;
  ALTER TABLE customers ALTER COLUMN search_phone SET DEFAULT '';
  ALTER TABLE contacts ALTER COLUMN search_phone DROP EXPRESSION;
  ALTER TABLE contacts ALTER COLUMN search_phone SET DEFAULT '';`;

/** As before, but for the digits, which the service reads from the query; null where it is no telephone. The former ones stay for a release. */
function findFunction(table: string, orPhone: string): string {
  return `
  CREATE FUNCTION app.find_${table}(query text, digits text, most integer) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM ${table} r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like${orPhone})
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;`;
}

const searchPage = `
  CREATE FUNCTION app.search_customers_page(query text, digits text, page_limit integer, page_offset integer)
    RETURNS TABLE (id uuid, total integer) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
  BEGIN
    RETURN QUERY
      WITH hits AS MATERIALIZED (
        SELECT c.id, c.name FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND (c.search_text LIKE text_like OR c.search_phone LIKE phone_like)
      )
      SELECT page.id, (SELECT count(*)::integer FROM hits)
      FROM (SELECT h.id FROM hits h ORDER BY h.name, h.id LIMIT page_limit OFFSET page_offset) page;
  END $$;`;

const SIGNATURES = [
  'app.find_customers(text, text, integer)',
  'app.find_contacts(text, text, integer)',
  'app.find_opportunities(text, text, integer)',
  'app.find_activities(text, text, integer)',
  'app.search_customers_page(text, text, integer, integer)',
];

const ownership = `
  GRANT CREATE ON SCHEMA app TO crm_search;
  ${SIGNATURES.map((signature) => `ALTER FUNCTION ${signature} OWNER TO crm_search;`).join('\n  ')}
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION ${SIGNATURES.join(', ')} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SIGNATURES.join(', ')} TO crm_app;`;
