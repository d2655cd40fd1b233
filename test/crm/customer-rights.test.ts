import { as, type Answer, type Client } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import {
  aCustomer,
  addressOf,
  countOfCustomers,
  customerIn,
  CUSTOMERS,
  eventsOf,
  EXPORT,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  rowOf,
  type CustomerJson,
} from './support.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
type Role = (typeof ROLES)[number];

/** One operation through each edge, on a customer that somebody else made. */
interface Operation {
  readonly name: string;
  readonly rest: (client: Client, customer: CustomerJson) => Promise<Answer>;
  /** undefined: REST only. */
  readonly graphql?: (client: Client, customer: CustomerJson) => Promise<Answer>;
  readonly allowed: readonly Role[];
  /** Whether `user` may, when the customer is theirs. */
  readonly own?: true;
}

const mutation =
  (field: string, input = '') =>
  (client: Client, { id }: CustomerJson): Promise<Answer> =>
    client.graphql(`mutation ($id: ID!) { ${field}(id: $id${input}) { id } }`, { id });

const OPERATIONS: readonly Operation[] = [
  {
    name: 'get',
    rest: (client, customer) => client.get(addressOf(customer)),
    graphql: (client, { id }) => client.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id }),
    allowed: ROLES,
  },
  {
    name: 'list',
    rest: (client) => client.get(CUSTOMERS),
    graphql: (client) => client.graphql('{ customers { totalCount nodes { id } } }'),
    allowed: ROLES,
  },
  {
    name: 'create',
    rest: (client) => client.post(CUSTOMERS, { name: 'Neuf' }),
    graphql: (client) => client.graphql('mutation { createCustomer(input: { name: "Neuf" }) { id } }'),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'put',
    rest: (client, customer) => client.put(addressOf(customer), { city: 'Lyon' }),
    graphql: mutation('updateCustomer', ', input: { city: "Brest" }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'patch',
    rest: (client, customer) => client.request('PATCH', addressOf(customer), { city: 'Lyon' }),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'convert',
    rest: (client, customer) => client.post(`${addressOf(customer)}/convert`),
    graphql: mutation('convertCustomer'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'restore',
    rest: (client, customer) => client.post(`${addressOf(customer)}/restore`),
    graphql: mutation('restoreCustomer'),
    allowed: ['admin'],
  },
  {
    name: 'export',
    rest: (client) => client.get(EXPORT),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'delete',
    rest: (client, customer) => client.delete(addressOf(customer)),
    graphql: mutation('deleteCustomer'),
    allowed: ['admin'],
  },
];

const MATRIX = OPERATIONS.flatMap((operation) => ROLES.map((role) => ({ role, name: operation.name, operation })));

/** What the tenant's data are, to see that a refusal left them alone. */
async function stateOf(tenant: TestTenant, customer: CustomerJson): Promise<unknown> {
  const row = await rowOf(service, customer.id);
  const counters = await service.ask('SELECT * FROM counters WHERE tenant_id = $1 ORDER BY name', [tenant.id]);
  return { row, counters, count: await countOfCustomers(service, tenant) };
}

/** Each refusal is an event that names the caller and the right; what is allowed leaves none. */
async function expectAudited(tenant: TestTenant, role: Role, refusals: number): Promise<void> {
  const denied = (await eventsOf(service, tenant)).filter(({ action }) => action === 'access.denied');
  expect(denied).toHaveLength(refusals);
  for (const event of denied) {
    expect(event).toMatchObject({ entity_type: 'customer', user_id: tenant[role].id, user_role: role, success: false });
    expect(event).toMatchObject({ error_code: 'FORBIDDEN' });
  }
}

describe('what each role may do', () => {
  test.each(MATRIX.filter(({ role, operation }) => operation.allowed.includes(role)))(
    'a call that is allowed: $role, $name',
    async ({ role, operation: { rest, graphql } }) => {
      const tenant = await service.aTenant();
      const client = as(service, tenant[role]);

      const answer = await rest(client, await aCustomer(as(service, tenant.admin)));
      expect(outcomeOf(answer)).toMatch(/^20[014]$/);
      const other = await graphql?.(client, await aCustomer(as(service, tenant.admin)));
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'OK']);

      await expectAudited(tenant, role, 0);
    },
  );

  test.each(MATRIX.filter(({ role, operation }) => !operation.allowed.includes(role)))(
    'a call that is refused: $role, $name',
    async ({ role, operation: { rest, graphql } }) => {
      const tenant = await service.aTenant();
      const customer = await aCustomer(as(service, tenant.admin));
      const client = as(service, tenant[role]);
      const before = await stateOf(tenant, customer);

      expect(outcomeOf(await rest(client, customer))).toBe('403 FORBIDDEN');
      const other = await graphql?.(client, customer);
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'FORBIDDEN']);

      expect(await stateOf(tenant, customer)).toEqual(before);
      await expectAudited(tenant, role, other ? 2 : 1);
    },
  );

  test.each(OPERATIONS)('a stranger without a token is refused: $name', async (operation) => {
    const tenant = await service.aTenant();
    const customer = await aCustomer(as(service, tenant.admin));
    const before = await stateOf(tenant, customer);
    const stranger = as(service);

    expect(outcomeOf(await operation.rest(stranger, customer))).toBe('401 UNAUTHENTICATED');
    if (operation.graphql) {
      const graphql = await operation.graphql(stranger, customer);
      expect([graphql.status, graphqlOutcomeOf(graphql)]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(await stateOf(tenant, customer)).toEqual(before);
  });
});

