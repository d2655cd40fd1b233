/** What conditions cost: rejected before SQL where they are too many, the same wherever they stand and however they are written. */
import type { GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { as, type Answer } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useService } from '../support/use-service.js';
import { watchStatements, type StatementWatch } from '../support/statements.js';

const service = useService();
let tenant: TestTenant;
let watch: StatementWatch;
let schema: GraphQLSchema;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  tenant = await service.aTenant();
  watch = watchStatements();
}, 60_000);

afterAll(() => {
  watch.stop();
});

type Variables = Readonly<Record<string, unknown>>;

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** JSON as a literal of GraphQL. */
const literal = (value: unknown): string => JSON.stringify(value).replace(/"(\w+)":/g, '$1: ');

interface Told {
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: {
      readonly code: string;
      readonly details?: Variables;
      readonly fields?: readonly { readonly path: readonly unknown[]; readonly code: string }[];
    };
  }[];
  readonly extensions?: { readonly cost: { readonly requested: number; readonly conditions?: number } };
}

async function ask(query: string, variables: Variables = {}): Promise<Answer & { readonly told: Told }> {
  const headers = { 'x-cost': '1', 'accept-language': 'en' };
  const answer = await as(service, tenant.admin).graphql(query, variables, headers);
  return Object.assign(answer, { told: answer.body as Told });
}

async function conditionsOf(query: string, variables: Variables = {}): Promise<number> {
  const { told, text } = await ask(query, variables);
  if (told.extensions === undefined) throw new Error(text);
  return told.extensions.cost.conditions ?? 0;
}

function filterTypeOf(field: string): string {
  const args = schema.getQueryType()?.getFields()[field]?.args ?? [];
  return String(args.find(({ name }) => name === 'filter')?.type);
}

interface Rejection {
  readonly code?: string;
  readonly details?: Variables;
  readonly message?: string;
}

function rejectionIn({ errors }: Told): Rejection {
  const [error] = errors ?? [];
  return error ? { message: error.message, ...error.extensions } : {};
}

const ID = '00000000-0000-4000-8000-000000000000';
const never = (index: number) => ({ subject: { eq: `Rien ${index}` } });
const contains = (count: number) => ({ and: many(count, () => ({ name: { contains: 'e' } })) });

