import { as, type Answer, type Client } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
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
import { aCustomer, addressOf, eventsOf, graphqlOutcomeOf, outcomeOf } from './support.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
type Role = (typeof ROLES)[number];

/** One operation through each edge, on a contact that somebody else made at somebody else's customer. */
interface Operation {
  readonly name: string;
  readonly rest: (client: Client, contact: ContactJson) => Promise<Answer>;
  /** undefined: REST only. */
  readonly graphql?: (client: Client, contact: ContactJson) => Promise<Answer>;
  readonly allowed: readonly Role[];
  /** Whether `user` may, when the contact is theirs. */
  readonly own?: true;
}

const mutation =
  (field: string, input = '') =>
  (client: Client, { id }: ContactJson): Promise<Answer> =>
    client.graphql(`mutation ($id: ID!) { ${field}(id: $id${input}) { id } }`, { id });

const OPERATIONS: readonly Operation[] = [
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
        'mutation ($id: ID!) { createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { id } }',
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

const MATRIX = OPERATIONS.flatMap((operation) => ROLES.map((role) => ({ role, name: operation.name, operation })));

/** What the tenant's data are, to see that a refusal left them alone. */
async function stateOf(tenant: TestTenant, contact: ContactJson): Promise<unknown> {
  return { row: await contactRow(service, contact.id), count: await countOfContacts(service, tenant) };
}

/** Each refusal is an event that names the caller and the right; what is allowed leaves none. */
async function expectAudited(tenant: TestTenant, role: Role, refusals: number): Promise<void> {
  const denied = (await eventsOf(service, tenant)).filter(({ action }) => action === 'access.denied');
  expect(denied).toHaveLength(refusals);
  for (const event of denied) {
    expect(event).toMatchObject({ entity_type: 'contact', user_id: tenant[role].id, user_role: role, success: false });
    expect(event).toMatchObject({ error_code: 'FORBIDDEN' });
  }
}

describe('what each role may do', () => {
  test.each(MATRIX.filter(({ role, operation }) => operation.allowed.includes(role)))(
    'a call that is allowed: $role, $name',
    async ({ role, operation: { rest, graphql } }) => {
      const tenant = await service.aTenant();
      const client = as(service, tenant[role]);

      const answer = await rest(client, await aContactOfItsOwn(as(service, tenant.admin)));
      expect(outcomeOf(answer)).toMatch(/^20[014]$/);
      const other = await graphql?.(client, await aContactOfItsOwn(as(service, tenant.admin)));
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'OK']);

      await expectAudited(tenant, role, 0);
    },
  );

  test.each(MATRIX.filter(({ role, operation }) => !operation.allowed.includes(role)))(
    'a call that is refused: $role, $name',
    async ({ role, operation: { rest, graphql } }) => {
      const tenant = await service.aTenant();
      const contact = await aContactOfItsOwn(as(service, tenant.admin));
      const client = as(service, tenant[role]);
      const before = await stateOf(tenant, contact);

      expect(outcomeOf(await rest(client, contact))).toBe('403 FORBIDDEN');
      const other = await graphql?.(client, contact);
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'FORBIDDEN']);

      expect(await stateOf(tenant, contact)).toEqual(before);
      await expectAudited(tenant, role, other ? 2 : 1);
    },
  );

  test.each(OPERATIONS)('a stranger without a token is refused: $name', async (operation) => {
    const tenant = await service.aTenant();
    const contact = await aContactOfItsOwn(as(service, tenant.admin));
    const before = await stateOf(tenant, contact);
    const stranger = as(service);

    expect(outcomeOf(await operation.rest(stranger, contact))).toBe('401 UNAUTHENTICATED');
    if (operation.graphql) {
      const graphql = await operation.graphql(stranger, contact);
      expect([graphql.status, graphqlOutcomeOf(graphql)]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(await stateOf(tenant, contact)).toEqual(before);
  });

  test('a role is refused before anything that was sent is read', async () => {
    const { admin, readonly, user } = await service.aTenant();
    const contact = await aContactOfItsOwn(as(service, admin));

    expect(outcomeOf(await as(service, readonly).post(CONTACTS, '{'))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await as(service, readonly).put(contactAddress({ id: 'x' }), {}))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await as(service, user).delete(contactAddress({ id: 'x' })))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await as(service, user).post(`${contactAddress(contact)}/restore`, '{'))).toBe('403 FORBIDDEN');
  });
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
