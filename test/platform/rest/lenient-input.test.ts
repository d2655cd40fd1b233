/** What clients of the original and of other languages send, and REST takes: booleans, moments, numbers as text, null, merge patches. */
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

const CRM = '/v1/commercial';

const service = useService();
let tenant: TestTenant;
let admin: Client;
let customer_id: string;

beforeAll(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
  customer_id = await made('customers', { name: 'Acme' });
});

async function made(collection: string, body: object): Promise<string> {
  const answer = await admin.post(`${CRM}/${collection}`, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { id: string }).id;
}

const REQUIRED: Readonly<Record<string, () => object>> = {
  customers: () => ({ name: 'Acme' }),
  contacts: () => ({ customer_id, first_name: 'Léa', last_name: 'Roux' }),
  opportunities: () => ({ customer_id, name: 'Vente' }),
  activities: () => ({ customer_id, type: 'CALL', subject: 'Appel' }),
};

describe('a boolean in a query', () => {
  test.each([
    ['True', 'FALSE'],
    ['true', 'false'],
    ['1', '0'],
    ['tRuE', 'False'],
  ])('is %s or %s', async (yes, no) => {
    const path = `${CRM}/contacts?customer_id=${customer_id}&is_active=`;
    const id = await made('contacts', { ...REQUIRED.contacts?.(), is_active: false });

    expect(JSON.stringify((await admin.get(path + no)).body)).toContain(id);
    expect((await admin.get(path + yes)).text).not.toContain(id);
    expect((await admin.post(`${CRM}/customers?dry_run=${yes}`, { name: 'X' })).headers.get('dry-run')).toBe('true');
    expect((await admin.get(`${CRM}/export/customers?bom=${no}`)).text).toMatch(/^Code/);
  });

  test.each(['yes', 'on', 'truee', '2', 't'])('is not %s', async (word) => {
    expect((await admin.get(`${CRM}/customers?is_active=${word}`)).status).toBe(422);
  });
});

