import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareDrain } from '../../src/app/listening.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let service: OwnService;
let tenant: TestTenant;
let limits: { timeLeft: number; spoil(): void };
let spoilt: number;
let drain: () => Promise<void>;
const agent = new Agent({ keepAlive: true, maxSockets: 50 });

beforeEach(async () => {
  service = await startTestService({ PLAYGROUND: 'true' });
  tenant = await service.aTenant();
  spoilt = 0;
  limits = { timeLeft: 20_000, spoil: () => (spoilt += 1) };
  drain = prepareDrain(service.app, service.health, limits);
});

afterEach(() => service.close());
afterAll(() => {
  agent.destroy();
});

async function ask({ path, method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
  const asked = request(new URL(path, service.origin), { method, agent, headers });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // the event's only argument
  return { status: answer.statusCode, connection: answer.headers.connection, body: await text(answer) };
}

function signedIn(): Record<string, string> {
  return { authorization: `Bearer ${tenant.admin.token}`, 'x-tenant-id': tenant.id };
}

/** One of each path through which an answer is written. */
function everyPath(): Asked[] {
  const json = { ...signedIn(), 'content-type': 'application/json' };
  return [
    { path: '/health/live' },
    { path: '/graphql', method: 'POST', headers: json, body: '{"query":"{ viewer { user { id } } }"}' },
    { path: '/graphql', method: 'POST', headers: json, body: '{"query":"{ nonsense }"}' },
    { path: '/graphql', headers: { accept: 'text/html' } },
    { path: '/v1/docs' },
    { path: '/v1/openapi.json' },
    { path: '/v1/commercial/customers', headers: signedIn() },
    { path: '/v1/commercial/customers' },
    { path: '/v1/commercial/customers', method: 'POST', headers: json, body: '{' },
    { path: '/v1/commercial/customers/export', headers: signedIn() },
    { path: '/nothing/here' },
  ];
}

async function openSocket(): Promise<Socket> {
  const { hostname, port } = new URL(service.origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('answers keep their connection open, until the drain: then all say that it closes', async () => {
  for (const asked of everyPath()) expect(await ask(asked)).toMatchObject({ connection: 'keep-alive' });

  service.health.drain(); // the first step of the end, held here for as long as the machine needs

  expect(await ask({ path: '/health/ready' })).toMatchObject({ status: 503, connection: 'close' });
  const answers = await Promise.all(everyPath().map(ask));
  for (const [index, answer] of answers.entries()) {
    expect([everyPath()[index]?.path, answer.connection]).toEqual([everyPath()[index]?.path, 'close']);
    expect(answer.status).toBeLessThan(500);
  }
  await drain();
  expect(spoilt).toBe(0);
});

test('an answer that was asked for before the drain is whole, and says so too', async () => {
  const locker = service.ask('BEGIN; LOCK customers; SELECT pg_sleep(1.2); COMMIT');
  await sleep(100);
  const running = ask({ path: '/v1/commercial/customers', headers: signedIn() });
  await sleep(100);

  await drain();

  expect(await running).toMatchObject({ status: 200, connection: 'close' });
  await locker;
});

test('connections that ask nothing delay nothing', async () => {
  const silent = await openSocket();
  const idle = await openSocket();
  idle.write('GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n');
  await once(idle, 'data');
  idle.resume();
  const closed = [once(silent, 'close'), once(idle, 'close')];
  const startedAt = performance.now();

  await drain();

  await Promise.all(closed);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('a request that never ends is cut before the process has to be, and that is no orderly end', async () => {
  const half = await openSocket();
  half.write(
    'POST /v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
  );
  await sleep(100);
  limits.timeLeft = 1500;

  await drain();

  expect(spoilt).toBe(1);
});
