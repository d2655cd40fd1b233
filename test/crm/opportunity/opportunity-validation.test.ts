import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { newId } from '../../../src/platform/values/ids.js';
import { addressOf, anOpportunity, OPPORTUNITIES, opportunityIn, rowOf } from './opportunity-support.js';
import {
  aCustomer,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  problemIn,
  wrongFieldsOf,
} from '../customer/customer-support.js';

const service = useService();

const TEXTS: readonly (readonly [string, number])[] = [
  ['name', 255],
  ['description', 20_000],
  ['stage', 50],
  ['team', 100],
  ['source', 100],
  ['campaign', 100],
  ['notes', 20_000],
  ['next_steps', 20_000],
];
const NULLABLE = [
  ...TEXTS.map(([field]) => field).filter((field) => field !== 'name'),
  'expected_close_date',
  'assigned_to',
];

interface Opener extends Client {
  readonly tenant: TestTenant;
  readonly customerId: string;
}

async function aClient(settings = {}): Promise<Opener> {
  const tenant = await service.aTenant(settings);
  const client = as(service, tenant.admin);
  return { ...client, tenant, customerId: (await aCustomer(client)).id };
}

/** Sends the field in a creation and in an update; both must reject it alike, and leave the database as it was. */
async function expectRejected(field: string, values: readonly unknown[], code?: string): Promise<void> {
  const client = await aClient();
  const existing = await anOpportunity(client, { customer_id: client.customerId });
  const before = await rowOf(service, existing.id);
  for (const value of values) {
    const created = await client.post(OPPORTUNITIES, { name: 'X', customer_id: client.customerId, [field]: value });
    const updated = await client.put(addressOf(existing), { [field]: value });
    const sent = `${field}: ${JSON.stringify(value).slice(0, 60)}`;
    expect([sent, outcomeOf(created), outcomeOf(updated)]).toEqual([
      sent,
      '422 VALIDATION_FAILED',
      '422 VALIDATION_FAILED',
    ]);
    expect(wrongFieldsOf(updated)).toEqual(wrongFieldsOf(created));
    expect(wrongFieldsOf(created)[0]).toMatch(new RegExp(`^/${field}(/\\d+)? ${code ?? '[A-Z_]+'}$`));
  }
  expect(await rowOf(service, existing.id)).toEqual(before);
  expect((await client.get(OPPORTUNITIES)).body).toMatchObject({ total: 1 });
}

describe('texts', () => {
  test.each(TEXTS)('%s takes %i characters and not one more, no NUL and no half of a pair', async (field, max) => {
    const client = await aClient();
    const longest = '\u{1F600}'.repeat(max);
    expect(await anOpportunity(client, { [field]: longest })).toMatchObject({ [field]: longest });

    await expectRejected(field, ['x'.repeat(max + 1)], 'TOO_LONG');
    await expectRejected(field, ['a\0b', '\ud800'], 'INVALID_CHARACTERS');
    await expectRejected(field, [1, true, {}, ['x']], 'NOT_A_STRING');
  });

  test.each(NULLABLE)('%s is cleared by null and by an empty text', async (field) => {
    const client = await aClient();
    const values: Readonly<Record<string, string>> = {
      expected_close_date: '2026-03-31',
      assigned_to: client.tenant.user.id,
    };
    const created = await anOpportunity(client, { [field]: values[field] ?? 'x' });

    for (const empty of [null, '', ' ']) {
      await client.put(addressOf(created), { [field]: values[field] ?? 'x' });
      expect(await client.put(addressOf(created), { [field]: empty })).toMatchObject({ body: { [field]: null } });
    }
  });

  test('a name, a status, an amount and lists are neither cleared nor, where it means nothing, emptied', async () => {
    await expectRejected('name', [null, '', ' ']);
    await expectRejected('status', ['', 'OPEN', 'new', 1, {}, '__proto__']);
    const client = await aClient({ default_currency: 'CHF' });
    const defaults = { status: 'NEW', probability: 10, amount: 0, currency: 'CHF', competitors: [], products: [] };
    const nulls = Object.fromEntries(Object.keys(defaults).map((field) => [field, null]));

    const created = await anOpportunity(client, nulls);

    expect(created).toMatchObject(defaults);
    for (const field of Object.keys(defaults)) {
      const cleared = await client.put(addressOf(created), { [field]: null });
      expect(wrongFieldsOf(cleared)).toEqual([`/${field} REQUIRED`]);
    }
  });

  test('an empty text means the default where there is one', async () => {
    const client = await aClient({ default_currency: 'CHF' });
    const empty = { probability: '', amount: '', currency: '', competitors: '', products: '' };
    const defaults = { probability: 10, amount: 0, currency: 'CHF', competitors: [], products: [] };

    expect(await anOpportunity(client, empty)).toMatchObject(defaults);
    const full = await anOpportunity(client, {
      probability: 5,
      amount: 7,
      currency: 'USD',
      competitors: ['a'],
      products: [1],
    });
    expect((await client.put(addressOf(full), empty)).body).toMatchObject(defaults);
  });
});

