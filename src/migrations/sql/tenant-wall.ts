/** The statements that every table with tenant data gets: row-level security, the same everywhere. */

/**
 * Policy text as it also works on Citus: a plain `=` breaks outer joins there. Unset means no rows, never all rows.
 * Every statement must name `tenant_id = …` besides: with it this form keeps index order and index-only scans.
 */
const current = `ANY (ARRAY[nullif(current_setting('app.tenant_id', true), '')])`;

/**
 * Row-level security for a table, forced, so that its owner is bound by it as well.
 * @param tenantColumn the column that holds the tenant's id
 */
export function tenantWall(table: string, tenantColumn = 'tenant_id'): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON ${table}
      USING (${tenantColumn} = ${current})
      WITH CHECK (${tenantColumn} = ${current});`;
}
