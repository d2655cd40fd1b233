/**
 * `starts`: `npm start` is ended in every way that operators have, and started on everything that can be wrong. Promises:
 * exit code 0 within the drain, or one sentence and exit code 1; nothing is left running.
 */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sendSignal } from '../../src/platform/embedded-postgres/server.js';
import { DrillCluster, postmasterPid, processTree } from './cluster.js';
import { Launched, type Launch } from './launched.js';
import { Tally } from './tally.js';
import { drillFolder, type DrillDatabase } from './world.js';

const SECONDS = 15;
const UP = 'Health check';
const NOBODY = 65_534;

interface Ending {
  readonly name: string;
  readonly launch: Launch;
  /** What the service has said when it is ended. */
  readonly after?: string;
  readonly end: (service: Launched) => void;
  readonly codes: readonly (number | string)[];
}

interface Drill {
  readonly tally: Tally;
  readonly say: (line: string) => void;
  readonly folder: string;
  readonly database: DrillDatabase;
}

export async function drillStarts({ say }: { readonly say: (line: string) => void }): Promise<Tally> {
  const tally = new Tally();
  await using cluster = await DrillCluster.start();
  const folder = drillFolder();
  chmodSync(folder, 0o755);
  const drill: Drill = { tally, say, folder, database: await cluster.makeDatabase() };
  for (const ending of endings(drill)) await playEnding(drill, ending);
  for (const [name, launch, sentence] of await failures(drill, cluster))
    await playFailure(drill, name, launch, sentence);
  return tally;
}

function kill(signal: NodeJS.Signals): Ending['end'] {
  return ({ pid }) => process.kill(pid, signal);
}

function endings({ folder, database }: Drill): Ending[] {
  const users = process.getuid?.() === 0 ? [undefined, NOBODY] : [undefined];
  const own = { DATABASE_URL: database.appUrl, SHUTDOWN_SECONDS: String(SECONDS) };
  const start = ['npm', 'start'] as const;
  return users.flatMap((uid): Ending[] => {
    const who = uid === undefined ? 'us' : 'nobody';
    const home = path.join(folder, `home-${who}`);
    mkdirSync(home);
    if (uid !== undefined) chownSync(home, uid, uid);
    const variables = { HOME: home, DATA_DIR: path.join(home, 'data'), SHUTDOWN_SECONDS: String(SECONDS) };
    const embedded: Launch = { command: start, variables, uid };
    const onOwn: Launch = { command: start, variables: { HOME: home, ...own, DATA_DIR: path.join(home, 'keys') }, uid };
    return [
      {
        name: `${who}: SIGTERM while it starts`,
        launch: embedded,
        after: 'Creating',
        end: kill('SIGTERM'),
        codes: [0],
      },
      { name: `${who}: SIGTERM`, launch: embedded, end: kill('SIGTERM'), codes: [0] },
      { name: `${who}: SIGTERM on a server of its own`, launch: onOwn, end: kill('SIGTERM'), codes: [0] },
      { name: `${who}: Ctrl-C`, launch: embedded, end: ({ pid }) => process.kill(-pid, 'SIGINT'), codes: [0] },
      {
        name: `${who}: the terminal closes`,
        launch: embedded,
        end: ({ pid }) => process.kill(-pid, 'SIGHUP'),
        codes: ['SIGHUP'],
      },
      { name: `${who}: kill -9 of npm`, launch: embedded, end: kill('SIGKILL'), codes: ['SIGKILL'] },
      {
        name: `${who}: npm run dev`,
        launch: { ...embedded, command: ['npm', 'run', 'dev'] },
        end: kill('SIGTERM'),
        codes: [0],
      },
      { name: `${who}: PostgreSQL frozen`, launch: embedded, end: freezeAndEnd(variables.DATA_DIR), codes: [0, 1] },
    ];
  });
}

function freezeAndEnd(dataDir: string): Ending['end'] {
  return ({ pid }) => {
    for (const server of processTree(postmasterPid(dataDir))) sendSignal(server, 'SIGSTOP'); // one may have ended meanwhile
    process.kill(pid, 'SIGTERM');
  };
}

async function playEnding({ tally, say }: Drill, { name, launch, after = UP, end, codes }: Ending): Promise<void> {
  const service = Launched.start(launch);
  const isUp = await service.says(after);
  const startedAt = performance.now();
  end(service);
  const code = await service.end();
  // Of an npm that said nothing, the service has to notice by itself that it is gone.
  const left = await service.left(codes.includes(0) ? 500 : SECONDS * 1000);
  const ms = Math.round(performance.now() - startedAt);
  say(`${name}: ${code} after ${ms} ms`);
  tally.count('end', String(code));
  const faults = [
    ...(isUp ? [] : ['did not start']),
    ...(code !== null && codes.includes(code) ? [] : [`ended with ${code}`]),
    ...(ms <= SECONDS * 1000 + 1000 ? [] : [`took ${ms} ms`]),
    ...left.map((process) => `left ${process}`),
  ];
  for (const fault of faults) tally.broken(`${name}: ${fault}: ${service.output.slice(-300)}`);
}

