import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { answerUnreadable } from '../../src/app/unreadable-requests.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../../src/platform/errors/errors.js';
import type { CatalogueEntry, Transport } from '../../src/platform/errors/error-catalogue.js';
import { newId } from '../../src/platform/values/ids.js';
import { as, type Answer } from '../support/client.js';
import { sendBytes } from '../support/raw-client.js';
import { SENTENCES } from './error-sentences.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';
import { rewriteStatements } from '../support/statements.js';

let service: OwnService;
/** Its tokens are expired when they are made. */
let late: OwnService;
/** Its answers have 10 000 bytes at most, and the notes of its customer more. */
let small: OwnService;
let smallTenant: TestTenant;
let tenant: TestTenant;
let lateTenant: TestTenant;
let full: TestTenant;
let customer: { readonly id: string };

beforeAll(async () => {
  [service, late, small] = await Promise.all([
    startTestService(),
    startTestService({}, { accessTokenSeconds: -5 }),
    startTestService({ GRAPHQL_MAX_ANSWER_BYTES: '10000' }),
  ]);
  [tenant, full] = [await service.aTenant({ limit_export_rows: 1 }), await service.aTenant({ limit_customers: 0 })];
  lateTenant = await late.aTenant();
  smallTenant = await small.aTenant();
  await as(small, smallTenant.admin).post(CUSTOMERS, { name: 'A', notes: 'x'.repeat(10_000) });
  const made = await as(service, tenant.admin).post(CUSTOMERS, { name: 'A', code: 'TAKEN', type: 'PARTNER' });
  await as(service, tenant.admin).post(CUSTOMERS, { name: 'B' });
  customer = made.body as typeof customer;
});

afterAll(() => Promise.all([service.close(), late.close(), small.close()]));

const CUSTOMERS = '/v1/commercial/customers';
const UNKNOWN = '01a20000-0000-7000-8000-000000000000';

type Headers = Readonly<Record<string, string>>;
type Send = (headers: Headers) => Promise<Answer>;
/** A way to the error; the status where it is another than the table's. */
interface Way {
  readonly send: Send;
  readonly status?: number;
  /** Answered before any header was read, so in no other language. */
  readonly isFrench?: true;
}

const rest =
  (method: string, path: () => string, body?: unknown, more: Headers = {}): Send =>
  (headers) =>
    as(service, tenant.admin).request(method, path(), body, { ...headers, ...more });
const graphql =
  (document: () => string, more: Headers = {}): Send =>
  (headers) =>
    as(service, tenant.admin).graphql(document(), undefined, { ...headers, ...more });
const raw =
  (body: string, more: Headers = {}): Send =>
  (headers) =>
    as(service, tenant.admin).request('POST', '/graphql', body, { ...headers, ...more });
const list = (more: Headers = {}): Send => rest('GET', () => CUSTOMERS, undefined, more);
const page = (more: Headers = {}): Send => graphql(() => '{ customers { nodes { id } } }', more);
const one = (): string => `${CUSTOMERS}/${customer.id}`;
const create = (input: string) => () => `mutation { createCustomer(input: { ${input} }) { customer { id } } }`;
const stranger =
  (send: (client: ReturnType<typeof as>, headers: Headers) => Promise<Answer>): Send =>
  (headers) =>
    send(as(service), headers);

/** While `customers` is locked, or called by another name. */
function during(begin: () => Promise<() => unknown>, send: Send): Send {
  return async (headers) => {
    const end = await begin();
    try {
      return await send(headers);
    } finally {
      await end();
    }
  };
}

async function hold(text: string, values: readonly string[] = []): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: service.test.superuserUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(text, [...values]);
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}

