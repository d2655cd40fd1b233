import { request as httpRequest } from 'node:http';
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { inputPlanOf, type InputClass, type PlannedMember } from '../../src/platform/input-members.js';
import { IS_UUID } from '../../src/platform/input-rules.js';
import { buildGraphqlSchema } from '../../src/schema.js';
import { as, type Answer } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import { callRoute, documentOf, GRAPHQL, pathOf, REST, ROUTES } from './surface.js';
import { digestTenant, idsOf, makeTarget, nobody, type Target } from './surface/target.js';

let service: TestService;
let schema: GraphQLSchema;
/** The caller's company, and the one whose records it asks for. */
let caller: TestTenant;
let victim: TestTenant;
/** A company that never asked for anything: the log of the other one is full of what it asked for. */
let quiet: TestTenant;
let own: Target;
let foreign: Target;
let unknown: Target;
/** Cursors of the victim's lists. */
let cursors: Readonly<Record<string, string>>;
let before: string;
let attempts = 0;

beforeAll(async () => {
  [service, schema] = await Promise.all([startTestService(), buildGraphqlSchema()]);
  [caller, victim, quiet] = [await service.aTenant(), await service.aTenant(), await service.aTenant()];
  await makeTarget(service, quiet);
  own = await makeTarget(service, caller);
  foreign = await makeTarget(service, victim);
  await makeTarget(service, victim);
  unknown = nobody(foreign);
  cursors = await readCursors();
  before = await digestTenant(service, victim.id, 'with trail');
});

afterAll(() => service.close());

/** Who looks for foreign records through an operation. */
function askerOf(name: string): TestTenant {
  return name === 'Query.auditEvents' || name === 'GET /v1/audit/logs' ? quiet : caller;
}

async function readCursors(): Promise<Record<string, string>> {
  const client = as(service, victim.admin);
  const listed = await client.graphql(
    `{ customers(first: 1) { pageInfo { endCursor } } users(first: 1) { pageInfo { endCursor } }
      auditEvents(first: 1) { pageInfo { endCursor } } }`,
  );
  const customers = await client.get('/v1/commercial/customers?page_size=1');
  const users = await client.get('/v1/users?page_size=1');
  const { data } = listed.body as {
    data: Record<'customers' | 'users' | 'auditEvents', { pageInfo: { endCursor: string } }>;
  };
  return {
    'Query.customers': data.customers.pageInfo.endCursor,
    'Query.users': data.users.pageInfo.endCursor,
    'Query.auditEvents': data.auditEvents.pageInfo.endCursor,
    'GET /v1/commercial/customers': (customers.body as { next_cursor: string }).next_cursor,
    'GET /v1/users': (users.body as { next_cursor: string }).next_cursor,
  };
}

/** The answer without what may differ: the request's own id, and what was asked for. */
function comparable({ status, headers, text }: Answer, asked: readonly string[]): string {
  const kept = ['content-type', 'etag', 'location', 'link', 'x-total-rows', 'content-length'];
  const head = kept.map((name) => `${name}: ${headers.get(name) ?? ''}`);
  const requestId = headers.get('x-request-id') ?? '';
  const body = [requestId, ...asked].reduce((left, word) => left.replaceAll(word, '…'), text);
  return [String(status), ...head, body].join('\n');
}

type Attempt = (target: Target) => Promise<Answer>;

/** Asked for the other tenant's record the service answers as for one that nobody has. */
async function expectSameAnswers(attempt: Attempt): Promise<void> {
  const [asForeign, asUnknown] = [await attempt(foreign), await attempt(unknown)];
  attempts += 1;

  expect(asForeign.status).toBeLessThan(500);
  // A document that is refused as a whole asks for nothing.
  expect(asForeign.text).not.toMatch(/GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|BAD_USER_INPUT|QUERY_TOO_COMPLEX/);
  expect(comparable(asForeign, idsOf(foreign))).toBe(comparable(asUnknown, idsOf(unknown)));
  expect(asForeign.text).not.toContain(victim.id);
  expect(asForeign.text).not.toContain(victim.admin.email);
}

