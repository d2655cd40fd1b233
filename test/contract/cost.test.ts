/** The cost of an operation is never less than the objects that its answer turns out to hold. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  parse,
  validate,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { listBoundOf } from '../../src/platform/graphql-schema/query-cost.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { documentOf, GRAPHQL, typesOf } from './surface/surface.js';
import { makeTarget } from './surface/target.js';
import { as, type Answer, type Client } from '../support/client.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { DocumentByChance } from './cost/chance.js';
import { fieldDocuments, isConnection, objectFieldsOf, type CostDocument } from './cost/documents.js';
import { aScene, type Scene } from './cost/scene.js';

/** Raise it to search longer: `COST_RUNS=20000 npm test -- contract/cost`. */
const RUNS = Number(process.env.COST_RUNS ?? 400);

const service = useOwnService();
let schema: GraphQLSchema;
let scene: Scene;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  scene = await aScene(service);
}, 60_000);

interface Priced {
  readonly data: unknown;
  readonly errors: readonly { readonly extensions: { readonly code: string } }[];
  readonly requested: number;
  readonly actual: number;
}

function readPriced({ body }: Answer): Priced {
  const {
    data,
    errors = [],
    extensions,
  } = body as Partial<Priced> & {
    readonly extensions?: { readonly cost: { readonly requested: number; readonly actual?: number } };
  };
  const { requested = 0, actual = 0 } = extensions?.cost ?? {};
  return { data, errors, requested, actual };
}

async function ask({ query, variables }: CostDocument): Promise<Priced> {
  return readPriced(await scene.client.graphql(query, variables, { 'x-cost': '1' }));
}

