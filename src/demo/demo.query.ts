/** What the demo data needs of SQL beside the entity manager. */
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';

/** A session lock, freed when the connection ends: of two services that start at once, one makes the demo. */
const DEMO_LOCK = 7_203_004;

/** Runs `work` while no other process makes the demo. @param ownerUrl signs in as the role that owns the schema */
export async function withDemoLock<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [DEMO_LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether there is such a tenant; the owner is bound by the policies too. */
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

/** Says how many customers there are and which code was the last, as if the service had made them. */
export async function setCustomerCounters(em: EntityManager, tenantId: string, customers: number): Promise<void> {
  await em.execute('insert into counters (tenant_id, name, value) values (?, ?, ?), (?, ?, ?)', [
    ...[tenantId, 'customer.live', customers],
    ...[tenantId, 'customer.code', customers],
  ]);
}
