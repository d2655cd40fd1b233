import { newId } from '../../../src/platform/values/ids.js';
import { aCustomer, addressOf, graphqlIn, graphqlOutcomeOf } from '../../crm/customer/customer-support.js';
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { anEvent, logIn, LOGS } from './log-support.js';

const service = useOwnService();

interface Connection {
  readonly totalCount?: number;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type Data = Readonly<Record<string, Connection>>;

async function ask(client: Client, query: string, variables?: object): Promise<Data> {
  const answer = await client.graphql(query, variables);
  const { data, errors } = graphqlIn<Data>(answer);
  if (errors || !data) throw new Error(answer.text);
  return data;
}

async function actionsOf(client: Client, filter: object): Promise<unknown[]> {
  const query = 'query ($filter: AuditEventFilter) { auditEvents(filter: $filter) { totalCount nodes { action } } }';
  const { auditEvents } = await ask(client, query, { filter });
  expect(auditEvents?.totalCount).toBe(auditEvents?.nodes.length);
  return auditEvents?.nodes.map(({ action }) => action) ?? [];
}

const EVERYTHING = `id action entityType entityId userId userEmail userRole requestId ipAddress description
  changes { field before after } success errorCode apiKeyId onBehalf createdAt actor { id fullName }`;

test('an event has the members of REST, and its user as they are now', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.manager);
  const customer = await aCustomer(client, { city: 'Lyon', annual_revenue: '50000.00' });
  await client.put(addressOf(customer), { city: 'Lille', tags: ['a'] });

  const { auditEvents } = await ask(client, `{ auditEvents { nodes { ${EVERYTHING} } } }`);
  const { logs } = logIn(await client.get(LOGS));

  const inRest = (auditEvents?.nodes ?? []).map(({ actor, userRole, entityType, changes, ...node }) => ({
    ...{ actor, userRole, entityType, changes },
    ...Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name.replace(/[A-Z]/g, '_$&').toLowerCase(), value]),
    ),
  }));
  expect(inRest).toEqual(
    logs.map(({ user_role, entity_type, diff, ...log }) => ({
      ...Object.fromEntries(Object.entries(log).filter(([name]) => name !== 'old_value' && name !== 'new_value')),
      entityType: String(entity_type).toUpperCase(),
      changes: Object.entries((diff ?? {}) as Readonly<Record<string, { old: unknown; new: unknown }>>).map(
        ([name, change]) => ({
          field: name
            .replace(/_(to|by)$/, '_$1_id')
            .replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
          before: change.old,
          after: change.new,
        }),
      ),
      userRole: String(user_role).toUpperCase(),
      actor: { id: tenant.manager.id, fullName: 'Essai manager' },
    })),
  );
  expect(inRest).toMatchObject([
    {
      changes: [
        { field: 'city', before: 'Lyon', after: 'Lille' },
        { field: 'tags', before: [], after: ['a'] },
      ],
    },
    { action: 'customer.created' },
  ]);
});

test('an event of nobody, and of somebody unknown, has no actor', async () => {
  const tenant = await service.aTenant();
  await anEvent(service, tenant, { actor_kind: 'operator', action: 'tenant.updated' });
  await anEvent(service, tenant, { user_id: newId() });

  const { auditEvents } = await ask(as(service, tenant.admin), '{ auditEvents { nodes { actor { id } } } }');

  expect(auditEvents?.nodes).toEqual([{ actor: null }, { actor: null }]);
});

