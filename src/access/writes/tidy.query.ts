/** Which tenants have something to tidy, through a function that tells their ids and nothing else. */
import type { Database } from '../../tenancy/database.js';

/** @returns tenants with idempotency keys or sessions past their day: of the oldest of them, so that it never takes long */
export async function listTenantsToTidy(database: Database): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ tenantId: string }>('SELECT app.tenants_to_tidy() AS "tenantId"');
  return rows.map(({ tenantId }) => tenantId);
}
