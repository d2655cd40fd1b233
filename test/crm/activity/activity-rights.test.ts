import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activitiesIn,
  activityAddress,
  activityPageIn,
  ACTIVITY_EXPORT,
  activityRow,
  anActivity,
  aScene,
  countOfActivities,
  type ActivityJson,
} from './activity-support.js';
import { describeRights, mutation, ROLES, type Operation } from '../record/rights.js';
import { graphqlOutcomeOf, outcomeOf, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

/** An activity of somebody else's, or another tenant's, and the customer that it is about. */
interface Target {
  readonly id: string;
  readonly customerId: string;
}

const action =
  (name: string) =>
  (client: Client, target: Target): Promise<Answer> =>
    client.post(`${activityAddress(target)}/${name}`);

const OPERATIONS: readonly Operation<Target>[] = [
  {
    name: 'get',
    rest: (client, target) => client.get(activityAddress(target)),
    graphql: (client, { id }) => client.graphql('query ($id: ID!) { activity(id: $id) { id } }', { id }),
    allowed: ROLES,
  },
  {
    name: 'list',
    rest: (client) => client.get(ACTIVITIES),
    graphql: (client) => client.graphql('{ activities { totalCount nodes { id } } }'),
    allowed: ROLES,
  },
  {
    name: 'create',
    rest: (client, { customerId }) =>
      client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'Neuf' }),
    graphql: (client, { customerId }) =>
      client.graphql(
        'mutation ($id: ID!) { createActivity(input: { customerId: $id, type: CALL, subject: "Neuf" }) { activity { id } } }',
        { id: customerId },
      ),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'put',
    rest: (client, target) => client.put(activityAddress(target), { subject: 'Volé' }),
    graphql: mutation('updateActivity', ', input: { subject: "Pris" }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'patch',
    rest: (client, target) => client.request('PATCH', activityAddress(target), { subject: 'Volé' }),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'complete',
    rest: action('complete'),
    graphql: mutation('completeActivity'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'reopen',
    rest: action('reopen'),
    graphql: mutation('reopenActivity'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  { name: 'restore', rest: action('restore'), graphql: mutation('restoreActivity'), allowed: ['admin'] },
  { name: 'export', rest: (client) => client.get(ACTIVITY_EXPORT), allowed: ['admin', 'manager', 'user'] },
  {
    name: 'delete',
    rest: (client, target) => client.delete(activityAddress(target)),
    graphql: mutation('deleteActivity'),
    allowed: ['admin'],
  },
];

async function aTarget(tenant: TestTenant, fields: object = {}, owner = tenant.admin.id): Promise<Target> {
  const { customerId } = await aScene(service, tenant, owner);
  const { id } = await anActivity(as(service, tenant.admin), customerId, { ...fields });
  return { id, customerId };
}

async function stateOf(tenant: TestTenant, { id }: Target): Promise<unknown> {
  return { row: await activityRow(service, id), count: await countOfActivities(service, tenant) };
}

describeRights({ recordType: 'activity', operations: OPERATIONS, service: () => service, make: aTarget, stateOf });

describe('own activities', () => {
  const OWNED: readonly (readonly [string, (tenant: TestTenant) => Promise<Target>])[] = [
    [
      'created it',
      async (tenant) => {
        const { customerId } = await aScene(service, tenant);
        return { customerId, id: (await anActivity(as(service, tenant.user), customerId)).id };
      },
    ],
    ['is responsible for it', (tenant) => aTarget(tenant, { assigned_to: tenant.user.id })],
    ['created its customer', (tenant) => aTarget(tenant, {}, tenant.user.id)],
    [
      'is responsible for its customer',
      async (tenant) => {
        const target = await aTarget(tenant);
        await service.ask('UPDATE customers SET assigned_to = $2 WHERE id = $1', [target.customerId, tenant.user.id]);
        return target;
      },
    ],
  ];

  test.each(OWNED)('a user who %s may change, complete and reopen it, not delete it', async (_why, make) => {
    const tenant = await service.aTenant();
    const target = await make(tenant);
    const client = as(service, tenant.user);

    for (const { rest, graphql } of OPERATIONS.filter(({ own }) => own)) {
      expect((await rest(client, target)).status).toBe(200);
      if (graphql) expect(graphqlOutcomeOf(await graphql(client, target))).toBe('OK');
    }
    expect(outcomeOf(await client.delete(activityAddress(target)))).toBe('403 FORBIDDEN');
  });
});

describe('who may be made responsible', () => {
  test('a user may name themselves only, a manager anybody who is active', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.user);
    const body = { customer_id: customerId, type: 'CALL', subject: 'X' };

    const mine = await anActivity(client, customerId, { assigned_to: tenant.user.id });
    const other = { assigned_to: tenant.manager.id };
    expect(outcomeOf(await client.post(ACTIVITIES, { ...body, ...other }))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await client.put(activityAddress(mine), other))).toBe('403 FORBIDDEN');
    const assigned = await as(service, tenant.manager).put(activityAddress(mine), other);
    expect(assigned).toMatchObject({ status: 200, body: other });
    const sentBack = await client.put(activityAddress(mine), { ...(assigned.body as ActivityJson), subject: 'Suite' });
    expect(sentBack).toMatchObject({ status: 200, body: { subject: 'Suite', ...other } });
  });

  test('somebody unknown, inactive or of another tenant is a 422, the same for all three', async () => {
    const [tenant, elsewhere] = [await service.aTenant(), await service.aTenant()];
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    await service.ask('UPDATE users SET is_active = false WHERE id = $1', [tenant.readonly.id]);

    const ids = [newId(), tenant.readonly.id, elsewhere.admin.id];
    const answers = await Promise.all(
      ids.map((assigned_to) =>
        client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'X', assigned_to }),
      ),
    );

    for (const answer of answers) expect(wrongFieldsOf(answer)).toEqual(['/assigned_to UNKNOWN_USER']);
    expect(new Set(answers.map(({ text }) => text.replace(/"request_id":"[^"]+"/, ''))).size).toBe(1);
    expect(await countOfActivities(service, tenant)).toBe(0);
  });
});

/** The answer without what may differ: the request's id, and the id in `instance`. */
function comparable({ status, text, headers }: Answer, id: string): unknown {
  const body = text.replace(/"(request_id|requestId)":"[^"]+"/g, '').replaceAll(id, '<id>');
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  return { status, body, headers: kept };
}

describe("another tenant's activity", () => {
  const DOORS = OPERATIONS.filter(({ name }) => !['list', 'create', 'export'].includes(name));

  test.each(DOORS)('is no different from an unknown one: $name', async ({ rest, graphql }) => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await aTarget(there, { subject: 'Secret' });
    const before = await activityRow(service, foreign.id);
    const client = as(service, here.admin);
    const unknown = { id: newId(), customerId: newId() };

    for (const send of [rest, graphql]) {
      if (!send) continue;
      const answers = [await send(client, foreign), await send(client, unknown)] as const;
      expect(comparable(answers[0], foreign.id)).toEqual(comparable(answers[1], unknown.id));
      expect(answers[0].text).not.toMatch(/secret/i);
    }
    expect(await activityRow(service, foreign.id)).toEqual(before);
  });

  test('is in no list, filter, total and file', async () => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const { id, customerId } = await aTarget(there, { subject: 'Secret', assigned_to: there.user.id });
    await aTarget(here, { subject: 'Notre' });
    const client = as(service, here.admin);

    expect(activitiesIn(await client.get(ACTIVITIES)).map(({ subject }) => subject)).toEqual(['Notre']);
    for (const query of [`customer_id=${customerId}`, `assigned_to=${there.user.id}`]) {
      expect(activitiesIn(await client.get(`${ACTIVITIES}?${query}`))).toEqual([]);
      expect(activityPageIn(await client.get(`${ACTIVITIES}?page=1&${query}`))).toMatchObject({ items: [], total: 0 });
      expect((await client.get(`${ACTIVITY_EXPORT}?${query}`)).headers.get('x-total-rows')).toBe('0');
    }
    const graphql = await client.graphql(
      `{ all: activities { totalCount } found: activities(search: "secret") { totalCount } one: activities(filter: { id: { eq: "${id}" } }) { nodes { id } } }`,
    );
    expect(graphql.body).toEqual({ data: { all: { totalCount: 1 }, found: { totalCount: 0 }, one: { nodes: [] } } });
  });
});
