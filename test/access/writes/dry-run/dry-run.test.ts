/** Dry runs: what they predict comes true, and they leave nothing. */
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../../src/app/schema.js';
import { isIdempotent } from '../../../../src/platform/rest/routes.js';
import { callRoute, REST, ROUTES } from '../../../contract/surface/surface.js';
import { makeTarget } from '../../../contract/surface/target.js';
import { Random } from '../../../drill/random.js';
import { as, type Answer } from '../../../support/client.js';
import {
  PASSWORD,
  startTestService,
  type TestService,
  type TestTenant,
  type TestUser,
} from '../../../support/service.js';
import { ChanceMutations, kindOf, payloadMutations, type ChanceMutation } from './chance-mutation.js';
import { snapshots } from './snapshot.js';

let service: TestService;
let schema: GraphQLSchema;
let snapshotOf: (tenantId: string) => Promise<object>;

beforeAll(async () => {
  [service, schema] = await Promise.all([startTestService(), buildGraphqlSchema()]);
  snapshotOf = await snapshots(service);
});

afterAll(() => service.close());

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

/** Ids and moments of a dry run are not those of the change; passwords are in no dry run. */
function comparable(value: unknown, isCreation: boolean, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => comparable(item, isCreation));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner, isCreation, key)]));
  }
  if (typeof value === 'string' && /(At|_at)$|^date$/.test(name)) return 'a moment';
  if (/^request_?id$|^initial_?password$/i.test(name) || (isCreation && name === 'id')) return `a ${name}`;
  return value;
}

function outcomeOf({ status, body }: Answer, isCreation: boolean): unknown {
  return [status, comparable(body, isCreation)];
}

async function aScene(): Promise<{ tenant: TestTenant; ids: Map<string, string[]> }> {
  const tenant = await service.aTenant({
    limit_customers: 6,
    limit_active_opportunities: 6,
    limit_contacts_per_customer: 3,
  });
  const client = as(service, tenant.admin);
  // Not those who act: they would sign themselves out.
  const people = await Promise.all(
    ['user', 'manager'].map((role) =>
      client.post('/v1/users', { email: `${role}@essai.example`, full_name: role, role, password: PASSWORD }),
    ),
  );
  const ids = new Map<string, string[]>([['user', people.map(({ body }) => String(body.id))]]);
  const customers = await Promise.all(
    ['PROSPECT', 'LEAD', 'CUSTOMER'].map((type) => client.post('/v1/commercial/customers', { name: type, type })),
  );
  ids.set(
    'customer',
    customers.map(({ body }) => String(body.id)),
  );
  for (const [kind, path, more] of [
    ['contact', 'contacts', { first_name: 'A', last_name: 'B', is_primary: true }],
    ['opportunity', 'opportunities', { name: 'Affaire' }],
    ['activity', 'activities', { type: 'CALL', subject: 'Appel' }],
  ] as const) {
    const made = await Promise.all(
      (ids.get('customer') ?? []).map((customer_id) => client.post(`/v1/commercial/${path}`, { customer_id, ...more })),
    );
    ids.set(
      kind,
      made.map(({ body }) => String(body.id)),
    );
  }
  return { tenant, ids };
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

  const isCreation = name.startsWith('create');
  const about = { name, variables, role: caller.role };
  expect({ about, tables: after }).toEqual({ about, tables: before });
  expect({ about, outcome: outcomeOf(tried, isCreation) }).toEqual({ about, outcome: outcomeOf(done, isCreation) });
  const kind = kindOf(name);
  const made: unknown = done.body.data?.[name]?.[kind]?.id;
  if (isCreation && typeof made === 'string' && kind !== 'user') ids.get(kind)?.push(made);
  return String(done.body.errors?.[0]?.extensions.code ?? 'OK');
}

test.each([1, 2])('a dry run of any mutation predicts it and leaves nothing (seed %i)', async (seed) => {
  const random = new Random(seed);
  const { tenant, ids } = await aScene();
  const mutations = new ChanceMutations(schema, random, ids);
  const outcomes = new Map<string, number>();

  for (let step = 0; step < 120; step += 1) {
    // Mostly somebody who may do it.
    const caller = random.chance(0.7) ? tenant.admin : random.pick([tenant.manager, tenant.user, tenant.readonly]);
    const outcome = await tryAndDo(mutations.next(), caller, ids);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }

  console.log(outcomes);
  // What proves that chance came by.
  expect(outcomes.get('OK')).toBeGreaterThan(30);
  for (const code of ['FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED', 'ILLEGAL_TRANSITION', 'VERSION_CONFLICT'])
    expect([code, outcomes.get(code) ?? 0]).toEqual([code, expect.any(Number)]);
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
  const refused = await callRoute(service, name, tenant.readonly, target, { ...sent, query: '?dry_run=true' });
  expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
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

  const [maybe, reading] = [
    await client.post('/v1/commercial/customers?dry_run=maybe', { name: 'A' }),
    await client.get('/v1/commercial/customers?dry_run=true'),
  ];

  expect([maybe.status, maybe.body.errors[0].pointer]).toEqual([422, expect.stringContaining('dry_run')]);
  expect(reading.status).toBe(422);
});
