import { as, type Answer } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  contactAddress,
  contactIn,
  CONTACTS,
  countOfContacts,
  primariesOf,
} from './contact-support.js';
import { aCustomer, atOnce, eventsOf, graphqlIn, graphqlOutcomeOf, outcomeOf } from '../customer/customer-support.js';

const service = useService();

const KEY = { 'idempotency-key': 'contact-42 ~!' };
const CREATE = `mutation ($id: ID!) {
  createContact(input: { customerId: $id, firstName: "A", lastName: "B", isPrimary: true }) { contact { id version } } }`;

const isReplay = (answer: Answer): boolean => answer.headers.get('idempotency-replayed') === 'true';

describe('an Idempotency-Key', () => {
  test('makes a second try of a creation answer like the first, without a second contact', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const body = { customer_id: id, first_name: 'A', last_name: 'B', is_primary: true };

    const first = await client.post(CONTACTS, body, KEY);
    const second = await client.post(CONTACTS, body, KEY);

    expect([first.status, isReplay(first), second.status, isReplay(second)]).toEqual([201, false, 201, true]);
    expect(second.text).toBe(first.text);
    for (const header of ['location', 'etag', 'content-type']) {
      expect(second.headers.get(header)).toBe(first.headers.get(header));
    }
    expect(await countOfContacts(service, tenant)).toBe(1);
    expect(await primariesOf(service, { id })).toEqual([contactIn(first).id]);
  });

  test('covers changes, deletions and restores, and the contact that was demoted', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const contact = await aContactOfItsOwn(client);
    const primary = await aContact(client, { id: contact.customer_id }, { is_primary: true });
    const address = contactAddress(contact);
    const sends: (() => Promise<Answer>)[] = [
      () => client.put(address, { is_primary: true }, { 'idempotency-key': '1', 'if-match': '"1"' }),
      () => client.request('PATCH', address, { department: 'Achats' }, { 'idempotency-key': '2' }),
      () => client.delete(address, { 'idempotency-key': '3', 'if-match': '"3"' }),
      () => client.post(`${address}/restore`, undefined, { 'idempotency-key': '4' }),
    ];
    const before = (await eventsOf(service, tenant)).length;

    for (const send of sends) {
      const [first, second] = [await send(), await send()];
      const tries = [first.status < 300, isReplay(first), second.status, isReplay(second)];
      expect(tries).toEqual([true, false, first.status, true]);
      expect(second.text).toBe(first.text);
    }

    expect(await eventsOf(service, tenant)).toHaveLength(before + 5);
    expect((await client.get(address)).body).toMatchObject({ version: 5 });
    expect((await client.get(contactAddress(primary))).body).toMatchObject({ version: 2, is_primary: false });
  });

  test('is rejected for another request', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const body = { customer_id: id, first_name: 'A', last_name: 'B' };
    const created = contactIn(await client.post(CONTACTS, body, KEY));

    const others = [
      await client.post(CONTACTS, { ...body, last_name: 'C' }, KEY),
      await client.put(contactAddress(created), { last_name: 'B' }, KEY),
      await client.delete(contactAddress(created), KEY),
      await client.post(`${contactAddress(created)}/restore`, undefined, KEY),
    ];

    for (const answer of others) expect(outcomeOf(answer)).toBe('422 IDEMPOTENCY_KEY_REUSED');
    expect(graphqlOutcomeOf(await client.graphql(CREATE, { id }, KEY))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await countOfContacts(service, tenant)).toBe(1);
  });

  test('is kept for nothing that failed', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 0 });
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const body = { customer_id: id, first_name: 'A', last_name: 'B' };

    expect(outcomeOf(await client.post(CONTACTS, body, KEY))).toBe('409 QUOTA_EXCEEDED');
    expect(outcomeOf(await client.post(CONTACTS, { ...body, last_name: '' }, KEY))).toBe('422 VALIDATION_FAILED');

    expect(await service.ask('SELECT 1 FROM idempotency_keys WHERE tenant_id = $1', [tenant.id])).toEqual([]);
  });

  test('has one effect when the same creation comes ten times at once, over either transport', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const body = { customer_id: id, first_name: 'A', last_name: 'B' };

    const answers = await atOnce(10, () => client.post(CONTACTS, body, KEY));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await countOfContacts(service, tenant)).toBe(1);

    const mutations = await atOnce(10, () => client.graphql(CREATE, { id }, { 'idempotency-key': 'autre' }));
    expect(new Set(mutations.map(({ text }) => text)).size).toBe(1);
    expect(mutations.filter(isReplay)).toHaveLength(9);
    expect(await countOfContacts(service, tenant)).toBe(2);
  });

  test('protects each mutation of a document by itself', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const create = 'createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { contact { id } }';
    const document = `mutation ($id: ID!) { a: ${create} b: ${create} }`;

    const [first, second] = [await client.graphql(document, { id }, KEY), await client.graphql(document, { id }, KEY)];

    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
    expect(graphqlIn(first).errors).toBeUndefined();
    expect(second.text).toBe(first.text);
    expect(await countOfContacts(service, tenant)).toBe(2);
  });
});
