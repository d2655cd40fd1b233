/** Dry runs: what they predict comes true, and they leave nothing. */
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../../src/app/schema.js';
import { isIdempotent } from '../../../../src/platform/rest/routes.js';
import { callRoute, REST, ROUTES } from '../../../contract/surface/surface.js';
import { makeTarget } from '../../../contract/surface/target.js';
import { Random } from '../../../drill/random.js';
import { as, type Answer } from '../../../support/client.js';
import type { TestUser } from '../../../support/service.js';
import { useOwnService } from '../../../support/use-service.js';
import { ChanceMutations, codeOf, payloadMutations, rememberRecord, type ChanceMutation } from './chance-mutation.js';
import { aScene, recordIn } from './scene.js';
import { snapshots } from './snapshot.js';

const service = useOwnService();
let schema: GraphQLSchema;
let snapshotOf: (tenantId: string) => Promise<object>;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  snapshotOf = await snapshots(service);
});

const AUTH = ['login', 'refreshSession', 'logout', 'changePassword'];

test('every mutation but those of signing in answers a payload of its own and takes dryRun', () => {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const others = fields.filter(({ name }) => !AUTH.includes(name));

  expect(others.map(({ name, type }) => [name, String(type)])).toEqual(
    others.map(({ name }) => [name, `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`]),
  );
  for (const { type, args } of others) {
    const payload = getNamedType(type);
    expect(isObjectType(payload) && payload.getInterfaces().map(({ name }) => name)).toEqual(['MutationPayload']);
    const dryRun = args.find(({ name }) => name === 'dryRun');
    expect([String(dryRun?.type), dryRun?.defaultValue]).toEqual(['Boolean', false]);
  }
  expect(others).toHaveLength(payloadMutations(schema).length);
});

/** The same on both sides: ids and moments of a dry run are not those of the change, and passwords and keys are in no dry run. */
const VOLATILE = /At$|_at$|^date$|^request_?id$|^initial_?password$|^secret$|^prefix$/i;

function comparable(body: unknown, isCreation: boolean): unknown {
  const text = JSON.stringify(body ?? null, (name, value: unknown) => {
    const isVolatile = VOLATILE.test(name) || (isCreation && name === 'id');
    return isVolatile && value !== undefined ? `a ${name}` : value;
  });
  return JSON.parse(text);
}

function outcomeOf({ status, body }: Answer, isCreation: boolean): unknown {
  return [status, comparable(body, isCreation)];
}

/** Tries, changes, and remembers what was made. @returns the code of the outcome */
async function tryAndDo(
  { name, query, variables }: ChanceMutation,
  caller: TestUser,
  ids: Map<string, string[]>,
): Promise<string> {
  const client = as(service, caller);
  const before = await snapshotOf(caller.tenantId);
  const tried = await client.graphql(query, { ...variables, dryRun: true }, { 'idempotency-key': 'the same for all' });
  const after = await snapshotOf(caller.tenantId);
  const done = await client.graphql(query, variables);

  const isCreation = name.startsWith('create') || name === 'rotateApiKey';
  const about = { name, variables, role: caller.role };
  expect({ about, tables: after }).toEqual({ about, tables: before });
  expect({ about, outcome: outcomeOf(tried, isCreation) }).toEqual({ about, outcome: outcomeOf(done, isCreation) });
  rememberRecord(name, done, ids);
  return codeOf(done);
}

test.each([1, 2])('a dry run of any mutation predicts it and leaves nothing (seed %i)', async (seed) => {
  const random = new Random(seed);
  const { tenant, ids } = await aScene(service);
  const mutations = new ChanceMutations(schema, random, ids);
  const outcomes = new Map<string, number>();

  for (let step = 0; step < 120; step += 1) {
    // Mostly somebody who may do it.
    const caller = random.chance(0.7) ? tenant.admin : random.pick([tenant.manager, tenant.user, tenant.readonly]);
    const outcome = await tryAndDo(mutations.next(), caller, ids);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }

  // What proves that chance came by.
  expect(outcomes.get('OK')).toBeGreaterThan(30);
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['FORBIDDEN', 'NOT_FOUND', 'VERSION_CONFLICT']));
  expect([...outcomes.keys()]).not.toContain('INTERNAL');
});

