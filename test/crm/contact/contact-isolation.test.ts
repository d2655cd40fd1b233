import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  contactAddress,
  contactRow,
  CONTACTS,
  CONTACT_EXPORT,
  contactsAddressOf,
  contactsIn,
  countOfContacts,
  type ContactJson,
} from './contact-support.js';
import { aCustomer, graphqlOutcomeOf, outcomeOf } from '../customer/customer-support.js';

const service = useService();

type Send = (client: Client, id: string) => Promise<Answer>;

const graphql =
  (document: string): Send =>
  (client, id) =>
    client.graphql(document, { id });

/** Every way to name a contact. */
const CONTACT_DOORS: readonly (readonly [string, Send])[] = [
  ['GET', (client, id) => client.get(contactAddress({ id }))],
  ['HEAD', (client, id) => client.request('HEAD', contactAddress({ id }))],
  ['PUT', (client, id) => client.put(contactAddress({ id }), { last_name: 'Volé' })],
  ['PUT the main contact', (client, id) => client.put(contactAddress({ id }), { is_primary: true })],
  ['PUT a version', (client, id) => client.put(contactAddress({ id }), { notes: 'Volé' }, { 'if-match': '"7"' })],
  ['PUT read-only members', (client, id) => client.put(contactAddress({ id }), { version: 1, customer_id: newId() })],
  ['PATCH', (client, id) => client.request('PATCH', contactAddress({ id }), { last_name: 'Volé' })],
  ['DELETE', (client, id) => client.delete(contactAddress({ id }))],
  ['restore', (client, id) => client.post(`${contactAddress({ id })}/restore`)],
  ['contact', graphql('query ($id: ID!) { contact(id: $id) { id } }')],
  ['filter', graphql('query ($id: ID!) { contacts(filter: { id: { eq: $id } }) { totalCount nodes { id } } }')],
  [
    'negated filter',
    graphql('query ($id: ID!) { contacts(filter: { not: { id: { neq: $id } } }) { totalCount nodes { id } } }'),
  ],
  [
    'updateContact',
    graphql('mutation ($id: ID!) { updateContact(id: $id, input: { lastName: "Volé" }) { contact { id } } }'),
  ],
  [
    'updateContact with a version',
    graphql('mutation ($id: ID!) { updateContact(id: $id, input: {}, expectedVersion: 7) { contact { id } } }'),
  ],
  ['deleteContact', graphql('mutation ($id: ID!) { deleteContact(id: $id) { contact { id } } }')],
  ['restoreContact', graphql('mutation ($id: ID!) { restoreContact(id: $id) { contact { id } } }')],
];

/** Every way to name the customer of a contact. */
const CUSTOMER_DOORS: readonly (readonly [string, Send])[] = [
  [
    'POST',
    (client, id) => client.post(CONTACTS, { customer_id: id, first_name: 'A', last_name: 'B', is_primary: true }),
  ],
  ['GET the array', (client, id) => client.get(contactsAddressOf({ id }))],
  ['GET the list', (client, id) => client.get(`${CONTACTS}?customer_id=${id}`)],
  [
    'createContact',
    graphql(
      'mutation ($id: ID!) { createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { contact { id } } }',
    ),
  ],
  ['Customer.contacts', graphql('query ($id: ID!) { customer(id: $id) { contacts { totalCount nodes { id } } } }')],
  ['filter', graphql('query ($id: ID!) { contacts(filter: { customerId: { eq: $id } }) { totalCount } }')],
];

/** The answer without what may differ: the request's id, and the id in `instance`. */
function comparable({ status, text, headers }: Answer, id: string): unknown {
  const body = text.replace(/"(request_id|requestId)":"[^"]+"/g, '').replaceAll(id, '<id>');
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  return { status, body, headers: kept };
}

