/** Idempotency keys live for a day; what is older goes, tenant by tenant. */
import type { Database } from './database.js';
import { inTenantTransaction } from './transaction.js';

const EXPIRED = `delete from idempotency_keys where tenant_id = ? and created_at < now() - interval '24 hours'`;

/** Deletes every key past its day. */
export async function purgeIdempotencyKeys(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ tenantId: string }>('SELECT app.tenants_to_tidy() AS "tenantId"');
  for (const { tenantId } of rows) {
    await inTenantTransaction(database, tenantId, (em) => em.execute(EXPIRED, [tenantId]));
  }
}
