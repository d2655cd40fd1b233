import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  countOfCustomers,
  CUSTOMERS,
  outcomeOf,
  problemIn,
  rowOf,
  wrongFieldsOf,
} from './customer-support.js';

const service = useService();

const TEXTS: readonly (readonly [string, number])[] = [
  ['name', 255],
  ['legal_name', 255],
  ['phone', 50],
  ['mobile', 50],
  ['website', 255],
  ['address_line1', 255],
  ['address_line2', 255],
  ['city', 100],
  ['state', 100],
  ['postal_code', 20],
  ['tax_id', 50],
  ['registration_number', 50],
  ['legal_form', 50],
  ['industry', 100],
  ['size', 50],
  ['segment', 50],
  ['source', 100],
  ['notes', 20_000],
  ['internal_notes', 20_000],
];
const NULLABLE_TEXTS = TEXTS.map(([field]) => field).filter((field) => field !== 'name');
const NUMBERS = ['annual_revenue', 'credit_limit', 'discount_rate', 'employee_count'];
const WORDS = ['type', 'country_code', 'payment_terms', 'payment_method', 'currency'];

async function aClient(): Promise<Client & { tenant: TestTenant }> {
  const tenant = await service.aTenant();
  return { ...as(service, tenant.admin), tenant };
}

/** Sends the field in a creation and in an update; both must reject it alike, and leave the database as it was. */
async function expectRejected(field: string, values: readonly unknown[], code?: string): Promise<void> {
  const client = await aClient();
  const existing = await aCustomer(client);
  const before = await rowOf(service, existing.id);
  for (const value of values) {
    const created = await client.post(CUSTOMERS, { name: 'X', [field]: value });
    const updated = await client.put(addressOf(existing), { [field]: value });
    const sent = `${field}: ${JSON.stringify(value).slice(0, 60)}`;
    expect([sent, outcomeOf(created), outcomeOf(updated)]).toEqual([
      sent,
      '422 VALIDATION_FAILED',
      '422 VALIDATION_FAILED',
    ]);
    expect(wrongFieldsOf(updated)).toEqual(wrongFieldsOf(created));
    const [wrong] = wrongFieldsOf(created);
    expect(wrong).toMatch(new RegExp(`^/${field}(/\\d+)? ${code ?? '[A-Z_]+'}$`));
  }
  expect(await rowOf(service, existing.id)).toEqual(before);
  expect(await countOfCustomers(service, client.tenant)).toBe(1);
}

describe('the length of a text', () => {
  test.each(TEXTS)('%s takes %i characters, also beyond the basic plane, and not one more', async (field, max) => {
    const client = await aClient();

    const longest = '\u{1F600}'.repeat(max);
    expect(await aCustomer(client, { [field]: longest })).toMatchObject({ [field]: longest });

    await expectRejected(field, ['x'.repeat(max + 1), '\u{1F600}'.repeat(max + 1)], 'TOO_LONG');
  });

  test('code takes 50 characters', async () => {
    const client = await aClient();

    expect(await aCustomer(client, { code: 'x'.repeat(50) })).toMatchObject({ code: 'x'.repeat(50) });
    expect(wrongFieldsOf(await client.post(CUSTOMERS, { name: 'X', code: 'x'.repeat(51) }))).toEqual([
      '/code TOO_LONG',
    ]);
  });

  test('an e-mail takes 255 characters', async () => {
    await expectRejected('email', [`${'x'.repeat(60)}@${'y'.repeat(60)}.${'z.'.repeat(80)}example`]);
  });
});