describe('a filter', () => {
  let tenant: TestTenant;
  const record = newId();

  beforeAll(async () => {
    tenant = await service.aTenant();
    const events = [
      { action: 'customer.created', entity_id: record, user_id: tenant.admin.id },
      { action: 'customer.updated', entity_id: record, user_id: tenant.user.id },
      { action: 'contact.created', entity_type: 'contact', entity_id: newId() },
      { action: 'access.denied', entity_type: 'tenant', success: false },
    ];
    for (const [index, event] of events.entries())
      await anEvent(service, tenant, { ...event, created_at: `2026-03-0${index + 1}T12:00:00Z` });
  });

  test.each<[name: string, filter: () => object, actions: readonly string[]]>([
    ['action', () => ({ action: { startsWith: 'customer.' } }), ['customer.updated', 'customer.created']],
    ['entityType', () => ({ entityType: { in: ['CONTACT', 'TENANT'] } }), ['access.denied', 'contact.created']],
    ['entityId', () => ({ entityId: { eq: record } }), ['customer.updated', 'customer.created']],
    ['no entityId', () => ({ entityId: { isNull: true } }), ['access.denied']],
    ['userId', () => ({ userId: { eq: tenant.user.id } }), ['customer.updated']],
    ['success', () => ({ success: { eq: false } }), ['access.denied']],
    [
      'success, otherwise',
      () => ({ success: { neq: false } }),
      ['contact.created', 'customer.updated', 'customer.created'],
    ],
    [
      'createdAt',
      () => ({ createdAt: { between: ['2026-03-02T00:00:00Z', '2026-03-03T12:00:00Z'] } }),
      ['contact.created', 'customer.updated'],
    ],
    [
      'and, or, not',
      () => ({
        or: [{ success: { eq: false } }, { and: [{ entityId: { eq: record } }] }],
        not: { userId: { eq: tenant.user.id } },
      }),
      ['access.denied', 'customer.created'],
    ],
    ['nothing', () => ({}), ['access.denied', 'contact.created', 'customer.updated', 'customer.created']],
  ])('by %s', async (_name, filter, actions) => {
    expect(await actionsOf(as(service, tenant.admin), filter())).toEqual(actions);
  });

  test('with a malformed user id is rejected', async () => {
    const answer = await as(service, tenant.admin).graphql(
      '{ auditEvents(filter: { userId: { eq: "x" } }) { totalCount } }',
    );

    expect(graphqlOutcomeOf(answer)).toBe('VALIDATION_FAILED');
  });
});

describe('a walk', () => {
  const PAGE = `query ($first: Int, $after: String, $filter: AuditEventFilter) {
    auditEvents(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }`;

  test('by cursor sees each event once, newest first, ties and all', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const ids: string[] = [];
    for (let made = 0; made < 9; made += 1)
      ids.push(await anEvent(service, tenant, { created_at: `2026-03-0${1 + Math.floor(made / 4)}T00:00:00Z` }));

    for (const first of [1, 2, 3, 4, 10]) expect(await walk(client, first)).toEqual(ids.toSorted().reverse());
  });

  async function walk(client: Client, first: number): Promise<unknown[]> {
    const seen: unknown[] = [];
    for (let after: string | null = null; ;) {
      const { auditEvents } = await ask(client, PAGE, { first, after });
      if (!auditEvents) return seen;
      seen.push(...auditEvents.nodes.map(({ id }) => id));
      if (!auditEvents.pageInfo.hasNextPage) return seen;
      after = auditEvents.pageInfo.endCursor;
    }
  }

  test('takes no cursor of another filter, and no page over a hundred', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    await anEvent(service, tenant);
    const after = (await ask(client, PAGE, { first: 1 })).auditEvents?.pageInfo.endCursor;

    const other = await client.graphql(PAGE, { after, filter: { success: { eq: true } } });

    expect(graphqlOutcomeOf(other)).toBe('INVALID_CURSOR');
    expect(graphqlOutcomeOf(await client.graphql(PAGE, { first: 101 }))).toBe('BAD_USER_INPUT');
  });
});

const HISTORY = `query ($first: Int, $after: String) { customers { nodes {
  name history(first: $first, after: $after) { totalCount nodes { action actor { fullName } } pageInfo { hasNextPage endCursor } } } } }`;

