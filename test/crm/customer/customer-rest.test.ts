import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  customerIn,
  CUSTOMERS,
  outcomeOf,
  problemIn,
  rowOf,
  wrongFieldsOf,
  type CustomerJson,
} from './customer-support.js';

const service = useService();

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Every field that a creation takes, with a value that is no default. */
const EVERY_FIELD = {
  code: 'ACME-1',
  name: 'Acme',
  legal_name: 'Acme Société Anonyme',
  type: 'VIP',
  email: 'Contact@acme.example',
  phone: '+33 1 23 45 67 89',
  mobile: '06 12 34 56 78',
  website: 'https://acme.example',
  address_line1: '1 rue de la Paix',
  address_line2: 'Bâtiment B',
  city: 'Lyon',
  state: 'Rhône',
  postal_code: '69001',
  country_code: 'BE',
  tax_id: 'FR12345678901',
  registration_number: '12345678900011',
  legal_form: 'SAS',
  industry: 'Énergie',
  size: 'PME',
  annual_revenue: 1234567.5,
  employee_count: 42,
  payment_terms: 'END_OF_MONTH',
  payment_method: 'DIRECT_DEBIT',
  credit_limit: 5000,
  currency: 'CHF',
  discount_rate: 12.25,
  tags: ['été', 'a, b'],
  segment: 'A',
  source: 'Salon',
  notes: 'Première ligne\nseconde',
  internal_notes: 'Discret',
  is_active: false,
};

describe('creating a customer', () => {
  test('a name alone is enough: every other member has its default, and nulls are there', async () => {
    const { admin } = await service.aTenant();

    const answer = await as(service, admin).post(CUSTOMERS, { name: 'Acme' });

    expect(answer.status).toBe(201);
    const created = customerIn(answer);
    const absent = Object.keys(EVERY_FIELD).map((field) => [field, null]);
    expect(created).toEqual({
      ...(Object.fromEntries(absent) as object),
      id: expect.stringMatching(UUID_V7) as unknown,
      code: 'CLI00001',
      name: 'Acme',
      type: 'PROSPECT',
      country_code: 'FR',
      payment_terms: 'NET_30',
      currency: 'EUR',
      discount_rate: 0,
      tags: [],
      is_active: true,
      assigned_to: null,
      lead_score: expect.any(Number) as unknown,
      health_score: expect.any(Number) as unknown,
      total_revenue: 0,
      order_count: 0,
      last_order_date: null,
      first_order_date: null,
      created_by: admin.id,
      created_at: expect.stringMatching(INSTANT) as unknown,
      updated_at: created.created_at,
      version: 1,
    });
    expect(answer.text).toContain('"total_revenue":0.00');
  });

  test('every member that is sent comes back, money as an exact JSON number', async () => {
    const { admin, user } = await service.aTenant();
    const fields = { ...EVERY_FIELD, assigned_to: user.id };

    const answer = await as(service, admin).post(CUSTOMERS, fields);

    expect(customerIn(answer)).toMatchObject(fields);
    expect(answer.text).toContain('"annual_revenue":1234567.50');
    expect(answer.text).toContain('"credit_limit":5000.00');
    expect(answer.text).toContain('"discount_rate":12.25');
  });

  test('the answer is what a read gives afterwards, with its address, its ETag and no caching', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);

    const created = await client.post(CUSTOMERS, EVERY_FIELD);
    const read = await client.get(addressOf(customerIn(created)));

    expect(read.text).toBe(created.text);
    expect(created.headers.get('location')).toBe(addressOf(customerIn(created)));
    expect([created.headers.get('etag'), read.headers.get('etag')]).toEqual(['"1"', '"1"']);
    expect([created.headers.get('cache-control'), read.headers.get('cache-control')]).toEqual(['no-store', 'no-store']);
  });

  test('text is stored composed and without blanks around it', async () => {
    const { admin } = await service.aTenant();

    const created = await aCustomer(as(service, admin), { name: '  E\u0301lan  ', city: '\tLyon\n', tags: [' a '] });

    expect(created).toMatchObject({ name: '\u00c9lan', city: 'Lyon', tags: ['a'] });
  });

  test('an empty text means null, and the default where there is one', async () => {
    const { admin } = await service.aTenant({ default_currency: 'CHF' });
    const empty = { email: '', city: ' ', annual_revenue: '', employee_count: '', assigned_to: '', payment_method: '' };
    const defaulted = { country_code: '', payment_terms: '', currency: '', discount_rate: '', is_active: '' };

    const client = as(service, admin);
    const full = await aCustomer(client, { ...EVERY_FIELD, currency: 'USD' });

    const created = await aCustomer(client, { ...empty, ...defaulted });
    const changed = customerIn(await client.put(addressOf(full), { ...empty, ...defaulted }));

    for (const customer of [created, changed]) {
      expect(customer).toMatchObject({ email: null, city: null, annual_revenue: null, employee_count: null });
      expect(customer).toMatchObject({ assigned_to: null, payment_method: null, country_code: 'FR', currency: 'CHF' });
      expect(customer).toMatchObject({ payment_terms: 'NET_30', discount_rate: 0, is_active: true });
    }
  });

  test("the currency is the tenant's when none is named", async () => {
    const { admin } = await service.aTenant({ default_currency: 'CHF' });

    expect(await aCustomer(as(service, admin))).toMatchObject({ currency: 'CHF' });
  });

  test('customer_type is another name for type', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);

    expect(await aCustomer(client, { customer_type: 'LEAD' })).toMatchObject({ type: 'LEAD' });
    const both = await client.post(CUSTOMERS, { name: 'X', type: 'VIP', customer_type: 'LEAD' });
    expect(outcomeOf(both)).toBe('422 VALIDATION_FAILED');
  });
});