const lock = () => hold('LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
const fault = () => Promise.resolve(rewriteStatements((text) => text.replaceAll(/\bcustomers\b/g, 'nothing')));
const KEY = { 'idempotency-key': 'held' };
const holdKey = () =>
  hold(
    `INSERT INTO idempotency_keys (tenant_id, user_id, key, request_hash, created_at) VALUES ($1, $2, 'held', '\\x00', now())`,
    [tenant.id, tenant.admin.id],
  );
/** The key is another request's first. */
const afterUse = (send: (headers: Headers) => Send): Send => {
  return async (headers) => {
    const key = { 'idempotency-key': newId() };
    await as(service, tenant.manager).get('/v1/auth/me');
    await as(service, tenant.admin).post(one() + '/convert', undefined, key);
    await as(service, tenant.admin).put(one(), { city: 'Lyon' }, key);
    return send(key)(headers);
  };
};
const readonlyUser =
  (send: (client: ReturnType<typeof as>, headers: Headers) => Promise<Answer>): Send =>
  (headers) =>
    send(as(service, tenant.readonly), headers);
/** The sixth failure for one address. */
const throttled =
  (send: Send): Send =>
  async (headers) => {
    for (let tried = 0; tried < 6; tried += 1) await send(headers);
    return send(headers);
  };
async function sendHead(origin: string, headers: Headers): Promise<Answer> {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
  const answer = await sendBytes(origin, ['GET / HTTP/1.1', ...lines, 'connection: close', '', ''].join('\r\n'));
  return { ...answer, headers: new globalThis.Headers(answer.headers), body: JSON.parse(answer.text) as unknown };
}
/** The service's own limit is half a minute. */
async function tooSlow(): Promise<Answer> {
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 });
  server.on('clientError', answerUnreadable).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await sendBytes(`http://127.0.0.1:${port}`, 'GET / HTTP/1.1\r\n');
    return { ...answer, headers: new globalThis.Headers(answer.headers), body: JSON.parse(answer.text) as unknown };
  } finally {
    server.close();
  }
}
const login = () => ({ email: `nobody@essai.example`, password: 'x', tenant_id: tenant.id });