describe('the history of a customer', () => {
  async function threeCustomers(): Promise<TestTenant> {
    const tenant = await service.aTenant();
    const client = as(service, tenant.manager);
    for (const name of ['A', 'B', 'C']) {
      const customer = await aCustomer(client, { name });
      for (const city of name === 'A' ? [] : ['Lyon', 'Lille']) await client.put(addressOf(customer), { city });
    }
    // Another record type under the same id is another record.
    const [{ id } = { id: '' }] = await service.ask<{ id: string }>(
      'SELECT id FROM customers WHERE tenant_id = $1 AND name = $2',
      [tenant.id, 'A'],
    );
    await anEvent(service, tenant, { entity_type: 'contact', entity_id: id });
    return tenant;
  }

  test('is its own events, the newest of each, and how many there are', async () => {
    const tenant = await threeCustomers();

    const { customers } = await ask(as(service, tenant.admin), HISTORY, { first: 2 });

    const updated = { action: 'customer.updated', actor: { fullName: 'Essai manager' } };
    const created = { action: 'customer.created', actor: { fullName: 'Essai manager' } };
    const cursor = expect.any(String) as string;
    const two = { totalCount: 3, nodes: [updated, updated], pageInfo: { hasNextPage: true, endCursor: cursor } };
    expect(customers?.nodes).toEqual([
      { name: 'A', history: { totalCount: 1, nodes: [created], pageInfo: { hasNextPage: false, endCursor: cursor } } },
      { name: 'B', history: two },
      { name: 'C', history: two },
    ]);
  });

  test('goes on behind its own cursor, and no other', async () => {
    const tenant = await threeCustomers();
    const client = as(service, tenant.admin);
    const { customers } = await ask(client, HISTORY, { first: 2 });
    const { history } = customers?.nodes[1] as { history: Connection };

    const answer = await client.graphql(HISTORY, { first: 2, after: history.pageInfo.endCursor });

    const { data, errors } = graphqlIn<Data>(answer);
    expect(data?.customers?.nodes).toMatchObject([
      { name: 'A', history: null },
      {
        name: 'B',
        history: { totalCount: 3, nodes: [{ action: 'customer.created' }], pageInfo: { hasNextPage: false } },
      },
      { name: 'C', history: null },
    ]);
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['customers.nodes.0.history', 'INVALID_CURSOR'],
      ['customers.nodes.2.history', 'INVALID_CURSOR'],
    ]);
  });

  test.each(['user', 'readonly'] as const)(
    'is null for %s, whose record stays, and the error one event',
    async (role) => {
      const tenant = await threeCustomers();

      const answer = await as(service, tenant[role]).graphql(HISTORY);

      const { data, errors } = graphqlIn<Data>(answer);
      expect(data?.customers?.nodes).toEqual(['A', 'B', 'C'].map((name) => ({ name, history: null })));
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
      const { logs } = logIn(await as(service, tenant.admin).get(`${LOGS}?success=false`));
      expect(logs).toMatchObject([{ action: 'access.denied', user_id: tenant[role].id, description: 'audit:read' }]);
    },
  );
});

test('contacts, opportunities and activities have their histories too', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const { id: customer_id } = await aCustomer(client);
  const create = async (path: string, fields: object): Promise<void> => {
    const answer = await client.post(`/v1/commercial/${path}`, { customer_id, ...fields });
    expect([path, answer.status]).toEqual([path, 201]);
  };
  await create('contacts', { first_name: 'Ada', last_name: 'Martin' });
  await create('opportunities', { name: 'Serveurs' });
  await create('activities', { type: 'CALL', subject: 'Rappel' });

  const data = await ask(
    client,
    `{ ${['contacts', 'opportunities', 'activities'].map((field) => `${field} { nodes { history { nodes { action } } } }`).join(' ')} }`,
  );

  expect(Object.values(data).flatMap(({ nodes }) => nodes)).toEqual(
    ['contact', 'opportunity', 'activity'].map((recordType) => ({
      history: { nodes: [{ action: `${recordType}.created` }] },
    })),
  );
});

test('a question costs as few statements as it must', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  for (let made = 0; made < 5; made += 1) await aCustomer(client);
  await client.get('/v1/auth/me');
  const watch = watchStatements();
  const count = async (send: () => Promise<unknown>): Promise<number[]> => {
    watch.clear();
    await send();
    return watch.messages.map(({ texts }) => texts.length);
  };
  try {
    expect(await count(() => client.get(LOGS))).toEqual([2]);
    expect(await count(() => client.get(`${LOGS}/${newId()}`))).toEqual([1]);
    expect(await count(() => ask(client, '{ auditEvents { nodes { id changes { field } } } }'))).toEqual([1]);
    expect(await count(() => ask(client, '{ auditEvents { totalCount } }'))).toEqual([1]);
    expect(await count(() => ask(client, '{ auditEvents { totalCount nodes { actor { id } } } }'))).toEqual([2, 1]);
    // The page; the histories with their counts, in one round trip; the users.
    expect(await count(() => ask(client, HISTORY))).toEqual([1, 2, 1]);
  } finally {
    watch.stop();
  }
});