describe('changing a customer', () => {
  test.each(['PUT', 'PATCH'])('%s changes what is sent, clears what is null and leaves the rest', async (method) => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, EVERY_FIELD);

    const changed = await client.request(method, addressOf(created), { city: 'Nantes', phone: null, lead_score: 70 });

    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    const { updated_at } = customerIn(changed);
    expect(customerIn(changed)).toEqual({
      ...created,
      city: 'Nantes',
      phone: null,
      lead_score: 70,
      version: 2,
      updated_at,
    });
    expect((await client.get(addressOf(created))).text).toBe(changed.text);
  });

  test('a change that changes nothing leaves version and instant alone', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, EVERY_FIELD);

    for (const body of [{}, { city: 'Lyon' }, { discount_rate: '12.25', tags: ['été', 'a, b'] }]) {
      expect(customerIn(await client.put(addressOf(created), body))).toEqual(created);
    }
  });

  test('what was read may be sent back whole with a change', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, { ...EVERY_FIELD, is_active: true });

    const changed = await client.put(addressOf(created), { ...created, name: 'Acme & fils' }, { 'if-match': '"1"' });

    expect(changed).toMatchObject({ status: 200, body: { name: 'Acme & fils', version: 2 } });
  });

  test.each([
    ['id', '00000000-0000-7000-8000-000000000000'],
    ['code', 'OTHER'],
    ['total_revenue', 1],
    ['order_count', 1],
    ['last_order_date', '2026-01-01'],
    ['first_order_date', '2026-01-01'],
    ['created_by', null],
    ['created_at', '2026-01-01T00:00:00.000Z'],
    ['updated_at', '2026-01-01T00:00:00.000Z'],
    ['version', 9],
  ])('%s sent back changed is rejected, and so it is in a creation', async (field, value) => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);
    const before = await rowOf(service, created.id);

    const changed = await client.put(addressOf(created), { city: 'Nantes', [field]: value });

    expect(changed.status).toBe(422);
    expect(wrongFieldsOf(changed)).toEqual([`/${field} READ_ONLY`]);
    expect(await rowOf(service, created.id)).toEqual(before);
    if (field === 'code') return;
    const posted = await client.post(CUSTOMERS, { name: 'X', [field]: created[field] });
    expect(wrongFieldsOf(posted)).toEqual([`/${field} READ_ONLY`]);
  });

  test('tenant_id is never taken', async () => {
    const { admin, id } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);

    for (const tenantId of [id, 'other']) {
      expect((await client.post(CUSTOMERS, { name: 'X', tenant_id: tenantId })).status).toBe(422);
      expect((await client.put(addressOf(created), { name: 'X', tenant_id: tenantId })).status).toBe(422);
    }
    expect(await rowOf(service, created.id)).toMatchObject({ tenant_id: id, name: 'Dupont SA' });
  });

  test('updates without a version queue on the row, and none is lost', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);

    const answers = await atOnce(10, (index) => client.put(addressOf(created), { city: `Ville ${index}` }));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const versions = answers.map((answer) => customerIn(answer).version).sort((a, b) => a - b);
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('a version that the caller saw', () => {
  async function aChangedCustomer(): Promise<{ client: ReturnType<typeof as>; customer: CustomerJson }> {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);
    return { client, customer: customerIn(await client.put(addressOf(created), { city: 'Lyon' })) };
  }

  test.each([
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/convert'],
  ])('is rejected when it is stale: %s %s', async (method, action) => {
    const { client, customer } = await aChangedCustomer();
    const before = await rowOf(service, customer.id);
    const body = method === 'DELETE' || method === 'POST' ? undefined : { city: 'Nantes' };

    const answer = await client.request(method, addressOf(customer) + action, body, { 'if-match': '"1"' });

    expect(outcomeOf(answer)).toBe('412 VERSION_CONFLICT');
    expect(problemIn(answer).details).toEqual({ current_version: 2 });
    expect(await rowOf(service, customer.id)).toEqual(before);
  });

  test.each(['"2"', 'W/"2"', '*'])('is accepted as %s', async (tag) => {
    const { client, customer } = await aChangedCustomer();

    expect((await client.put(addressOf(customer), { city: 'Nantes' }, { 'if-match': tag })).status).toBe(200);
  });

  test.each(['2', '"two"', '""', '"2'])('is malformed as %s', async (tag) => {
    const { client, customer } = await aChangedCustomer();

    const answer = await client.put(addressOf(customer), { city: 'Nantes' }, { 'if-match': tag });

    expect(outcomeOf(answer)).toBe('400 MALFORMED_REQUEST');
  });

  test('lets one of ten simultaneous changes through', async () => {
    const { client, customer } = await aChangedCustomer();

    const answers = await atOnce(10, (index) =>
      client.put(addressOf(customer), { city: `Ville ${index}` }, { 'if-match': '"2"' }),
    );

    expect(answers.map(outcomeOf).sort()).toEqual(['200', ...Array<string>(9).fill('412 VERSION_CONFLICT')]);
  });
});

