/** Sessions that are over go a day later, tenant by tenant. */
import { sql } from '../platform/postgres/sql.js';
import type { Database } from '../tenancy/database.js';
import { inTenantTransaction } from '../access/writes/transaction.js';
import { runStatement } from '../tenancy/open-transaction.js';

/**
 * Deletes one batch of a tenant's sessions that expired or were revoked a day ago. A refresh token that comes again is looked for
 * in live sessions alone, and no token outlives its session: what is deleted here would only be answered 401, as an unknown one is.
 * @returns how many
 */
export async function purgeSessions(database: Database, tenantId: string, batch: number): Promise<number> {
  const gone = await inTenantTransaction(database, tenantId, (em) =>
    runStatement(
      em,
      // As a common table: PostgreSQL may run a subquery after IN more than once, and find another batch each time.
      sql`with old as materialized (
          select id from sessions
          where tenant_id = ${tenantId} and least(expires_at, revoked_at) < now() - interval '24 hours'
          order by least(expires_at, revoked_at) limit ${batch} for update skip locked)
        delete from sessions s using old where s.tenant_id = ${tenantId} and s.id = old.id
        returning 1`,
    ),
  );
  return gone.length;
}
