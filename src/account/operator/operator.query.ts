/** What an operator's commands read of all tenants: only their ids. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { runStatement } from '../../tenancy/open-transaction.js';
import { sql } from '../../platform/postgres/sql.js';

/** An arbitrary constant. With the id it is the key of a lock that the transaction holds. */
const LOCK = 7_203_005;

/**
 * Locks an id, regardless of case, until the transaction ends: of two tenants that are created at once, the second sees the first.
 * @returns the id of a tenant that differs from this one by case at most
 */
export async function holdTenantId(em: EntityManager, id: string): Promise<string | undefined> {
  await runStatement(em, sql`select pg_advisory_xact_lock(${LOCK}::integer, hashtext(lower(${id} collate "C")))`);
  const [row] = await runStatement<{ readonly id: string }>(
    em,
    sql`select t.id from app.tenant_ids() as t (id) where lower(t.id collate "C") = lower(${id} collate "C")
      order by t.id = ${id} desc limit 1`,
  );
  return row?.id;
}
