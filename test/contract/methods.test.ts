import { METHODS } from 'node:http';
import { as } from '../support/client.js';
import { AnyClient, sendBytes, type RawAnswer } from '../support/raw-client.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';
import { ROUTES } from './surface/surface.js';
import { servedPaths } from './surface/paths.js';

const ORIGIN = 'https://app.example';
/** What some path of ours has, and what HTTP has beside it. */
const KNOWN = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];
const UNKNOWN = METHODS.filter((method) => !KNOWN.includes(method) && method !== 'CONNECT');

/** With CORS and graphql-js's executor, and without both. */
const services: Record<'open' | 'closed', OwnService> = {} as never;
let tenant: TestTenant;
const clients: Record<'open' | 'closed', AnyClient> = {} as never;
let paths: readonly string[];

beforeAll(async () => {
  [services.open, services.closed] = await Promise.all([
    startTestService({ CORS_ORIGINS: ORIGIN, GRAPHQL_COMPILE: 'false' }),
    startTestService(),
  ]);
  [clients.open, clients.closed] = [new AnyClient(services.open.origin), new AnyClient(services.closed.origin)];
  tenant = await services.closed.aTenant();
  paths = servedPaths(services.closed.app);
});

afterAll(async () => {
  clients.open.close();
  clients.closed.close();
  await Promise.all([services.open.close(), services.closed.close()]);
});

const addressOf = (path: string): string => path.replaceAll(/:\w+/g, 'x');

interface Problem {
  readonly code?: string;
  readonly status?: number;
}

/** Status and code; what is wrong with the form of an error beside them. */
function outcomeOf(answer: RawAnswer): string {
  return answer.status < 400 ? String(answer.status) : [answer.status, ...readProblem(answer)].join(' ');
}

function readProblem({ status, headers, text }: RawAnswer): string[] {
  const { 'content-type': type = '', 'x-request-id': id } = headers;
  if (!type.startsWith('application/problem+json')) return [`not a problem but ${type}`];
  if (id === undefined || headers['x-content-type-options'] !== 'nosniff') return ['bare headers'];
  if (text === '') return [];
  const problem = JSON.parse(text) as Problem;
  return [problem.code ?? 'no code', ...(problem.status === status ? [] : ['another status in the body'])];
}