describe('converting a customer', () => {
  test.each([
    ['PROSPECT', 'CUSTOMER', 2],
    ['LEAD', 'CUSTOMER', 2],
    ['CUSTOMER', 'CUSTOMER', 1],
    ['VIP', 'VIP', 1],
  ])('makes of a %s a %s', async (type, result, version) => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, { type });

    const answer = await client.post(`${addressOf(created)}/convert`);

    expect(answer).toMatchObject({ status: 200, body: { id: created.id, type: result, version } });
    expect(answer.headers.get('etag')).toBe(`"${version}"`);
  });

  test.each(['PARTNER', 'CHURNED'])('a %s is rejected', async (type) => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, { type });

    const answer = await client.post(`${addressOf(created)}/convert`, {});

    expect(outcomeOf(answer)).toBe('409 ILLEGAL_TRANSITION');
    expect(problemIn(answer).details).toHaveProperty('allowed');
    expect(await rowOf(service, created.id)).toMatchObject({ type, version: 1 });
  });

  test('takes no members', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);

    const answer = await client.post(`${addressOf(created)}/convert`, { reason: 'x' });

    expect(wrongFieldsOf(answer)).toEqual(['/reason UNKNOWN_MEMBER']);
  });
});

describe('deleting a customer', () => {
  test('hides it from every read, and restoring brings it back', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client, EVERY_FIELD);
    const address = addressOf(created);

    const deleted = await client.delete(address, { 'if-match': '"1"' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(outcomeOf(await client.get(address))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.put(address, { city: 'X' }))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.delete(address))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.post(`${address}/convert`))).toBe('404 NOT_FOUND');
    expect((await client.get(CUSTOMERS)).body).toMatchObject({ items: [], total: 0 });

    const restored = await client.post(`${address}/restore`);
    expect(restored.status).toBe(200);
    expect(customerIn(restored)).toMatchObject({ id: created.id, code: 'ACME-1', tags: ['été', 'a, b'] });
    expect((await client.get(address)).text).toBe(restored.text);
    expect(restored.headers.get('etag')).toBe(`"${customerIn(restored).version}"`);
  });

  test('restoring a live customer changes nothing', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await aCustomer(client);

    expect(customerIn(await client.post(`${addressOf(created)}/restore`))).toEqual(created);
  });
});