describe('what must not be empty', () => {
  test('a creation needs a name', async () => {
    const client = await aClient();

    for (const body of [{}, { name: null }, { name: '' }, { name: ' \t' }]) {
      expect(wrongFieldsOf(await client.post(CUSTOMERS, body))).toEqual(['/name REQUIRED']);
    }
  });

  test('name is neither emptied nor cleared', () => expectRejected('name', [null, '', '  ']));

  test('type is not emptied', () => expectRejected('type', ['']));

  test('an empty code is rejected', async () => {
    const client = await aClient();

    for (const code of ['', ' ']) {
      expect(wrongFieldsOf(await client.post(CUSTOMERS, { name: 'X', code }))).toEqual(['/code REQUIRED']);
    }
  });

  test.each(NULLABLE_TEXTS)('%s is cleared by null and by an empty text', async (field) => {
    const client = await aClient();
    const created = await aCustomer(client, { [field]: 'x' });

    for (const empty of [null, '', ' ']) {
      await client.put(addressOf(created), { [field]: 'x' });
      expect(await client.put(addressOf(created), { [field]: empty })).toMatchObject({ body: { [field]: null } });
    }
  });
});

describe('a value of another type than declared', () => {
  const NO_TEXT: readonly unknown[] = [1, true, {}, [], ['x'], { $ne: null }, { toString: 'x' }];

  test.each([...TEXTS.map(([field]) => field), 'email', ...WORDS])(
    '%s takes no number, boolean, list or object',
    (field) => expectRejected(field, NO_TEXT, 'NOT_A_STRING'),
  );

  test('assigned_to takes UUIDs only', () => expectRejected('assigned_to', [...NO_TEXT, 'x', '0'.repeat(36)]));

  test.each(NUMBERS)('%s takes no boolean, list, object or word', (field) =>
    expectRejected(field, [true, [], [1], {}, { $gt: 0 }, 'many', 'NaN', '1e3', '0x10', '1,5', '--1', '١']),
  );

  test('is_active takes true and false', () => expectRejected('is_active', [1, 0, 'true', 'yes', [], {}]));

  test('employee_count takes whole numbers that fit', () =>
    expectRejected('employee_count', [1.5, -1, 2_147_483_648, 1e300, '1.5', 'douze']));

  test.each(['lead_score', 'health_score'])('%s goes from 0 to 100 and belongs to updates', async (field) => {
    const client = await aClient();
    const created = await aCustomer(client);

    for (const value of [-1, 101, 50.5, '101', null, true, [], {}]) {
      expect((await client.put(addressOf(created), { [field]: value })).status).toBe(422);
    }
    for (const value of [0, 100]) {
      expect(await client.put(addressOf(created), { [field]: value })).toMatchObject({ body: { [field]: value } });
    }
    expect((await client.post(CUSTOMERS, { name: 'X', [field]: 50 })).status).toBe(422);
  });

  test('tags are at most 50 texts of 1 to 50 characters', async () => {
    const client = await aClient();
    const fifty = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(50, 'x'));
    expect(await aCustomer(client, { tags: fifty })).toMatchObject({ tags: fifty });

    await expectRejected('tags', ['x', 1, {}, [1], [null], [['x']], [{}], [''], ['x'.repeat(51)], [...fifty, 'x']]);
  });

  test('a body is an object', async () => {
    const client = await aClient();
    const created = await aCustomer(client);

    for (const body of ['null', '[]', '[{"name":"x"}]', '"x"', '1', 'true']) {
      expect(outcomeOf(await client.post(CUSTOMERS, body))).toBe('422 VALIDATION_FAILED');
      expect(outcomeOf(await client.put(addressOf(created), body))).toBe('422 VALIDATION_FAILED');
    }
  });
});

describe('what is no such thing', () => {
  test.each([
    ['type', ['prospect', 'CLIENT', '__proto__', 'constructor']],
    ['payment_terms', ['NET_31', 'toString']],
    ['payment_method', ['BITCOIN']],
    ['country_code', ['XX', 'FRA', 'F', 'ZZ', 'ß', 'ﬁ', 'ıt']],
    ['currency', ['EURO', 'XYZ', '€', 'uſd']],
    ['email', ['x', 'x@', '@x.fr', 'a b@x.fr', 'x@y', 'x@y.fr, z@y.fr']],
  ] as const)('%s is checked', (field, values) => expectRejected(field, values));
});