test('the router holds every route of REST', () => {
  const routes = [...new Set([...ROUTES.values()].map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')))];

  expect(paths).toEqual(expect.arrayContaining(routes));
  expect(paths.length).toBeGreaterThan(routes.length + 5);
});

describe.each(['closed', 'open'] as const)('on every path, CORS %s', (door) => {
  test('a method that nobody knows is a 501', async () => {
    const asked = [...paths, '/', '/nothing', '/v1/nothing'].flatMap((path) =>
      UNKNOWN.map((method) => ({ method, path })),
    );
    const outcomes = await Promise.all(
      asked.map(async ({ method, path }) => outcomeOf(await clients[door].send({ method, path: addressOf(path) }))),
    );

    expect(new Set(outcomes)).toEqual(new Set(['501 NOT_IMPLEMENTED']));
  });

  test('OPTIONS says what there is', async () => {
    for (const path of paths) {
      const { status, headers } = await clients[door].send({ method: 'OPTIONS', path: addressOf(path) });
      expect([path, status]).toEqual([path, 204]);
      expect(headers.allow?.split(', ')).toEqual(expect.arrayContaining(['OPTIONS']));
    }
  });

  test('to a stranger every method is answered as a problem, and none is a fault of ours', async () => {
    for (const path of [...paths, '/', '/nothing', '/v1/nothing']) {
      for (const method of KNOWN) {
        const answer = await clients[door].send({ method, path: addressOf(path) });
        const outcome = `${method} ${path}: ${outcomeOf(answer)}`;
        if (path === '/graphql' && method !== 'TRACE' && /GET|HEAD|POST/.test(method))
          expect(answer.status).toBeLessThan(500);
        else
          expect(outcome).toMatch(
            /: (?:2\d\d|401 UNAUTHENTICATED|404 ROUTE_NOT_FOUND|405 METHOD_NOT_ALLOWED|422 VALIDATION_FAILED|401|404|405)$/,
          );
      }
    }
  });
});

test('a method that a path lacks is a 405 that names the others', async () => {
  const { token, tenantId } = tenant.admin;
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId };
  for (const path of paths) {
    const options = await clients.closed.send({ method: 'OPTIONS', path: addressOf(path) });
    const allow = options.headers.allow ?? '';
    for (const method of KNOWN.filter((name) => !allow.split(', ').includes(name))) {
      const answer = await clients.closed.send({ method, path: addressOf(path), headers });
      const code = method === 'HEAD' ? '' : ' METHOD_NOT_ALLOWED';
      expect([method, path, outcomeOf(answer), answer.headers.allow]).toEqual([method, path, `405${code}`, allow]);
    }
  }
});

describe('CORS', () => {
  const preflight = (path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> =>
    clients.open.send({ method: 'OPTIONS', path, headers: { origin: ORIGIN, ...headers } });

  test('allows the methods that a path has, and the headers that are asked for', async () => {
    const { status, headers } = await preflight('/v1/commercial/customers/x', {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization, if-match,x-tenant-id',
    });

    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
      'access-control-allow-headers': 'authorization, if-match,x-tenant-id',
      'access-control-max-age': '600',
    });
  });

  test('repeats no header names that are none', async () => {
    const { status, headers } = await preflight('/graphql', {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'a\u009bb, <script>',
    });

    expect([status, headers['access-control-allow-headers']]).toEqual([204, undefined]);
  });

  test('says nothing to another site', async () => {
    const { status, headers } = await preflight('/graphql', {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    });

    expect([status, headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('access-control-allow-methods');
  });
});

describe('what is no request', () => {
  const HOST = 'Host: x\r\nConnection: close\r\n';

  test.each([
    ['a method that nobody knows', `FOO /graphql HTTP/1.1\r\n${HOST}\r\n`, '501 NOT_IMPLEMENTED'],
    ['a method in small letters', `get / HTTP/1.1\r\n${HOST}\r\n`, '501 NOT_IMPLEMENTED'],
    ['a tunnel', `CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`, '501 NOT_IMPLEMENTED'],
    ['a method with a control character', `G\x01T / HTTP/1.1\r\n${HOST}\r\n`, '400 MALFORMED_REQUEST'],
    ['the start of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 MALFORMED_REQUEST'],
    ['the start of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 MALFORMED_REQUEST'],
    ['a version that there is not', `GET / HTTP/3.0\r\n${HOST}\r\n`, '400 MALFORMED_REQUEST'],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', '400 MALFORMED_REQUEST'],
    [
      'a length that is no number',
      `POST /graphql HTTP/1.1\r\n${HOST}Content-Length: a\r\n\r\n`,
      '400 MALFORMED_REQUEST',
    ],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      '400 MALFORMED_REQUEST',
    ],
    ['a broken chunk', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, '400 MALFORMED_REQUEST'],
    ['a header with NUL', `GET / HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`, '400 MALFORMED_REQUEST'],
    ['an address that cannot be decoded', `GET /%zz HTTP/1.1\r\n${HOST}\r\n`, '400 MALFORMED_REQUEST'],
    [
      'a content type that is none',
      `POST /v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: @\r\nContent-Length: 1\r\n\r\nx`,
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['headers over 16 KiB', `GET / HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(17_000)}\r\n\r\n`, '431 HEADERS_TOO_LARGE'],
    ['an address over 16 KiB', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${HOST}\r\n`, '431 HEADERS_TOO_LARGE'],
  ])('%s is answered as a problem', async (_, bytes, outcome) => {
    expect(outcomeOf(await sendBytes(services.closed.origin, bytes))).toBe(outcome);
  });

  test('an expectation that nobody knows is passed over, and OPTIONS * is answered', async () => {
    const { origin } = services.closed;
    const live = await sendBytes(origin, `GET /health/live HTTP/1.1\r\n${HOST}Expect: the best\r\n\r\n`);
    const options = await sendBytes(origin, `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`);

    expect([live.status, options.status, options.headers.allow]).toEqual([
      200,
      204,
      'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
    ]);
  });
});

test.each(['closed', 'open'] as const)('a subscription is an invalid document (%s)', async (door) => {
  const { admin } = await services[door].aTenant();
  for (const document of [
    'subscription { a }',
    'subscription S { ...F } fragment F on Query { __typename } query Q { __typename }',
  ]) {
    const { status, text } = await as(services[door], admin).graphql(document);
    expect(status).toBe(400);
    expect(text).toContain('"code":"GRAPHQL_VALIDATION_FAILED"');
  }
});