const SIGNED_IN_ROUTES = Object.keys(REST).filter((name) => REST[name]?.needs !== 'open');
const WITH_ID = Object.keys(REST).filter((name) => REST[name]?.id);
const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;

const WAYS: readonly (readonly [way: string, sent: object])[] = [
  ['as it is', {}],
  ['with If-Match', { headers: { 'if-match': '"1"' } }],
  ['with an Idempotency-Key', { headers: { 'idempotency-key': 'same-for-both' } }],
  ['with a parameter that is not known', { query: '?tenant_id=other' }],
];

describe('a record of another tenant in a path is an unknown record', () => {
  const rows = WITH_ID.flatMap((name) =>
    ROLES.flatMap((role) => WAYS.map(([way, sent]) => [name, role, way, sent] as const)),
  );

  test.each(rows)('%s, for %s, %s', (name, role, _way, sent) =>
    expectSameAnswers((target) =>
      callRoute(service, name, caller[role], target, {
        ...sent,
        // Each key once: a second request under it would be another one.
        ...('headers' in sent &&
          'idempotency-key' in (sent.headers as object) && { headers: { 'idempotency-key': idsOf(target).join() } }),
      }),
    ),
  );
});

const isReference = (member: PlannedMember): boolean => member.rules.includes(IS_UUID);

/** Members of a class that hold the id of another record. */
function referencesOf(Class: InputClass<object> | undefined): string[] {
  return Class ? [...inputPlanOf(Class).byName.values()].filter(isReference).map(({ restName }) => restName) : [];
}

describe('a record of another tenant in a body is an unknown record', () => {
  const rows = [...ROUTES].flatMap(([name, { body }]) => referencesOf(body).map((member) => [name, member] as const));

  test('in more than no place', () => {
    expect(rows.length).toBeGreaterThan(2);
  });

  test.each(rows)('%s, %s', async (name, member) => {
    const base = await REST[name]?.body?.(own);
    await expectSameAnswers((target) =>
      callRoute(service, name, caller.admin, own, { body: { ...base, [member]: target.userId } }),
    );
  });
});

describe('what another tenant has, in a query, finds what nobody has', () => {
  const rows = [...ROUTES].flatMap(([name, { query }]) => [
    ...referencesOf(query).map((member) => [name, member, (t: Target) => t.userId] as const),
    ...['search', 'search_text', 'entity_id']
      .filter((member) => query && inputPlanOf(query).byRestName.has(member))
      .flatMap((member) =>
        [(t: Target) => t.code, (t: Target) => `Client ${t.customerId}`, (t: Target) => t.customerId].map(
          (valueOf) => [name, member, valueOf] as const,
        ),
      ),
  ]);

  test.each(rows)('%s, %s', (name, member, valueOf) =>
    expectSameAnswers((target) =>
      callRoute(service, name, askerOf(name).admin, own, {
        query: `?${member}=${encodeURIComponent(valueOf(target))}`,
      }),
    ),
  );

  test.each(['GET /v1/commercial/customers', 'GET /v1/users'])('%s, cursor', async (name) => {
    const cursor = cursors[name] ?? '';
    const garbage = Buffer.from(JSON.stringify(['x'.repeat(16), 'a', foreign.customerId])).toString('base64url');
    const ask = (text: string): Promise<Answer> =>
      callRoute(service, name, caller.admin, own, { query: `?cursor=${text}` });
    attempts += 1;

    const answer = await ask(cursor);

    expect(answer.body).toMatchObject({ code: 'INVALID_CURSOR' });
    expect(comparable(answer, [])).toBe(comparable(await ask(garbage), []));
  });
});

function fieldsOf(typeName: 'Query' | 'Mutation'): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

type Door = readonly [path: readonly string[], kind: string, inList: boolean];

