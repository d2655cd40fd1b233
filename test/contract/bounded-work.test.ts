/** What anybody can send costs little: a MiB takes at most six times what 256 KiB of the same take. */
import { AnyClient } from '../support/raw-client.js';
import { startTestService, type TestService } from '../support/service.js';

const KIB = 1024;
/** CPU of the process for one request, the client's among it: below this nothing is too much, however slow the machine. */
const FLOOR_MS = 400;

const OPEN_PATHS = [
  '/v1/auth/login',
  '/v1/auth/refresh',
  '/graphql',
  '/v1/commercial/customers',
  '/v1/nothing',
  '/nothing',
];
const MARKS = '\u0301\u0316';

/** So many bytes of a part, and something around them. */
const fill = (part: string, bytes: number): string => part.repeat(Math.floor(bytes / Buffer.byteLength(part)));
const names = (bytes: number): string =>
  Array.from({ length: Math.floor(bytes / 10) }, (_, at) => `"${at.toString(36).padStart(5, 'k')}":0`).join(',');
const inVariable = (argument: string, text: string): string =>
  JSON.stringify({
    query: `mutation ($e: ${argument === 'tenantId' ? 'ID' : 'String'}!) { login(email: ${argument === 'email' ? '$e' : '"a@b.c"'},
      password: ${argument === 'password' ? '$e' : '"x"'}, tenantId: ${argument === 'tenantId' ? '$e' : '"x"'}) { accessToken } }`,
    variables: { e: text },
  });

const BODIES: Readonly<Record<string, (bytes: number) => string>> = {
  'combining marks in an e-mail': (n) => JSON.stringify({ email: `a${fill(MARKS, n)}`, password: 'x', tenant_id: 'x' }),
  'combining marks in a password': (n) =>
    JSON.stringify({ email: 'a@b.c', password: `a${fill(MARKS, n)}`, tenant_id: 'x' }),
  'combining marks in a token': (n) => JSON.stringify({ refresh_token: `a${fill(MARKS, n)}` }),
  'combining marks in a name': (n) => JSON.stringify({ [`a${fill(MARKS, n)}`]: 1 }),
  'combining marks in a variable': (n) => inVariable('email', `a${fill(MARKS, n)}`),
  'combining marks in the tenant id of a variable': (n) => inVariable('tenantId', `a${fill(MARKS, n)}`),
  names: (n) => `{${names(n)}}`,
  'names in variables': (n) => `{"query":"{__typename}","variables":{${names(n)}}}`,
  'names in extensions': (n) => `{"query":"{__typename}","extensions":{${names(n)}}}`,
  'lists in lists': (n) => fill('[', n / 2) + fill(']', n / 2),
  'objects in objects': (n) => fill('{"a":', n),
  'empty lists': (n) => `[${fill('[],', n)}0]`,
  numbers: (n) => `[${fill('0,', n)}0]`,
  'a long number': (n) => `{"a":${fill('9', n)}}`,
  escapes: (n) => `{"email":"${fill('\\u0041', n)}"}`,
  blanks: (n) => `${fill(' ', n)}{}`,
  'a long document': (n) => JSON.stringify({ query: `{__typename}${fill(' ', n)}` }),
  'a long name of an operation': (n) => JSON.stringify({ query: '{__typename}', operationName: fill('a', n) }),
  'a long hash': (n) => JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: fill('a', n) } } }),
};

let service: TestService;
let client: AnyClient;

beforeAll(async () => {
  service = await startTestService();
  client = new AnyClient(service.origin);
});

afterAll(async () => {
  client.close();
  await service.close();
});

async function costOf(path: string, body: string): Promise<{ readonly status: number; readonly ms: number }> {
  const before = process.cpuUsage();
  const headers = { 'content-type': 'application/json' };
  const { status } = await client.send({ method: 'POST', path, body, headers });
  const { user, system } = process.cpuUsage(before);
  return { status, ms: (user + system) / 1000 };
}

describe.each(OPEN_PATHS)('%s', (path) => {
  test.each(Object.keys(BODIES))('%s', async (name) => {
    const make = BODIES[name] ?? String;
    const [small, large] = [make(250 * KIB), make(1000 * KIB)];
    let costs = [await costOf(path, small), await costOf(path, large)];
    const isSlow = (): boolean => (costs[1]?.ms ?? 0) > Math.max(6 * (costs[0]?.ms ?? 0), FLOOR_MS);
    if (isSlow()) costs = [await costOf(path, small), await costOf(path, large)];

    expect(isSlow() ? costs : 'fast').toBe('fast');
    expect(costs.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  });
});

test.each([
  ['names', '/v1/auth/login', '400 MALFORMED_REQUEST'],
  ['lists in lists', '/v1/auth/login', '400 MALFORMED_REQUEST'],
  ['names', '/graphql', '400 QUERY_TOO_COMPLEX'],
  ['objects in objects', '/graphql', '400 MALFORMED_REQUEST'],
])('%s are counted before they are parsed: %s', async (name, path, outcome) => {
  const body = BODIES[name]?.(1000 * KIB) ?? '';
  const answer = await client.send({ method: 'POST', path, body, headers: { 'content-type': 'application/json' } });

  expect(`${answer.status} ${/"code":"(\w+)"/.exec(answer.text)?.[1] ?? ''}`).toBe(outcome);
});
