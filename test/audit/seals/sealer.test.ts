import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from '../../../src/tenancy/database.js';
import { inTransaction } from '../../../src/access/writes/transaction.js';
import { sealTenant, startSealer, type Sealer } from '../../../src/audit/seals/sealer.js';
import { NO_HASH } from '../../../src/audit/seals/chain-digest.js';
import { findSeals } from '../../../src/audit/seals/audit-trail.query.js';
import { verifyChain } from '../../../src/audit/seals/verify.js';
import { asAdmin, aTenant, eventsOf, newUser, openAuditBench, runAs, saveUser, type AuditBench } from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

async function saveUsers(tenantId: string, count: number): Promise<void> {
  await inTransaction(asAdmin(bench, tenantId), async (tx) => {
    for (let index = 0; index < count; index += 1) tx.em.persist(newUser(tx.em, tenantId));
    await tx.em.flush();
  });
}

async function countQueued(tenantId: string): Promise<number> {
  const [queue] = await runAs(bench.test.superuserUrl, tenantId, [
    `SELECT FROM audit_unsealed WHERE tenant_id = '${tenantId}'`,
  ]);
  return queue?.rowCount ?? 0;
}

/** A client past tenant isolation, for a transaction that stands in the sealer's way. */
async function connectAs(tenantId: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: bench.test.superuserUrl });
  await client.connect();
  await client.query("SELECT set_config('app.tenant_id', $1, false)", [tenantId]);
  return client;
}

/** Until somebody waits for the seals that are locked. */
async function waitForBlocked(client: pg.Client): Promise<void> {
  const waiting = "SELECT FROM pg_locks WHERE relation = 'audit_seals'::regclass AND NOT granted";
  while ((await client.query(waiting)).rowCount === 0) await sleep(10);
}

