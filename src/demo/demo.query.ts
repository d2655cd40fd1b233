/** What the demo data needs of SQL beside the entity manager. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { CounterName } from '../access/writes/counters.js';
import { runStatement } from '../tenancy/open-transaction.js';
import { joinSql, sql } from '../platform/postgres/sql.js';

/** Whether the tenant exists. The policies apply to the owner too, so the tenant is set first. */
export async function tenantExists(client: pg.Client, tenantId: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT app.set_tenant($1)', [tenantId]);
    const { rowCount } = await client.query('SELECT FROM tenants WHERE id = $1', [tenantId]);
    return rowCount === 1;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Sets the counters of a new tenant. */
export async function setCounters(
  em: EntityManager,
  tenantId: string,
  counters: Partial<Record<CounterName, number>>,
): Promise<void> {
  const rows = Object.entries(counters).map(([name, value]) => sql`(${tenantId}, ${name}, ${value ?? 0})`);
  await runStatement(em, sql`insert into counters (tenant_id, name, value) values ${joinSql(rows, ', ')}`);
}
