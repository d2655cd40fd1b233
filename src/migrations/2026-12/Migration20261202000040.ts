import { Migration } from '@mikro-orm/migrations';

/**
 * `app.look_up_<table>(query, digits, most)` and one more `app.search_customers_page`, for tenants of any size: where a sample of the table
 * shows that a text is in many rows, the trigram index is not read. Adds functions only: no table is rewritten, read or locked.
 * `app.find_<table>` and the former `app.search_customers_page` stay for a release, for replicas of the version before.
 */
export class Migration20261202000040 extends Migration {
  override up(): void {
    for (const table of ['customers', 'contacts'])
      this.addSql(lookUpFunction(table, ' OR r.search_phone LIKE phone_like'));
    for (const table of ['opportunities', 'activities']) this.addSql(lookUpFunction(table, ''));
    this.addSql(searchPage);
    for (const statement of ownership) this.addSql(statement);
  }
}

/**
 * Whether more than four times `most` rows hold the text, by 64 pages of the table: reading in the order of a list then finds enough of them
 * soon, and the index would return them all first. Its own tables are not large enough for it where they have no more than 2000 pages, nor
 * on Citus, which keeps the rows elsewhere. The sample is the same for the same table, so that the same search takes the same way.
 */
function isInMany(table: string, holds: string): string {
  return `pages > 2000 AND pages / 64 * (
      SELECT count(*) FROM ${table} r TABLESAMPLE SYSTEM (6400 / pages) REPEATABLE (0)
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (${holds})
    ) > 4 * most`;
}

/** The variables of both functions. */
function declarations(table: string): string {
  return `
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    pages real := (SELECT relpages FROM pg_class WHERE oid = 'public.${table}'::regclass);`;
}

/**
 * The ids of the rows that hold the text; null for many rows by the sample; a list that holds null for more than `most` rows. As before, the
 * rows are planned as if all were wanted, so that the trigram index finds them, and read until there are too many.
 */
function lookUpFunction(table: string, orPhone: string): string {
  const holds = `r.search_text LIKE text_like${orPhone}`;
  return `
  CREATE FUNCTION app.look_up_${table}(query text, digits text, most integer) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE${declarations(table)}
    ids uuid[];
  BEGIN
    IF ${isInMany(table, holds)} THEN RETURN NULL; END IF;
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM ${table} r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (${holds})
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids ELSE ARRAY[NULL]::uuid[] END;
  END $$;`;
}

const inCustomers = 'r.search_text LIKE text_like OR r.search_phone LIKE phone_like';

/**
 * One page in the list's default order with the total, from one scan. There is a row without an id where the page has none. Its total is null
 * for many rows by the sample, and `most` + 1 for more than `most`.
 */
const searchPage = `
  CREATE FUNCTION app.search_customers_page(query text, digits text, most integer, page_limit integer, page_offset integer)
    RETURNS TABLE (id uuid, total integer) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE${declarations('customers')}
  BEGIN
    IF ${isInMany('customers', inCustomers)} THEN
      RETURN QUERY SELECT NULL::uuid, NULL::integer;
      RETURN;
    END IF;
    RETURN QUERY
      WITH hits AS MATERIALIZED (
        SELECT r.id, r.name FROM customers r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (${inCustomers})
      ),
      few AS MATERIALIZED (SELECT h.id, h.name FROM hits h LIMIT most + 1),
      counted AS (SELECT count(*)::integer AS total FROM few)
      SELECT page.id, counted.total
      FROM counted LEFT JOIN LATERAL (
        SELECT f.id FROM few f WHERE counted.total <= most ORDER BY f.name, f.id LIMIT page_limit OFFSET page_offset) page ON true;
  END $$;`;

const SIGNATURES = [
  ...['customers', 'contacts', 'opportunities', 'activities'].map(
    (table) => `app.look_up_${table}(text, text, integer)`,
  ),
  'app.search_customers_page(text, text, integer, integer, integer)',
];

const ownership = [
  'GRANT CREATE ON SCHEMA app TO crm_search;',
  ...SIGNATURES.map((signature) => `ALTER FUNCTION ${signature} OWNER TO crm_search;`),
  'REVOKE CREATE ON SCHEMA app FROM crm_search;',
  `REVOKE ALL ON FUNCTION ${SIGNATURES.join(', ')} FROM PUBLIC;`,
  `GRANT EXECUTE ON FUNCTION ${SIGNATURES.join(', ')} TO crm_app;`,
];