const WAYS: Readonly<Record<ErrorCode, Partial<Record<Transport, Way>>>> = {
  PERSISTED_QUERY_NOT_FOUND: {
    GraphQL: {
      send: raw(
        JSON.stringify({
          extensions: { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update('x').digest('hex') } },
        }),
      ),
    },
  },
  MALFORMED_REQUEST: {
    REST: { send: rest('POST', () => CUSTOMERS, '{') },
    GraphQL: { send: raw('{') },
  },
  TENANT_HEADER_INVALID: {
    REST: { send: list({ 'x-tenant-id': 'no/tenant' }) },
    GraphQL: { send: page({ 'x-tenant-id': 'no/tenant' }) },
  },
  GRAPHQL_PARSE_FAILED: { GraphQL: { send: graphql(() => '{') } },
  GRAPHQL_VALIDATION_FAILED: { GraphQL: { send: graphql(() => '{ nothing }') } },
  BAD_USER_INPUT: { GraphQL: { send: graphql(() => 'query ($id: ID!) { customer(id: $id) { id } }') } },
  QUERY_TOO_COMPLEX: { GraphQL: { send: graphql(() => `{ ${'a { '.repeat(13)} b ${'}'.repeat(14)}`) } },
  UNAUTHENTICATED: {
    REST: { send: stranger((client, headers) => client.get(CUSTOMERS, headers)) },
    GraphQL: { send: stranger((client, headers) => client.graphql('{ viewer { permissions } }', {}, headers)) },
  },
  TOKEN_EXPIRED: {
    REST: { send: (headers) => as(late, lateTenant.admin).get(CUSTOMERS, headers) },
    GraphQL: { send: (headers) => as(late, lateTenant.admin).graphql('{ viewer { permissions } }', {}, headers) },
  },
  TENANT_HEADER_REQUIRED: {
    REST: { send: list({ 'x-tenant-id': '' }) },
    GraphQL: { send: page({ 'x-tenant-id': '' }) },
  },
  TENANT_MISMATCH: {
    REST: { send: list({ 'x-tenant-id': 'another' }) },
    GraphQL: { send: page({ 'x-tenant-id': 'another' }) },
  },
  FORBIDDEN: {
    REST: { send: readonlyUser((client, headers) => client.post(CUSTOMERS, { name: 'X' }, headers)) },
    GraphQL: {
      send: readonlyUser((client, headers) => client.graphql(create('name: "X"')(), {}, headers)),
      status: 200,
    },
  },
  NOT_FOUND: {
    REST: { send: rest('GET', () => `${CUSTOMERS}/${UNKNOWN}`) },
    GraphQL: { send: graphql(() => `mutation { deleteCustomer(id: "${UNKNOWN}") { customer { id } } }`), status: 200 },
  },
  ROUTE_NOT_FOUND: { REST: { send: rest('GET', () => '/v1/nothing') } },
  METHOD_NOT_ALLOWED: {
    REST: { send: rest('DELETE', () => CUSTOMERS) },
    GraphQL: { send: rest('GET', () => '/graphql?query=mutation{logout}') },
  },
  NOT_ACCEPTABLE: { GraphQL: { send: page({ accept: 'text/csv' }) } },
  REQUEST_TIMEOUT: { REST: { send: () => tooSlow(), isFrench: true } },
  DUPLICATE: {
    REST: { send: rest('POST', () => CUSTOMERS, { name: 'X', code: 'TAKEN' }) },
    GraphQL: { send: graphql(create('name: "X", code: "TAKEN"')), status: 200 },
  },
  ILLEGAL_TRANSITION: {
    REST: { send: rest('POST', () => `${one()}/convert`) },
    GraphQL: {
      send: graphql(() => `mutation { convertCustomer(id: "${customer.id}") { customer { id } } }`),
      status: 200,
    },
  },
  QUOTA_EXCEEDED: {
    REST: { send: (headers) => as(service, full.admin).post(CUSTOMERS, { name: 'X' }, headers) },
    GraphQL: {
      send: (headers) => as(service, full.admin).graphql(create('name: "X"')(), {}, headers),
      status: 200,
    },
  },
  IDEMPOTENCY_IN_PROGRESS: {
    REST: {
      send: during(
        holdKey,
        rest('POST', () => CUSTOMERS, { name: 'X' }, KEY),
      ),
    },
    GraphQL: { send: during(holdKey, graphql(create('name: "X"'), KEY)), status: 200 },
  },
  VERSION_CONFLICT: {
    REST: { send: rest('PUT', one, { city: 'Metz' }, { 'if-match': '"99"' }) },
    GraphQL: {
      send: graphql(() => `mutation { deleteCustomer(id: "${customer.id}", expectedVersion: 99) { customer { id } } }`),
      status: 200,
    },
  },
  PAYLOAD_TOO_LARGE: {
    REST: { send: rest('POST', () => CUSTOMERS, { name: 'x'.repeat(1_100_000) }) },
    GraphQL: { send: raw('x'.repeat(1_100_000)) },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    REST: { send: rest('POST', () => CUSTOMERS, 'name=x', { 'content-type': 'text/plain' }) },
    GraphQL: { send: raw('{}', { 'content-type': 'text/plain' }) },
  },
  VALIDATION_FAILED: {
    REST: { send: rest('POST', () => CUSTOMERS, { name: '' }) },
    GraphQL: { send: graphql(create('name: ""')), status: 200 },
  },
  INVALID_CURSOR: {
    REST: { send: rest('GET', () => `${CUSTOMERS}?cursor=x`) },
    GraphQL: { send: graphql(() => '{ customers(after: "x") { nodes { id } } }'), status: 200 },
  },
  ANSWER_TOO_LARGE: {
    REST: { send: (headers) => as(small, smallTenant.admin).get(CUSTOMERS, headers) },
    GraphQL: {
      send: (headers) => as(small, smallTenant.admin).graphql('{ customers { nodes { notes } } }', {}, headers),
      status: 200,
    },
  },
  EXPORT_TOO_LARGE: { REST: { send: rest('GET', () => '/v1/commercial/export/customers') } },
  IDEMPOTENCY_KEY_REUSED: {
    REST: { send: afterUse((key) => rest('POST', () => CUSTOMERS, { name: 'X' }, key)) },
    GraphQL: { send: afterUse((key) => graphql(create('name: "X"'), key)), status: 200 },
  },
  RATE_LIMITED: {
    REST: { send: throttled(stranger((client, headers) => client.post('/v1/auth/login', login(), headers))) },
    GraphQL: {
      send: throttled(
        stranger((client, headers) =>
          client.graphql(
            `mutation { login(email: "nobody@essai.example", password: "x", tenantId: "${tenant.id}") { accessToken } }`,
            {},
            headers,
          ),
        ),
      ),
    },
  },
  HEADERS_TOO_LARGE: {
    REST: { send: (headers) => sendHead(service.origin, { ...headers, 'x-a': 'a'.repeat(17_000) }) },
  },
  INTERNAL: {
    REST: { send: during(fault, list()) },
    GraphQL: { send: during(fault, page()), status: 200 },
  },
  NOT_IMPLEMENTED: { REST: { send: rest('PROPFIND', () => CUSTOMERS) } },
  UNAVAILABLE: {
    REST: { send: during(lock, list()) },
    GraphQL: { send: during(lock, page()) },
  },
};

