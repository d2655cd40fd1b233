/** Idempotency keys live for a day; what is older goes, tenant by tenant. */
import { sql } from '../../platform/postgres/sql.js';
import type { Database } from '../../tenancy/database.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { inTenantTransaction } from './transaction.js';

/**
 * Deletes one batch of a tenant's keys past their day. One that is in use, here or by another replica's purge, is passed over: the
 * next round finds it.
 * @returns how many
 */
export async function purgeIdempotencyKeys(database: Database, tenantId: string, batch: number): Promise<number> {
  const gone = await inTenantTransaction(database, tenantId, (em) =>
    runStatement(
      em,
      // As a common table: PostgreSQL may run a subquery after IN more than once, and find another batch each time.
      sql`with old as materialized (
          select user_id, key from idempotency_keys
          where tenant_id = ${tenantId} and created_at < now() - interval '24 hours'
          order by created_at limit ${batch} for update skip locked)
        delete from idempotency_keys k using old
        where k.tenant_id = ${tenantId} and k.user_id = old.user_id and k.key = old.key
        returning 1`,
    ),
  );
  return gone.length;
}
