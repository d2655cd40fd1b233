import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '../../support/jest.js';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { findProcesses, isRunning } from '../../../src/platform/embedded-postgres/process-probe.js';
import { type Answer, clusterIn, postmasterPid, ServiceProcess, until } from './service-process.js';

const services: ServiceProcess[] = [];
/** In order and running, for the next test: a start costs seconds of CPU. */
let left: ServiceProcess | undefined;
let dataDir: string;

/** The service that the test before has left, or a new one. */
async function startService(): Promise<ServiceProcess> {
  const service = left ?? new ServiceProcess(dataDir);
  services.push(service);
  if (left === undefined) await service.ready();
  left = undefined;
  service.stdout = '';
  return service;
}

/** Leaves it to the next test. */
function leave(service: ServiceProcess): void {
  left = service;
}

/** Ends it in order, so that the folder is sound and free for the next test. */
async function endInOrder(service: ServiceProcess): Promise<void> {
  service.signal('SIGTERM');
  expect(await service.exit()).toBe(0);
  expectNothingLeft();
}

function expectNothingLeft(): void {
  expect(existsSync(path.join(dataDir, 'postgres', 'service.lock'))).toBe(false);
  expect(findProcesses('postgres', clusterIn(dataDir))).toEqual([]);
}

/** Exit code 1, and one sentence without a stack. */
async function expectGivenUp(service: ServiceProcess, sentence: RegExp): Promise<void> {
  expect(await service.exit()).toBe(1);
  expect(service.stderr.trim()).toMatch(sentence);
  expect(service.stderr.trim().split('\n')).toHaveLength(1);
}

/** The number of the server, which is running. */
function findPostmaster(): number {
  const pid = postmasterPid(dataDir);
  if (pid === undefined) throw new Error('no server is running');
  return pid;
}

function killPostmaster(): number {
  const pid = findPostmaster();
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** The superuser, beside the service. */
async function connect(): Promise<pg.Client> {
  const memory = JSON.parse(readFileSync(path.join(dataDir, 'postgres', 'postgres.json'), 'utf8')) as {
    port: number;
    passwords: { postgres: string };
  };
  const { port, passwords } = memory;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: passwords.postgres });
  client.on('error', () => undefined); // its server is going to be killed
  await client.connect();
  return client;
}

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'crm-api-test-'));
  leave(await startService());
}, 300_000);

async function killRest(): Promise<void> {
  for (const service of services.splice(0)) {
    if (service.hasEnded) continue;
    service.signal('SIGKILL');
    await service.exit();
  }
  for (const pid of findProcesses('postgres', clusterIn(dataDir))) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
}

afterEach(async () => {
  if (left === undefined) await killRest();
});

