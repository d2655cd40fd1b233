import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { prepareDatabase } from '../../../src/platform/embedded-postgres/database.js';
import { locatePackage, makeRunnable, programPath } from '../../../src/platform/embedded-postgres/binaries.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { isRunning } from '../../../src/platform/embedded-postgres/process-probe.js';
import { StartupError } from '../../../src/platform/errors/startup-error.js';

const folders: string[] = [];
const holders: ChildProcess[] = [];
const servers: EmbeddedPostgres[] = [];

function makeFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crm-api-test-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, options: { port?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, ...options });
  servers.push(server);
  return server;
}

/** Another process that starts the server. */
async function startInChild(dataDir: string): Promise<{ holder: ChildProcess; postgresPid: number }> {
  const holder = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/platform/embedded-postgres/server-holder.ts', dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true, // a process group of its own, to be killed as a terminal or a supervisor would
    },
  );
  holders.push(holder);
  const postgresPid = await new Promise<number>((resolve) => {
    createInterface({ input: holder.stdout }).once('line', (line) => {
      resolve(Number(line));
    });
  });
  return { holder, postgresPid };
}

async function kill(holder: ChildProcess): Promise<void> {
  const ended = once(holder, 'exit');
  if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
  await ended;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function readMemory(dataDir: string): { port: number; passwords: { postgres: string } } {
  const memory: unknown = JSON.parse(readFileSync(path.join(dataDir, 'postgres.json'), 'utf8'));
  return memory as { port: number; passwords: { postgres: string } };
}

const postmasterFile = (dataDir: string): string => path.join(dataDir, 'postgres', 'postmaster.pid');

afterEach(async () => {
  for (const holder of holders.splice(0))
    if (holder.exitCode === null && holder.signalCode === null) await kill(holder);
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  let dataDir: string;

  // Made once: every test leaves a sound folder and no process behind.
  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'crm-api-test-'));
    await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
  });

  afterAll(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('starts cold, and warm with its data and its port', async () => {
    const fresh = path.join(makeFolder(), 'not', 'there', 'yet');
    const cold = await start(fresh);
    expect(cold.adopted).toBe(false);
    await query(cold, `CREATE TABLE kept AS SELECT 42 AS answer`);
    await cold.stop();
    expect(isRunning(cold.pid)).toBe(false);

    const warm = await start(fresh);
    expect(warm.port).toBe(cold.port);
    expect(await query(warm, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('has checksums, UTF-8, UTC, rules for letters of any language and ICU orders', async () => {
    const server = await start(dataDir);
    const [facts] = await query(
      server,
      `SELECT current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding,
        current_setting('TimeZone') AS zone, lower('ÉCOLE') AS lower, 'é' < 'f' COLLATE "und-x-icu" AS icu`,
    );
    expect(facts).toEqual({ checksums: 'on', encoding: 'UTF8', zone: 'UTC', lower: 'école', icu: true });
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const server = await start(dataDir);
    const stranger = new pg.Client({ host: server.host, port: server.port, user: 'postgres', password: 'postgres' });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(path.join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  test('survives a killed service and is taken over by the next one', async () => {
    const { holder, postgresPid } = await startInChild(dataDir);
    await kill(holder);
    expect(isRunning(postgresPid)).toBe(true);

    const next = await start(dataDir);
    expect(next).toMatchObject({ adopted: true, pid: postgresPid });
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.stop();
    expect(isRunning(postgresPid)).toBe(false);
  });

  test('rejects a second service while the first lives', async () => {
    const { holder } = await startInChild(dataDir);
    const second = startEmbeddedPostgres({ dataDir });
    await expect(second).rejects.toThrow(StartupError);
    await expect(second).rejects.toThrow(`already used by process ${holder.pid ?? 0}`);
    await kill(holder);
    await start(dataDir); // afterwards it may, and clears up
  });

  test('recovers when service and server were both killed, with a statement still running', async () => {
    const { holder, postgresPid } = await startInChild(dataDir);
    const { port, passwords } = readMemory(dataDir);
    const busy = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: passwords.postgres });
    busy.on('error', () => undefined);
    await busy.connect();
    // Such a process notices the death of its server only between two statements.
    const running = busy.query('SELECT count(*) FROM generate_series(1, 6000000)').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(postgresPid, 'SIGKILL');
    await kill(holder);
    const next = await start(dataDir);
    expect(next.adopted).toBe(false);
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await running;
  });

  test.each([
    ['of a process that is gone', () => spawnSync(process.execPath, ['--version']).pid],
    ['that now belongs to another process of the same user', startSleeper],
  ])('is not misled by a stale number %s', async (_, takePid) => {
    const first = await start(dataDir);
    const lines = readFileSync(postmasterFile(dataDir), 'utf8').split('\n');
    await first.stop();
    lines[0] = String(takePid(dataDir));
    writeFileSync(postmasterFile(dataDir), lines.join('\n'), { mode: 0o644 });
    writeFileSync(path.join(dataDir, 'service.lock'), `${lines[0]} another-boot:1\n`);

    const next = await start(dataDir);
    expect(next.adopted).toBe(false);
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('takes another port when the last one is taken, and says so when it was told the port', async () => {
    const first = await start(dataDir);
    await first.stop();
    const squatter = net.createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      await expect(start(dataDir, { port: first.port })).rejects.toThrow(`Port ${first.port} for PostgreSQL is taken`);
      const next = await start(dataDir);
      expect(next.port).not.toBe(first.port);
    } finally {
      squatter.close();
    }
  });

  test('says plainly what is wrong with the folder', async () => {
    const versionFile = path.join(dataDir, 'postgres', 'PG_VERSION');
    const version = readFileSync(versionFile, 'utf8');
    writeFileSync(versionFile, '15\n');
    await expect(start(dataDir)).rejects.toThrow(/written by PostgreSQL 15 and this is PostgreSQL 18/);
    writeFileSync(versionFile, version);

    const passwords = path.join(dataDir, 'postgres.json');
    renameSync(passwords, `${passwords}.away`);
    await expect(start(dataDir)).rejects.toThrow(/postgres\.json.* is missing: put it back/);
    renameSync(`${passwords}.away`, passwords);

    await expect(start('/dev/null/data')).rejects.toThrow(/is no folder: move away what is in its place/);
  });
});

describe('a fault met in using the server', () => {
  test('is told as the end of the server when that is behind it', async () => {
    const server = await start(makeFolder());
    const fault = new Error('any');
    expect(server.explain(fault)).toBe(fault);

    process.kill(server.pid, 'SIGKILL');
    while (server.explain(fault) === fault) await sleep(10); // until the news of it comes to this process
    expect(String(server.explain(fault))).toMatch(/PostgreSQL ended while/);
    await server.stop();
  });

  test('is told as a full disk when the log says so', async () => {
    const server = await start(makeFolder());
    const full = `DO $$ BEGIN RAISE 'could not extend file "base/1": No space left on device'; END $$`;
    await expect(query(server, full)).rejects.toThrow('No space left');
    expect(String(server.explain(new Error('any')))).toMatch(/The disk .* is full/);
  });
});

describe('the programs', () => {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

  /** The package as npm unpacks it, without its links. */
  function unpack(): { name: string; native: string; version: string } {
    const native = path.join(makeFolder(), 'native');
    cpSync(locatePackage().native, native, {
      recursive: true,
      filter: (source) => !lstatSync(source).isSymbolicLink(),
    });
    return { name: 'the test', native, version: '18.0' };
  }

  function isRunnable(native: string): boolean {
    return spawnSync(programPath(native, 'initdb'), ['--version'], { ...nobody, cwd: '/' }).status === 0;
  }

  test('get the links that npm does not pack', () => {
    const packaged = unpack();
    chmodSync(path.dirname(packaged.native), 0o755);
    expect(isRunnable(packaged.native)).toBe(false);
    expect(makeRunnable(packaged, nobody, []).native).toBe(packaged.native);
    expect(isRunnable(packaged.native)).toBe(true);
  });

  test('run from a copy where they lie out of reach or cannot be changed, made once', () => {
    const packaged = unpack(); // for root: in a folder that only root may enter
    if (nobody === undefined) chmodSync(path.join(packaged.native, 'lib'), 0o555);
    const reachable = makeFolder();
    chmodSync(reachable, 0o755);
    const { native } = makeRunnable(packaged, nobody, ['/dev/null', reachable]);
    expect(native).toBe(path.join(reachable, 'crm-api-postgres-18.0'));
    expect(isRunnable(native)).toBe(true);
    const madeAt = statSync(native).ctimeMs;
    expect(makeRunnable(packaged, nobody, [reachable]).native).toBe(native);
    expect(statSync(native).ctimeMs).toBe(madeAt);
    expect(readdirSync(reachable)).toHaveLength(1);
    if (nobody === undefined) chmodSync(path.join(packaged.native, 'lib'), 0o755);
  });

  test('are not taken from a copy that others may change', () => {
    const packaged = unpack();
    rmSync(programPath(packaged.native, 'postgres'));
    const shared = makeFolder();
    chmodSync(shared, 0o755);
    cpSync(locatePackage().native, path.join(shared, 'crm-api-postgres-18.0'), { recursive: true });
    chmodSync(path.join(shared, 'crm-api-postgres-18.0'), 0o777);
    expect(() => makeRunnable(packaged, nobody, [shared])).toThrow(/belongs to somebody else/);
  });
});

describe('the database of the service', () => {
  test('is prepared once, by any number of callers, with roles that are bound', async () => {
    const server = await start(makeFolder());
    const [first, second] = await Promise.all([prepareDatabase(server, 'crm'), prepareDatabase(server, 'crm')]);
    expect(second).toEqual(first);
    expect(
      await query(
        server,
        `SELECT rolname AS role, rolcanlogin AS login, rolsuper OR rolbypassrls OR rolcreaterole AS unbound
        FROM pg_roles WHERE rolname LIKE 'crm%' ORDER BY 1`,
      ),
    ).toEqual([
      { role: 'crm_app', login: true, unbound: false },
      { role: 'crm_eraser', login: false, unbound: false },
      { role: 'crm_owner', login: true, unbound: false },
      { role: 'crm_search', login: false, unbound: false },
    ]);
    const owner = new pg.Client({ connectionString: first.ownerUrl });
    await owner.connect();
    await owner.query(`CREATE FUNCTION one() RETURNS integer LANGUAGE sql RETURN 1;
      GRANT CREATE ON SCHEMA public TO crm_search; ALTER FUNCTION one() OWNER TO crm_search`);
    await owner.end();
    const app = new pg.Client({ connectionString: first.appUrl });
    await app.connect();
    await expect(app.query('CREATE TABLE mine ()')).rejects.toMatchObject({ code: '42501' });
    await app.end();
  });
});

/** A process of the user that runs PostgreSQL, which is what makes PostgreSQL believe in the number. */
function startSleeper(dataDir: string): number {
  const { uid, gid } = statSync(path.join(dataDir, 'postgres'));
  const asRoot = process.getuid?.() === 0 ? { uid, gid } : {};
  const sleeper = spawn('sleep', ['60'], { ...asRoot, cwd: '/', stdio: 'ignore', detached: true });
  holders.push(sleeper);
  return sleeper.pid ?? 0;
}