const WRITES = [...ROUTES].filter(([, route]) => route.public !== true && isIdempotent(route)).map(([name]) => name);

test.each(WRITES)('%s with dry_run predicts the change and leaves nothing', async (name) => {
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant);
  const body = await REST[name]?.body?.(target);
  const sent = { body, headers: { 'idempotency-key': 'k' } };
  const before = await snapshotOf(tenant.id);

  const tried = await callRoute(service, name, tenant.admin, target, { ...sent, query: '?dry_run=true' });

  expect(await snapshotOf(tenant.id)).toEqual(before);
  const rejected = await callRoute(service, name, tenant.readonly, target, { ...sent, query: '?dry_run=true' });
  // Everybody has keys of their own.
  expect(rejected.status === 403).toBe(REST[name]?.needs !== 'signed in');
  const done = await callRoute(service, name, tenant.admin, target, { ...sent, query: '?dry_run=false' });
  const isCreation = done.status === 201;
  expect(done.status).toBeLessThan(300);
  expect(outcomeOf(tried, isCreation)).toEqual(outcomeOf(done, isCreation));
  expect(['dry-run', 'etag', 'location', 'idempotency-replayed'].map((header) => tried.headers.get(header))).toEqual([
    'true',
    null,
    null,
    null,
  ]);
  expect(done.headers.get('dry-run')).toBeNull();
  expect(await snapshotOf(tenant.id)).not.toEqual(before);
});

test('dry_run takes true or false, and only where something is changed', async () => {
  const client = as(service, (await service.aTenant()).admin);

  for (const query of ['dry_run=maybe', 'dry_run=', 'dry_run']) {
    const { status, text } = await client.post(`/v1/commercial/customers?${query}`, { name: 'A' });
    expect([query, status, text]).toEqual([query, 422, expect.stringContaining('/dry_run')]);
  }
  expect((await client.get('/v1/commercial/customers?dry_run=true')).status).toBe(422);
});

test('what the records of a dry run lead to is as it is without it', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const customer = recordIn(await client.post('/v1/commercial/customers', { name: 'A', type: 'LEAD' }));
  const sale = { customer_id: customer.id, name: 'B' };
  const { id } = recordIn(await client.post('/v1/commercial/opportunities', sale));

  const answer = await client.graphql(
    `mutation ($id: ID!) { winOpportunity(id: $id, dryRun: true) {
      opportunity { status transitions { totalCount } history { totalCount } customer { type } } customer { type } } }`,
    { id },
  );

  expect(answer.body).toEqual({
    data: {
      winOpportunity: {
        opportunity: {
          status: 'WON',
          transitions: { totalCount: 1 },
          history: { totalCount: 1 },
          customer: { type: 'LEAD' },
        },
        customer: { type: 'CUSTOMER' },
      },
    },
  });
});

test('a dry run without the right to it is recorded as the operation would be', async () => {
  const tenant = await service.aTenant();
  const { id } = recordIn(await as(service, tenant.admin).post('/v1/commercial/customers', { name: 'A' }));
  const client = as(service, tenant.readonly);

  await client.graphql('mutation ($id: ID!) { deleteCustomer(id: $id, dryRun: true) { changed } }', { id });
  await client.delete(`/v1/commercial/customers/${id}?dry_run=true`);

  expect(
    await service.ask(
      `SELECT action, entity_id::text AS id, description FROM audit_events WHERE tenant_id = $1 AND NOT success`,
      [tenant.id],
    ),
  ).toEqual(Array(2).fill({ action: 'access.denied', id, description: 'customer:delete' }));
});
