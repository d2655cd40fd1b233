/** A telephone is found in its national and international form, whichever was entered, and whatever changed since. */
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aContact, contactAddress } from '../contact/contact-support.js';
import {
  aCustomer,
  addressOf,
  CUSTOMERS,
  eventsOf,
  graphqlIn,
  outcomeOf,
  pageIn,
} from '../customer/customer-support.js';

const service = useService();

interface Company extends Client {
  readonly tenant: TestTenant;
}

async function aCompany(settings = {}): Promise<Company> {
  const tenant = await service.aTenant(settings);
  return { ...as(service, tenant.admin), tenant };
}

const LISTS = `query ($search: String!) {
  customers(search: $search) { totalCount nodes { id } }
  sorted: customers(search: $search, orderBy: [{ field: CITY }]) { totalCount nodes { id } }
  nested: contacts(filter: { not: { customer: { code: { eq: "none" } } } }, search: $search) { nodes { id } }
  contacts(search: $search) { totalCount nodes { id } }
  search(query: $search) { totalCount nodes { recordId } } }`;

interface Found {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string; readonly recordId: string }[];
}

/** The ids of the customers and contacts that a search finds; each way of searching must find the same. */
async function idsFor(client: Client, search: string): Promise<string[]> {
  const answer = await client.graphql(LISTS, { search });
  const { data } = graphqlIn<Record<'customers' | 'sorted' | 'contacts' | 'nested' | 'search', Found>>(answer);
  if (!data) throw new Error(answer.text);
  const idsIn = ({ nodes }: Found): string[] => nodes.map(({ id }) => id).sort();
  const rest = pageIn(await client.get(`${CUSTOMERS}?search=${encodeURIComponent(search)}`));
  expect([idsIn(data.sorted), data.sorted.totalCount]).toEqual([idsIn(data.customers), data.customers.totalCount]);
  expect([rest.items.map(({ id }) => id).sort(), rest.total]).toEqual([
    idsIn(data.customers),
    data.customers.totalCount,
  ]);
  expect(idsIn(data.nested)).toEqual(idsIn(data.contacts));
  const all = [...idsIn(data.customers), ...idsIn(data.contacts)].sort();
  expect(data.search.nodes.map(({ recordId }) => recordId).sort()).toEqual(all);
  expect(data.search.totalCount).toBe(all.length);
  return all;
}

const FORMS = [
  '0123456789',
  '01 23 45 67 89',
  '01\u00a023\u202f45\u200967\u300089',
  '+33 1 23 45 67 89',
  '+33 (0)1 23 45 67 89',
  '0033123456789',
  'tel:+33-1-23-45-67-89',
  '01.23.45.67.89 poste 12',
];

test.each(FORMS)('%j, entered for a customer and for a contact, is found by every other form', async (entered) => {
  const client = await aCompany();
  const customer = await aCustomer(client, { phone: entered });
  const other = await aCustomer(client, { phone: '01 23 45 67 88', mobile: '06 12 34 56 78' });
  const contact = await aContact(client, other, { mobile: entered });

  const found: [string, string[]][] = [];
  for (const form of FORMS) found.push([form, await idsFor(client, form)]);

  expect(found).toEqual(FORMS.map((form) => [form, [customer.id, contact.id].sort()]));
});

describe('the country of a number without a prefix', () => {
  const London = { phone: '020 7946 0958' };
  const INTERNATIONAL = '+44 20 7946 0958';

  test('is the customer’s, for its contacts too, and changes with it', async () => {
    const client = await aCompany();
    const customer = await aCustomer(client, { ...London, country_code: 'GB' });
    const contact = await aContact(client, customer, London);
    const deleted = await aContact(client, customer, London);
    await client.delete(contactAddress(deleted));
    expect(await idsFor(client, INTERNATIONAL)).toEqual([customer.id, contact.id].sort());

    // 020 7946 0958 is no number of France.
    expect(outcomeOf(await client.put(addressOf(customer), { country_code: 'FR' }))).toBe('200');
    expect(await idsFor(client, INTERNATIONAL)).toEqual([]);
    expect(await idsFor(client, '02079460958')).toEqual([customer.id, contact.id].sort());
    const before = await eventsOf(service, client.tenant);

    await client.put(addressOf(customer), { country_code: 'GB' });
    await client.post(`${contactAddress(deleted)}/restore`);
    expect(await idsFor(client, INTERNATIONAL)).toEqual([customer.id, contact.id, deleted.id].sort());
    const events = (await eventsOf(service, client.tenant)).slice(before.length);
    expect(events.map(({ action, new_value }) => [action, Object.keys(new_value ?? {})])).toEqual([
      ['customer.updated', ['country_code']],
      ['contact.restored', ['deleted_at']],
    ]);
    expect((await client.get(contactAddress(contact))).body).toMatchObject({ version: 1 });
  });

  test('is the company’s where the customer’s has no telephones of its own', async () => {
    const client = await aCompany({ country_code: 'GB' });
    const customer = await aCustomer(client, { ...London, country_code: 'AQ' });
    const contact = await aContact(client, customer, London);
    expect(await idsFor(client, INTERNATIONAL)).toEqual([customer.id, contact.id].sort());

    const changed = await client.put('/v1/tenant', { country_code: 'be' });
    expect([outcomeOf(changed), changed.body]).toMatchObject(['200', { country_code: 'BE' }]);
    const answer = await client.graphql(
      'mutation { updateTenant(input: { countryCode: "CH" }) { tenant { countryCode } } }',
    );
    expect(answer.body).toEqual({ data: { updateTenant: { tenant: { countryCode: 'CH' } } } });
    const swiss = await aCustomer(client, { phone: '044 668 18 00', country_code: 'AQ' });
    expect(await idsFor(client, '+41446681800')).toEqual([swiss.id]);
  });
});

test('a change of a telephone is found by its new forms alone, a dry run by none', async () => {
  const client = await aCompany();
  const customer = await aCustomer(client, { phone: '01 23 45 67 89' });
  const contact = await aContact(client, customer, { phone: '01 23 45 67 89' });
  const ids = [customer.id, contact.id].sort();
  const change = async (body: object, suffix = ''): Promise<void> => {
    for (const address of [addressOf(customer), contactAddress(contact)])
      expect(outcomeOf(await client.put(`${address}${suffix}`, body))).toBe('200');
  };

  await change({ phone: '01 11 11 11 11' }, '?dry_run=true');
  expect(await idsFor(client, '+33123456789')).toEqual(ids);
  await change({ mobile: '06 12 34 56 78' });
  expect(await idsFor(client, '+33123456789')).toEqual(ids);
  expect(await idsFor(client, '+33612345678')).toEqual(ids);
  await change({ phone: null });
  expect(await idsFor(client, '+33123456789')).toEqual([]);
  expect(await idsFor(client, '+33612345678')).toEqual(ids);
});

test('a telephone that changes as its country does is found in the form of the new country', async () => {
  const client = await aCompany();
  const numbers = Array.from({ length: 12 }, (_, index) => `020 7946 09${10 + index}`);
  const found: string[][] = [];
  for (const phone of numbers) {
    const customer = await aCustomer(client);
    const contact = await aContact(client, customer);
    const changes = [
      client.put(addressOf(customer), { country_code: 'GB' }),
      client.put(contactAddress(contact), { phone }),
    ];
    expect((await Promise.all(changes)).map(outcomeOf)).toEqual(['200', '200']);
    found.push(await idsFor(client, `+44${phone.slice(1)}`));
    expect([phone, found.at(-1)]).toEqual([phone, [contact.id]]);
  }
});