describe('own records', () => {
  test.each(OPERATIONS.filter(({ own }) => own))('a user may $name what they created', async ({ rest, graphql }) => {
    const { user } = await service.aTenant();
    const client = as(service, user);
    const customer = await aCustomer(client);

    expect((await rest(client, customer)).status).toBe(200);
    if (graphql) expect(graphqlOutcomeOf(await graphql(client, customer))).toBe('OK');
  });

  test.each(OPERATIONS.filter(({ own }) => own))(
    'a user may $name what is assigned to them',
    async ({ rest, graphql }) => {
      const { admin, user } = await service.aTenant();
      const customer = await aCustomer(as(service, admin), { assigned_to: user.id });
      const client = as(service, user);

      expect((await rest(client, customer)).status).toBe(200);
      if (graphql) expect(graphqlOutcomeOf(await graphql(client, customer))).toBe('OK');
    },
  );

  test('being responsible gives no right to delete', async () => {
    const { user } = await service.aTenant();
    const client = as(service, user);
    const customer = await aCustomer(client);

    expect(outcomeOf(await client.delete(addressOf(customer)))).toBe('403 FORBIDDEN');
  });
});

describe('who may be made responsible', () => {
  test('an admin and a manager may name anybody who is active', async () => {
    const { admin, manager, user, readonly } = await service.aTenant();

    const customer = await aCustomer(as(service, manager), { assigned_to: readonly.id });
    const changed = await as(service, admin).put(addressOf(customer), { assigned_to: user.id });

    expect(customer).toMatchObject({ assigned_to: readonly.id });
    expect(changed).toMatchObject({ status: 200, body: { assigned_to: user.id } });
  });

  test('a user may name themselves only', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.user);
    const customer = await aCustomer(client, { assigned_to: tenant.user.id });
    const before = await stateOf(tenant, customer);
    const other = { assigned_to: tenant.manager.id };

    expect(outcomeOf(await client.post(CUSTOMERS, { name: 'X', ...other }))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await client.put(addressOf(customer), other))).toBe('403 FORBIDDEN');
    const mutated = await client.graphql(
      'mutation ($to: ID!) { createCustomer(input: { name: "X", assignedTo: $to }) { id } }',
      {
        to: tenant.manager.id,
      },
    );
    expect(graphqlOutcomeOf(mutated)).toBe('FORBIDDEN');
    expect(await stateOf(tenant, customer)).toEqual(before);
  });

  test('a user may send back a responsible whom somebody else named', async () => {
    const { manager, user } = await service.aTenant();
    const client = as(service, user);
    const customer = await aCustomer(client);
    const assigned = await as(service, manager).put(addressOf(customer), { assigned_to: manager.id });

    const changed = await client.put(addressOf(customer), { ...customerIn(assigned), city: 'Lyon' });

    expect(changed).toMatchObject({ status: 200, body: { city: 'Lyon', assigned_to: manager.id } });
  });

  test('somebody unknown, inactive or of another tenant is a 422, the same for all three', async () => {
    const tenant = await service.aTenant();
    const elsewhere = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await service.ask('UPDATE users SET is_active = false WHERE id = $1', [tenant.readonly.id]);
    const before = await stateOf(tenant, customer);

    const ids = ['01a205ae-f10b-74f1-851d-5191d9d0985a', tenant.readonly.id, elsewhere.admin.id];
    const sends = ids.flatMap((id) => [
      client.put(addressOf(customer), { assigned_to: id }),
      client.put(addressOf(customer), { assigned_to: id.toUpperCase() }),
    ]);
    const answers = await Promise.all(sends);

    const [first, ...others] = answers.map(({ text }) => text.replace(/"request_id":"[^"]+"/, ''));
    expect(answers[0]).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/assigned_to', code: 'UNKNOWN_USER' }] },
    });
    for (const other of others) expect(other).toBe(first);
    expect(await stateOf(tenant, customer)).toEqual(before);
  });

  test('GraphQL names the person, REST the id', async () => {
    const { admin, user } = await service.aTenant();
    const client = as(service, admin);
    const { id } = await aCustomer(client, { assigned_to: user.id });

    const answer = await client.graphql(
      'query ($id: ID!) { customer(id: $id) { assignedTo { id fullName } createdBy { id } } }',
      { id },
    );

    expect(graphqlIn(answer).data).toEqual({
      customer: { assignedTo: { id: user.id, fullName: 'Essai user' }, createdBy: { id: admin.id } },
    });
  });
});