/** Every place of an argument where an id or a text of a filter can stand: `filter.and.id.eq`. */
function doorsOf(name: string, type: GraphQLInputType, depth = 0): Door[] {
  const named = getNamedType(type);
  const inList = isListType(getNullableType(type));
  if (!isInputObjectType(named)) return ['ID', 'String'].includes(named.name) ? [[[name], named.name, inList]] : [];
  if (depth > 2) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    doorsOf(field.name, field.type, depth + 1).map(([path, kind, leafInList]): Door => [
      [name, ...path],
      kind,
      leafInList,
    ]),
  );
}

/** `{ filter: { and: [{ id: { eq: value } }] } }`, lists around where the schema wants them: a single value is coerced. */
function place(base: object, [path, , inList]: Door, value: string): object {
  const [head = '', ...rest] = path;
  const existing: unknown = (base as Record<string, unknown>)[head];
  const inner = rest.length > 0 ? place(existing ?? {}, [rest, '', inList], value) : inList ? [value, value] : value;
  return { ...base, [head]: inner };
}

function typesOf(args: readonly GraphQLArgument[], variables: object): Record<string, string> {
  const used = args.filter((arg) => arg.name in variables || isNonNullType(arg.type));
  return Object.fromEntries(used.map((arg) => [arg.name, String(arg.type)]));
}

async function askField(
  name: string,
  field: GraphQLField<unknown, unknown>,
  door: Door,
  value: string,
  asker = askerOf(name),
): Promise<Answer> {
  const base = (await GRAPHQL[name]?.variables?.(own)) ?? {};
  const variables = place(base, door, value);
  return as(service, asker.admin).graphql(documentOf(name, typesOf(field.args, variables)), variables);
}

describe.each(['Query', 'Mutation'] as const)('through GraphQL, %s', (typeName) => {
  test('every id, code, reference, cursor and filter of another tenant is as good as unknown', async () => {
    const failures: string[] = [];
    for (const field of fieldsOf(typeName)) {
      const name = `${typeName}.${field.name}`;
      if (!isUnderTest(name)) continue;
      // A text that is written may be anything; one that is looked for may not find.
      const all = field.args.flatMap((arg) => doorsOf(arg.name, arg.type));
      const doors = typeName === 'Query' ? all : all.filter(([, kind]) => kind === 'ID');
      for (const door of doors) {
        for (const valueOf of valuesFor(door)) {
          await expectSameAnswers((target) => askField(name, field, door, valueOf(target))).catch((error: unknown) => {
            failures.push(`${name} ${door[0].join('.')}: ${String(error)}`);
          });
        }
      }
    }
    expect(failures).toEqual([]);
  });

  test('a cursor of another tenant is no cursor', async () => {
    for (const field of fieldsOf(typeName)) {
      const name = `${typeName}.${field.name}`;
      for (const argument of ['after', 'before'].filter((wanted) => field.args.some((arg) => arg.name === wanted))) {
        const answer = await askField(name, field, [[argument], 'String', false], cursors[name] ?? '');
        attempts += 1;
        expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'INVALID_CURSOR' } }] });
      }
    }
  });
});

test('the doors of GraphQL queries open on own records', async () => {
  let opened = 0;
  for (const field of fieldsOf('Query')) {
    for (const door of field.args.flatMap((arg) => doorsOf(arg.name, arg.type))) {
      for (const valueOf of valuesFor(door)) {
        const [asOwn, asUnknown] = await Promise.all(
          [own, unknown].map((target) => askField(`Query.${field.name}`, field, door, valueOf(target), caller)),
        );
        if (asOwn?.text !== asUnknown?.text) opened += 1;
      }
    }
  }
  expect(opened).toBeGreaterThan(50);
});

/** Whether the matrix asks the field: those that need no sign-in have no tenant to leave. */
function isUnderTest(name: string): boolean {
  return GRAPHQL[name] !== undefined && GRAPHQL[name].needs !== 'open';
}