describe('conditions that make PostgreSQL work for seconds are rejected before SQL', () => {
  test.each<[name: string, field: string, filter: object, aliases: number, conditions: number]>([
    ['48 × none', 'customers', { and: many(48, () => ({ activities: { none: {} } })) }, 1, 24_150],
    ['48 × none, of some', 'customers', { and: many(48, (at) => ({ activities: { none: never(at) } })) }, 1, 27_030],
    [
      '33 × to-one and to-many',
      'activities',
      { and: many(33, () => ({ customer: { activities: { some: {} } } })) },
      1,
      49_650,
    ],
    ['100 × contains in 15 aliases', 'customers', contains(7), 15, 75_750],
    ['5 × contains in 6 aliases', 'opportunities', contains(5), 6, 21_900],
    [
      '5 × contains on addresses in 5 aliases',
      'contacts',
      { and: many(5, () => ({ email: { contains: 'e' } })) },
      5,
      20_750,
    ],
    [
      '100 × startsWith in 2 aliases',
      'activities',
      { or: many(100, () => ({ subject: { startsWith: 'e' } })) },
      2,
      16_300,
    ],
    ['lists of texts', 'customers', { or: many(4, () => ({ city: { in: many(100, (at) => `V${at}`) } })) }, 1, 12_150],
    [
      'relations below not and or',
      'activities',
      { not: { or: many(21, () => ({ not: { customer: { city: { eq: 'Lyon' } } } })) } },
      1,
      11_910,
    ],
    ['sums', 'pipeline', { or: many(20, () => ({ activities: { some: {} } })) }, 1, 10_150],
    ['audit events', 'auditEvents', { or: many(100, () => ({ action: { startsWith: 'e' } })) }, 2, 17_200],
  ])('%s', async (_name, field, filter, aliases, conditions) => {
    const inner = field === 'pipeline' ? 'count' : 'totalCount';
    const fields = many(aliases, (at) => `a${at}: ${field}(filter: $filter) { ${inner} }`).join(' ');
    await ask('{ viewer { permissions } }');
    watch.clear();

    const { status, told } = await ask(`query ($filter: ${filterTypeOf(field)}) { ${fields} }`, { filter });

    const { code, details, message } = rejectionIn(told);
    expect([status, code]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(details).toMatchObject({ conditions, limit: 10_000 });
    expect(message).toContain(`of which ${conditions} for its filters, searches and orders`);
    expect(watch.messages).toEqual([]);
  });

  test('the objects of an operation are told beside its conditions', async () => {
    const { told } =
      await ask(`{ customers(first: 5, filter: ${literal({ or: many(20, () => ({ activities: { none: {} } })) })})
      { nodes { id } } }`);

    expect(rejectionIn(told).details).toEqual({
      requested: 10_156,
      objects: 6,
      conditions: 10_150,
      limit: 10_000,
    });
  });
});

describe('a condition costs', () => {
  test.each<[filter: object, conditions: number]>([
    [{}, 0],
    [{ isActive: { eq: true } }, 155],
    [{ isActive: null }, 0],
    [{ id: { in: many(10, () => ID) } }, 200],
    [{ totalRevenue: { between: ['1', '2'] } }, 160],
    [{ city: { eq: 'Lyon' } }, 180],
    [{ city: { eq: 'Lyon', startsWith: null } }, 180],
    [{ city: { in: ['Lyon', 'Nantes', 'Paris'] } }, 240],
    [{ city: { startsWith: 'Ly' } }, 230],
    [{ city: { contains: 'y' } }, 850],
    [{ email: { eq: 'a@example.org' } }, 280],
    [{ email: { in: ['a@example.org', 'b@example.org'], isNull: false } }, 440],
    [{ email: { contains: 'a' } }, 950],
    [{ and: [{ city: { eq: 'Lyon' } }, { or: [{ not: { city: { eq: 'Nantes' } } }, {}] }] }, 210],
    [{ activities: { some: {} } }, 650],
    [{ activities: { some: {}, none: {} } }, 1150],
    [{ activities: { none: { subject: { contains: 'e' }, isCompleted: { eq: true } } } }, 2060],
    [{ activities: { some: { contact: { lastName: { eq: 'Roux' } } } } }, 1770],
    [{ activities: { some: { or: [{ contact: {} }, { contact: {} }] } } }, 2650],
  ])('for customers of %j %i', async (filter, conditions) => {
    expect(
      await conditionsOf('query ($f: CustomerFilter) { customers(filter: $f) { totalCount } }', { f: filter }),
    ).toBe(conditions);
    expect(await conditionsOf(`{ customers(filter: ${literal(filter)}) { totalCount } }`)).toBe(conditions);
  });

  const FILTER = '{ or: [{ name: { contains: "e" } }, { activities: { none: {} } }] }';
  const IN_JSON = { or: [{ name: { contains: 'e' } }, { activities: { none: {} } }] };

  test.each<[name: string, query: string, variables: Variables]>([
    ['in the document', `{ customers(filter: ${FILTER}) { totalCount } }`, {}],
    ['in a variable', 'query ($f: CustomerFilter) { customers(filter: $f) { totalCount } }', { f: IN_JSON }],
    [
      'as the default of a variable',
      `query ($f: CustomerFilter = ${FILTER}) { customers(filter: $f) { totalCount } }`,
      {},
    ],
    [
      'in variables within a value',
      `query ($text: String, $none: ActivityFilter, $or: [CustomerFilter!]) { customers(filter: { and: { or: $or }, or: [
         { name: { contains: $text } }, { activities: { none: $none } }] }) { totalCount } }`,
      { text: 'e', none: {}, or: null },
    ],
    [
      'in a variable that stands for a list of one',
      `query ($or: [CustomerFilter!]) { customers(filter: { or: $or }) { totalCount } }`,
      { or: { name: { contains: 'e' }, activities: { none: {} } } },
    ],
    ['in a fragment', `{ ...F } fragment F on Query { customers(filter: ${FILTER}) { totalCount } }`, {}],
    ['below a record', `{ customers(first: 1) { nodes { opportunities(filter: ${FILTER}) { totalCount } } } }`, {}],
    [
      'below 100 records',
      `{ customers(first: 100) { nodes { opportunities(filter: ${FILTER}) { totalCount } } } }`,
      {},
    ],
    [
      'below records by their ids',
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { opportunities(filter: ${FILTER}) { totalCount } } } }`,
      { ids: [ID] },
    ],
    ['of a pipeline', `{ pipeline(filter: ${FILTER}) { count } }`, {}],
    [
      'in an operation chosen by a directive',
      `query ($yes: Boolean = true) { customers(filter: ${FILTER}) @include(if: $yes) { totalCount } }`,
      {},
    ],
  ])('the same %s', async (_name, query, variables) => {
    expect(await conditionsOf(query, variables)).toBe(1350);
  });

  test.each<[query: string, conditions: number]>([
    [
      `{ customers(first: 100) { nodes { contacts(first: 3) { nodes { activities(search: "e") { totalCount } } } } } }`,
      2100,
    ],
    [`{ customers { nodes { contacts { nodes { activities(search: "e") { totalCount } } } } } }`, 2800],
    [`{ customers(first: 0) { nodes { activities(search: "e") { totalCount } } } }`, 0],
    [`{ customers(search: "e", first: 0) { totalCount } }`, 700],
    [`{ customers(search: "") { totalCount } }`, 0],
    [`{ search(query: "re") { nodes { title } } }`, 940],
    [`{ search(query: "re", types: [CUSTOMER]) { nodes { title } } }`, 940],
    [`{ a: customers(search: "e") { totalCount } b: customers(search: "e") { totalCount } }`, 1400],
    [`{ activities(orderBy: [{ field: DUE_DATE }, { field: DATE }]) { totalCount } }`, 200],
    [`{ auditEvents(filter: { action: { startsWith: "e" }, success: { eq: false } }) { totalCount } }`, 685],
  ])('%s: %i', async (query, conditions) => {
    expect(await conditionsOf(query)).toBe(conditions);
  });

  test('as much as the values of the request ask for, not those of the first one', async () => {
    const query = 'query ($f: CustomerFilter) { customers(filter: $f) { totalCount } }';

    const costs = [];
    for (const f of [{ city: { contains: 'e' } }, {}, null, { city: { in: ['a', 'b'] } }]) {
      costs.push(await conditionsOf(query, { f }));
    }

    expect(costs).toEqual([850, 0, 0, 210]);
    expect(await conditionsOf(query)).toBe(0);
  });
});