describe('sealing', () => {
  it('takes what waits, in order, and follows the seal before', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    await saveUsers(tenantId, 3);
    expect(await sealTenant(bench.database, tenantId)).toBe(3);
    await saveUser(ctx);

    expect(await sealTenant(bench.database, tenantId)).toBe(1);

    const seals = await findSeals(ctx.reader, 0);
    const events = await eventsOf(bench, tenantId);
    expect(seals.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(seals[0]?.previous_hash).toBe(NO_HASH);
    expect(seals[1]?.previous_hash).toBe(seals[0]?.hash);
    expect(seals.flatMap(({ event_ids }) => event_ids)).toEqual(events.map(({ id }) => id));
    expect(seals.flatMap(({ event_digests }) => event_digests)).toEqual(events.map(({ digest }) => digest));
    expect(await countQueued(tenantId)).toBe(0);
  });

  it('has nothing to do when nothing waits', async () => {
    const tenantId = await aTenant(bench);

    expect(await sealTenant(bench.database, tenantId)).toBe(0);

    expect(await findSeals(bench.database.reader(tenantId), 0)).toEqual([]);
  });

  it('takes a thousand at a time', async () => {
    const tenantId = await aTenant(bench);
    await saveUsers(tenantId, 1001);

    expect(await sealTenant(bench.database, tenantId)).toBe(1000);
    expect(await sealTenant(bench.database, tenantId)).toBe(1);
  });

  it('seals each event once, however many sealers there are', async () => {
    const tenantId = await aTenant(bench);
    for (let round = 0; round < 5; round += 1) {
      await saveUsers(tenantId, 20);
      const sealed = await Promise.all([1, 2, 3, 4].map(() => sealTenant(bench.database, tenantId)));
      expect(sealed.reduce((sum, count) => sum + count, 0)).toBe(20);
    }

    const seals = await findSeals(bench.database.reader(tenantId), 0);
    const ids = seals.flatMap(({ event_ids }) => event_ids);
    expect(ids).toHaveLength(100);
    expect(new Set(ids).size).toBe(100);
    expect((await verifyChain(bench.database.reader(tenantId))).problems).toEqual([]);
  });

  it('cannot take twice what another sealer takes between its two looks', async () => {
    const tenantId = await aTenant(bench);
    await saveUsers(tenantId, 1);
    await sealTenant(bench.database, tenantId);
    await saveUsers(tenantId, 1);
    const other = await connectAs(tenantId);
    await other.query('BEGIN; LOCK TABLE audit_seals');

    const sealing = sealTenant(bench.database, tenantId);
    await waitForBlocked(other);
    await other.query(`
      INSERT INTO audit_seals SELECT u.tenant_id, 2, ARRAY[u.event_id], e.digest, e.digest, e.digest, now()
        FROM audit_unsealed u JOIN audit_events e ON e.id = u.event_id WHERE u.tenant_id = '${tenantId}';
      DELETE FROM audit_unsealed WHERE tenant_id = '${tenantId}'; COMMIT`);
    await other.end();

    expect(await sealing).toBe(0);
    expect((await findSeals(bench.database.reader(tenantId), 0)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('leaves in the queue what is committed while it seals, though it began before what is sealed', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const other = await connectAs(tenantId);
    let sealing = Promise.resolve(-1);

    await inTransaction(ctx, async (tx) => {
      await tx.em.persist(newUser(tx.em, tenantId)).flush();
      await saveUser(ctx);
      // Seals may be read and not be written: the sealer has seen the queue when it waits.
      await other.query('BEGIN; LOCK TABLE audit_seals IN SHARE MODE');
      sealing = sealTenant(bench.database, tenantId);
      await waitForBlocked(other);
    });
    await other.query('COMMIT');
    await other.end();

    expect(await sealing).toBe(1);
    expect(await countQueued(tenantId)).toBe(1);
    expect(await sealTenant(bench.database, tenantId)).toBe(1);
    const [first, second] = await eventsOf(bench, tenantId);
    const seals = await findSeals(ctx.reader, 0);
    expect(seals.map(({ event_ids }) => event_ids)).toEqual([[second?.id], [first?.id]]);
  });

  it('leaves an event of an open transaction to a later seal', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    let early = '';

    await inTransaction(ctx, async (tx) => {
      await tx.em.persist(newUser(tx.em, tenantId)).flush();
      const late = await saveUser(ctx);
      expect(await sealTenant(bench.database, tenantId)).toBe(1);
      early = late;
    });
    expect(await sealTenant(bench.database, tenantId)).toBe(1);

    const [first, second] = await eventsOf(bench, tenantId);
    const seals = await findSeals(ctx.reader, 0);
    expect(second?.entity_id).toBe(early);
    expect(seals.map(({ event_ids }) => event_ids)).toEqual([[second?.id], [first?.id]]);
    expect((await verifyChain(ctx.reader)).problems).toEqual([]);
  });
});

describe('the sealer', () => {
  let sealer: Sealer | undefined;
  afterEach(() => sealer?.stop());

  async function waitUntilSealed(tenantId: string): Promise<void> {
    for (let tries = 0; tries < 400 && (await countQueued(tenantId)) > 0; tries += 1) await sleep(50);
  }

  it('seals every tenant within a second or so', async () => {
    const tenants = [await aTenant(bench), await aTenant(bench)];
    for (const tenantId of tenants) await saveUsers(tenantId, 2);
    const faults: string[] = [];

    sealer = startSealer(bench.database, { error: ({ err }) => faults.push(err.message) });
    for (const tenantId of tenants) await waitUntilSealed(tenantId);

    for (const tenantId of tenants) expect(await countQueued(tenantId)).toBe(0);
    expect(faults).toEqual([]);
  });

  it('logs a failure, and goes on', async () => {
    const tenantId = await aTenant(bench);
    await saveUsers(tenantId, 1);
    const faults: string[] = [];
    const failures = ['no connection'];
    const pool = (): Database['pool'] => {
      const failure = failures.pop();
      if (failure !== undefined) throw new Error(failure);
      return bench.database.pool;
    };
    const database = Object.create(bench.database, { pool: { get: pool } }) as Database;

    sealer = startSealer(database, { error: ({ err }) => faults.push(err.message) });
    await waitUntilSealed(tenantId);

    expect(faults).toEqual(['no connection']);
    expect(await countQueued(tenantId)).toBe(0);
  });

  it('seals the tenants it knows while their list cannot be read', async () => {
    const tenantId = await aTenant(bench);
    await saveUsers(tenantId, 1);
    const faults: string[] = [];
    sealer = startSealer(bench.database, { error: ({ err }) => faults.push(err.message) });
    await waitUntilSealed(tenantId);

    await runAs(bench.test.superuserUrl, tenantId, ['ALTER FUNCTION app.tenants_to_seal() RENAME TO away']);
    try {
      await saveUsers(tenantId, 1);
      await waitUntilSealed(tenantId);
      expect(await countQueued(tenantId)).toBe(0);
    } finally {
      await runAs(bench.test.superuserUrl, tenantId, ['ALTER FUNCTION app.away() RENAME TO tenants_to_seal']);
    }
    expect(faults[0]).toMatch(/tenants_to_seal/);
  });

  it('does nothing once it is stopped', async () => {
    const tenantId = await aTenant(bench);
    await startSealer(bench.database, { error: () => undefined }).stop();
    await saveUsers(tenantId, 1);

    await sleep(1300);

    expect(await countQueued(tenantId)).toBe(1);
  });
});
