/** Traces, on the service as a process of its own and a receiver beside it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD, type TestTenant } from '../../support/service.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useOwnService } from '../../support/use-service.js';
import { OtlpReceiver, valueOf, type ReceivedSpan } from './otlp-receiver.js';

const [SERVER, CLIENT, INTERNAL] = [2, 3, 1];
const ERROR = 2;
const PARENT = 'b7ad6b7169203331';
const NAME = 'Dupont-Lajoie et Fils';
const EMAIL = 'jeanne.dupont@exemple.example';

const service = useOwnService();
const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
const receiver = new OtlpReceiver();
let program: ServiceProcess;
let tenant: TestTenant;
let authorization: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  program = start({ OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(), LOG_LEVEL: 'info' });
  await program.start();
  tenant = await service.aTenant();
  authorization = { authorization: `Bearer ${await signIn()}` };
}, 120_000);

afterAll(async () => {
  expect(await program.end('SIGTERM')).toBe(0);
  receiver.close();
  rmSync(folder, { recursive: true });
});

function start(variables: Readonly<Record<string, string>>, log = 'log'): ServiceProcess {
  return new ServiceProcess({ DATABASE_URL: service.test.appUrl, ...variables }, join(folder, log));
}

async function signIn(): Promise<string> {
  const answer = await send('/v1/auth/login', { email: tenant.admin.email, password: PASSWORD });
  return (JSON.parse(answer) as { access_token: string }).access_token; // the tests that follow need it
}

interface Sent {
  readonly traceId: string;
  readonly flags?: '00' | '01';
  readonly state?: string;
}

async function send(path: string, body: object | undefined, trace?: Sent): Promise<string> {
  const answer = await fetch(program.origin + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-tenant-id': tenant.id, 'content-type': 'application/json', ...authorization, ...headersOf(trace) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.text();
}

function headersOf(trace: Sent | undefined): Readonly<Record<string, string>> {
  if (!trace) return {};
  const { traceId, flags = '01', state } = trace;
  return { traceparent: `00-${traceId}-${PARENT}-${flags}`, ...(state !== undefined && { tracestate: state }) };
}

function aTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** The names of the spans below another, and those below them. */
function treeOf(spans: readonly ReceivedSpan[], parent: string): object {
  const below = spans.filter(({ parentSpanId }) => parentSpanId === parent);
  return Object.fromEntries(below.map(({ name, spanId }) => [name, treeOf(spans, spanId)]));
}

test('a request of GraphQL: its span, its operation and its round trips, below the parent that was sent', async () => {
  const traceId = aTraceId();
  const input = { name: NAME, email: EMAIL };
  const answer = await send(
    '/graphql?note=Dupont',
    {
      query: 'mutation Secret($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }',
      variables: { input },
    },
    { traceId, state: 'vendor=opaque' },
  );
  const spans = await receiver.traceOf(traceId);

  expect(answer).toContain('"id"');
  expect(treeOf(spans, PARENT)).toEqual({
    // Beside the round trip that finds the caller.
    'POST /graphql': expect.objectContaining({ createCustomer: expect.any(Object) as unknown }) as unknown,
  });
  const [request] = spans.filter(({ kind }) => kind === SERVER);
  expect(request?.traceState).toBe('vendor=opaque');
  const attributes = Object.fromEntries(
    ['http.request.method', 'http.route', 'http.response.status_code', 'crm.operation', 'crm.tenant.id', 'user.id'].map(
      (key) => [key, valueOf(request ?? { attributes: [] }, key)],
    ),
  );
  expect(attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'crm.operation': 'createCustomer',
    'crm.tenant.id': tenant.id,
    'user.id': tenant.admin.id,
  });
  const trips = spans.filter(({ kind }) => kind === CLIENT);
  expect(trips.map(({ name }) => name).join()).toContain('INSERT customers');
  for (const trip of trips) expect(valueOf(trip, 'db.system.name')).toBe('postgresql');
});

test('a request of REST: the same', async () => {
  const traceId = aTraceId();
  await send(`/v1/commercial/customers?search=${encodeURIComponent(NAME)}`, undefined, { traceId });
  const spans = await receiver.traceOf(traceId);
  const [operation] = spans.filter(({ kind }) => kind === INTERNAL);
  const below = spans.filter(({ parentSpanId }) => parentSpanId === operation?.spanId);

  expect(Object.keys(treeOf(spans, PARENT))).toEqual(['GET /v1/commercial/customers']);
  expect(operation?.name).toBe('listCustomers');
  expect(below.map(({ kind, name }) => [kind, name.includes('customers')])).toEqual([[CLIENT, true]]);
});

