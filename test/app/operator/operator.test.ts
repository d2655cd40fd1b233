/** The operators' port, on the service as a process of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import parsePrometheus from 'parse-prometheus-text-format';
import { PASSWORD, type TestTenant } from '../../support/service.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useOwnService } from '../../support/use-service.js';

const TOKEN = 'operators-token-operators-token-1';
const SECOND = 'operators-token-operators-token-2';
const DISTINCT_DOCUMENTS = 10_000;

const service = useOwnService();
const folder = mkdtempSync(join(tmpdir(), 'operator-'));
const log = join(folder, 'log');
let program: ServiceProcess;
let operators: string;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  program = new ServiceProcess(
    {
      ...{ DATABASE_URL: service.test.appUrl, LOG_LEVEL: 'info' },
      ...{ OPERATOR_PORT: '0', OPERATOR_TOKENS: `${TOKEN},${SECOND}` },
    },
    log,
  );
  await program.start();
  operators = /Operators +(http:\/\/[^/]+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? '';
  tenant = await service.aTenant();
  token = await signIn(tenant.admin.email, PASSWORD);
}, 120_000);

afterAll(async () => {
  expect(await program.end('SIGTERM')).toBe(0);
  rmSync(folder, { recursive: true });
});

async function signIn(email: string, password: string): Promise<string> {
  const answer = await fetch(`${program.origin}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': tenant.id },
    body: JSON.stringify({ email, password }),
  });
  return ((await answer.json()) as { access_token: string }).access_token; // the test that follows needs it
}

async function ask(path: string, authorization = `Bearer ${TOKEN}`): Promise<Response> {
  return fetch(operators + path, { headers: authorization === '' ? {} : { authorization } });
}

async function graphql(query: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const own = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant.id, 'content-type': 'application/json' };
  const answer = await fetch(`${program.origin}/graphql`, {
    method: 'POST',
    headers: { ...own, ...headers },
    body: JSON.stringify({ query }),
  });
  await answer.arrayBuffer();
}

async function rest(path: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant.id };
  const answer = await fetch(program.origin + path, { headers });
  await answer.arrayBuffer();
  return answer.status;
}

type Labels = Readonly<Record<string, string>>;

/** The value of a series, as a real parser of the format reads it; 0 if it is not there. */
async function valueOf(name: string, labels: Labels = {}): Promise<number> {
  const families = parsePrometheus(await (await ask('/metrics')).text());
  const wanted = Object.entries(labels);
  const series = families.find((family) => family.name === name)?.metrics ?? [];
  const found = series.find((one) => wanted.every(([label, value]) => one.labels?.[label] === value));
  return Number(found?.value ?? 0);
}

