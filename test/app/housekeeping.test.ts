import { tidy } from '../../src/app/housekeeping.js';
import { as } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();

const warnings: unknown[] = [];
const log = { warn: (details: unknown) => void warnings.push(details) };
const untilDone = { batch: 5, isOver: () => false, log };

async function count(table: string, { id }: Pick<TestTenant, 'id'>): Promise<number> {
  const [row] = await service.ask<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ${table} WHERE tenant_id = $1`,
    [id],
  );
  return row?.count ?? -1;
}

/** So many sessions of the tenant's admin, with these times before now. */
async function addSessions(
  { id, admin }: TestTenant,
  number: number,
  expired: string,
  revoked?: string,
): Promise<void> {
  await service.ask(
    `INSERT INTO sessions (tenant_id, id, user_id, refresh_jti, expires_at, revoked_at)
     SELECT $1, gen_random_uuid(), $2, gen_random_uuid(), now() - $4::interval, now() - $5::interval
     FROM generate_series(1, $3)`,
    [id, admin.id, number, expired, revoked ?? null],
  );
}

async function addKeys({ id, admin }: TestTenant, number: number, age: string): Promise<void> {
  await service.ask(
    `INSERT INTO idempotency_keys (tenant_id, user_id, key, request_hash, created_at)
     SELECT $1, $2, $4 || n, '', now() - $4::interval FROM generate_series(1, $3) n`,
    [id, admin.id, number, age],
  );
}

test('everything past its day goes, however many batches it takes, and nothing else', async () => {
  const [large, small] = [await service.aTenant(), await service.aTenant()];
  await addKeys(large, 23, '25 hours');
  await addKeys(large, 3, '23 hours');
  await addKeys(small, 1, '24 hours 1 minute');
  await addSessions(large, 17, '25 hours');
  await addSessions(large, 17, '-20 days', '25 hours');
  await addSessions(large, 2, '23 hours');
  await addSessions(large, 2, '-20 days', '23 hours');
  await addSessions(small, 1, '-20 days', '30 days');
  await service.ask(`INSERT INTO throttle_buckets (key, window_ends_at, count)
    SELECT sha256(n::text::bytea), now() + (n - 31) * interval '1 minute', 1 FROM generate_series(1, 40) n`);

  await tidy(service.database, untilDone);

  expect(await count('idempotency_keys', large)).toBe(3);
  expect(await count('idempotency_keys', small)).toBe(0);
  // Four sessions of its people beside those that ended less than a day ago.
  expect(await count('sessions', large)).toBe(8);
  expect(await count('sessions', small)).toBe(4);
  expect(await service.ask('SELECT count(*)::integer AS left FROM throttle_buckets')).toEqual([{ left: 9 }]);
  expect((await as(service, large.admin).get('/v1/auth/me')).status).toBe(200);
});

test('a round ends when its time is over, and goes on in the next', async () => {
  const tenant = await service.aTenant();
  await addKeys(tenant, 20, '25 hours');
  let batches = 0;

  await addSessions(tenant, 20, '25 hours');
  await service.ask(`INSERT INTO throttle_buckets (key, window_ends_at, count)
    SELECT sha256(n::text::bytea), now() - interval '1 minute', 1 FROM generate_series(101, 120) n`);

  await tidy(service.database, { batch: 5, isOver: () => (batches += 1) > 2, log });

  expect(await count('idempotency_keys', tenant)).toBe(15);
  expect(await count('sessions', tenant)).toBe(19);
  const [buckets] = await service.ask<{ count: number }>(
    'SELECT count(*)::integer FROM throttle_buckets WHERE window_ends_at < now()',
  );
  expect(buckets?.count).toBe(15);
  await tidy(service.database, untilDone);
  expect(await count('idempotency_keys', tenant)).toBe(0);
});

test('what cannot be tidied is logged once and keeps nothing else from it', async () => {
  const tenants = [await service.aTenant(), await service.aTenant(), await service.aTenant()];
  for (const tenant of tenants) {
    await addKeys(tenant, 7, '25 hours');
    await addSessions(tenant, 7, '25 hours');
  }
  const [first, second, third] = tenants.map(({ id }) => id).sort();
  await service.ask(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$`);
  const refuse = (table: string, which: string): Promise<unknown> =>
    service.ask(
      `CREATE TRIGGER refuse BEFORE DELETE ON ${table} FOR EACH ROW WHEN (${which}) EXECUTE FUNCTION refuse()`,
    );
  await refuse('idempotency_keys', `old.tenant_id = '${first}'`);
  await refuse('sessions', `old.tenant_id = '${second}'`);
  await service.ask(`INSERT INTO throttle_buckets (key, window_ends_at, count)
    VALUES (sha256('x'), now() - interval '1 day', 1)`);
  await refuse('throttle_buckets', 'true');
  warnings.length = 0;

  await tidy(service.database, untilDone);

  await service.ask('DROP FUNCTION refuse CASCADE');
  const left = (table: string): Promise<number[]> =>
    Promise.all([first, second, third].map((id = '') => count(table, { id })));
  // Four sessions of the people of each.
  expect([await left('idempotency_keys'), await left('sessions')]).toEqual([
    [7, 0, 0],
    [4, 11, 4],
  ]);
  // Each once; the tenants come in no order.
  expect(warnings).toHaveLength(3);
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rows: 'throttle counters', tenantId: null }),
      expect.objectContaining({ rows: 'idempotency keys', tenantId: first }),
      expect.objectContaining({ rows: 'sessions', tenantId: second }),
    ]),
  );
});

test('an idempotency key past its day is a new one, also before the purge', async () => {
  const { id, admin } = await service.aTenant();
  const create = (name: string): ReturnType<ReturnType<typeof as>['post']> =>
    as(service, admin).post('/v1/commercial/customers', { name }, { 'idempotency-key': 'daily' });
  const age = (hours: number): Promise<unknown> =>
    service.ask('UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE tenant_id = $1', [
      id,
      `${hours} hours`,
    ]);
  expect((await create('Lundi')).status).toBe(201);

  await age(23.9);
  expect((await create('Lundi')).headers.get('idempotency-replayed')).toBe('true');
  expect((await create('Mardi')).status).toBe(422);
  await age(24.1);
  const next = await create('Mardi');

  expect([next.status, next.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect((await create('Mardi')).headers.get('idempotency-replayed')).toBe('true');
  expect(await count('customers', { id })).toBe(2);
});