afterAll(async () => {
  await killRest();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

jest.setTimeout(300_000);

describe('an embedded PostgreSQL that dies under the service', () => {
  test.each([
    ['while the service ends', ['SIGTERM', 'kill']],
    ['just before the service ends', ['kill', 'SIGTERM']],
    ['and is being started again when the service ends', ['kill', 'restart', 'SIGTERM']],
  ])('%s does not come back', async (_, steps) => {
    const service = await startService();
    for (const step of steps) {
      if (step === 'SIGTERM') service.signal('SIGTERM');
      else if (step === 'kill') killPostmaster();
      else await until(() => service.stdout.includes('starting it again'));
    }
    expect(await service.exit()).toBe(0);
    expect(service.stderr).toBe('');
    expectNothingLeft();
    leave(await startService());
  });

  test('is started again also when it was taken over from a killed service', async () => {
    const first = await startService();
    first.signal('SIGKILL');
    await first.exit();
    const pid = findPostmaster();
    const service = await startService();
    expect(postmasterPid(dataDir)).toBe(pid);
    killPostmaster();
    await until(async () => postmasterPid(dataDir) !== pid && (await service.create('Repris')).status === 201);
    leave(service);
  });

  test('is started again, as often as it dies, with all that was acknowledged', async () => {
    const service = await startService();
    const acknowledged: string[] = [];
    const rejected: Answer[] = [];
    let isLoading = true;
    const load = Array.from({ length: 4 }, async (_, caller) => {
      while (isLoading) {
        const answer = await service.create(`Chargé ${caller}`);
        if (answer.status === 201 && answer.id !== undefined) acknowledged.push(answer.id);
        else rejected.push(answer);
      }
    });
    for (let round = 0; round < 3; round += 1) {
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 20);
      const dead = killPostmaster();
      const killedAt = acknowledged.length;
      await until(() => acknowledged.length > killedAt + 20);
      expect(findPostmaster()).not.toBe(dead);
      expect(await service.liveness()).toBe(200);
    }
    isLoading = false;
    await Promise.all(load);
    expect(new Set(rejected.map(({ status, retryAfter }) => `${status} ${String(retryAfter)}`))).toEqual(
      new Set(['503 1']),
    );
    for (const id of acknowledged) expect(await service.find(id)).toBe(200);
    leave(service);
  });

  test('does not wait for a child that is too busy to notice', async () => {
    const service = await startService();
    const client = await connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const busy = client.query('SELECT count(*) FROM generate_series(1, 1000000000)').catch(() => 'cut');
    await sleep(100);
    const pid = killPostmaster();
    await until(async () => postmasterPid(dataDir) !== pid && (await service.create('Pressé')).status === 201);
    expect(isRunning(rows[0]?.pid ?? 0)).toBe(false);
    expect(await busy).toBe('cut');
    leave(service);
  });

  test('is left alone while it restarts itself after the loss of a backend, and while it is frozen', async () => {
    const service = await startService();
    const pid = findPostmaster();
    const client = await connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Every session is cut once the loss is seen: an answer after that is not of before.
    const other = await connect();
    const cut = new Promise((resolve) => other.once('end', resolve));
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await cut;
    await until(async () => (await service.create('Reconnecté')).status === 201);
    process.kill(pid, 'SIGSTOP');
    await sleep(1000);
    process.kill(pid, 'SIGCONT');
    expect((await service.create('Dégelé')).status).toBe(201);
    expect(postmasterPid(dataDir)).toBe(pid);
    expect(service.stdout).not.toContain('starting it again');
    await endInOrder(service);
  });
});

/** In this process, which lives on: whatever comes after the stop is seen. */
test.each([
  ['before its death was seen', 0],
  ['while its successor starts', 1],
  ['when its successor runs', 2],
])('a stop %s is the last word', async (_, lines) => {
  if (left !== undefined) await endInOrder(await startService());
  const said: string[] = [];
  const lost: Error[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: path.join(dataDir, 'postgres'),
    durable: false,
    log: (line) => said.push(line),
  });
  server.supervise((fault) => lost.push(fault));
  killPostmaster();
  while (said.length < lines) await sleep(1);
  await server.stop();
  expectNothingLeft();
  await sleep(500);
  expectNothingLeft();
  expect(lost).toEqual([]);
  expect(said).toHaveLength(lines);
});

describe('an embedded PostgreSQL that cannot be started again ends the service', () => {
  test('when its data are of another version', async () => {
    const service = await startService();
    const file = path.join(clusterIn(dataDir), 'PG_VERSION');
    const version = readFileSync(file, 'utf8');
    writeFileSync(file, '15\n');
    killPostmaster();
    await expectGivenUp(service, /^PostgreSQL ended and could not be started again: .*written by PostgreSQL 15/);
    expectNothingLeft();
    writeFileSync(file, version);
  });

  test('when another program has its port', async () => {
    const service = await startService();
    const { port } = JSON.parse(readFileSync(path.join(dataDir, 'postgres', 'postgres.json'), 'utf8')) as {
      port: number;
    };
    service.signal('SIGSTOP'); // so that it cannot be faster
    const pid = killPostmaster();
    await until(() => !isRunning(pid));
    const squatter = net.createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    service.signal('SIGCONT');
    await expectGivenUp(service, new RegExp(`could not be started again: Port ${port} for PostgreSQL is taken`));
    squatter.close();
    expectNothingLeft();
  });

  test('when the folder was moved away', async () => {
    const service = await startService();
    const pid = findPostmaster();
    const moved = `${dataDir}.moved`;
    renameSync(dataDir, moved);
    await expectGivenUp(service, /^The data of PostgreSQL in .* are gone or incomplete: put them back, or set/);
    expect(isRunning(pid)).toBe(false);
    rmSync(dataDir, { recursive: true, force: true });
    renameSync(moved, dataDir);
    rmSync(path.join(dataDir, 'postgres', 'service.lock'), { force: true });
    leave(await startService());
  });

  // The last: nothing is left for another.
  test('when the folder was removed', async () => {
    const service = await startService();
    const pid = findPostmaster();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    await expectGivenUp(service, /^The data of PostgreSQL in .* are gone|^PostgreSQL ended and could not be/);
    await until(() => !isRunning(pid));
  });
});
