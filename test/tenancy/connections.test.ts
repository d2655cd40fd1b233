/** Who gets the connections when there are too few, and what becomes of work that nobody waits for any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { as } from '../support/client.js';
import { untilWaiting, whileHeld } from '../support/locks.js';
import { startTestService, type OwnService, type TestTenant, type TestUser } from '../support/service.js';
import { atOnce } from '../crm/customer/customer-support.js';
import { becomes, busyBackends } from '../crm/export/export-support.js';

const POOL = 4;
const CUSTOMERS = '/v1/commercial/customers';
const LOCK_ACTIVITIES = 'LOCK TABLE activities IN ACCESS EXCLUSIVE MODE';

let service: OwnService;

beforeAll(async () => {
  service = await startTestService({ DATABASE_POOL: String(POOL) });
}, 60_000);

afterAll(() => service.close());

/** Reads activities in so many root fields, each of them a statement of its own. */
function readsOf(count: number): string {
  const fields = Array.from(
    { length: count },
    (_, index) => `a${index}: activities(first: ${index + 1}) { totalCount }`,
  );
  return `{ ${fields.join(' ')} }`;
}

function isWhole(): Promise<boolean> {
  const { idleCount, totalCount, waitingCount } = service.database.pool;
  return Promise.resolve(idleCount === totalCount && waitingCount === 0);
}

test('PostgreSQL compiles no statement of the service', async () => {
  const { rows } = await service.database.pool.query<{ jit: string }>('SHOW jit');

  expect(rows).toEqual([{ jit: 'off' }]);
});

test('one request uses three connections at once, however much it asks for', async () => {
  const tenant = await service.aTenant();
  let answer: Promise<{ body: { data: object } }> | undefined;
  await whileHeld(service, LOCK_ACTIVITIES, [], async (letGo) => {
    answer = as(service, tenant.admin).graphql(readsOf(15));
    await untilWaiting(service, 3);
    await sleep(100);
    await untilWaiting(service, 3);
    await letGo();
  });

  expect(Object.values((await answer)?.body.data ?? {})).toEqual(Array.from({ length: 15 }, () => ({ totalCount: 0 })));
  expect(await becomes(isWhole, 5)).toBe(true);
});

test('a tenant that asks for more than there is keeps no other out, and readiness has a connection of its own', async () => {
  const [busy, other] = [await service.aTenant(), await service.aTenant()];
  const order: string[] = [];
  const readAs = async (tenant: TestTenant, path: string): Promise<number> => {
    const { status } = await as(service, tenant.admin).get(path);
    order.push(tenant === busy ? 'busy' : 'other');
    return status;
  };
  await readAs(other, CUSTOMERS);
  await readAs(busy, CUSTOMERS);
  // It reads the catalogue, which the lock below holds too, and remembers it for a while.
  await as(service).get('/health/ready');
  let answers: Promise<number[]> | undefined;
  let answer: Promise<number> | undefined;
  await whileHeld(service, LOCK_ACTIVITIES, [], async (letGo) => {
    answers = atOnce(40, () => readAs(busy, '/v1/commercial/activities'));
    await untilWaiting(service, POOL);
    order.length = 0;
    answer = readAs(other, CUSTOMERS);
    expect((await as(service).get('/health/ready')).status).toBe(200);
    await sleep(100);
    await letGo();
  });

  expect(await answer).toBe(200);
  expect(new Set(await answers)).toEqual(new Set([200]));
  // In turn with those that had their connections already; in the order of asking it would be the last of 41.
  expect(order.indexOf('other')).toBeLessThanOrEqual(3 * POOL);
});

test('what a client who has left asked for ends, and its connections are free', async () => {
  const tenant = await service.aTenant();
  const left = new AbortController();
  await whileHeld(service, LOCK_ACTIVITIES, [], async () => {
    const asked = Array.from({ length: 20 }, async () => {
      const { token, tenantId } = tenant.admin;
      const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId, 'content-type': 'application/json' };
      const body = JSON.stringify({ query: readsOf(2) });
      await fetch(`${service.origin}/graphql`, { method: 'POST', headers, body, signal: left.signal }).catch(
        () => undefined,
      );
    });
    await untilWaiting(service, POOL);
    left.abort();
    await Promise.all(asked);
    expect(await becomes(async () => (await busyBackends(service)) === 0, 2)).toBe(true);
    expect((await as(service, tenant.admin).get(CUSTOMERS)).status).toBe(200);
  });

  expect(await becomes(isWhole, 5)).toBe(true);
});