/** Two tenants, and a main contact of the second. */
async function twoTenants(): Promise<{ here: TestTenant; there: TestTenant; foreign: ContactJson }> {
  const [here, there] = [await service.aTenant(), await service.aTenant()];
  const customer = await aCustomer(as(service, there.admin), { name: 'Secret SA', assigned_to: there.user.id });
  const members = { last_name: 'Secret', email: 'x@secret.example', phone: '0123456789', is_primary: true };
  return { here, there, foreign: await aContact(as(service, there.admin), customer, members) };
}

describe("another tenant's", () => {
  test.each(CONTACT_DOORS)('contact is no different from an unknown one: %s', async (_name, send) => {
    const { here, foreign } = await twoTenants();
    const before = await contactRow(service, foreign.id);
    const client = as(service, here.admin);
    const unknown = newId();

    const answers = [await send(client, foreign.id), await send(client, unknown)] as const;

    expect(comparable(answers[0], foreign.id)).toEqual(comparable(answers[1], unknown));
    expect(answers[0].text).not.toMatch(/secret/i);
    expect(await contactRow(service, foreign.id)).toEqual(before);
  });

  test.each(CUSTOMER_DOORS)('customer has no contacts here: %s', async (_name, send) => {
    const { here, there, foreign } = await twoTenants();
    const before = await contactRow(service, foreign.id);
    const client = as(service, here.admin);
    const unknown = newId();

    const answers = [await send(client, foreign.customer_id), await send(client, unknown)] as const;

    expect(comparable(answers[0], foreign.customer_id)).toEqual(comparable(answers[1], unknown));
    expect(answers[0].text).not.toMatch(/secret/i);
    expect(await contactRow(service, foreign.id)).toEqual(before);
    expect([await countOfContacts(service, here), await countOfContacts(service, there)]).toEqual([0, 1]);
  });

  test('deleted contact is unknown too', async () => {
    const { here, there, foreign } = await twoTenants();
    await as(service, there.admin).delete(contactAddress(foreign));
    const before = await contactRow(service, foreign.id);

    expect(outcomeOf(await as(service, here.admin).post(`${contactAddress(foreign)}/restore`))).toBe('404 NOT_FOUND');
    expect(await contactRow(service, foreign.id)).toEqual(before);
  });

  test('contact is in no list, no search, no filter, no total and no file', async () => {
    const { here, there, foreign } = await twoTenants();
    await aContactOfItsOwn(as(service, here.admin), { last_name: 'Nôtre' });
    const client = as(service, here.admin);

    for (const query of ['search=secret', 'search=0123456789', `customer_id=${foreign.customer_id}`]) {
      expect(contactsIn(await client.get(`${CONTACTS}?${query}`))).toMatchObject({ items: [], total: 0, pages: 0 });
      const file = await client.get(`${CONTACT_EXPORT}?${query}`);
      expect([file.headers.get('x-total-rows'), file.text.split('\r\n').length]).toEqual(['0', 2]);
    }
    expect(contactsIn(await client.get(CONTACTS))).toMatchObject({ items: [{ last_name: 'Nôtre' }], total: 1 });
    expect((await client.get(CONTACT_EXPORT)).headers.get('x-total-rows')).toBe('1');
    const answer = await client.graphql(
      `query ($creator: ID!) { all: contacts { totalCount } found: contacts(search: "secret") { totalCount nodes { id } }
         theirs: contacts(filter: { createdById: { eq: $creator } }) { totalCount } }`,
      { creator: there.admin.id },
    );
    expect(answer.body).toEqual({
      data: { all: { totalCount: 1 }, found: { totalCount: 0, nodes: [] }, theirs: { totalCount: 0 } },
    });
  });

  test('operation is not opened by a token', async () => {
    const { here, there, foreign } = await twoTenants();
    const client = as(service, { token: here.admin.token, tenantId: there.id });

    expect(outcomeOf(await client.get(contactAddress(foreign)))).toBe('403 TENANT_MISMATCH');
    const answer = await client.graphql('{ contacts { totalCount } }');
    expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([403, 'TENANT_MISMATCH']);
  });
});
