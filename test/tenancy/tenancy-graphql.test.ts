import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { as, type Answer } from '../support/client.js';
import type { TestUser } from '../support/service.js';
import { askerOf, expectSameAnswers, expectUntouched, startCompanies, type Companies } from './companies.js';
import { documentOf, GRAPHQL, typesOf } from '../contract/surface/surface.js';
import { namesOf, type Target } from '../contract/surface/target.js';

let companies: Companies;
let schema: GraphQLSchema;

beforeAll(async () => {
  companies = await startCompanies();
  schema = buildGraphqlSchema();
});

afterAll(() => companies.service.close());

type Field = GraphQLField<unknown, unknown>;

function fieldsOf(typeName: string): Field[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** Whether the matrix asks the field: those that need no sign-in have no tenant to leave. */
function isUnderTest(name: string): boolean {
  return GRAPHQL[name] !== undefined && GRAPHQL[name].needs !== 'open';
}

/** A place where an id or a text can stand: `filter.and.id.eq`. */
interface Door {
  readonly path: readonly string[];
  /** Of which record type; `text` for what is no id. */
  readonly kind: string;
  readonly inList: boolean;
}

const COMBINED = ['and', 'or', 'not'];
/** Below combinations and relations these stand for all operators. */
const USUAL = ['eq', 'contains', 'in'];
/** Filters within a filter: two relations, or one in a combination. Of the deepest, one operator stands for all. */
const MAX_INNER = 2;

/** @param owner the field or input type that the name belongs to, which tells whose `id` it is */
function doorsOf(
  name: string,
  type: GraphQLInputType,
  owner: string,
  path: readonly string[] = [],
  outer = -1,
): Door[] {
  const named = getNamedType(type);
  const inList = isListType(getNullableType(type));
  const here = [...path, name];
  if (!isInputObjectType(named))
    return isTextual(named.name) ? [{ path: here, kind: kindOf(here, owner, named.name), inList }] : [];
  const isFilter = isFilterOfRecords(named);
  const inner = isFilter ? outer + 1 : outer;
  if (inner > MAX_INNER || here.filter((word) => COMBINED.includes(word)).length > 1) return [];
  return membersOf(named, inner).flatMap((field) =>
    doorsOf(field.name, field.type, isFilter ? named.name : owner, here, inner),
  );
}

const isFilterOfRecords = (type: GraphQLInputObjectType): boolean => 'and' in type.getFields();

/** @param inner how deep the type stands among filters; below the first only a few operators are tried */
function membersOf(type: GraphQLInputObjectType, inner: number): GraphQLInputField[] {
  const fields = type.getFields();
  const tried = inner === MAX_INNER ? ['eq'] : USUAL;
  return Object.values(fields).filter(({ name }) => inner < 1 || !('eq' in fields) || tried.includes(name));
}

const isTextual = (name: string): boolean => name === 'ID' || name === 'String';
const KINDS = ['customer', 'contact', 'opportunity', 'activity', 'user'];

function kindOf(path: readonly string[], owner: string, type: string): string {
  if (type !== 'ID') return 'text';
  const name = path.findLast((word) => /^(?:id|\w+Id)$/.test(word)) ?? '';
  if (/assignedToId|createdById|userId/.test(name)) return 'user';
  const told = name === 'id' ? owner : name === 'entityId' ? 'customer' : name;
  const kind = KINDS.find((one) => told.toLowerCase().includes(one === 'activity' ? 'activit' : one));
  // Whatever is an id of something else: auditEvent.
  return kind ?? (told.toLowerCase().includes('opportunit') ? 'opportunity' : 'other');
}

type ValueOf = (target: Target) => string;
const KNOWN_IDS: Readonly<Record<string, readonly ValueOf[]>> = {
  customer: [(t) => t.customerId, (t) => t.deletedId],
  contact: [(t) => t.contactId, (t) => t.deletedContactId],
  opportunity: [(t) => t.opportunityId, (t) => t.deletedOpportunityId],
  activity: [(t) => t.activityId, (t) => t.deletedActivityId],
  user: [(t) => t.userId],
  other: [(t) => t.auditEventId, (t) => t.customerId],
};
const IDS: typeof KNOWN_IDS = { ...KNOWN_IDS, any: Object.values(KNOWN_IDS).flat() };

/** What of a target could stand at this door; of texts, the name and the code of what the field lists. */
function valuesFor({ kind }: Door, field: string): readonly ValueOf[] {
  if (kind !== 'text') return IDS[kind] ?? [];
  const index = Math.max(
    0,
    ['customer', 'contact', 'opportunit', 'activit'].findIndex((word) => field.includes(word)),
  );
  return [(t) => namesOf(t)[index] ?? '', (t) => (index === 2 ? t.opportunityCode : t.code)];
}

/** `{ filter: { and: [{ id: { eq: value } }] } }`, lists around where the schema wants them: a single value is coerced. */
function place(base: object, [head = '', ...rest]: readonly string[], inList: boolean, value: string): object {
  const existing: unknown = (base as Record<string, unknown>)[head];
  const inner = rest.length > 0 ? place(existing ?? {}, rest, inList, value) : inList ? [value, value] : value;
  return { ...base, [head]: inner };
}

async function askField(name: string, field: Field, door: Door, value: string, asker?: TestUser): Promise<Answer> {
  const base = (await GRAPHQL[name]?.variables?.(companies.own)) ?? {};
  const variables = place(base, door.path, door.inList, value);
  const user = asker ?? askerOf(companies, name).admin;
  return as(companies.service, user).graphql(documentOf(name, typesOf(field, variables)), variables);
}

/** Fields whose ids may be of any kind. */
const OF_ANY_KIND = ['node', 'nodes'];

function rootDoors(field: Field): Door[] {
  const doors = field.args.flatMap((arg) => doorsOf(arg.name, arg.type, field.name));
  return OF_ANY_KIND.includes(field.name) ? doors.map((door) => ({ ...door, kind: 'any' })) : doors;
}

describe.each(['Query', 'Mutation'])('through GraphQL, %s', (typeName) => {
  test('every id, code, reference and filter of another tenant is as good as unknown', async () => {
    const failures: string[] = [];
    for (const field of fieldsOf(typeName)) {
      const name = `${typeName}.${field.name}`;
      if (!isUnderTest(name)) continue;
      // A text that is written may be anything; one that is looked for may not find.
      const doors = rootDoors(field).filter(({ kind }) => typeName === 'Query' || kind !== 'text');
      for (const door of doors) {
        for (const valueOf of valuesFor(door, field.name)) {
          const attempt = (target: Target): Promise<Answer> => askField(name, field, door, valueOf(target));
          await expectSameAnswers(companies, attempt).catch((error: unknown) => {
            failures.push(`${name} ${door.path.join('.')}: ${String(error)}`);
          });
        }
      }
    }
    expect(failures).toEqual([]);
  }, 300_000);
});

test('the doors of GraphQL queries open on own records', async () => {
  const { own, unknown, caller } = companies;
  const opened = new Map<string, number>();
  for (const field of fieldsOf('Query')) {
    for (const door of rootDoors(field)) {
      for (const valueOf of valuesFor(door, field.name).slice(0, 1)) {
        const [asOwn, asUnknown] = await Promise.all(
          [own, unknown].map((target) => askField(`Query.${field.name}`, field, door, valueOf(target), caller.admin)),
        );
        if (asOwn?.text !== asUnknown?.text) opened.set(field.name, (opened.get(field.name) ?? 0) + 1);
      }
    }
  }
  const lists = ['customers', 'contacts', 'opportunities', 'activities', 'pipeline'];
  expect(lists.filter((name) => (opened.get(name) ?? 0) < 10)).toEqual([]);
}, 300_000);

/** Of a filter below a record, so far into its relations: `filter.customer.id.eq`. */
const NESTED = 4;

/** Connections below the records of one kind, each with the query that leads to a record of that kind. */
function nestedConnections(): (readonly [root: string, field: Field])[] {
  return fieldsOf('Query')
    .filter((root) => root.args.some(({ name }) => name === 'id'))
    .flatMap((root) => {
      const type = getNamedType(root.type) as GraphQLObjectType;
      return Object.values(type.getFields())
        .filter((field) => field.args.some(({ name }) => name === 'first'))
        .map((field) => [root.name, field] as const);
    });
}

/** Asks for a connection of an own record, with one value in one of its arguments. */
async function askNested(root: string, field: Field, door: Door, value: string): Promise<Answer> {
  const variables = place(
    (await GRAPHQL[`Query.${root}`]?.variables?.(companies.own)) ?? {},
    door.path,
    door.inList,
    value,
  );
  const types = Object.entries(typesOf(field, variables));
  const declared = ['$id: ID!', ...types.map(([name, type]) => `$${name}: ${type}`)].join(', ');
  const passed = types.map(([name]) => `${name}: $${name}`).join(', ');
  const query = `query (${declared}) { ${root}(id: $id) { ${field.name}(${passed}) { totalCount nodes { id } } } }`;
  return as(companies.service, companies.caller.admin).graphql(query, variables);
}

describe('a connection below a record', () => {
  test('takes the other tenant’s ids and words as unknown', async () => {
    const failures: string[] = [];
    for (const [root, field] of nestedConnections()) {
      // The filters themselves are those of the root: here they stand below a record.
      const doors = rootDoors(field).filter(
        ({ path }) => path.length <= NESTED && !path.some((word) => COMBINED.includes(word)),
      );
      for (const door of doors.filter(({ path }) => ['eq', 'search', 'contains'].includes(path.at(-1) ?? ''))) {
        for (const valueOf of valuesFor(door, field.name)) {
          const attempt = (target: Target): Promise<Answer> => askNested(root, field, door, valueOf(target));
          await expectSameAnswers(companies, attempt).catch((error: unknown) => {
            failures.push(`${root} { ${field.name} } ${door.path.join('.')}: ${String(error)}`);
          });
        }
      }
    }
    expect(failures).toEqual([]);
    expect(nestedConnections().length).toBeGreaterThanOrEqual(8);
  }, 300_000);

  test('takes no cursor of another tenant, nor of another place', async () => {
    const { service, victim, caller, foreign, own } = companies;
    const accepted: string[] = [];
    for (const [root, field] of nestedConnections()) {
      const ask = async (user: TestUser, target: Target, args: string): Promise<Answer> => {
        const variables = (await GRAPHQL[`Query.${root}`]?.variables?.(target)) ?? {};
        const query = `query ($id: ID!) { ${root}(id: $id) { it: ${field.name}(${args}) { pageInfo { endCursor } } } }`;
        return as(service, user).graphql(query, variables);
      };
      const listed = await ask(victim.admin, foreign, 'first: 1');
      const page = (listed.body as { data: Record<string, { it: { pageInfo: { endCursor: string | null } } }> }).data[
        root
      ];
      const cursor = page?.it.pageInfo.endCursor ?? 'bm9uZQ';
      const answer = await ask(caller.admin, own, `first: 1, after: "${cursor}"`);
      companies.attempts += 1;
      if (!answer.text.includes('"code":"INVALID_CURSOR"')) accepted.push(`${root} { ${field.name} }: ${answer.text}`);
    }
    expect(accepted).toEqual([]);
  });
});

test.each(['after', 'before'])('a cursor of another tenant’s list is none in `%s`', async (argument) => {
  const { service, victim } = companies;
  const lists = fieldsOf('Query').filter((field) => field.args.some(({ name }) => name === argument));
  for (const field of lists) {
    const name = `Query.${field.name}`;
    // The same text for both: only the tenant tells the cursors apart.
    const given = field.args.some((arg) => arg.name === 'query') ? { query: 'Client' } : {};
    const ask = (user: TestUser, more: object): Promise<Answer> => {
      const variables = { ...given, ...more };
      const document = documentOf(name, typesOf(field, variables), '{ pageInfo { endCursor } }');
      return as(service, user).graphql(document, variables);
    };
    const listed = await ask(victim.admin, { first: 1 });
    const page = (listed.body as { data: Record<string, { pageInfo: { endCursor: string | null } }> }).data[field.name];
    const answer = await ask(askerOf(companies, name).admin, { [argument]: page?.pageInfo.endCursor ?? '-' });
    companies.attempts += 1;

    expect([name, page?.pageInfo.endCursor]).toEqual([name, expect.any(String)]);
    expect([name, answer.body]).toMatchObject([name, { errors: [{ extensions: { code: 'INVALID_CURSOR' } }] }]);
  }
  expect(lists.length).toBeGreaterThanOrEqual(4);
});

test('after all of it the other tenant’s rows are what they were, byte for byte', () =>
  expectUntouched(companies, 1000));
