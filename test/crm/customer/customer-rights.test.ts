import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { describeRights, mutation, ROLES, type Operation } from '../record/rights.js';
import {
  aCustomer,
  addressOf,
  countOfCustomers,
  customerIn,
  CUSTOMERS,
  EXPORT,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  rowOf,
  type CustomerJson,
} from './customer-support.js';

const service = useService();

const OPERATIONS: readonly Operation<CustomerJson>[] = [
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
    graphql: (client) => client.graphql('mutation { createCustomer(input: { name: "Neuf" }) { customer { id } } }'),
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

async function stateOf(tenant: TestTenant, customer: CustomerJson): Promise<unknown> {
  const row = await rowOf(service, customer.id);
  const counters = await service.ask('SELECT * FROM counters WHERE tenant_id = $1 ORDER BY name', [tenant.id]);
  return { row, counters, count: await countOfCustomers(service, tenant) };
}

describeRights({
  recordType: 'customer',
  operations: OPERATIONS,
  service: () => service,
  make: (tenant) => aCustomer(as(service, tenant.admin)),
  stateOf,
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
      'mutation ($to: ID!) { createCustomer(input: { name: "X", assignedToId: $to }) { customer { id } } }',
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