type Failure = readonly [name: string, launch: Launch, sentence: RegExp];

async function failures({ folder, database }: Drill, cluster: DrillCluster): Promise<Failure[]> {
  const service = (variables: Launch['variables'], ...args: string[]): Launch => ({
    command: [process.execPath, 'src/start.mjs', ...args],
    variables: { DATA_DIR: path.join(folder, 'unused'), ...variables },
  });
  const withDatabase = (change: (url: URL) => void): Launch => {
    const url = new URL(database.appUrl);
    change(url);
    return service({ DATABASE_URL: url.href });
  };
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  const taken = createServer().listen(0, '127.0.0.1').unref();
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo; // of a TCP server
  return [
    ['PORT=abc', service({ PORT: 'abc' }), /PORT must be a whole number/],
    ['PORT taken', service({ PORT: String(port) }), /^Port \d+ is taken/],
    ['HOST unknown', service({ HOST: 'no-such-host.invalid' }), /^HOST no-such-host\.invalid is unknown/],
    ['HOST elsewhere', service({ HOST: '192.0.2.1' }), /^HOST 192\.0\.2\.1 is no address of this machine/],
    ['TRUSTED_PROXIES=foo', service({ TRUSTED_PROXIES: 'foo' }), /TRUSTED_PROXIES must be/],
    ['an argument', service({}, '--port'), /takes no arguments/],
    ['DATA_DIR a file', service({ DATA_DIR: file }), /is no folder/],
    ['DATA_DIR in /proc', service({ DATA_DIR: '/proc/crm' }), /cannot be used \(ENOENT\)/],
    ...asNobody(folder, service),
    ['nothing listens', withDatabase((url) => (url.port = '1')), /nothing listens/],
    ['wrong password', withDatabase((url) => (url.password = 'x')), /user or password is wrong/],
    ['no database', withDatabase((url) => (url.pathname = '/none')), /does not exist/],
    ['no TLS', withDatabase((url) => (url.search = '?sslmode=verify-full')), /offers no TLS/],
    [
      'migrations missing',
      await changed(
        cluster,
        'DELETE FROM mikro_orm_migrations WHERE name = (SELECT max(name) FROM mikro_orm_migrations)',
        service,
      ),
      /misses 1 migration/,
    ],
    [
      'migrations newer',
      await changed(cluster, "INSERT INTO mikro_orm_migrations (name) VALUES ('Migration29990101000000')", service),
      /newer than this code/,
    ],
    ['tables missing', await changed(cluster, 'DROP TABLE throttle_buckets, tenants CASCADE', service), /not enforced/],
  ];
}

/** Root may write where others may not. */
function asNobody(folder: string, service: (variables: Launch['variables']) => Launch): Failure[] {
  if (process.getuid?.() !== 0) return [];
  const foreign = path.join(folder, 'foreign');
  mkdirSync(foreign, { mode: 0o755 });
  const as = (variables: Launch['variables']): Launch => ({ ...service(variables), uid: NOBODY });
  return [
    ['DATA_DIR of somebody else', as({ DATA_DIR: foreign }), /cannot be used by this user \(EACCES\)/],
    ['PORT of the system', as({ PORT: '1', HOST: '127.0.0.1' }), /^Port 1 may not be used|cannot be used by this user/],
  ];
}

async function changed(
  cluster: DrillCluster,
  statement: string,
  service: (variables: Launch['variables']) => Launch,
): Promise<Launch> {
  const { appUrl, superuserUrl } = await cluster.makeDatabase();
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
  return service({ DATABASE_URL: appUrl });
}

async function playFailure({ tally, say }: Drill, name: string, launch: Launch, sentence: RegExp): Promise<void> {
  const service = Launched.start(launch);
  if (await service.says(UP)) process.kill(-service.pid, 'SIGTERM'); // it started, which is told of below
  const code = await service.end();
  await sleep(50); // for the rest of its output
  const said = service.output.trim();
  say(`${name}: ${code} ${said}`);
  tally.count('failed start', String(code));
  if (code !== 1 || !sentence.test(said) || said.includes('\n')) tally.broken(`${name}: ${code} ${said.slice(0, 300)}`);
  const left = await service.left(500);
  if (left.length > 0) tally.broken(`${name}: left ${left.join(', ')}`);
}