describe('money and percentages', () => {
  test.each([
    [50000, '50000.00'],
    ['50000.00', '50000.00'],
    [0.1, '0.10'],
    ['0.01', '0.01'],
    [0, '0.00'],
    ['-0', '0.00'],
    [9999999999999.99, '9999999999999.99'],
    ['9999999999999.99', '9999999999999.99'],
    ['000012.5', '12.50'],
  ])('%p is kept as %s', async (sent, text) => {
    const client = await aClient();

    const answer = await client.post(CUSTOMERS, { name: 'X', annual_revenue: sent });

    expect(answer.text).toContain(`"annual_revenue":${text},`);
  });

  test.each(['annual_revenue', 'credit_limit'])(
    '%s takes no third decimal, nothing below zero, nothing over 13 digits',
    (field) =>
      expectRejected(field, [
        0.001,
        '1.005',
        1e-9,
        -0.01,
        '-1',
        10_000_000_000_000,
        '10000000000000',
        1e21,
        '9'.repeat(1000),
      ]),
  );

  test('a number too large for JSON readers is rejected, not rounded', async () => {
    const client = await aClient();

    expect(outcomeOf(await client.post(CUSTOMERS, '{"name":"X","annual_revenue":1e999}'))).toBe(
      '422 VALIDATION_FAILED',
    );
  });

  test('discount_rate goes from 0 to 100 with two decimals', async () => {
    const client = await aClient();
    for (const rate of [0, 100, 33.33]) {
      expect(await aCustomer(client, { discount_rate: rate })).toMatchObject({ discount_rate: rate });
    }

    await expectRejected('discount_rate', [-0.01, 100.01, 1.234]);
  });
});

describe('hostile text', () => {
  test.each(TEXTS.map(([field]) => field))('%s takes neither NUL nor half a surrogate pair', (field) =>
    expectRejected(field, ['a\0b', 'a\ud800b', '\udc00'], 'INVALID_CHARACTERS'),
  );

  test('neither do tags and codes', async () => {
    await expectRejected('tags', [['a\0b'], ['\ud800']]);
    const client = await aClient();
    expect(wrongFieldsOf(await client.post(CUSTOMERS, { name: 'X', code: 'a\0b' }))).toEqual([
      '/code INVALID_CHARACTERS',
    ]);
  });

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'nom',
    'Name',
    '',
    'a/b~c',
    'deleted_at',
    'search_text',
  ])('the unknown member %p is named', async (field) => {
    const client = await aClient();
    const created = await aCustomer(client);
    const body = `{"name":"X",${JSON.stringify(field)}:{"type":"VIP"}}`;

    for (const answer of [await client.post(CUSTOMERS, body), await client.put(addressOf(created), body)]) {
      expect(wrongFieldsOf(answer)).toEqual([`/${field.replaceAll('~', '~0').replaceAll('/', '~1')} UNKNOWN_MEMBER`]);
    }
  });

  test('JSON nested without end is rejected, wherever it stands', async () => {
    const client = await aClient();
    const created = await aCustomer(client);
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);

    for (const field of ['name', 'tags', 'id', 'created_at', 'nothing']) {
      const body = `{"${field}":${deep}}`;
      expect([400, 422]).toContain((await client.put(addressOf(created), body)).status);
      expect([400, 422]).toContain((await client.post(CUSTOMERS, body)).status);
    }
  });

  test('every wrong member is named at once, and no value is repeated', async () => {
    const client = await aClient();

    const answer = await client.post(CUSTOMERS, { name: '', email: 'geheim', type: 'geheim', geheim_nis: 1, size: 7 });

    expect(wrongFieldsOf(answer).sort()).toEqual([
      '/email INVALID_EMAIL',
      '/geheim_nis UNKNOWN_MEMBER',
      '/name REQUIRED',
      '/size NOT_A_STRING',
      '/type NOT_IN_LIST',
    ]);
    expect(JSON.stringify(problemIn(answer)).replaceAll('geheim_nis', '')).not.toContain('geheim');
  });
});
