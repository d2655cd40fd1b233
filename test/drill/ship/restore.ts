/**
 * `restore`: installs from a clean clone, backs up and restores with the commands of docs/deployment.md as they are written, as a user
 * without rights, on two servers of the operating system's PostgreSQL. Promises: every command ends with 0, the restored database has
 * every row, both verifications hold, and the service answers over both transports with what was there before.
 */
import { chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { PostgresMaker, type PostgresServer } from '../scale/postgres-server.js';
import { Launched } from '../launched.js';
import { Tally } from '../tally.js';
import { ROOT } from './dockerfile.js';
import { Operator } from './operator.js';
import { blocksOf, fillIn, urlOf, type Site } from './page.js';
import { checkRestored, makeRecords, type Records } from './restored.js';

const PAGE = 'docs/deployment.md';
const SECRETS = 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';

interface Scene {
  readonly operator: Operator;
  readonly tally: Tally;
}

/** @throws StartupError when PostgreSQL is missing */
export async function drillRestore({ say }: { readonly say: (line: string) => void }): Promise<Tally> {
  const tally = new Tally();
  const maker = new PostgresMaker();
  const folder = path.join(maker.folder, 'operator');
  mkdirSync(folder);
  const operator = new Operator(folder, { PGPASSWORD: maker.password, programs: maker.programFolder }, tally, say);
  if (operator.uid !== undefined) chownSync(folder, operator.uid, operator.uid);
  const scene = { operator, tally };
  const first = await maker.makePrimary('first');
  const second = await maker.makePrimary('second');
  try {
    const site = { port: first.port, folder: path.join(folder, 'crm-api'), source: ROOT };
    const records = await install(scene, first, site);
    const rows = await countRows(first);
    await backUp(scene, first, site);
    await restore(scene, second, { ...site, port: second.port, head: operator.readHead('acme') });
    compareRows(rows, await countRows(second), tally);
    await onService(scene, second, site, (origin) => checkRestored(origin, records, tally));
  } finally {
    for (const { server } of [first, second]) await server.end('SIGQUIT');
  }
  return tally;
}

/** Everything of the page up to a service that runs. @returns what was made on it */
async function install({ operator, tally }: Scene, server: PostgresServer, site: Site): Promise<Records> {
  for (const sql of blocksOf(PAGE, 'Roles and database', 'sql')) await ask(server, 'postgres', fillIn(sql, site));
  const [commands = '', build = ''] = blocksOf(PAGE, 'Install', 'bash');
  const printed = await operator.paste('install', fillIn(commands, site), site);
  await operator.paste('build', fillIn(build.replace(/^npm run start:built.*$/m, ''), site), site);
  const [, password = ''] = /Password, shown this once: (\S+)/.exec(printed) ?? [];
  return onService({ operator, tally }, server, site, (origin) =>
    makeRecords(origin, { email: 'ann@acme.example', password }, tally),
  );
}

async function backUp({ operator, tally }: Scene, server: PostgresServer, site: Site): Promise<void> {
  for (const sql of blocksOf(PAGE, 'Back up', 'sql')) await ask(server, 'crm', fillIn(sql, site));
  const [commands = ''] = blocksOf(PAGE, 'Back up', 'bash');
  // As the page says, a dump by a role that row-level security binds fails.
  const bound = await operator.tryOut(fillIn(commands, site).replaceAll('crm_backup', 'crm_owner'), site);
  tally.count('dump by crm_owner', `exit ${bound}`);
  if (bound === 0) tally.broken('a dump by crm_owner did not fail');
  await operator.paste('back up', fillIn(commands, site), site);
}

async function restore({ operator }: Scene, server: PostgresServer, site: Site): Promise<void> {
  for (const sql of blocksOf(PAGE, 'Roles and database', 'sql')) await ask(server, 'postgres', fillIn(sql, site));
  for (const commands of blocksOf(PAGE, 'Restore', 'bash'))
    await operator.paste('restore', fillIn(commands, site), site);
}

/** The compiled service on this server, while the work lasts. */
async function onService<T>(
  { operator, tally }: Scene,
  { port }: PostgresServer,
  site: Site,
  work: (origin: string) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const service = Launched.start({
    command: ['npm', 'run', '-s', 'start:built'],
    uid: operator.uid,
    cwd: site.folder,
    variables: {
      ...operator.variables,
      NODE_ENV: 'production',
      JWT_SECRETS: SECRETS,
      DATABASE_URL: urlOf('crm_app', port),
    },
  });
  if (!(await service.says('running at'))) throw new Error(`The service does not start:\n${service.output}`);
  tally.count('start', 'listens', performance.now() - startedAt);
  const [, origin = ''] = /running at (http:\/\/[^\s]+)/.exec(service.output) ?? [];
  try {
    return await work(origin);
  } finally {
    process.kill(service.pid, 'SIGTERM');
    const code = await service.end();
    tally.count('end', `exit ${String(code)}`);
    if (code !== 0) tally.broken(`the service ended with ${String(code)}:\n${service.output}`);
  }
}

/** Statement by statement: CREATE DATABASE rejects a transaction. */
async function ask({ url }: PostgresServer, database: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url(database) });
  await client.connect();
  try {
    for (const statement of sql.split(/;\n/).filter((text) => text.trim() !== '')) await client.query(statement);
  } finally {
    await client.end();
  }
}

type Counts = ReadonlyMap<string, number>;

async function countRows({ url }: PostgresServer): Promise<Counts> {
  const client = new pg.Client({ connectionString: url('crm') });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; count: string }>(
      `SELECT table_name AS name, (xpath('//count/text()', query_to_xml('SELECT count(*) AS count FROM '
         || quote_ident(table_schema) || '.' || quote_ident(table_name), false, false, '')))[1]::text AS count
       FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
    );
    return new Map(rows.map(({ name, count }) => [name, Number(count)]));
  } finally {
    await client.end();
  }
}

function compareRows(before: Counts, after: Counts, tally: Tally): void {
  const lost = [...before].filter(([name, count]) => after.get(name) !== count);
  for (const [name, count] of lost) tally.broken(`${name}: ${after.get(name) ?? 'no'} rows of ${count}`);
  const total = [...before.values()].reduce((sum, count) => sum + count, 0);
  tally.count('restored', `${before.size} tables, ${total} rows`);
}
