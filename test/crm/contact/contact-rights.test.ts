import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  contactAddress,
  contactIn,
  contactRow,
  CONTACTS,
  CONTACT_EXPORT,
  contactsAddressOf,
  countOfContacts,
  type ContactJson,
} from './contact-support.js';
import { describeRights, mutation, ROLES, type Operation } from '../record/rights.js';
import { aCustomer, addressOf, graphqlOutcomeOf, outcomeOf } from '../customer/customer-support.js';

const service = useService();

const OPERATIONS: readonly Operation<ContactJson>[] = [
  {
    name: 'get',
    rest: (client, contact) => client.get(contactAddress(contact)),
    graphql: (client, { id }) => client.graphql('query ($id: ID!) { contact(id: $id) { id } }', { id }),
    allowed: ROLES,
  },
  {
    name: 'list',
    rest: (client) => client.get(CONTACTS),
    graphql: (client) => client.graphql('{ contacts { totalCount nodes { id } } }'),
    allowed: ROLES,
  },
  {
    name: "list a customer's",
    rest: (client, contact) => client.get(contactsAddressOf({ id: contact.customer_id })),
    graphql: (client) => client.graphql('{ customers { nodes { contacts { totalCount nodes { id } } } } }'),
    allowed: ROLES,
  },
  {
    name: 'create',
    rest: (client, { customer_id }) => client.post(CONTACTS, { customer_id, first_name: 'A', last_name: 'B' }),
    graphql: (client, { customer_id }) =>
      client.graphql(
        'mutation ($id: ID!) { createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { contact { id } } }',
        { id: customer_id },
      ),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'put',
    rest: (client, contact) => client.put(contactAddress(contact), { department: 'Achats' }),
    graphql: mutation('updateContact', ', input: { department: "Ventes" }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'make the main contact',
    rest: (client, contact) => client.put(contactAddress(contact), { is_primary: true }),
    graphql: mutation('updateContact', ', input: { isPrimary: true }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'patch',
    rest: (client, contact) => client.request('PATCH', contactAddress(contact), { department: 'Achats' }),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'restore',
    rest: (client, contact) => client.post(`${contactAddress(contact)}/restore`),
    graphql: mutation('restoreContact'),
    allowed: ['admin'],
  },
  {
    name: 'export',
    rest: (client) => client.get(CONTACT_EXPORT),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'delete',
    rest: (client, contact) => client.delete(contactAddress(contact)),
    graphql: mutation('deleteContact'),
    allowed: ['admin'],
  },
];

async function stateOf(tenant: TestTenant, contact: ContactJson): Promise<unknown> {
  return { row: await contactRow(service, contact.id), count: await countOfContacts(service, tenant) };
}

describeRights({
  recordType: 'contact',
  operations: OPERATIONS,
  service: () => service,
  make: (tenant) => aContactOfItsOwn(as(service, tenant.admin)),
  stateOf,
});

test('a role is rejected before anything that was sent is read', async () => {
  const { admin, readonly, user } = await service.aTenant();
  const contact = await aContactOfItsOwn(as(service, admin));

  expect(outcomeOf(await as(service, readonly).post(CONTACTS, '{'))).toBe('403 FORBIDDEN');
  expect(outcomeOf(await as(service, readonly).put(contactAddress({ id: 'x' }), {}))).toBe('403 FORBIDDEN');
  expect(outcomeOf(await as(service, user).delete(contactAddress({ id: 'x' })))).toBe('403 FORBIDDEN');
  expect(outcomeOf(await as(service, user).post(`${contactAddress(contact)}/restore`, '{'))).toBe('403 FORBIDDEN');
});

/** How a contact is a user's own. */
const OWN: readonly [string, (tenant: TestTenant) => Promise<ContactJson>][] = [
  [
    'which they created at a customer of somebody else',
    async ({ admin, user }) => aContact(as(service, user), await aCustomer(as(service, admin))),
  ],
  [
    'whose customer they created',
    async ({ admin, user }) => aContact(as(service, admin), await aCustomer(as(service, user))),
  ],
  [
    'whose customer is assigned to them',
    async ({ admin, user }) =>
      aContact(as(service, admin), await aCustomer(as(service, admin), { assigned_to: user.id })),
  ],
];

describe('own records', () => {
  const CHANGES = OPERATIONS.filter(({ own }) => own);

  test.each(OWN.flatMap(([how, make]) => CHANGES.map((change) => ({ how, make, change, name: change.name }))))(
    'a user may $name a contact $how',
    async ({ make, change }) => {
      const tenant = await service.aTenant();
      const contact = await make(tenant);
      const client = as(service, tenant.user);

      expect((await change.rest(client, contact)).status).toBe(200);
      if (change.graphql) expect(graphqlOutcomeOf(await change.graphql(client, contact))).toBe('OK');
    },
  );

  test.each(OWN)('a user may not delete, nor restore, a contact %s', async (_how, make) => {
    const tenant = await service.aTenant();
    const contact = await make(tenant);
    const client = as(service, tenant.user);

    expect(outcomeOf(await client.delete(contactAddress(contact)))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await client.post(`${contactAddress(contact)}/restore`))).toBe('403 FORBIDDEN');
  });

  test.each(OWN)('readonly gets no right from a contact %s', async (_how, make) => {
    const tenant = await service.aTenant();
    const contact = await make({ ...tenant, user: tenant.manager });
    await service.ask('UPDATE contacts SET created_by = $1 WHERE id = $2', [tenant.readonly.id, contact.id]);
    await service.ask('UPDATE customers SET assigned_to = $1 WHERE id = $2', [tenant.readonly.id, contact.customer_id]);

    const answer = await as(service, tenant.readonly).put(contactAddress(contact), { department: 'X' });

    expect(outcomeOf(answer)).toBe('403 FORBIDDEN');
  });

  test('ends when the customer is assigned to somebody else', async () => {
    const tenant = await service.aTenant();
    const customer = await aCustomer(as(service, tenant.admin), { assigned_to: tenant.user.id });
    const contact = await aContact(as(service, tenant.admin), customer);
    const client = as(service, tenant.user);
    expect((await client.put(contactAddress(contact), { department: 'Un' })).status).toBe(200);

    await as(service, tenant.admin).put(addressOf(customer), { assigned_to: tenant.manager.id });

    expect(outcomeOf(await client.put(contactAddress(contact), { department: 'Deux' }))).toBe('403 FORBIDDEN');
    expect(contactIn(await client.get(contactAddress(contact)))).toMatchObject({ department: 'Un' });
  });

  test("a user's file holds their own contacts, whichever way they are theirs", async () => {
    const tenant = await service.aTenant();
    const made = [];
    for (const [, make] of OWN) made.push(await make(tenant));
    await aContactOfItsOwn(as(service, tenant.admin), { last_name: 'Étranger' });

    const file = await as(service, tenant.user).get(`${CONTACT_EXPORT}?bom=false`);

    expect(file.headers.get('x-total-rows')).toBe('3');
    for (const { id } of made) expect(file.text).toContain(id);
    expect(file.text).not.toContain('Étranger');
    expect((await as(service, tenant.manager).get(CONTACT_EXPORT)).headers.get('x-total-rows')).toBe('4');
  });
});