test('an error is its code alone', async () => {
  const traceId = aTraceId();
  await send('/v1/commercial/customers', { email: `wrong ${EMAIL}`, name: NAME, type: NAME }, { traceId });
  const spans = await receiver.traceOf(traceId);
  const failed = spans.filter((span) => valueOf(span, 'error.type') !== undefined);

  expect(failed.map((span) => [span.name, valueOf(span, 'error.type'), span.events.length])).toEqual(
    expect.arrayContaining([
      ['createCustomer', 'VALIDATION_FAILED', 0],
      ['POST /v1/commercial/customers', 'VALIDATION_FAILED', 0],
    ]),
  );
  // The caller was wrong, and not the service.
  expect(failed.every(({ status }) => status.code !== ERROR && status.message === undefined)).toBe(true);
});

test('a path that does not exist, and a request that its caller does not sample', async () => {
  const [unknown, unsampled] = [aTraceId(), aTraceId()];
  await send('/graphql', { query: '{ me { id } }' }, { traceId: unsampled, flags: '00' });
  await send(`/v1/commercial/${EMAIL}`, undefined, { traceId: unknown });
  const spans = await receiver.traceOf(unknown);

  expect(spans.filter(({ kind }) => kind === SERVER).map(({ name }) => name)).toEqual(['GET']);
  expect(receiver.spans.filter(({ traceId }) => traceId === unsampled)).toEqual([]);
});

test('a request without a parent begins a trace, which its line of the log names', async () => {
  await send('/v1/commercial/activities?page_size=1', undefined);
  await sleep(200);
  const lines = readFileSync(join(folder, 'log'), 'utf8').split('\n');
  const line = lines.findLast((one) => one.includes('/v1/commercial/activities')) ?? '{}';
  const { trace } = JSON.parse(line) as { readonly trace: string };

  const spans = await receiver.traceOf(trace);
  expect(spans.find(({ kind }) => kind === SERVER)?.parentSpanId ?? '').toBe('');
});

test('nothing of what was sent is in what was received', () => {
  const received = receiver.bodies.join('\n');

  expect(received).toContain('/v1/traces application/json');
  expect(valueOf({ attributes: receiver.resource }, 'service.name')).toBe('crm-api');
  for (const value of [
    NAME,
    'Dupont',
    EMAIL,
    'exemple.example',
    tenant.admin.email,
    ...Object.values(authorization),
    PASSWORD,
    'Secret',
  ]) {
    expect(received).not.toContain(value);
    expect(received).not.toContain(encodeURIComponent(value));
  }
});

describe('a receiver', () => {
  test.each([
    ['that never answers', true],
    ['that is away', false],
  ])(
    '%s slows nothing, and the process ends in time',
    async (_name, isThere) => {
      const silent = new OtlpReceiver(false);
      const endpoint = isThere ? await silent.listen() : 'http://127.0.0.1:1';
      const beside = start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 'beside');
      await beside.start();
      const headers = { ...authorization, 'x-tenant-id': tenant.id };
      const startedAt = performance.now();
      for (let round = 0; round < 100; round += 1) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => fetch(`${beside.origin}/v1/commercial/customers?page_size=1`, { headers })),
        );
        expect(answers.every(({ status }) => status === 200)).toBe(true);
        await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      }
      // 2000 requests of three spans each: more than the queue holds.
      expect(performance.now() - startedAt).toBeLessThan(30_000);

      const askedAt = performance.now();
      expect(await beside.end('SIGTERM')).toBe(0);
      expect(performance.now() - askedAt).toBeLessThan(6000);
      silent.close();
    },
    120_000,
  );
});

test('without an endpoint nothing of OpenTelemetry is loaded', async () => {
  const listing = join(folder, 'modules');
  const watch = new URL('./list-modules.mjs', import.meta.url).pathname;
  const modulesOf = async (variables: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const plain = start({ NODE_OPTIONS: `--import ${watch}`, MODULES_LISTED_IN: listing, ...variables }, 'plain');
    await plain.start();
    await fetch(`${plain.origin}/health/ready`);
    expect(await plain.end('SIGTERM')).toBe(0);
    return readFileSync(listing, 'utf8').split('\n');
  };
  const isTracing = (url: string): boolean => /opentelemetry|open-telemetry/.test(url);

  const without = await modulesOf({});
  expect(without.some((url) => url.includes('node_modules/fastify/'))).toBe(true);
  expect(without.filter(isTracing)).toEqual([]);
  expect((await modulesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).some(isTracing)).toBe(true);
}, 120_000);
