/** A service with two connections, a tenant for each test, and every message that its transactions send. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { runStatement } from '../../../src/tenancy/open-transaction.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { sql, type Sql } from '../../../src/platform/postgres/sql.js';
import { as, type Client } from '../../support/client.js';
import { startTestService, type OwnService, type TestTenant } from '../../support/service.js';
import { onEachMessage, rewriteStatements } from '../../support/statements.js';

export const POOL = 2;

/** How a transaction of one message begins. */
export const WHOLE_SETTING = "SELECT WHERE set_config('app.tenant_id', $1, true) IS NULL\n; ";
/** How the first message of every other transaction begins. */
export const SETTING = `begin\n; ${WHOLE_SETTING}`;

/** What one test works with; made anew before each. */
export interface World {
  service: OwnService;
  tenant: TestTenant;
  client: Client;
  /** Texts as they went out, one for each round trip. */
  sent: string[];
}

/** Registers the hooks of a test file. */
export function useTransactions(): World {
  // Filled by the hooks, before any test looks.
  const world = { sent: [] as string[] } as World;
  let stopListening: () => void;
  beforeAll(async () => {
    world.service = await startTestService({ DATABASE_POOL: String(POOL) });
  });
  afterAll(() => world.service.close());
  beforeEach(async () => {
    world.tenant = await world.service.aTenant();
    world.client = as(world.service, world.tenant.admin);
    // The caller's identity is read once and then remembered.
    await world.client.get('/v1/auth/me');
    world.sent.length = 0;
    stopListening = onEachMessage((texts) => {
      world.sent.push(texts.join('\n; '));
    });
  });
  afterEach(() => {
    stopListening();
    const { totalCount, idleCount } = world.service.database.pool;
    expect(totalCount - idleCount).toBe(0);
  });
  return world;
}

export function transact<T>({ service, tenant }: World, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return inTenantTransaction(service.database, tenant.id, work);
}

/** Makes a counter; a negative value is rejected by the database. */
export function put({ tenant }: World, name: string, value = 1): Sql {
  return sql`insert into counters (tenant_id, name, value) values (${tenant.id}, ${name}, ${value})`;
}

export function putNow(world: World, em: EntityManager, name: string): Promise<unknown> {
  return runStatement(em, put(world, name));
}

/** Names of the tenant's counters, in order. */
export async function counters({ service, tenant }: World): Promise<string[]> {
  const rows = await service.ask<{ name: string }>('SELECT name FROM counters WHERE tenant_id = $1 ORDER BY name', [
    tenant.id,
  ]);
  return rows.map(({ name }) => name);
}

export async function eventCount({ service, tenant }: World): Promise<number> {
  return (await service.ask('SELECT 1 FROM audit_events WHERE tenant_id = $1', [tenant.id])).length;
}

export function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => undefined).catch((error: unknown) => error);
}

/** Sends other texts than the service wrote, while `work` runs. */
export async function withRewritten<T>(rewrite: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const stop = rewriteStatements(rewrite);
  try {
    return await work();
  } finally {
    stop();
  }
}