interface Told {
  readonly code: string;
  readonly title?: string;
  readonly sentence: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly fields: number;
}

interface GraphqlErrors {
  readonly errors: readonly [
    {
      readonly message: string;
      readonly extensions: { readonly code: string; readonly details?: Told['details']; readonly fields?: unknown[] };
    },
  ];
}
interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly details?: Told['details'];
  readonly errors?: unknown[];
}

function toldBy(transport: Transport, { body }: Answer): Told {
  if (transport === 'REST') {
    const problem = body as Problem;
    return { ...problem, sentence: problem.detail, ...factsOf(problem.details, problem.errors) };
  }
  const { message, extensions } = (body as GraphqlErrors).errors[0];
  return { code: extensions.code, sentence: message, ...factsOf(extensions.details, extensions.fields) };
}

function factsOf(details: Told['details'] = {}, fields: unknown[] = []): Pick<Told, 'details' | 'fields'> {
  return { details, fields: fields.length };
}

function expectFacts(answer: Answer, { details, fields }: Told, entry: CatalogueEntry): void {
  expect(entry.details ?? []).toEqual(expect.arrayContaining(Object.keys(details)));
  expect(Object.keys(details).length > 0).toBe(entry.details !== undefined);
  expect(fields > 0).toBe(entry.namesFields === true);
  if (answer.status >= 400) expect(answer.headers.has('retry-after')).toBe(entry.isTemporary === true);
}

/** The table's, unless the error says more. */
function sentencesFor(code: ErrorCode, transport: Transport, { title }: CatalogueEntry): readonly [string, string] {
  return SENTENCES[code]?.[transport] ?? SENTENCES[code]?.REST ?? [title.fr, title.en];
}

const ROWS = Object.entries(ERROR_CATALOGUE).flatMap(([code, entry]: [string, CatalogueEntry]) =>
  transportsOf(entry).map((transport) => [code as ErrorCode, transport, entry] as const),
);

function transportsOf({ only }: CatalogueEntry): readonly Transport[] {
  return only === undefined ? ['GraphQL', 'REST'] : [only];
}

test('every code has a way to it on the transports where it occurs, and on no other', () => {
  const ways = Object.entries(WAYS).map(([code, way]) => [code, Object.keys(way).sort()]);

  expect(Object.fromEntries(ways)).toEqual(
    Object.fromEntries(Object.entries(ERROR_CATALOGUE).map(([code, entry]) => [code, transportsOf(entry)])),
  );
});

describe('an error has its status, code, sentences and facts', () => {
  test.each(ROWS)('%s in %s', async (code, transport, entry) => {
    const way = WAYS[code][transport];
    if (!way) throw new Error(`No way to ${code} in ${transport}.`);
    const sentences: string[] = [];
    const languages = way.isFrench ? (['fr'] as const) : (['fr', 'en'] as const);
    for (const language of languages) {
      const answer = await way.send({ 'accept-language': language });
      const told = toldBy(transport, answer);
      sentences.push(told.sentence);

      expect([answer.status, told.code]).toEqual([way.status ?? entry.status, code]);
      if (transport === 'REST') expect(told.title).toBe(entry.title[language]);
      expectFacts(answer, told, entry);
    }
    expect(sentences).toEqual(sentencesFor(code, transport, entry).slice(0, languages.length));
  });
});
