/** Deletes idempotency keys after a day, tenant by tenant. */
import { sql } from '../../platform/postgres/sql.js';
import type { Database } from '../../tenancy/database.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { inTenantTransaction } from './transaction.js';

/**
 * Deletes one batch of a tenant's expired keys. Skips keys that are locked by a request or by another replica's purge; the next round
 * deletes them.
 * @returns how many
 */
export async function purgeIdempotencyKeys(database: Database, tenantId: string, batch: number): Promise<number> {
  const deleted = await inTenantTransaction(database, tenantId, (em) =>
    runStatement(
      em,
      // A materialized CTE: PostgreSQL may run a subquery in IN more than once, with another batch each time.
      sql`with old as materialized (
          select user_id, key from idempotency_keys
          where tenant_id = ${tenantId} and created_at < now() - interval '24 hours'
          order by created_at limit ${batch} for update skip locked)
        delete from idempotency_keys k using old
        where k.tenant_id = ${tenantId} and k.user_id = old.user_id and k.key = old.key
        returning 1`,
    ),
  );
  return deleted.length;
}
