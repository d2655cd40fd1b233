import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { isChildConnection } from '../../../src/crm/record/child-connection.js';
import { makeTarget } from '../../contract/surface/target.js';
import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { argumentsWith, positionsOf, type Position } from './argument-positions.js';

const service = useOwnService();
let schema: GraphQLSchema;
let client: Client;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  const tenant = await service.aTenant();
  client = as(service, tenant.admin);
  await makeTarget(service, tenant);
});

type Field = GraphQLField<unknown, unknown>;

/** A connection below the records of a list: `contacts` below `customers`. */
interface Child {
  readonly list: string;
  readonly field: Field;
}

function recordTypeOf(field: Field): GraphQLObjectType | undefined {
  const connection = getNamedType(field.type);
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  const type = nodes && getNamedType(nodes.type);
  return isObjectType(type) ? type : undefined;
}

function children(): Child[] {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((list) =>
    Object.values(recordTypeOf(list)?.getFields() ?? {})
      .filter((field) => isChildConnection(field))
      .map((field) => ({ list: list.name, field })),
  );
}

interface Seen {
  readonly text: string;
  readonly codes: readonly string[];
}

interface Body {
  readonly errors?: readonly { readonly extensions: { readonly code: string; requestId?: string } }[];
}

/** @param hidden a condition hides the connection from the look-ahead, and changes nothing else */
async function ask({ list, field }: Child, args: object, hidden: boolean, window: string): Promise<Seen> {
  const used = field.args.filter(({ name }) => name in args);
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  const child = `${field.name}(${passed}) { nodes { __typename } pageInfo { endCursor } }`;
  const query = `query (${declared}) { ${list}(${window}) { nodes { id ${hidden ? `... @include(if: true) { ${child} }` : child} } } }`;
  const { status, body } = (await client.graphql(query, args)) as { status: number; body: Body };
  const codes = (body.errors ?? []).map(({ extensions }) => extensions.code);
  for (const { extensions } of body.errors ?? []) delete extensions.requestId;
  // Where the field stands in the document is the one thing that the condition changes.
  const text = JSON.stringify({ status, body }, (name, value: unknown) => (name === 'locations' ? undefined : value));
  return { text, codes };
}

const NUL = 'a\0b';
const SURROGATE = 'a\ud800b';
const LONG = 'x'.repeat(10_000);

/** What no filter, order or window should take, and a little that it takes. */
const BY_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  String: [NUL, SURROGATE, LONG, 'a', ''],
  ID: ['pas-un-uuid', NUL, SURROGATE, ''],
  Int: [-1, 101, 2_147_483_647],
  Decimal: ['999999999999999.99', '1e400'],
  Date: ['0001-01-01', '9999-12-31'],
  DateTime: ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
};

/** All of them where the value is an argument or the first operator of a field; elsewhere they take turns. */
function valuesFor({ path, type, inList, depth }: Position, index: number): readonly unknown[] {
  const values = BY_TYPE[type] ?? [];
  const operator = path.at(-1);
  if (depth > 0) return values.slice(index % 2, (index % 2) + 1);
  if (path.length === 1 || operator === 'eq') return values;
  if (!inList) return values.slice(index % 2, (index % 2) + 1);
  return [values[index % 2], operator === 'between' ? [values[0]] : Array.from({ length: 101 }, () => values[0])];
}

/** Arguments that are wrong as a whole. */
function combinationsFor({ args }: Field): object[] {
  const has = (name: string): boolean => args.some((arg) => arg.name === name);
  return [
    { first: 1, last: 1 },
    { first: 0 },
    ...(has('orderBy') ? [{ orderBy: Array.from({ length: 30 }, () => ({ field: 'CREATED_AT' })) }] : []),
    ...(has('filter') ? [{ filter: { and: Array.from({ length: 101 }, () => ({})) } }, { filter: {} }] : []),
  ];
}

const HOSTILE = [NUL, SURROGATE, null, 1e300, {}, '0000-01-01T00:00:00.000Z', '9999-12-31'];

/** Cursors that a caller could write: one that fits, with each of its values replaced. */
async function cursorsOf(child: Child): Promise<string[]> {
  const { text } = await ask(child, { first: 1 }, true, 'first: 1');
  const cursor = /"endCursor":"([\w-]+)"/.exec(text)?.[1];
  if (cursor === undefined) throw new Error(`No cursor below ${child.list}: ${text}`);
  const values = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const forged = values.flatMap((_, index) => HOSTILE.map((value) => values.with(index, value)));
  return [cursor, ...forged.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))];
}

/** @param deep filters within filters: they are the same wherever the same records are listed */
async function casesFor(child: Child, deep: boolean): Promise<object[]> {
  const { field } = child;
  const positions = positionsOf(field.args).filter(({ depth }) => deep || depth === 0);
  const single = positions.flatMap((position, index) =>
    valuesFor(position, index).map((value) => argumentsWith(position, value)),
  );
  const cursors = (await cursorsOf(child)).map((cursor, index) => ({ [index % 2 ? 'after' : 'before']: cursor }));
  return [...single, ...combinationsFor(field), ...cursors];
}

/** Every connection with everything that it is asked. */
async function allCases(): Promise<(readonly [child: Child, args: object])[]> {
  const met = new Set<string>();
  const cases = children().map(async (child) => {
    const deep = !met.has(child.field.name);
    met.add(child.field.name);
    return (await casesFor(child, deep)).map((args) => [child, args] as const);
  });
  return (await Promise.all(cases)).flat();
}

describe('a connection that is read with its parents', () => {
  test('answers whatever it is asked as its own resolver does', async () => {
    const failures: string[] = [];
    const codes = new Map<string, number>();
    const cases = await allCases();
    for (const [child, args] of cases) {
      const [foreseen, loaded] = await Promise.all([
        ask(child, args, false, 'first: 1'),
        ask(child, args, true, 'first: 1'),
      ]);
      for (const code of loaded.codes) codes.set(code, (codes.get(code) ?? 0) + 1);
      if (foreseen.text === loaded.text && !loaded.codes.includes('INTERNAL')) continue;
      failures.push(`${child.list} { ${child.field.name} } ${JSON.stringify(args).slice(0, 200)}
        read ahead ${foreseen.text.slice(0, 400)}
        by itself  ${loaded.text.slice(0, 400)}`);
    }
    expect(failures.slice(0, 20)).toEqual([]);
    expect(children().length).toBeGreaterThanOrEqual(6);
    for (const code of ['VALIDATION_FAILED', 'BAD_USER_INPUT', 'INVALID_CURSOR'])
      expect([code, codes.get(code)]).toEqual([code, expect.any(Number)]);
  }, 300_000);

  test('says nothing of wrong arguments where there are no parents', async () => {
    const wrong = (field: Field): object[] => [
      { first: 101 },
      { after: NUL },
      ...(field.args.some(({ name }) => name === 'filter')
        ? [{ filter: { id: { eq: 'pas-un-uuid' } } }, { search: NUL }]
        : []),
    ];
    for (const child of children()) {
      for (const args of wrong(child.field)) {
        const seen = await ask(child, args, false, 'first: 0');
        expect([child.list, child.field.name, args, seen.codes]).toEqual([child.list, child.field.name, args, []]);
      }
    }
  });
});
