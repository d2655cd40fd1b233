/** What somebody with the service's own role can write, and what of it the check and the sealer see. */
import { randomBytes } from 'node:crypto';
import { findSeals } from '../../../src/audit/seals/audit-trail.query.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { recordEvents } from '../../../src/audit/events/audit-event.js';
import { operatorOrigin } from '../../../src/audit/events/origin.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import {
  digestEvent,
  digestValues,
  hashSeal,
  type PermanentValues,
  type SealValues,
} from '../../../src/audit/seals/chain-digest.js';
import { verifyChain } from '../../../src/audit/seals/verify.js';
import { newId } from '../../../src/platform/values/ids.js';
import { asAdmin, aTenant, eventsOf, openAuditBench, runAs, saveUser, type AuditBench } from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

/** A tenant with two seals of one event each. */
async function aChain(): Promise<{ readonly tenantId: string; readonly ids: readonly string[] }> {
  const tenantId = await aTenant(bench);
  for (let seal = 1; seal <= 2; seal += 1) {
    await saveUser(asAdmin(bench, tenantId));
    await sealTenant(bench.database, tenantId);
  }
  return { tenantId, ids: (await eventsOf(bench, tenantId)).map(({ id }) => id) };
}

const asService = (tenantId: string, ...statements: string[]) => runAs(bench.test.appUrl, tenantId, statements);
const asSuperuser = (tenantId: string, ...statements: string[]) => runAs(bench.test.superuserUrl, tenantId, statements);
const isOf = (tenantId: string, id: string): string => `tenant_id = '${tenantId}' AND id = '${id}'`;
const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const queue = (tenantId: string, id: string): string =>
  `INSERT INTO audit_unsealed (tenant_id, event_id) VALUES ('${tenantId}', '${id}')`;

/** An event with the digests that it ought to have, as the service's role. @returns its id */
async function insertEvent(tenantId: string, createdAt: string, id = newId()): Promise<string> {
  const nothing = { user_email: null, ip_address: null, description: null, old_value: null, new_value: null };
  const event: PermanentValues = {
    ...{ tenant_id: tenantId, id, created_at: createdAt, actor_kind: 'operator', user_id: null, user_role: null },
    ...{ action: 'customer.deleted', entity_type: 'customer', entity_id: newId(), request_id: 'r', success: true },
    ...{ error_code: null, api_key_id: null, on_behalf: null },
  };
  const salt = randomBytes(16);
  const valuesDigest = digestValues(salt, nothing);
  const digests = [salt.toString('hex'), valuesDigest, digestEvent(event, valuesDigest)];
  await asService(
    tenantId,
    `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, entity_id, request_id, success,
       salt, values_digest, digest)
     VALUES ('${tenantId}', '${id}', '${createdAt}', 'operator', 'customer.deleted', 'customer', '${event.entity_id ?? ''}', 'r',
       true, ${digests.map((digest) => `decode('${digest}', 'hex')`).join(', ')})`,
  );
  return id;
}

/** The next seal, as whoever knows how they are made would write it. */
async function insertSeal(tenantId: string, values: Partial<SealValues>): Promise<void> {
  const { head } = await verifyChain(bench.database.reader(tenantId));
  if (!head) throw new Error('There is no seal to follow.');
  const [last] = await findSeals(bench.database.reader(tenantId), head.seq - 1);
  if (!last) throw new Error('The last seal is gone.');
  const follows = { seq: last.seq + 1, previous_hash: last.hash, sealed_at: new Date().toISOString() };
  const seal: SealValues = { ...last, ...follows, ...values };
  const bytes = [seal.event_digests.join(''), seal.previous_hash, hashSeal(seal)];
  await asService(
    tenantId,
    `INSERT INTO audit_seals (tenant_id, seq, event_ids, sealed_at, event_digests, previous_hash, hash)
     VALUES ('${tenantId}', ${seal.seq}, '{${seal.event_ids.join()}}', '${seal.sealed_at}',
       ${bytes.map((hex) => `decode('${hex}', 'hex')`).join(', ')})`,
  );
}

async function problemsOf(tenantId: string): Promise<unknown[]> {
  const { problems } = await verifyChain(bench.database.reader(tenantId));
  return problems.map(({ kind, seq, eventId }) => [kind, seq, eventId].filter((part) => part !== undefined));
}

