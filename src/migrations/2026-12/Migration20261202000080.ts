import { Migration } from '@mikro-orm/migrations';

/**
 * How many events wait for a seal, and the oldest, for the metrics: numbers over all tenants, through the role that may read the queue.
 * No table is touched.
 */
export class Migration20261202000080 extends Migration {
  override up(): void {
    this
      .addSql(`CREATE FUNCTION app.unsealed_backlog(OUT events integer, OUT oldest uuid) LANGUAGE sql STABLE SECURITY DEFINER
      SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT (SELECT count(*)::integer FROM (SELECT FROM public.audit_unsealed LIMIT 100000) waiting),
        (SELECT event_id FROM public.audit_unsealed ORDER BY event_id LIMIT 1)
    $$`);
    this.addSql('GRANT CREATE ON SCHEMA app TO crm_search');
    this.addSql('ALTER FUNCTION app.unsealed_backlog() OWNER TO crm_search');
    this.addSql('REVOKE CREATE ON SCHEMA app FROM crm_search');
    this.addSql('REVOKE ALL ON FUNCTION app.unsealed_backlog() FROM PUBLIC');
    this.addSql('GRANT EXECUTE ON FUNCTION app.unsealed_backlog() TO crm_app');
  }
}
