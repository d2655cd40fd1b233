import pg from 'pg';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  countOfCustomers,
  customerIn,
  CUSTOMERS,
  eventsOf,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  pageIn,
} from './customer-support.js';

const service = useOwnService();

const KEY = { 'idempotency-key': 'commande-42 ~!' };
const CREATE = 'mutation { createCustomer(input: { name: "X" }) { customer { id code version } } }';

const isReplay = (answer: Answer): boolean => answer.headers.get('idempotency-replayed') === 'true';

/** Holds the key as a first try that has not ended, until the returned function is called. */
async function holdKey(tenant: TestTenant, key: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: service.test.superuserUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO idempotency_keys (tenant_id, user_id, key, request_hash, created_at) VALUES ($1, $2, $3, '\\x00', now())`,
    [tenant.id, tenant.admin.id, key],
  );
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}

describe('an Idempotency-Key over REST', () => {
  test('makes a second try of a creation answer like the first, without a second customer', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const first = await client.post(CUSTOMERS, { name: 'X' }, KEY);
    const second = await client.post(CUSTOMERS, { name: 'X' }, KEY);

    expect([first.status, isReplay(first), second.status, isReplay(second)]).toEqual([201, false, 201, true]);
    expect(second.text).toBe(first.text);
    for (const header of ['location', 'etag', 'content-type']) {
      expect(second.headers.get(header)).toBe(first.headers.get(header));
    }
    expect(await countOfCustomers(service, tenant)).toBe(1);
    expect(await eventsOf(service, tenant)).toHaveLength(1);
  });

  test('covers changes, conversions, deletions and restores', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const address = addressOf(await aCustomer(client));
    const sends: (() => Promise<Answer>)[] = [
      () => client.put(address, { city: 'Lyon' }, { 'idempotency-key': '1', 'if-match': '"1"' }),
      () => client.request('PATCH', address, { city: 'Nantes' }, { 'idempotency-key': '2' }),
      () => client.post(`${address}/convert`, undefined, { 'idempotency-key': '3' }),
      () => client.delete(address, { 'idempotency-key': '4', 'if-match': '"4"' }),
      () => client.post(`${address}/restore`, undefined, { 'idempotency-key': '5' }),
    ];

    for (const send of sends) {
      const [first, second] = [await send(), await send()];
      expect([first.status < 300, isReplay(first), second.status, isReplay(second)]).toEqual([
        true,
        false,
        first.status,
        true,
      ]);
      expect(second.text).toBe(first.text);
    }

    expect(await eventsOf(service, tenant)).toHaveLength(6);
    expect((await client.get(address)).body).toMatchObject({ version: 6 });
  });

  test('reads the record again for a replay', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = customerIn(await client.post(CUSTOMERS, { name: 'X' }, KEY));
    await client.put(addressOf(created), { city: 'Lyon' });

    const replay = await client.post(CUSTOMERS, { name: 'X' }, KEY);

    expect(replay).toMatchObject({ status: 201, body: { id: created.id, city: 'Lyon', version: 2 } });
    expect(replay.headers.get('etag')).toBe('"2"');
  });

  test('is rejected for another request', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const created = customerIn(await client.post(CUSTOMERS, { name: 'X' }, KEY));

    const others = [
      client.post(CUSTOMERS, { name: 'Y' }, KEY),
      client.put(addressOf(created), { name: 'X' }, KEY),
      client.post(`${addressOf(created)}/convert`, undefined, KEY),
      client.delete(addressOf(created), KEY),
      client.delete(addressOf(created), { ...KEY, 'if-match': '"1"' }),
    ];

    for (const answer of await Promise.all(others)) expect(outcomeOf(answer)).toBe('422 IDEMPOTENCY_KEY_REUSED');
    expect(graphqlOutcomeOf(await client.graphql(CREATE, {}, KEY))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await countOfCustomers(service, tenant)).toBe(1);
  });

  test("is each caller's own", async () => {
    const [tenant, elsewhere] = [await service.aTenant(), await service.aTenant()];

    for (const user of [tenant.admin, tenant.manager, elsewhere.admin]) {
      const answer = await as(service, user).post(CUSTOMERS, { name: 'X' }, KEY);
      expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    }
  });

  test('has one effect when the same request comes ten times at once', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const answers = await atOnce(10, () => client.post(CUSTOMERS, { name: 'X' }, KEY));

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers.filter(isReplay)).toHaveLength(9);
    expect(await countOfCustomers(service, tenant)).toBe(1);
  });

  test('is kept for nothing that failed', async () => {
    const tenant = await service.aTenant({ limit_customers: 0 });
    const client = as(service, tenant.admin);
    expect(outcomeOf(await client.post(CUSTOMERS, { name: 'X' }, KEY))).toBe('409 QUOTA_EXCEEDED');
    expect(outcomeOf(await client.post(CUSTOMERS, { name: '' }, KEY))).toBe('422 VALIDATION_FAILED');

    expect(await service.ask('SELECT 1 FROM idempotency_keys WHERE tenant_id = $1', [tenant.id])).toEqual([]);
  });

  test('waits for a first try that still runs, then says so', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const release = await holdKey(tenant, KEY['idempotency-key']);
    const start = Date.now();

    const answer = await client.post(CUSTOMERS, { name: 'X' }, KEY);
    const waitedMs = Date.now() - start;
    await release();

    expect(outcomeOf(answer)).toBe('409 IDEMPOTENCY_IN_PROGRESS');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(waitedMs).toBeGreaterThan(2500);
    // It gives up after three seconds, while the first try still holds the key; the rest is for a busy machine.
    expect(waitedMs).toBeLessThan(15_000);
    expect((await client.post(CUSTOMERS, { name: 'X' }, KEY)).status).toBe(201);
  });

  test.each(['', 'é', 'x'.repeat(256)])('is 1 to 255 printable ASCII characters, not %p', async (key) => {
    const tenant = await service.aTenant();

    const answer = await as(service, tenant.admin).post(CUSTOMERS, { name: 'X' }, { 'idempotency-key': key });

    expect(outcomeOf(answer)).toBe('400 MALFORMED_REQUEST');
    expect(await countOfCustomers(service, tenant)).toBe(0);
  });

  test('means nothing to a read', async () => {
    const { admin } = await service.aTenant();

    const answers = [await as(service, admin).get(CUSTOMERS, KEY), await as(service, admin).get(CUSTOMERS, KEY)];

    expect(answers.map((answer) => [answer.status, isReplay(answer)])).toEqual([
      [200, false],
      [200, false],
    ]);
  });
});

describe('an Idempotency-Key over GraphQL', () => {
  test('protects each mutation of a document by itself', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const document =
      'mutation { a: createCustomer(input: { name: "A" }) { customer { id code } } b: createCustomer(input: { name: "B" }) { customer { id code } } }';

    const first = await client.graphql(document, {}, KEY);
    const second = await client.graphql(document, {}, KEY);

    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
    expect(first.body).toMatchObject({
      data: { a: { customer: { code: 'CLI00001' } }, b: { customer: { code: 'CLI00002' } } },
    });
    expect(second.text).toBe(first.text);
    expect(await countOfCustomers(service, tenant)).toBe(2);
  });

  test('lets a retry do what failed the first time, and only that', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const holder = await aCustomer(client, { code: 'TAKEN' });
    const document =
      'mutation { a: createCustomer(input: { name: "A" }) { customer { id } } b: createCustomer(input: { name: "B", code: "TAKEN" }) { customer { id } } }';
    const first = graphqlIn(await client.graphql(document, {}, KEY));
    expect(first.errors).toMatchObject([{ path: ['b'], extensions: { code: 'DUPLICATE' } }]);
    const [a] = pageIn(await client.get(`${CUSTOMERS}?search=CLI00001`)).items;
    await client.delete(addressOf(holder));

    const second = graphqlIn(await client.graphql(document, {}, KEY));

    expect(second.errors).toBeUndefined();
    expect(a).toBeDefined();
    expect(second.data?.a?.customer?.id).toBe(a?.id);
    expect(await countOfCustomers(service, tenant)).toBe(3);
  });

  test('is rejected for other variables, and for the same request over REST', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const document = 'mutation ($name: String!) { createCustomer(input: { name: $name }) { customer { id } } }';
    await client.graphql(document, { name: 'A' }, KEY);

    expect(graphqlOutcomeOf(await client.graphql(document, { name: 'B' }, KEY))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(outcomeOf(await client.post(CUSTOMERS, { name: 'A' }, KEY))).toBe('422 IDEMPOTENCY_KEY_REUSED');
  });

  test('has one effect when the same document comes ten times at once', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const answers = await atOnce(10, () => client.graphql(CREATE, {}, KEY));

    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(isReplay)).toHaveLength(9);
    expect(await countOfCustomers(service, tenant)).toBe(1);
  });

  test('says when the first try still runs', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const release = await holdKey(tenant, KEY['idempotency-key']);

    const answer = await client.graphql(CREATE, {}, KEY);
    await release();

    expect(graphqlOutcomeOf(answer)).toBe('IDEMPOTENCY_IN_PROGRESS');
    expect(await countOfCustomers(service, tenant)).toBe(0);
  });
});
