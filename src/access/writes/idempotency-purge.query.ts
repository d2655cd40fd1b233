/** Idempotency keys live for a day; what is older goes, tenant by tenant. */
import { sql } from '../../platform/postgres/sql.js';
import type { Database } from '../../tenancy/database.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { inTenantTransaction } from './transaction.js';

/** Deletes every key past its day. One that is in use, here or by another replica's purge, is passed over: the next round finds it. */
export async function purgeIdempotencyKeys(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ tenantId: string }>('SELECT app.tenants_to_tidy() AS "tenantId"');
  for (const { tenantId } of rows) {
    await inTenantTransaction(database, tenantId, (em) =>
      runStatement(
        em,
        sql`delete from idempotency_keys where tenant_id = ${tenantId} and (user_id, key) in
          (select user_id, key from idempotency_keys
            where tenant_id = ${tenantId} and created_at < now() - interval '24 hours' for update skip locked)`,
      ),
    );
  }
}
