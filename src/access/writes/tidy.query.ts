/** Which tenants have expired rows, through a database function that reveals only their ids. */
import type { Database } from '../../tenancy/database.js';

/** @returns tenants of the oldest expired idempotency keys and sessions; limited, so that the call stays fast */
export async function listTenantsToTidy(database: Database): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ tenantId: string }>('SELECT app.tenants_to_tidy() AS "tenantId"');
  return rows.map(({ tenantId }) => tenantId);
}
