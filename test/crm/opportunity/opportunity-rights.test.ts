import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  addressOf,
  anOpportunity,
  EXPORT,
  OPPORTUNITIES,
  rowOf,
  stepsOf,
  type OpportunityJson,
} from './opportunity-support.js';
import { describeRights, mutation, ROLES, type Operation } from '../record/rights.js';
import { aCustomer, graphqlOutcomeOf, outcomeOf } from '../customer/customer-support.js';

const service = useService();

type Send = (client: Client, one: OpportunityJson) => Promise<Answer>;

const post =
  (action: string): Send =>
  (client, one) =>
    client.post(`${addressOf(one)}/${action}`);

const OPERATIONS: readonly Operation<OpportunityJson>[] = [
  {
    name: 'list',
    rest: (client) => client.get(OPPORTUNITIES),
    graphql: (client) => client.graphql('{ opportunities { totalCount nodes { id } } }'),
    allowed: ROLES,
  },
  {
    name: 'read',
    rest: (client, one) => client.get(addressOf(one)),
    graphql: (client, { id }) => client.graphql('query ($id: ID!) { opportunity(id: $id) { id } }', { id }),
    allowed: ROLES,
  },
  {
    name: 'read by code',
    rest: (client, one) => client.get(`${OPPORTUNITIES}?search=${one.code}`),
    graphql: (client, { code }) =>
      client.graphql('query ($code: String!) { opportunityByCode(code: $code) { id } }', { code }),
    allowed: ROLES,
  },
  {
    name: 'history',
    rest: (client, one) => client.get(`${addressOf(one)}/history`),
    graphql: (client, { id }) =>
      client.graphql('query ($id: ID!) { opportunity(id: $id) { transitions { nodes { toStatus } } } }', { id }),
    allowed: ROLES,
  },
  {
    name: 'create',
    rest: (client, { customer_id }) => client.post(OPPORTUNITIES, { name: 'X', customer_id }),
    graphql: (client, { customer_id }) =>
      client.graphql(
        'mutation ($id: ID!) { createOpportunity(input: { name: "X", customerId: $id }) { opportunity { id } } }',
        {
          id: customer_id,
        },
      ),
    allowed: ['admin', 'manager', 'user'],
  },
  {
    name: 'update',
    rest: (client, one) => client.put(addressOf(one), { stage: 'X' }),
    graphql: mutation('updateOpportunity', ', input: { stage: "Y" }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'patch',
    rest: (client, one) => client.request('PATCH', addressOf(one), { stage: 'X' }),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'update to WON',
    rest: (client, one) => client.put(addressOf(one), { status: 'WON' }),
    graphql: mutation('updateOpportunity', ', input: { status: WON }'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'win',
    rest: post('win'),
    graphql: mutation('winOpportunity'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'lose',
    rest: post('lose'),
    graphql: mutation('loseOpportunity', ', reason: "x"'),
    allowed: ['admin', 'manager'],
    own: true,
  },
  {
    name: 'reopen',
    rest: post('reopen'),
    graphql: mutation('reopenOpportunity'),
    allowed: ['admin', 'manager'],
    own: true,
    before: { status: 'LOST' },
  },
  { name: 'restore', rest: post('restore'), graphql: mutation('restoreOpportunity'), allowed: ['admin'] },
  { name: 'export', rest: (client) => client.get(EXPORT), allowed: ['admin', 'manager', 'user'] },
  {
    name: 'delete',
    rest: (client, one) => client.delete(addressOf(one)),
    graphql: mutation('deleteOpportunity'),
    allowed: ['admin'],
  },
];
async function stateOf(tenant: TestTenant, { id }: OpportunityJson): Promise<unknown> {
  const counters = await service.ask('SELECT * FROM counters WHERE tenant_id = $1 ORDER BY name', [tenant.id]);
  return [await rowOf(service, id), await stepsOf(service, id), counters];
}

describeRights({
  recordType: 'opportunity',
  operations: OPERATIONS,
  service: () => service,
  make: (tenant, before) => anOpportunity(as(service, tenant.admin), before),
  stateOf,
});

/** Each way in which an opportunity is a user's own. */
const OWN: Readonly<Record<string, (tenant: TestTenant, fields?: object) => Promise<OpportunityJson>>> = {
  'made by them': async ({ admin, user }, fields) =>
    anOpportunity(as(service, user), { ...fields, customer_id: (await aCustomer(as(service, admin))).id }),
  'assigned to them': ({ admin, user }, fields) =>
    anOpportunity(as(service, admin), { ...fields, assigned_to: user.id }),
  'of a customer made by them': async ({ admin, user }, fields) =>
    anOpportunity(as(service, admin), { ...fields, customer_id: (await aCustomer(as(service, user))).id }),
  'of a customer assigned to them': async ({ admin, user }, fields) =>
    anOpportunity(as(service, admin), {
      ...fields,
      customer_id: (await aCustomer(as(service, admin), { assigned_to: user.id })).id,
    }),
};

describe("a user's own opportunity", () => {
  test.each(
    OPERATIONS.filter(({ own }) => own).flatMap((operation) =>
      Object.keys(OWN).map((way) => ({ way, name: operation.name, operation })),
    ),
  )('$way: $name', async ({ way, operation: { rest, graphql, before } }) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.user);
    const make = async (): Promise<OpportunityJson> => (await OWN[way]?.(tenant, before)) ?? anOpportunity(client);

    expect(outcomeOf(await rest(client, await make()))).toBe('200');
    if (graphql) expect(graphqlOutcomeOf(await graphql(client, await make()))).toBe('OK');
  });

  test.each(['delete', 'restore'])('gives no right to %s', async (name) => {
    const { user } = await service.aTenant();
    const client = as(service, user);
    const one = await anOpportunity(client);

    expect(
      outcomeOf(
        (await OPERATIONS.find((operation) => operation.name === name)?.rest(client, one)) ?? (await client.get('/')),
      ),
    ).toBe('403 FORBIDDEN');
  });
});

describe('who may be made responsible', () => {
  test('anybody active by admins and managers, only themselves by users', async () => {
    const { manager, user, readonly } = await service.aTenant();
    const one = await anOpportunity(as(service, manager), { assigned_to: readonly.id });
    const client = as(service, user);
    const mine = await anOpportunity(client, { assigned_to: user.id });

    expect(one).toMatchObject({ assigned_to: readonly.id });
    expect(outcomeOf(await client.put(addressOf(mine), { assigned_to: manager.id }))).toBe('403 FORBIDDEN');
    expect(
      outcomeOf(
        await client.post(OPPORTUNITIES, { name: 'X', customer_id: mine.customer_id, assigned_to: manager.id }),
      ),
    ).toBe('403 FORBIDDEN');
    await as(service, manager).put(addressOf(mine), { assigned_to: manager.id });
    expect(await client.put(addressOf(mine), { assigned_to: manager.id, stage: 'X' })).toMatchObject({ status: 200 });
  });

  test('nobody unknown, inactive or of another tenant', async () => {
    const [tenant, elsewhere] = [await service.aTenant(), await service.aTenant()];
    const client = as(service, tenant.admin);
    const one = await anOpportunity(client);
    await service.ask('UPDATE users SET is_active = false WHERE id = $1', [tenant.readonly.id]);

    for (const id of [newId(), tenant.readonly.id, elsewhere.admin.id]) {
      const answers = [
        await client.put(addressOf(one), { assigned_to: id }),
        await client.post(OPPORTUNITIES, { name: 'X', customer_id: one.customer_id, assigned_to: id }),
      ];
      for (const answer of answers)
        expect(answer).toMatchObject({
          status: 422,
          body: { errors: [{ pointer: '/assigned_to', code: 'UNKNOWN_USER' }] },
        });
    }
    expect(await rowOf(service, one.id)).toMatchObject({ assigned_to: null, version: 1 });
  });
});

/** Every way to name an opportunity. */
const DOORS: Readonly<Record<string, (client: Client, id: string) => Promise<Answer>>> = {
  GET: (client, id) => client.get(addressOf({ id })),
  PUT: (client, id) => client.put(addressOf({ id }), { status: 'WON' }),
  'PUT a version': (client, id) => client.put(addressOf({ id }), { name: 'Volé' }, { 'if-match': '"7"' }),
  PATCH: (client, id) => client.request('PATCH', addressOf({ id }), { name: 'Volé' }),
  DELETE: (client, id) => client.delete(addressOf({ id })),
  win: (client, id) => client.post(`${addressOf({ id })}/win`),
  lose: (client, id) => client.post(`${addressOf({ id })}/lose`),
  reopen: (client, id) => client.post(`${addressOf({ id })}/reopen`),
  restore: (client, id) => client.post(`${addressOf({ id })}/restore`),
  history: (client, id) => client.get(`${addressOf({ id })}/history`),
  opportunity: (client, id) =>
    client.graphql('query ($id: ID!) { opportunity(id: $id) { id transitions { nodes { toStatus } } } }', { id }),
  'a filter': (client, id) =>
    client.graphql('query ($id: ID!) { opportunities(filter: { id: { eq: $id } }) { totalCount nodes { id } } }', {
      id,
    }),
  updateOpportunity: (client, id) => mutation('updateOpportunity', ', input: { name: "Volé" }')(client, { id }),
  winOpportunity: (client, id) => mutation('winOpportunity')(client, { id }),
  loseOpportunity: (client, id) => mutation('loseOpportunity', ', reason: "x"')(client, { id }),
  reopenOpportunity: (client, id) => mutation('reopenOpportunity')(client, { id }),
  deleteOpportunity: (client, id) => mutation('deleteOpportunity')(client, { id }),
  restoreOpportunity: (client, id) => mutation('restoreOpportunity')(client, { id }),
};

function comparable({ status, text }: Answer, id: string): unknown {
  return [status, text.replace(/"(request_id|requestId)":"[^"]+"/g, '').replaceAll(id, '<id>')];
}

describe("another tenant's opportunity", () => {
  test.each(Object.entries(DOORS))('is no different from an unknown one: %s', async (_name, send) => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await anOpportunity(as(service, there.admin), { name: 'Secret SA', code: 'SECRET' });
    const before = await stateOf(there, foreign);
    const [client, unknown] = [as(service, here.admin), newId()];

    const [seen, missing] = [await send(client, foreign.id), await send(client, unknown)];

    expect(comparable(seen, foreign.id)).toEqual(comparable(missing, unknown));
    expect(seen.text).not.toMatch(/secret/i);
    expect(await stateOf(there, foreign)).toEqual(before);
  });

  test('is in no list, no search, no total and no file, and its customer is nobody here', async () => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await anOpportunity(as(service, there.admin), { name: 'Secret SA', code: 'SECRET' });
    await anOpportunity(as(service, here.admin), { name: 'Notre SA' });
    const client = as(service, here.admin);

    for (const query of ['search=secret', `customer_id=${foreign.customer_id}`]) {
      expect((await client.get(`${OPPORTUNITIES}?${query}`)).body).toMatchObject({ items: [], total: 0 });
      expect((await client.get(`${EXPORT}?${query}`)).headers.get('x-total-rows')).toBe('0');
    }
    expect((await client.get(`${OPPORTUNITIES}?search=sa`)).body).toMatchObject({
      total: 1,
      items: [{ name: 'Notre SA' }],
    });
    expect((await client.graphql('{ opportunityByCode(code: "SECRET") { id } }')).body).toEqual({
      data: { opportunityByCode: null },
    });
    expect(outcomeOf(await client.post(OPPORTUNITIES, { name: 'X', customer_id: foreign.customer_id }))).toBe(
      '404 NOT_FOUND',
    );
  });
});