/** Every object of an answer: no document here selects JSON of a caller's own. */
function countObjects(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((total, one) => total + countObjects(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + countObjects(Object.values(value));
}

/** What stands at the end of a path, in all rows on the way. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]));
  if (name === undefined || typeof value !== 'object' || value === null) return [value];
  return valuesAt(Reflect.get(value, name), rest);
}

function objectTypes() {
  return Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
}

test('every list of objects that is no connection says how many it may hold', () => {
  const lists = objectTypes()
    .filter((type) => !isConnection(type))
    .flatMap((type) => objectFieldsOf(type).map((field) => [`${type.name}.${field.name}`, field] as const))
    .filter(([, { type }]) => isListType(getNullableType(type)));
  const payloads = objectTypes().filter(({ name }) => name.endsWith('Payload'));
  expect(Object.fromEntries(lists.map(([name, field]) => [name, listBoundOf(field)]))).toEqual({
    ...Object.fromEntries(payloads.map(({ name }) => [`${name}.warnings`, 5])),
    'AuditEvent.changes': 50,
    'Query.nodes': 100,
    'Query.pipeline': 600,
    'Viewer.limits': 4,
  });
});

test('every field of a query that yields objects yields some, and no more than its cost', async () => {
  const problems: string[] = [];
  const documents = fieldDocuments(schema, scene.known);
  for (const document of documents) {
    const { data, errors, requested, actual } = await ask(document);
    const held = countObjects(data) - 1;
    const isThere = valuesAt(data, document.path).some((value) => typeof value === 'object' && value !== null);
    if (errors.length > 0 || !isThere || actual !== held || actual > requested)
      problems.push(`${document.field}: requested ${requested}, actual ${actual}, held ${held}: ${document.query}`);
  }

  const all = objectTypes()
    .filter((type) => !isConnection(type) && !type.name.endsWith('Edge') && type !== schema.getMutationType())
    .flatMap((type) => objectFieldsOf(type).map(({ name }) => `${type.name}.${name}`));
  const isBehindMutations = (field: string): boolean => /^(?:Session|\w+Payload)\./.test(field);
  expect(problems).toEqual([]);
  expect(documents.map(({ field }) => field).sort()).toEqual(all.filter((field) => !isBehindMutations(field)).sort());
});

test('no document that chance writes holds more than its cost', async () => {
  const seen = { compared: 0, rejected: 0, held: 0 };

  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const choose = (limit: number): number => gen(fc.nat, { max: limit - 1 });
      const document = new DocumentByChance(schema, scene.known, choose).write();
      // Two types may use a name differently, and an argument may be missing.
      fc.pre(validate(schema, parse(document.query)).length === 0);
      const { data, requested, actual } = await ask(document);
      if (data === undefined) seen.rejected += 1;
      else {
        seen.compared += 1;
        seen.held += actual;
      }
      const held = data === undefined || data === null ? 0 : countObjects(data) - 1;
      expect(actual !== held || held > requested ? { document, requested, actual, held } : undefined).toBeUndefined();
    }),
    { numRuns: RUNS },
  );

  // The search is worth something only while answers hold something.
  expect(seen.compared).toBeGreaterThan(RUNS / 2);
  expect(seen.held).toBeGreaterThan(seen.compared * 10);
}, 600_000);

test('a name that stands for another field of each type is counted as the one that it is', async () => {
  const { Customer, Opportunity } = scene.known.ids;
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Customer { x: contacts(first: 1) { nodes { id } } }
    ... on Opportunity { x: activities(first: 30) { nodes { id } } } } }`;

  const { data, requested, actual } = await ask({ query, variables: { ids: [Customer, Opportunity] } });

  expect(countObjects(data) - 1).toBe(2 + 2 + 31);
  expect([requested, actual]).toEqual([2 * (1 + 2 + 31), 2 + 2 + 31]);
});

test('a name that stands for objects at different depths of two types is counted as it is', async () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Customer { x: contacts(first: 1) { nodes { y: customer { pageInfo: contacts(first: 1) { z: __typename } } } } }
    ... on Opportunity { x: activities(first: 30) { nodes { y: history { pageInfo { z: __typename } } } } } } }`;

  const { errors, requested, actual } = await ask({ query, variables: { ids: [scene.known.ids.Opportunity] } });

  expect([errors, requested]).toEqual([[], 1 + (1 + 1 + 1 + 1) + (1 + 30 * (1 + 1 + 1))]);
  expect(actual).toBe(1 + 1 + 30 * (1 + 1 + 1));
});

/** What a record leads to, or what a payload and its records do, all of it. */
function everythingBehind(field: GraphQLField<unknown, unknown>, more: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  const inner = more > 0 ? objectFieldsOf(type).map((one) => `${one.name} ${everythingBehind(one, more - 1)}`) : [];
  const rows = objectFieldsOf(type).find(({ name }) => name === 'nodes');
  return isConnection(type) && rows ? `{ nodes ${everythingBehind(rows, 0)} }` : `{ __typename ${inner.join(' ')} }`;
}

const MUTATIONS = Object.keys(GRAPHQL).filter((name) => name.startsWith('Mutation.'));

test.each(MUTATIONS)('%s answers with no more than its cost', async (name) => {
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant, {
    children: { createdBy: tenant.admin.id, assignedTo: tenant.admin.id },
  });
  const field = schema.getMutationType()?.getFields()[name.replace('Mutation.', '')];
  if (!field) throw new Error(`There is no ${name}.`);
  const variables = (await GRAPHQL[name]?.variables?.(target, tenant.admin.id)) ?? {};
  const document = documentOf(name, typesOf(field, variables), everythingBehind(field, 2));

  const answer = readPriced(await as(service, tenant.admin).graphql(document, variables, { 'x-cost': '1' }));

  expect(answer.errors).toEqual([]);
  expect(answer.actual).toBe(countObjects(answer.data) - 1);
  expect(answer.actual).toBeLessThanOrEqual(answer.requested);
});

/** The operations of the example clients, by name. */
function exampleVariables({ admin, id: tenantId }: TestTenant, records: Readonly<Record<string, string>>): object {
  const { customerId, id } = records;
  return {
    SignIn: { email: admin.email, password: PASSWORD, tenantId },
    CreateCustomer: { input: { name: 'Jardins du Lac' } },
    CreateContact: { input: { customerId, firstName: 'Jeanne', lastName: 'Martin' } },
    CreateOpportunity: { input: { customerId, name: 'Terrasse' } },
    WinOpportunity: { id },
    RenameCustomer: { id: customerId, name: 'Jardins du Grand Lac' },
    Changes: { after: 'LATEST', types: ['CUSTOMER'] },
    Pipeline: {},
    CustomerPage: { first: 20 },
    Customers: { first: 20 },
    Customer: { id: customerId },
    UpdateCustomer: { id: customerId, input: { city: 'Lyon' } },
  };
}

async function askOperation(client: Client, query: string, operationName: string, variables: unknown): Promise<Priced> {
  return readPriced(await client.post('/graphql', { query, operationName, variables }, { 'x-cost': '1' }));
}

test.each(['fetch-client', 'apollo-client'])(
  'the operations of %s answer with no more than their cost',
  async (name) => {
    const { tenant, client, target } = scene;
    const query = readFileSync(new URL(`../../examples/${name}/operations.graphql`, import.meta.url), 'utf8');
    const variables = exampleVariables(tenant, { customerId: target.customerId, id: target.opportunityId });
    for (const definition of parse(query).definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const operation = definition.name?.value ?? '';

      const { errors, requested, actual } = await askOperation(
        client,
        query,
        operation,
        Reflect.get(variables, operation),
      );

      expect([operation, errors]).toEqual([operation, []]);
      expect(actual).toBeGreaterThan(0);
      expect(actual).toBeLessThanOrEqual(requested);
    }
  },
);
