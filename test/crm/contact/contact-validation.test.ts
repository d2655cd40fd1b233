import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  contactAddress,
  contactRow,
  CONTACTS,
  countOfContacts,
  type ContactJson,
} from './contact-support.js';
import { aCustomer, outcomeOf, problemIn, wrongFieldsOf, type CustomerJson } from '../customer/customer-support.js';

const service = useService();

const TEXTS: readonly (readonly [string, number])[] = [
  ['first_name', 100],
  ['last_name', 100],
  ['title', 50],
  ['job_title', 100],
  ['department', 100],
  ['phone', 50],
  ['mobile', 50],
  ['linkedin', 255],
  ['preferred_contact_method', 20],
  ['notes', 20_000],
];
const NAMES = ['first_name', 'last_name'];
const NULLABLE_TEXTS = TEXTS.map(([field]) => field).filter((field) => !NAMES.includes(field));
const FLAGS = [
  'is_primary',
  'is_billing',
  'is_shipping',
  'is_decision_maker',
  'do_not_call',
  'do_not_email',
  'is_active',
];

interface Scene {
  readonly client: Client;
  readonly tenant: TestTenant;
  readonly customer: CustomerJson;
  readonly contact: ContactJson;
}

/** A tenant with one contact. */
async function aScene(): Promise<Scene> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const customer = await aCustomer(client);
  return { client, tenant, customer, contact: await aContact(client, customer) };
}

const bodyWith = ({ id }: CustomerJson, fields: object): object => ({
  customer_id: id,
  first_name: 'A',
  last_name: 'B',
  ...fields,
});

/** Sends the field in a creation and in an update; both must reject it alike, and leave the database as it was. */
async function expectRejected(field: string, values: readonly unknown[], code = '[A-Z_]+'): Promise<void> {
  const { client, tenant, customer, contact } = await aScene();
  const before = await contactRow(service, contact.id);
  for (const value of values) {
    const created = await client.post(CONTACTS, bodyWith(customer, { [field]: value }));
    const updated = await client.put(contactAddress(contact), { [field]: value });
    const sent = `${field}: ${JSON.stringify(value).slice(0, 60)}`;
    const rejected = '422 VALIDATION_FAILED';
    expect([sent, outcomeOf(created), outcomeOf(updated)]).toEqual([sent, rejected, rejected]);
    expect(wrongFieldsOf(updated)).toEqual(wrongFieldsOf(created));
    expect(wrongFieldsOf(created)[0]).toMatch(new RegExp(`^/${field} ${code}$`));
  }
  expect(await contactRow(service, contact.id)).toEqual(before);
  expect(await countOfContacts(service, tenant)).toBe(1);
}

describe('the length of a text', () => {
  test.each(TEXTS)('%s takes %i characters, also beyond the basic plane, and not one more', async (field, max) => {
    const { client, customer } = await aScene();

    const longest = '\u{1F600}'.repeat(max);
    expect(await aContact(client, customer, { [field]: longest })).toMatchObject({ [field]: longest });

    await expectRejected(field, ['x'.repeat(max + 1), '\u{1F600}'.repeat(max + 1)], 'TOO_LONG');
  });

  test('an e-mail takes 255 characters', () =>
    expectRejected('email', [`${'x'.repeat(60)}@${'y'.repeat(60)}.${'z.'.repeat(80)}example`]));
});

describe('what must not be empty', () => {
  test('a creation needs a customer and both names', async () => {
    const { client } = await aScene();

    const answer = await client.post(CONTACTS, {});

    expect(wrongFieldsOf(answer).sort()).toEqual([
      '/customer_id REQUIRED',
      '/first_name REQUIRED',
      '/last_name REQUIRED',
    ]);
  });

  test.each(NAMES)('%s is neither emptied nor cleared', (field) =>
    expectRejected(field, [null, '', ' \t'], 'REQUIRED'),
  );

  test.each([...FLAGS, 'preferred_language'])(
    '%s is not cleared, and null in a new contact is its default',
    async (field) => {
      const { client, customer } = await aScene();
      const created = await aContact(client, customer, { [field]: null });

      expect(created[field]).toEqual((await aContact(client, customer))[field]);
      const cleared = await client.put(contactAddress(created), { [field]: null });
      expect(wrongFieldsOf(cleared)).toEqual([`/${field} REQUIRED`]);
    },
  );

  test.each(NULLABLE_TEXTS)('%s is cleared by null and by an empty text', async (field) => {
    const { client, contact } = await aScene();

    for (const empty of [null, '', ' ']) {
      await client.put(contactAddress(contact), { [field]: 'x' });
      expect(await client.put(contactAddress(contact), { [field]: empty })).toMatchObject({
        body: { [field]: null },
      });
    }
  });

  test('an empty language is French, an empty flag its default', async () => {
    const { client, contact } = await aScene();
    await client.put(contactAddress(contact), { preferred_language: 'en', is_active: false, is_billing: true });

    const answer = await client.put(contactAddress(contact), {
      preferred_language: '',
      is_active: '',
      is_billing: ' ',
    });

    expect(answer.body).toMatchObject({ preferred_language: 'fr', is_active: true, is_billing: false });
  });
});

