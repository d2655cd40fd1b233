/** The search over one table, in the same words for each: see the customers' migration for why it reads past the policies. */

interface SearchedTable {
  readonly table: string;
  /** Whether it has a `search_phone` beside its `search_text`. */
  readonly hasPhone: boolean;
}

/** The trigram index, the policy of crm_search, and `app.search_<table>(query)` → ids of live rows of the tenant that is set. */
export function searchFunction({ table, hasPhone }: SearchedTable): string {
  const columns = hasPhone ? 'search_text gin_trgm_ops, search_phone gin_trgm_ops' : 'search_text gin_trgm_ops';
  const live = `SELECT r.id FROM ${table} r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL`;
  const byPhone = `
    IF phone_like IS NOT NULL THEN
      RETURN QUERY ${live} AND r.search_phone LIKE phone_like AND r.search_text NOT LIKE text_like;
    END IF;`;
  return `
  CREATE INDEX ${table}_search ON ${table} USING gin (tenant_id, ${columns}) WHERE deleted_at IS NULL;
  GRANT SELECT ON ${table} TO crm_search;
  CREATE POLICY search ON ${table} FOR SELECT TO crm_search USING (true);
  CREATE FUNCTION app.search_${table}(query text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 100 SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);${hasPhone ? '\n    phone_like text := app.phone_pattern(query);' : ''}
  BEGIN
    RETURN QUERY ${live} AND r.search_text LIKE text_like;${hasPhone ? byPhone : ''}
  END $$;
  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.search_${table}(text) OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.search_${table}(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.search_${table}(text) TO crm_app;`;
}

/**
 * `app.find_<table>(query, most)` → the ids of the live rows of the tenant that is set, null where there are more than `most`. The rows
 * are planned as if all were wanted, so that the trigram index finds them, and are read until there are too many.
 */
export function findFunction({ table, hasPhone }: SearchedTable): string {
  const phone = hasPhone ? ' OR r.search_phone LIKE phone_like' : '';
  return `
  CREATE FUNCTION app.find_${table}(query text, most integer) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);${hasPhone ? '\n    phone_like text := app.phone_pattern(query);' : ''}
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM ${table} r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like${phone})
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.find_${table}(text, integer) OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.find_${table}(text, integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.find_${table}(text, integer) TO crm_app;`;
}