describe('numbers and dates', () => {
  test('amount is money, not below zero', () =>
    expectRejected('amount', [-0.01, '1.005', 0.001, 1e13, '1e3', true, [], {}, 'viel', '1,5']));
  test('probability is a whole number from 0 to 100', () =>
    expectRejected('probability', [-1, 101, 30.5, '30.5', true, [], {}]));
  test('currency is one of ISO 4217', () => expectRejected('currency', ['EURO', 'XYZ', '€', 1]));
  test('expected_close_date is a date that exists', () =>
    expectRejected('expected_close_date', ['2026-02-30', '2026-1-1', '2026-01-01T00:00:00Z', 'demain', 20260101, {}]));
  test('assigned_to is a UUID of somebody active here', async () => {
    await expectRejected('assigned_to', ['x', 1, {}, newId()]);
  });

  test.each([
    [50000, '50000.00'],
    ['0.1', '0.10'],
    [9999999999999.99, '9999999999999.99'],
  ])('an amount of %p is kept as %s', async (sent, text) => {
    const client = await aClient();

    const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id: client.customerId, amount: sent });

    expect(answer.text).toContain(`"amount":${text},`);
  });
});

describe('the customer', () => {
  test('is required, and a UUID', async () => {
    const client = await aClient();

    for (const customer_id of [undefined, null, '', 'x', 1, {}]) {
      const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id });
      expect([answer.status, wrongFieldsOf(answer)[0]]).toEqual([422, expect.stringMatching(/^\/customer_id /)]);
    }
  });

  test('is a live one of the tenant: else a 404 in its own words', async () => {
    const client = await aClient();
    const deleted = await aCustomer(client);
    await client.delete(`/v1/commercial/customers/${deleted.id}`);

    for (const customer_id of [newId(), deleted.id, (await aClient()).customerId]) {
      const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id }, { 'accept-language': 'fr' });
      expect([outcomeOf(answer), problemIn(answer).detail]).toEqual(['404 NOT_FOUND', 'Client non trouvé']);
    }
  });

  test('never changes', async () => {
    const client = await aClient();
    const one = await anOpportunity(client);

    expect((await client.put(addressOf(one), { customer_id: one.customer_id.toUpperCase() })).status).toBe(200);
    const answer = await client.put(addressOf(one), { customer_id: client.customerId });
    expect(wrongFieldsOf(answer)).toEqual(['/customer_id READ_ONLY']);
  });
});

