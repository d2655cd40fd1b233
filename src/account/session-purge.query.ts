/** Deletes sessions a day after their end, tenant by tenant. */
import { sql } from '../platform/postgres/sql.js';
import type { Database } from '../tenancy/database.js';
import { inTenantTransaction } from '../access/writes/transaction.js';
import { runStatement } from '../tenancy/open-transaction.js';

/**
 * Deletes one batch of a tenant's sessions that expired or were revoked a day ago. Only live sessions accept refresh tokens, and no token
 * outlives its session, so requests for a deleted session get the same 401 as before.
 * @returns how many
 */
export async function purgeSessions(database: Database, tenantId: string, batch: number): Promise<number> {
  const deleted = await inTenantTransaction(database, tenantId, (em) =>
    runStatement(
      em,
      // A materialized CTE: PostgreSQL may run a subquery in IN more than once, with another batch each time.
      sql`with old as materialized (
          select id from sessions
          where tenant_id = ${tenantId} and least(expires_at, revoked_at) < now() - interval '24 hours'
          order by least(expires_at, revoked_at) limit ${batch} for update skip locked)
        delete from sessions s using old where s.tenant_id = ${tenantId} and s.id = old.id
        returning 1`,
    ),
  );
  return deleted.length;
}