describe('a value of another type than declared', () => {
  const NO_TEXT: readonly unknown[] = [1, true, {}, [], ['x'], { $ne: null }, { toString: 'x' }];

  test.each([...TEXTS.map(([field]) => field), 'email', 'preferred_language'])(
    '%s takes no number, boolean, list or object',
    (field) => expectRejected(field, NO_TEXT, 'NOT_A_STRING'),
  );

  test.each(FLAGS)('%s takes true and false', (field) =>
    expectRejected(field, [1, 0, 'true', 'yes', [], {}], 'NOT_A_BOOLEAN'),
  );

  test('a body is an object', async () => {
    const { client, contact } = await aScene();

    for (const body of ['null', '[]', '[{"first_name":"x"}]', '"x"', '1', 'true']) {
      expect(outcomeOf(await client.post(CONTACTS, body))).toBe('422 VALIDATION_FAILED');
      expect(outcomeOf(await client.put(contactAddress(contact), body))).toBe('422 VALIDATION_FAILED');
    }
  });
});

describe('what is no such thing', () => {
  test.each([
    ['preferred_language', ['fr-FR', 'f', 'français', 'xx', 'qqq', '__proto__', 'french']],
    ['email', ['x', 'x@', '@x.fr', 'a b@x.fr', 'x@y', 'x@y.fr, z@y.fr']],
  ] as const)('%s is checked', (field, values) => expectRejected(field, values));

  test.each([
    ['fr', 'fr'],
    ['EN', 'en'],
    [' de ', 'de'],
    ['gsw', 'gsw'],
  ])('the language %p is kept as %s', async (sent, kept) => {
    const { client, customer } = await aScene();

    expect(await aContact(client, customer, { preferred_language: sent })).toMatchObject({ preferred_language: kept });
  });
});

describe('hostile text', () => {
  test.each(TEXTS.map(([field]) => field))('%s takes neither NUL nor half a surrogate pair', (field) =>
    expectRejected(field, ['a\0b', 'a\ud800b', '\udc00'], 'INVALID_CHARACTERS'),
  );

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'First_name',
    'firstName',
    '',
    'a/b~c',
    'tenant_id',
    'deleted_at',
    'deleted_with',
    'search_text',
  ])('the unknown member %p is named', async (field) => {
    const { client, customer, contact } = await aScene();
    const names = `"customer_id":"${customer.id}","first_name":"A","last_name":"B"`;
    const extra = `${JSON.stringify(field)}:{"is_primary":true}`;

    const answers = [
      await client.post(CONTACTS, `{${names},${extra}}`),
      await client.put(contactAddress(contact), `{${extra}}`),
    ];

    for (const answer of answers) {
      expect(wrongFieldsOf(answer)).toEqual([`/${field.replaceAll('~', '~0').replaceAll('/', '~1')} UNKNOWN_MEMBER`]);
    }
  });

  test('every wrong member is named at once, and no value is repeated', async () => {
    const { client } = await aScene();

    const answer = await client.post(CONTACTS, {
      customer_id: 'geheim',
      first_name: '',
      last_name: 'geheim',
      email: 'geheim',
      is_primary: 'geheim',
      preferred_language: 'geheim',
      geheim_nis: 1,
    });

    expect(wrongFieldsOf(answer).sort()).toEqual([
      '/customer_id INVALID_UUID',
      '/email INVALID_EMAIL',
      '/first_name REQUIRED',
      '/geheim_nis UNKNOWN_MEMBER',
      '/is_primary NOT_A_BOOLEAN',
      '/preferred_language NOT_IN_LIST',
    ]);
    expect(JSON.stringify(problemIn(answer)).replaceAll('geheim_nis', '')).not.toContain('geheim');
  });
});