/** The parser forgets the labels of histograms. */
async function durationsOf(operation: string): Promise<number> {
  const text = await (await ask('/metrics')).text();
  const lines = text.split('\n').filter((line) => line.startsWith('crm_request_duration_seconds_count'));
  return Number(
    lines
      .find((line) => line.includes(`operation="${operation}"`))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

async function seriesCount(): Promise<number> {
  const lines = (await (await ask('/metrics')).text()).split('\n');
  return lines.filter((line) => line.startsWith('crm_')).length;
}

describe('tokens', () => {
  test.each([
    ['none', ''],
    ['a wrong one', 'Bearer wrong'],
    ['half of one', `Bearer ${TOKEN.slice(0, -1)}`],
    ['another scheme', `Basic ${TOKEN}`],
  ])('%s: 401 without a word of the metrics', async (_name, authorization) => {
    for (const path of ['/metrics', '/health', '/health?verbose', '/elsewhere']) {
      const answer = await ask(path, authorization);

      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toMatch(/crm_|ready/);
    }
  });

  test('each of the list will do', async () => {
    expect((await ask('/metrics', `Bearer ${SECOND}`)).status).toBe(200);
  });
});

test('the public port has nothing of it', async () => {
  expect([await rest('/metrics'), await rest('/health')]).toEqual([404, 404]);
});

test('requests, errors, statements and round trips are counted by operation', async () => {
  const labels = { transport: 'graphql', operation: 'customers' };
  const before = await valueOf('crm_requests_total', labels);

  await graphql('{ customers { nodes { id } totalCount } }');
  await graphql('query Named { ...root } fragment root on Query { __typename other: customers { nodes { id } } }');
  await graphql('{ customers(first: 101) { nodes { id } } }');
  await graphql('{ customers { nodes { id } } contacts { nodes { id } } }');
  await rest('/v1/commercial/customers?page_size=1');

  expect((await valueOf('crm_requests_total', { ...labels, status: '200' })) - before).toBeGreaterThanOrEqual(2);
  expect(await valueOf('crm_request_errors_total', { ...labels, code: 'BAD_USER_INPUT' })).toBe(1);
  expect(await valueOf('crm_requests_total', { transport: 'graphql', operation: 'multiple' })).toBe(1);
  const list = { transport: 'rest', operation: 'GET /v1/commercial/customers' };
  expect(await valueOf('crm_requests_total', { ...list, status: '200' })).toBe(1);
  expect(await durationsOf(list.operation)).toBe(1);
  expect(await valueOf('crm_round_trips_total', list)).toBe(1);
  expect(await valueOf('crm_statements_total', list)).toBeGreaterThan(1);
});

test('throttled sign-ins are seen', async () => {
  const labels = { transport: 'rest', operation: 'POST /v1/auth/login', code: 'RATE_LIMITED' };
  for (let tries = 0; tries < 8; tries += 1) await signIn('nobody@elsewhere.example', 'wrong-password-wrong');

  expect(await valueOf('crm_request_errors_total', labels)).toBeGreaterThan(0);
});

test('the state of the process, its pools and the sealer are there', async () => {
  const text = await (await ask('/metrics')).text();

  expect(await valueOf('crm_pool_places', { pool: 'requests', state: 'idle' })).toBeGreaterThan(0);
  for (const name of [
    'crm_export_slots',
    'crm_feed_waiters',
    'crm_unsealed_events',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'));
  }
  expect(await valueOf('crm_seal_lag_seconds')).toBeLessThan(60);
});

test('distinct documents, names and paths make no series of their own', async () => {
  await graphql('{ customers { nodes { id } } }');
  await rest('/v1/commercial/none-of-ours');
  await graphql('{ nowhere0: nothing }');
  await graphql('{ customers { nodes { id } } }', { authorization: '' });
  const before = await seriesCount();

  for (let at = 0; at < DISTINCT_DOCUMENTS; at += 100) {
    const round = Array.from({ length: 100 }, (_, index) => at + index);
    await Promise.all(round.map((index) => sendDistinct(index)));
  }

  expect(await seriesCount()).toBe(before);
}, 180_000);

/** A path that is unknown, a document of nobody, or one that differs in its name, its alias or its field. */
function sendDistinct(index: number): Promise<unknown> {
  const text = `query Q${index} { a${index}: customers { nodes { id } } }`;
  if (index % 20 === 0) return rest(`/v1/commercial/none-${index}`);
  if (index % 20 === 1) return graphql(`{ nowhere${index}: nothing }`);
  if (index % 2 === 0) return graphql(text, { authorization: '' });
  return graphql(text);
}

test('a line of the log names the operation and the caller by ids, and the trace', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  await graphql('query Private { customers(search: "Dupont") { nodes { id } } }', {
    traceparent: `00-${trace}-b7ad6b7169203331-01`,
  });
  await sleep(100);

  const text = readFileSync(log, 'utf8');
  const line = text.split('\n').findLast((one) => one.includes(trace)) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({
    ...{ trace, method: 'POST', route: '/graphql', operation: 'customers', status: 200 },
    ...{ tenant: tenant.id, credential: 'session' },
  });
  expect(text).not.toMatch(/Dupont|Private/);
  expect(text).not.toContain(tenant.admin.email);
});

test('health says which check fails, and since when', async () => {
  expect(await (await ask('/health')).json()).toEqual({ status: 'ready' });
  await service.ask("INSERT INTO mikro_orm_migrations (name) VALUES ('Migration29990101000001')");
  const startedAt = new Date().toISOString();

  let report: { readonly status: string; readonly checks: readonly Labels[] };
  do {
    await sleep(500);
    report = (await (await ask('/health?verbose')).json()) as typeof report;
  } while (report.status === 'ready');

  const schema = report.checks.find(({ name }) => name === 'schema');
  expect(report.status).toBe('not ready');
  expect(schema).toMatchObject({ status: 'failing' });
  expect((schema?.since ?? '') >= startedAt).toBe(true);
  expect(report.checks.find(({ name }) => name === 'database')).toMatchObject({ status: 'ok' });
  // It passed before, and does not run behind one that fails.
  expect(report.checks.map(({ name }) => name)).not.toContain('isolation');
  expect((await ask('/health')).status).toBe(503);
});