/** Sends a request and leaves as soon as its work waits for the lock; the lock is let go afterwards. */
async function leaveWhileHeld(
  lock: string,
  user: TestUser | undefined,
  path: string,
  init: RequestInit,
): Promise<void> {
  const left = new AbortController();
  const identity = user ? { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId } : {};
  await whileHeld(service, lock, [], async (letGo) => {
    const headers = { ...identity, 'content-type': 'application/json' };
    const asked = fetch(service.origin + path, { ...init, headers, signal: left.signal }).catch(() => undefined);
    await untilWaiting(service, 1);
    left.abort();
    await asked;
    await sleep(100);
    await letGo();
  });
}

describe('a change goes on although its client has left:', () => {
  const LOCK_EVENTS = 'LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE';

  test('one of a record', async () => {
    const { admin } = await service.aTenant();
    const { headers: created } = await as(service, admin).post(CUSTOMERS, { name: 'Fonderie Perrin' });
    const path = created.get('location') ?? '';

    await leaveWhileHeld(LOCK_EVENTS, admin, path, { method: 'PUT', body: '{"name":"Fonderie Perrin et fils"}' });

    const isChanged = async (): Promise<boolean> => (await as(service, admin).get(path)).text.includes('et fils');
    expect(await becomes(isChanged, 3)).toBe(true);
  });

  test.each([
    ['REST', CUSTOMERS, { name: 'Scierie Morel' }],
    [
      'GraphQL',
      '/graphql',
      { query: 'mutation { createCustomer(input: { name: "Scierie Morel" }) { customer { id } } }' },
    ],
  ])('a new record, over %s', async (_transport, path, body) => {
    const { admin } = await service.aTenant();

    await leaveWhileHeld('LOCK TABLE customers IN ACCESS EXCLUSIVE MODE', admin, path, {
      method: 'POST',
      body: JSON.stringify(body),
    });

    const isThere = async (): Promise<boolean> =>
      (await as(service, admin).get(CUSTOMERS)).text.includes('Scierie Morel');
    expect(await becomes(isThere, 3)).toBe(true);
  });

  test('the end of a session', async () => {
    const { admin } = await service.aTenant();

    await leaveWhileHeld(LOCK_EVENTS, admin, '/v1/auth/logout', { method: 'POST', body: '{}' });

    const isOver = async (): Promise<boolean> => (await as(service, admin).get('/v1/auth/me')).status === 401;
    expect(await becomes(isOver, 3)).toBe(true);
  });

  test('a failed sign-in, which counts and is audited', async () => {
    const { admin } = await service.aTenant();
    const body = JSON.stringify({ email: admin.email, password: 'not the password', tenant_id: admin.tenantId });

    await leaveWhileHeld(LOCK_EVENTS, undefined, '/v1/auth/login', { method: 'POST', body });

    const isAudited = async (): Promise<boolean> => {
      const [row] = await service.ask<{ count: number }>(
        "SELECT count(*)::integer AS count FROM audit_events WHERE tenant_id = $1 AND action = 'auth.login_failed'",
        [admin.tenantId],
      );
      return row?.count === 1;
    };
    expect(await becomes(isAudited, 3)).toBe(true);
    const counted = 'SELECT count FROM throttle_buckets WHERE count > 0';
    expect(await becomes(async () => (await service.ask(counted)).length === 2, 3)).toBe(true);
  });
});

test('nobody is told of a client who leaves', async () => {
  const lines: string[] = [];
  const logged = await startTestService({ LOG_LEVEL: 'warn' }, { log: { write: (line: string) => lines.push(line) } });
  const { admin } = await logged.aTenant();
  await as(logged, admin).get(CUSTOMERS);
  const left = new AbortController();
  await whileHeld(logged, LOCK_ACTIVITIES, [], async () => {
    const headers = { authorization: `Bearer ${admin.token}`, 'x-tenant-id': admin.tenantId };
    const asked = fetch(`${logged.origin}/v1/commercial/activities`, { headers, signal: left.signal }).catch(
      () => undefined,
    );
    await untilWaiting(logged, 1);
    left.abort();
    await asked;
    expect(await becomes(async () => (await busyBackends(logged)) === 0, 2)).toBe(true);
  });
  await logged.close();

  expect(lines).toEqual([]);
});
