/** Changes of users, of the company and of what is counted beside them that meet: none waits for one that waits for it. */
import { createHash } from 'node:crypto';
import { PostgresThrottle } from '../../src/account/throttle.query.js';
import { purgeIdempotencyKeys } from '../../src/access/writes/idempotency-purge.query.js';
import { as, type Answer } from '../support/client.js';
import { deadlocksOf, untilWaiting, whileHeld } from '../support/locks.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();

test('two admins who change each other at once under idempotency keys both do', async () => {
  const { id, admin, manager } = await service.aTenant();
  await service.ask("UPDATE users SET role = 'admin' WHERE tenant_id = $1 AND id = $2", [id, manager.id]);
  const rename = (caller: typeof admin, { id: other }: typeof admin): Promise<Answer> =>
    as(service, caller).put(`/v1/users/${other}`, { full_name: 'Autre Nom' }, { 'idempotency-key': caller.id });
  const hold = 'SELECT 1 FROM users WHERE tenant_id = $1 AND id = ANY ($2) FOR NO KEY UPDATE';

  const answers = await whileHeld(service, hold, [id, [admin.id, manager.id]], async (letGo) => {
    const both = Promise.all([rename(admin, manager), rename(manager, admin)]);
    await untilWaiting(service, 2);
    await letGo();
    return both;
  });

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await deadlocksOf(service)).toBe(0);
});

test('a change of a user or of the company holds up nobody who only names it', async () => {
  const { id, admin } = await service.aTenant();
  const hold = `WITH t AS (SELECT FROM tenants WHERE id = $1 FOR NO KEY UPDATE)
    SELECT (SELECT count(*) FROM t), u.id FROM users u WHERE u.tenant_id = $1 FOR NO KEY UPDATE`;

  const created = await whileHeld(service, hold, [id], () =>
    as(service, admin).post('/v1/commercial/customers', { name: 'X', assigned_to: admin.id }),
  );

  expect(created.status).toBe(201);
});

test('tries of passwords take their counters one by one, counted or given back', async () => {
  const throttle = new PostgresThrottle(service.database.pool);
  const [low, middle, high] = ['low', 'middle', 'high']
    .map((name) => ({ key: createHash('sha256').update(name).digest(), limit: 9, windowSeconds: 60 }))
    .sort((a, b) => a.key.compare(b.key));
  if (!low || !middle || !high) throw new Error('Three keys.');
  for (const limitKey of [high, middle, low]) await throttle.book([limitKey]);
  const hold = 'SELECT 1 FROM throttle_buckets WHERE key = $1 FOR UPDATE';

  await whileHeld(service, hold, [middle.key], async (letGo) => {
    const booked = throttle.book([low, middle, high]);
    await untilWaiting(service, 1);
    const settled = throttle.settle([high, middle, low], false);
    await untilWaiting(service, 2);
    await letGo();
    await Promise.all([booked, settled]);
  });

  expect(await deadlocksOf(service)).toBe(0);
});

test('a purge of idempotency keys passes over one that is in use', async () => {
  const { id, admin } = await service.aTenant();
  const headers = { 'idempotency-key': 'k' };
  await as(service, admin).post('/v1/commercial/customers', { name: 'X' }, headers);
  await as(service, admin).post('/v1/commercial/customers', { name: 'Y' }, { 'idempotency-key': 'l' });
  await service.ask("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE tenant_id = $1", [id]);
  const hold = "SELECT 1 FROM idempotency_keys WHERE tenant_id = $1 AND key = 'k' FOR UPDATE";
  const keys = (): Promise<{ key: string }[]> =>
    service.ask<{ key: string }>('SELECT key FROM idempotency_keys WHERE tenant_id = $1', [id]);

  await whileHeld(service, hold, [id], () => purgeIdempotencyKeys(service.database, id, 10));

  expect(await keys()).toEqual([{ key: 'k' }]);
  await purgeIdempotencyKeys(service.database, id, 10);
  expect(await keys()).toEqual([]);
});