describe('competitors', () => {
  test('are at most 50 texts of 1 to 255 characters', async () => {
    const client = await aClient();
    const fifty = Array.from({ length: 50 }, (_, index) => `${index}"\\{},é`.padEnd(255, 'x'));
    const created = await anOpportunity(client, { competitors: fifty });
    expect(created).toMatchObject({ competitors: fifty });
    expect((await client.get(addressOf(created))).body).toMatchObject({ competitors: fifty });

    await expectRejected('competitors', ['x', {}, [1], [null], [''], ['x'.repeat(256)], [...fifty, 'x'], ['a\0']]);
  });
});

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('products', () => {
  const SOUND = [
    [{ sku: 'A-1', quantity: 2, price: 12.5, options: { colours: ['rouge', null], exact: true } }],
    ['texte', 1, -0.5, true, false, [], {}, [[['x']]]],
    [{ bb: 1, c: 2, é: 3, aa: 4, 10: 5, 9: 6, z: { y: 1, x: [{ b: 1, a: 2 }] } }],
    [{ '': 1, 'é"\\': '\u{1F600}', nul: null, constructor: 1 }],
    [nested(10)],
    Array.from({ length: 100 }, (_, index) => index),
    ['x'.repeat(19_996)],
    [],
  ];

  test.each(SOUND.map((products) => ({ products })))('come back as they were sent: $products', async ({ products }) => {
    const client = await aClient();

    const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id: client.customerId, products });
    const created = opportunityIn(answer);
    expect((await client.get(addressOf(created))).text).toBe(answer.text);
    const other = await anOpportunity(client);
    const changed = await client.put(addressOf(other), { products });

    for (const { body } of [changed, await client.get(addressOf(created)), await client.get(addressOf(other))]) {
      expect(body).toMatchObject({ products });
    }
    expect(created).toMatchObject({ products });
    const read = await client.graphql('query ($id: ID!) { opportunity(id: $id) { products } }', { id: created.id });
    expect(graphqlIn(read).data).toEqual({ opportunity: { products } });
    const again = await client.put(addressOf(other), { products });
    expect(again.body).toMatchObject({ version: products.length === 0 ? 1 : 2 });
  });

  test('come the same way over GraphQL, as variables and as literals', async () => {
    const client = await aClient();
    const create =
      'mutation ($input: CreateOpportunityInput!) { createOpportunity(input: $input) { opportunity { products } } }';
    const products = [{ sku: 'A', n: [1, { deep: null }] }, 'b'];

    const variables = await client.graphql(create, { input: { name: 'X', customerId: client.customerId, products } });
    const literals = await client.graphql(
      `mutation { createOpportunity(input: { name: "X", customerId: "${client.customerId}", products: [{ sku: "A", n: [1, { deep: null }] }, "b"] }) { opportunity { products } } }`,
    );

    expect(graphqlIn(variables).data).toEqual({ createOpportunity: { opportunity: { products } } });
    expect(graphqlIn(literals).data).toEqual({ createOpportunity: { opportunity: { products } } });
  });

  test('are rejected when they are too many, too long, too deep, null, or cannot be stored', async () => {
    await expectRejected('products', ['x', 1, {}, true], 'NOT_A_LIST');
    await expectRejected('products', [Array<number>(101).fill(1)], 'TOO_MANY_ITEMS');
    await expectRejected('products', [['x'.repeat(19_997)], [{ a: '\u{1F600}'.repeat(19_993) }]], 'TOO_LONG');
    await expectRejected('products', [[nested(11)], [1, nested(25)]], 'TOO_DEEP');
    await expectRejected('products', [[null], [1, null]], 'REQUIRED');
    await expectRejected(
      'products',
      [['a\0'], [{ a: ['\ud800'] }], [{ 'a\0': 1 }], [{ a: { '\udc00': 1 } }]],
      'INVALID_CHARACTERS',
    );
  });

  test('are rejected with numbers that JSON cannot write, and with __proto__, on both transports', async () => {
    const client = await aClient();
    const send = (text: string): Promise<string> =>
      client
        .post(OPPORTUNITIES, `{"name":"X","customer_id":"${client.customerId}","products":[${text}]}`)
        .then(outcomeOf);
    const graphql = (text: string): Promise<string> =>
      client
        .graphql(
          `mutation { createOpportunity(input: { name: "X", customerId: "${client.customerId}", products: [${text}] }) { opportunity { id } } }`,
        )
        .then(graphqlOutcomeOf);

    expect(await send('1e999')).toBe('422 VALIDATION_FAILED');
    expect(await send('{"__proto__":{"a":1}}')).toBe('422 VALIDATION_FAILED');
    expect(await graphql('"a\\u0000"')).toBe('VALIDATION_FAILED');
    expect(await graphql('{ a: "a\\u0000" }')).toBe('VALIDATION_FAILED');
    expect(await graphql('1e999')).not.toBe('OK');
    expect((await client.get(OPPORTUNITIES)).body).toMatchObject({ total: 0 });
  });
});

describe('members that are not taken', () => {
  test.each([
    'id',
    'weighted_amount',
    'actual_close_date',
    'win_reason',
    'loss_reason',
    'created_by',
    'created_at',
    'version',
  ])('a creation rejects %s', async (field) => {
    const client = await aClient();
    const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id: client.customerId, [field]: null });

    expect([answer.status, wrongFieldsOf(answer)]).toEqual([422, [`/${field} READ_ONLY`]]);
  });

  test.each(['tenant_id', 'deleted_at', 'deleted_with', 'search_text', 'nom', '__proto__'])(
    '%s is unknown',
    async (field) => {
      const client = await aClient();
      const one = await anOpportunity(client);
      const body = `{"name":"X","customer_id":"${client.customerId}",${JSON.stringify(field)}:1}`;

      expect(wrongFieldsOf(await client.post(OPPORTUNITIES, body))).toEqual([`/${field} UNKNOWN_MEMBER`]);
      expect(wrongFieldsOf(await client.put(addressOf(one), `{${JSON.stringify(field)}:1}`))).toEqual([
        `/${field} UNKNOWN_MEMBER`,
      ]);
    },
  );

  test('a record that was read may be sent back whole; what only the service sets must be equal', async () => {
    const client = await aClient();
    const won = await anOpportunity(client, { status: 'WON', amount: 5, products: [{ a: 1 }], competitors: ['b'] });

    expect(await client.put(addressOf(won), won)).toMatchObject({ status: 200, body: won });
    expect(await client.put(addressOf(won), { ...won, amount: 6 })).toMatchObject({
      body: { weighted_amount: 6, version: 2 },
    });
    for (const change of [
      { weighted_amount: 1 },
      { actual_close_date: '2020-01-01' },
      { actual_close_date: null },
      { version: 9 },
    ]) {
      const answer = await client.put(addressOf(won), change);
      expect([answer.status, wrongFieldsOf(answer)]).toEqual([422, [`/${Object.keys(change)[0] ?? ''} READ_ONLY`]]);
    }
  });
});
