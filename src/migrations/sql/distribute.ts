/** New tables of tenants on a database that Citus has distributed already. */

/**
 * Places the table beside `tenants` where those are distributed; elsewhere it does nothing. Run it before the table gets foreign keys:
 * Citus takes a reference between distributed tables only.
 */
export function distributeTable(table: string): string {
  return `
  DO $$ BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN RETURN; END IF;
    IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'tenants'::regclass) THEN
      PERFORM create_distributed_table('${table}', 'tenant_id', colocate_with => 'tenants');
    END IF;
  END $$;`;
}