describe('an event of another date', () => {
  it.each([
    ['2099', '2099-01-01T00:00:00.000Z'],
    ['an hour ago', hours(-1)],
    ['now', hours(0)],
  ])('of %s that was never queued is found at once', async (when, createdAt) => {
    const { tenantId } = await aChain();

    const id = await insertEvent(tenantId, createdAt);

    const dating = when === 'now' ? [] : [['event_misdated', id]];
    expect(await problemsOf(tenantId)).toEqual([['event_unsealed', id], ...dating]);
  });

  it.each([
    ['2099', '2099-01-01T00:00:00.000Z'],
    ['in ten minutes', hours(1 / 6)],
    ['ten minutes ago', hours(-1 / 6)],
    ['last year', hours(-9000)],
  ])('of %s is found once it is sealed', async (_when, createdAt) => {
    const { tenantId } = await aChain();
    const id = await insertEvent(tenantId, createdAt);
    await asService(tenantId, queue(tenantId, id));

    expect(await sealTenant(bench.database, tenantId)).toBe(1);

    expect(await problemsOf(tenantId)).toEqual([['event_misdated', 3, id]]);
  });

  it('is found though its id is of the same date', async () => {
    const { tenantId } = await aChain();
    const id = await insertEvent(tenantId, hours(-9000), '0190a000-0000-7000-8000-000000000001');
    await asService(tenantId, queue(tenantId, id));
    await sealTenant(bench.database, tenantId);

    expect(await problemsOf(tenantId)).toEqual([['event_misdated', 3, id]]);
  });

  it('is none when no sealer ran for hours', async () => {
    const { tenantId } = await aChain();
    const id = await insertEvent(tenantId, hours(-3));
    await asService(tenantId, queue(tenantId, id));
    // As the database would have noted it then.
    await asSuperuser(tenantId, `UPDATE audit_events SET recorded_at = created_at WHERE ${isOf(tenantId, id)}`);
    expect(await problemsOf(tenantId)).toEqual([['event_unsealed', id]]);

    expect(await sealTenant(bench.database, tenantId)).toBe(1);

    expect(await problemsOf(tenantId)).toEqual([]);
  });

  it('is found in the future of its seal, where the database had noted nothing yet', async () => {
    const { tenantId } = await aChain();
    const [future, past] = [await insertEvent(tenantId, hours(1)), await insertEvent(tenantId, hours(-1))];
    await asSuperuser(tenantId, `UPDATE audit_events SET recorded_at = NULL WHERE tenant_id = '${tenantId}'`);
    await asService(tenantId, queue(tenantId, future), queue(tenantId, past));
    expect(await sealTenant(bench.database, tenantId)).toBe(2);
    await asSuperuser(tenantId, `UPDATE audit_seals SET recorded_at = NULL WHERE tenant_id = '${tenantId}'`);

    expect(await problemsOf(tenantId)).toEqual([['event_misdated', 3, future]]);
  });

  it.each(['audit_events', 'audit_seals'])('cannot be covered up: %s says itself when it came', async (table) => {
    const { tenantId } = await aChain();
    const forged = `INSERT INTO ${table} (tenant_id, recorded_at) VALUES ('${tenantId}', now())`;

    await expect(asService(tenantId, forged)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('an event that is sealed already', () => {
  it('is not sealed again when somebody queues it again', async () => {
    const { tenantId, ids } = await aChain();
    await saveUser(asAdmin(bench, tenantId));
    await asService(tenantId, ...ids.map((id) => queue(tenantId, id)));

    expect(await sealTenant(bench.database, tenantId)).toBe(3);

    const seals = await findSeals(bench.database.reader(tenantId), 0);
    const sealed = (await eventsOf(bench, tenantId)).map(({ id }) => [id]);
    expect(seals.map(({ event_ids }) => event_ids)).toEqual(sealed);
    expect(await sealTenant(bench.database, tenantId)).toBe(0);
    expect(await problemsOf(tenantId)).toEqual([]);
  });

  it('leaves the queue even when nothing else waits', async () => {
    const { tenantId, ids } = await aChain();
    await asService(tenantId, queue(tenantId, ids[0] ?? ''));

    expect(await sealTenant(bench.database, tenantId)).toBe(1);

    expect(await findSeals(bench.database.reader(tenantId), 2)).toEqual([]);
    expect(await problemsOf(tenantId)).toEqual([]);
  });

  it('is not sealed again where the database had noted no moments yet', async () => {
    const { tenantId, ids } = await aChain();
    for (const table of ['audit_events', 'audit_seals']) {
      await asSuperuser(tenantId, `UPDATE ${table} SET recorded_at = NULL WHERE tenant_id = '${tenantId}'`);
    }
    await asService(tenantId, ...ids.map((id) => queue(tenantId, id)));

    await sealTenant(bench.database, tenantId);

    expect(await findSeals(bench.database.reader(tenantId), 2)).toEqual([]);
  });

  it('is found in a seal that was forged', async () => {
    const { tenantId, ids } = await aChain();
    const [first = '', second = ''] = ids;
    await insertSeal(tenantId, {});
    expect(await problemsOf(tenantId)).toEqual([['event_repeated', 3, second]]);

    const [seal] = await findSeals(bench.database.reader(tenantId), 0);
    await insertSeal(tenantId, { event_ids: [first], event_digests: seal?.event_digests ?? [] });

    expect(await problemsOf(tenantId)).toEqual([
      ['event_repeated', 3, second],
      ['event_repeated', 4, first],
    ]);
  });

  it('is found twice in one seal', async () => {
    const { tenantId } = await aChain();
    const id = await insertEvent(tenantId, hours(0));
    const { digest = '' } = (await eventsOf(bench, tenantId)).find((event) => event.id === id) ?? {};

    await insertSeal(tenantId, { event_ids: [id, id], event_digests: [digest, digest] });

    expect(await problemsOf(tenantId)).toEqual([['event_repeated', 3, id]]);
  });

  it('is found when the walk has passed it long before', async () => {
    const { tenantId, ids } = await aChain();
    const many = Array.from(
      { length: 2500 },
      () => ({ action: 'a.b', entityType: 'customer', entityId: null }) as const,
    );
    await inTenantTransaction(bench.database, tenantId, (em) => {
      recordEvents(em, operatorOrigin(), many);
      return Promise.resolve();
    });
    while ((await sealTenant(bench.database, tenantId)) > 0);
    const [first] = await findSeals(bench.database.reader(tenantId), 0);
    await insertSeal(tenantId, { event_ids: [ids[0] ?? ''], event_digests: first?.event_digests ?? [] });

    expect(await problemsOf(tenantId)).toEqual([['event_repeated', 6, ids[0]]]);
  });
});

test('a seal of another date is found', async () => {
  const { tenantId } = await aChain();
  const id = await insertEvent(tenantId, hours(-5));
  const { digest = '' } = (await eventsOf(bench, tenantId)).find((event) => event.id === id) ?? {};

  await insertSeal(tenantId, { event_ids: [id], event_digests: [digest], sealed_at: hours(-5) });

  expect(await problemsOf(tenantId)).toEqual([
    ['seal_misdated', 3],
    ['event_misdated', 3, id],
  ]);
});
