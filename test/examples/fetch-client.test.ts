/** The client to be copied, against a server that answers what the test says: what it sends again, when, and under which key. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CrmClient, CrmError, CrmUnavailableError, type Connection } from '../../examples/fetch-client/client.js';

const SOURCE = readFileSync(new URL('../../examples/fetch-client/client.ts', import.meta.url), 'utf8');

interface Request {
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Respond = (response: ServerResponse, request: Request) => void;

let server: Server;
let requests: Request[];
let answers: Respond[];
let client: CrmClient;

beforeEach(async () => {
  requests = [];
  answers = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new CrmClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'demo');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { query, variables } = JSON.parse(await text(request)) as Pick<Request, 'query' | 'variables'>;
  const key = request.headers['idempotency-key'];
  const known = { key: key === undefined ? undefined : String(key), authorization: request.headers.authorization };
  requests.push({ ...known, query, variables });
  const respond = answers.shift() ?? gives({});
  respond(response, { ...known, query, variables });
}

const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
const gives =
  (data: object): Respond =>
  (response) => {
    json(response, 200, { data });
  };
const refuses =
  (status: number, code: string, headers?: Record<string, string>, extensions: object = {}): Respond =>
  (response) => {
    json(
      response,
      status,
      { errors: [{ message: 'No.', extensions: { code, requestId: 'r', ...extensions } }] },
      headers,
    );
  };
const breaks: Respond = (response) => {
  response.destroy();
};
const SOON = { 'retry-after': '1' };

test('it fits on a few screens and needs nothing', () => {
  expect(SOURCE.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  expect(SOURCE).not.toMatch(/^import/m);
});

test('a write is tried again after 429, 503 and a broken connection, under one key; the next write has another', async () => {
  answers.push(
    refuses(503, 'UNAVAILABLE', SOON),
    refuses(429, 'RATE_LIMITED', SOON),
    breaks,
    gives({ a: 1 }),
    gives({ b: 2 }),
  );
  const startedAt = performance.now();

  expect(await client.change('mutation { a }', {})).toEqual({ a: 1 });
  // As long as it was told, twice.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2000);
  expect(await client.change('mutation { b }', {})).toEqual({ b: 2 });

  const keys = requests.map(({ key }) => key);
  expect(keys[0]).toMatch(/^[\w-]{36}$/);
  expect(new Set(keys.slice(0, 4)).size).toBe(1);
  expect(keys[4]).not.toBe(keys[0]);
});

test('a write that still runs elsewhere is asked for again under its key; a query has none', async () => {
  answers.push(refuses(200, 'IDEMPOTENCY_IN_PROGRESS'), gives({ a: 1 }));

  expect(await client.change('mutation { a }', {}, { idempotencyKey: 'mine' })).toEqual({ a: 1 });
  await client.send('{ viewer { user { id } } }', {});

  expect(requests.map(({ key }) => key)).toEqual(['mine', 'mine', undefined]);
});

test('what is refused is thrown at once, with its code, fields and details', async () => {
  const fields = [{ path: ['name'], code: 'REQUIRED', message: 'Needed.' }];
  answers.push(refuses(200, 'VALIDATION_FAILED', {}, { fields, details: { limit: 1 } }));

  const error: unknown = await client.change('mutation { a }', {}).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(CrmError);
  expect(error).toMatchObject({
    code: 'VALIDATION_FAILED',
    requestId: 'r',
    fields,
    details: { limit: 1 },
    message: 'No.',
  });
  expect(requests).toHaveLength(1);
});

test('it gives up where it is told to wait for minutes, and says under which key the write may go on', async () => {
  answers.push(refuses(429, 'RATE_LIMITED', { 'retry-after': '900' }));

  const error: unknown = await client
    .change('mutation { a }', {}, { idempotencyKey: 'mine' })
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(CrmUnavailableError);
  expect(error).toMatchObject({ idempotencyKey: 'mine', cause: { code: 'RATE_LIMITED' } });
  expect(requests).toHaveLength(1);
});

test('a token that has expired is renewed once for all requests that need it', async () => {
  const tokens = (name: string) => ({ accessToken: name, refreshToken: `refresh-${name}` });
  answers.push(gives({ login: { ...tokens('old'), user: { id: '1', email: 'a@b', role: 'ADMIN' } } }));
  expect(await client.signIn('a@b', 'secret')).toEqual({ id: '1', email: 'a@b', role: 'ADMIN' });
  let renewals = 0;
  const byToken: Respond = (response, { authorization, query, variables }) => {
    if (query.includes('refreshSession')) {
      renewals += 1;
      expect(variables).toEqual({ token: 'refresh-old' });
      json(response, 200, { data: { refreshSession: tokens('new') } });
    } else if (authorization === 'Bearer new') json(response, 200, { data: { ok: true } });
    else json(response, 401, { errors: [{ message: 'Late.', extensions: { code: 'TOKEN_EXPIRED', requestId: 'r' } }] });
  };
  answers.push(...Array<Respond>(10).fill(byToken));

  const both = await Promise.all([client.send('{ a }', {}), client.change('mutation { b }', {})]);

  expect([both, renewals]).toEqual([[{ ok: true }, { ok: true }], 1]);
});

const page = (nodes: readonly number[], endCursor: string, hasNextPage: boolean) =>
  gives({ list: { nodes, pageInfo: { endCursor, hasNextPage } } });
const listOf = (data: unknown): Connection<number> => (data as { readonly list: Connection<number> }).list;

test('a list is walked to its end, each page once', async () => {
  answers.push(page([1, 2], 'b', true), refuses(503, 'UNAVAILABLE', SOON), page([3], 'c', false));

  const seen: number[] = [];
  for await (const node of client.each('query', { first: 2 }, listOf)) seen.push(node);

  expect(seen).toEqual([1, 2, 3]);
  expect(requests.map(({ variables }) => variables.after)).toEqual([undefined, 'b', 'b']);
});

test('the feed is followed from cursor to cursor, with a wait; who is answered at once with nothing pauses', async () => {
  answers.push(page([1], 'b', true), page([], 'c', false), page([2], 'd', false));
  const startedAt = performance.now();

  const ends: (string | null)[] = [];
  for await (const { pageInfo } of client.follow('query', { after: 'LATEST' }, listOf)) {
    ends.push(pageInfo.endCursor);
    if (ends.length === 3) break;
  }

  expect(ends).toEqual(['b', 'c', 'd']);
  expect(requests.map(({ variables }) => variables)).toEqual(
    ['LATEST', 'b', 'c'].map((after) => ({ after, wait: 25 })),
  );
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
});

test('whoever stops it is obeyed, also while it waits to try again', async () => {
  const stop = new AbortController();
  answers.push(refuses(503, 'UNAVAILABLE', SOON));
  const sent = client.send('{ a }', {}, { signal: stop.signal });
  while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();

  await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  expect(requests).toHaveLength(1);
});