/** What the victim has that could stand at this door. */
function valuesFor([path, kind]: Door): ((target: Target) => string)[] {
  if (kind !== 'ID') return [(t) => t.code, (t) => `Client ${t.customerId}`];
  const isUser = path.some((word) => /assignedTo|createdBy/.test(word));
  return isUser ? [(t) => t.userId] : [(t) => t.customerId, (t) => t.deletedId, (t) => t.userId];
}

interface RawAnswer {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
}

/** Sends headers exactly as given: twice, empty, in any case. */
function sendRaw(
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string | string[]>,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(service.origin + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const parsed = JSON.parse(text === '' ? '{}' : text) as {
          code?: string;
          errors?: { extensions: { code: string } }[];
        };
        const code = parsed.code ?? parsed.errors?.[0]?.extensions.code ?? '';
        resolve({ status: response.statusCode ?? 0, code, requestId: String(response.headers['x-request-id']) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

type Game = readonly [name: string, header: () => string | string[] | undefined, status: number, code: string];

const GAMES: readonly Game[] = [
  ['no X-Tenant-ID', () => undefined, 401, 'TENANT_HEADER_REQUIRED'],
  ['an empty one', () => '', 401, 'TENANT_HEADER_REQUIRED'],
  ['its own twice', () => [caller.id, caller.id], 400, 'TENANT_HEADER_INVALID'],
  ['its own and another', () => [caller.id, victim.id], 400, 'TENANT_HEADER_INVALID'],
  ['a list in one', () => `${caller.id}, ${victim.id}`, 400, 'TENANT_HEADER_INVALID'],
  ['its own in another case', () => caller.id.toUpperCase(), 403, 'TENANT_MISMATCH'],
  ['that of another tenant', () => victim.id, 403, 'TENANT_MISMATCH'],
  ['one that nobody has', () => 't-000000000000', 403, 'TENANT_MISMATCH'],
];

/** Every door that a signed-in caller comes through: the routes, and one document per root field. */
function doors(): (readonly [name: string, method: string, path: string, body: string | undefined])[] {
  const routes = SIGNED_IN_ROUTES.map((name) => {
    const method = name.split(' ')[0] ?? '';
    return [name, method, pathOf(name, foreign), method === 'GET' ? undefined : '{}'] as const;
  });
  const fields = (['Query', 'Mutation'] as const).flatMap(fieldsOfName).map((name) => {
    const [root = '', field = ''] = name.split('.');
    const args = fieldsOf(root === 'Query' ? 'Query' : 'Mutation').find((one) => one.name === field)?.args ?? [];
    const query = documentOf(name, typesOf(args, {}));
    return [
      name,
      'POST',
      '/graphql',
      JSON.stringify({ query, variables: { id: foreign.customerId, input: {} } }),
    ] as const;
  });
  return [...routes, ...fields];
}

function fieldsOfName(typeName: 'Query' | 'Mutation'): string[] {
  return fieldsOf(typeName)
    .map((field) => `${typeName}.${field.name}`)
    .filter(isUnderTest);
}

describe('a caller with a token of one tenant who names', () => {
  test.each(GAMES)('%s is refused at every door', async (_game, header, status, code) => {
    for (const [name, method, path, body] of doors()) {
      const value = header();
      const answer = await sendRaw(method, path, body, {
        authorization: `Bearer ${caller.admin.token}`,
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
        ...(value !== undefined && { 'x-tenant-id': value }),
      });
      attempts += 1;
      const events = await service.ask<{ tenant_id: string; action: string }>(
        'SELECT tenant_id, action FROM audit_events WHERE request_id = $1',
        [answer.requestId],
      );

      expect([name, answer.status, answer.code]).toEqual([name, status, code]);
      expect([name, events]).toEqual([
        name,
        code === 'TENANT_MISMATCH' ? [{ tenant_id: caller.id, action: 'access.tenant_mismatch' }] : [],
      ]);
    }
  });
});

describe('after all of it', () => {
  test('the other tenant’s rows are what they were, byte for byte', async () => {
    expect(attempts).toBeGreaterThan(600);
    expect(await digestTenant(service, victim.id, 'with trail')).toBe(before);
  });
});