describe('a moment', () => {
  const SAME = [
    '2026-03-31T10:20:30',
    '2026-03-31 10:20:30',
    '2026-03-31T10:20:30.000123',
    '2026-03-31 10:20:30+00:00',
    '2026-03-31T12:20:30+02:00',
    '2026-03-31t10:20:30z',
  ];

  test.each(SAME)('is read in UTC where it has no zone: %s', async (date) => {
    const answer = await admin.post(`${CRM}/activities`, { ...REQUIRED.activities?.(), date, due_date: date });

    const moment = '2026-03-31T10:20:30.000Z';
    expect(answer.body).toMatchObject({ date: moment, due_date: moment });
  });

  test('without seconds is one of a form', async () => {
    const answer = await admin.post(`${CRM}/activities`, { ...REQUIRED.activities?.(), date: '2026-03-31T10:20' });

    expect(answer.body).toMatchObject({ date: '2026-03-31T10:20:00.000Z' });
  });

  test('is read alike in a query', async () => {
    const of = await made('customers', { name: 'Acme' });
    const id = await made('activities', { ...REQUIRED.activities?.(), customer_id: of, date: '2026-05-05T10:00:00Z' });
    const list = (query: string) => admin.get(`${CRM}/activities?customer_id=${of}&${query}`);

    expect((await list('date_from=2026-05-05T10:00:00&date_to=2026-05-05T10:00:00')).body).toMatchObject([{ id }]);
    expect((await list('date_from=2026-05-05T10:00:01')).body).toEqual([]);
    expect((await list('updated_since=2000-01-01T00:00:00')).body).toMatchObject([{ id }]);
    expect((await admin.get('/v1/audit/logs?from_date=2026-05-05T10:00:00')).status).toBe(200);
  });

  test.each([
    '2026-02-30T10:00:00',
    '2026-03-31T24:00:00',
    '2026-03-31T10',
    '2026-03-31T10:20:30 UTC',
    '31/03/2026 10:20',
  ])('is not %s', async (date) => {
    expect((await admin.post(`${CRM}/activities`, { ...REQUIRED.activities?.(), date })).status).toBe(422);
  });

  test('without a zone is none in GraphQL', async () => {
    const answer = await admin.graphql(
      '{ activities(filter: { date: { gte: "2026-03-31T10:20:30" } }) { totalCount } }',
    );

    expect(answer.text).toContain('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a number', () => {
  test('may be sent as text, wherever it stands', async () => {
    const customer = await admin.post(`${CRM}/customers`, {
      name: 'Acme',
      annual_revenue: '1000',
      employee_count: '12',
      discount_rate: '2.5',
    });
    const sale = await admin.post(`${CRM}/opportunities`, {
      ...REQUIRED.opportunities?.(),
      probability: ' 35 ',
      amount: '10.00',
    });
    const call = await admin.post(`${CRM}/activities`, { ...REQUIRED.activities?.(), duration_minutes: '30.0' });

    expect(customer.body).toMatchObject({ annual_revenue: 1000, employee_count: 12, discount_rate: 2.5 });
    expect(sale.body).toMatchObject({ probability: 35, amount: 10 });
    expect(call.body).toMatchObject({ duration_minutes: 30 });
  });

  test.each(['12.5', '1e2', '0x10', 'x', '12 3', '٣', '99999999999'])('is not %s', async (employee_count) => {
    expect((await admin.post(`${CRM}/customers`, { name: 'Acme', employee_count })).status).toBe(422);
  });

  test('may come back as text where it is read-only', async () => {
    const id = await made('customers', { name: 'Acme' });
    const back = { order_count: '0', total_revenue: '0', version: '1', created_at: undefined };

    expect((await admin.put(`${CRM}/customers/${id}`, { ...back, city: 'Lyon' })).status).toBe(200);
    expect((await admin.put(`${CRM}/customers/${id}`, { order_count: '1' })).status).toBe(422);
  });
});

describe('null at creation', () => {
  test.each(Object.keys(REQUIRED))('of %s takes the default of what is optional', async (collection) => {
    const body = REQUIRED[collection]?.() ?? {};
    const plain = await admin.post(`${CRM}/${collection}`, body);
    const record = plain.body as Readonly<Record<string, unknown>>;
    const { properties } = await creationSchema(collection);
    const optional = Object.keys(properties).filter((name) => !(name in body) && !ALIASES.includes(name));
    const nulls = Object.fromEntries(optional.map((name) => [name, null]));

    const answer = await admin.post(`${CRM}/${collection}`, { ...body, ...nulls });

    const changing = ['id', 'code', 'date', 'created_at', 'updated_at'];
    const expected = Object.fromEntries(Object.entries(record).filter(([name]) => !changing.includes(name)));
    expect(answer.body).toMatchObject({ ...expected });
    expect(optional.length).toBeGreaterThan(4);
  });

  test('does so in GraphQL', async () => {
    const answer = await admin.graphql(
      `mutation { createCustomer(input: { name: "Acme", type: null, tags: null, isActive: null, paymentTerms: null, countryCode: null }) {
        customer { type tags isActive paymentTerms countryCode } } }`,
    );

    const customer = { type: 'PROSPECT', tags: [], isActive: true, paymentTerms: 'NET_30', countryCode: 'FR' };
    expect(answer.body).toMatchObject({ data: { createCustomer: { customer } } });
  });

  test('is still an error of what is required, and in an update', async () => {
    const id = await made('customers', { name: 'Acme' });

    expect((await admin.post(`${CRM}/customers`, { name: null })).status).toBe(422);
    for (const field of ['is_active', 'type', 'tags', 'payment_terms', 'country_code', 'discount_rate'])
      expect([field, (await admin.put(`${CRM}/customers/${id}`, { [field]: null })).status]).toEqual([field, 422]);
  });
});

const ALIASES = ['customer_type', 'activity_type', 'activity_date'];

interface BodySchema {
  readonly properties: Readonly<Record<string, object>>;
}

async function creationSchema(collection: string): Promise<BodySchema> {
  const { components } = (await admin.get('/v1/openapi.json')).body as {
    readonly components: { readonly schemas: Readonly<Record<string, BodySchema>> };
  };
  const kinds: Readonly<Record<string, string>> = {
    customers: 'Customer',
    contacts: 'Contact',
    opportunities: 'Opportunity',
    activities: 'Activity',
  };
  return components.schemas[`Create${kinds[collection]}Input`] ?? { properties: {} };
}

describe('an empty text', () => {
  test('is null where null may be, and the default elsewhere', async () => {
    const empty = {
      city: '',
      payment_terms: '',
      country_code: '',
      is_active: '',
      tags: '',
      lead_score: '',
      health_score: '',
    };
    const fields = { ...empty, lead_score: undefined, health_score: undefined };
    const created = await admin.post(`${CRM}/customers`, { name: 'Acme', employee_count: '', ...fields });
    const address = `${CRM}/customers/${(created.body as { id: string }).id}`;
    await admin.put(address, {
      city: 'Lyon',
      payment_terms: 'NET_60',
      is_active: false,
      lead_score: 7,
      health_score: 7,
    });

    const expected = { city: null, payment_terms: 'NET_30', country_code: 'FR', is_active: true, tags: [] };
    expect(created.body).toMatchObject({ ...expected, employee_count: null });
    expect((await admin.put(address, empty)).body).toMatchObject({ ...expected, lead_score: 0, health_score: 100 });
  });

  test.each([
    ['customers', 'code'],
    ['customers', 'type'],
    ['customers', 'customer_type'],
    ['customers', 'name'],
    ['opportunities', 'code'],
    ['opportunities', 'status'],
    ['activities', 'activity_type'],
    ['activities', 'subject'],
  ])('is a 422 in %s as %s', async (collection, field) => {
    expect((await admin.post(`${CRM}/${collection}`, { ...REQUIRED[collection]?.(), [field]: '' })).status).toBe(422);
  });
});

describe('a merge patch', () => {
  test.each(['application/merge-patch+json', 'Application/Merge-Patch+JSON; charset=utf-8'])(
    'is taken as %s',
    async (type) => {
      const id = await made('customers', { name: 'Acme', city: 'Lyon' });

      const answer = await admin.request('PATCH', `${CRM}/customers/${id}`, { city: null }, { 'content-type': type });

      expect([answer.status, (answer.body as { city: unknown }).city]).toEqual([200, null]);
    },
  );

  test('is one of PATCH alone', async () => {
    const id = await made('customers', { name: 'Acme' });
    const merge = { 'content-type': 'application/merge-patch+json' };

    expect((await admin.put(`${CRM}/customers/${id}`, { city: null }, merge)).status).toBe(415);
    expect((await admin.post(`${CRM}/customers`, { name: 'X' }, merge)).status).toBe(415);
    expect(
      (await admin.request('PATCH', `${CRM}/customers/${id}`, {}, { 'content-type': 'application/json-patch+json' }))
        .status,
    ).toBe(415);
    expect(
      (await admin.request('PATCH', `${CRM}/customers/${id}`, {}, { 'content-type': 'application/merge-patch+jsonx' }))
        .status,
    ).toBe(415);
    expect((await admin.request('PATCH', '/v1/tenant', {}, merge)).status).toBe(200);
  });
});
