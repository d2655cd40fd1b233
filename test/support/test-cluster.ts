/**
 * The process beside a test run that keeps its PostgreSQL: it says on standard output where it is, and stops and removes
 * everything as soon as standard input closes, which happens however the test run ends.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { type DatabaseServer, prepareDatabase } from '../../src/platform/embedded-postgres/database.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { runMigrations } from '../../src/platform/postgres/migrator.js';
import { StartupError } from '../../src/platform/errors/startup-error.js';
import { dropCitusDatabase, isCitus, prepareCitusRoles } from './citus.js';
import type { TestCluster } from './database.js';

/** On top of the service's own: several workers, and databases that live too short to be vacuumed. */
const SETTINGS = { max_connections: '300', autovacuum: 'off' };

/** Brings the empty template to the current schema. */
async function migrateTemplate(ownerUrl: string): Promise<void> {
  await runMigrations(ormOptions({ url: ownerUrl, poolSize: 1, startupSettings: false }));
}

interface Served {
  readonly server: DatabaseServer;
  /** Names a database of a cluster of Citus, where that is what the tests run on. */
  readonly citusUrl?: string;
  /** Ends what was started and removes what was made. */
  close(prefix: string): Promise<void>;
}

async function serveExternal(url: string): Promise<Served> {
  const server: DatabaseServer = {
    superuserUrl: (database) => {
      const target = new URL(url);
      target.pathname = `/${encodeURIComponent(database)}`;
      return target.href;
    },
    // The same for every run on that server: two runs at once must not lock each other out.
    rolePassword: (role) => createHash('sha256').update(`${role} of ${url}`).digest('hex'),
  };
  const close = async (prefix: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server.superuserUrl('postgres') });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { name } of rows) {
      if (citus) await dropCitusDatabase(url, name);
      else await client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`);
    }
    await client.end();
  };
  const citus = await isCitus(url);
  return { server, close, ...(citus && { citusUrl: url }) };
}

async function serveEmbedded(): Promise<Served> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'crm-api-test-'));
  const remove = (): void => {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  let postgres: EmbeddedPostgres;
  try {
    postgres = await startEmbeddedPostgres({ dataDir, durable: false, settings: SETTINGS });
  } catch (error) {
    remove();
    throw error;
  }
  const close = async (): Promise<void> => {
    await postgres.stop();
    remove();
  };
  return { server: postgres, close };
}

/** Makes the template, tells where it is, and waits for the sign to end. */
async function keep({ server, citusUrl }: Served, prefix: string, signal: Promise<void>): Promise<void> {
  const template = `${prefix}_template`;
  const { ownerUrl, appUrl } = await prepareDatabase(server, template);
  if (citusUrl === undefined) await migrateTemplate(ownerUrl);
  else await prepareCitusRoles(citusUrl);
  const superuserUrl = citusUrl ?? server.superuserUrl('postgres');
  const isOnCitus = citusUrl !== undefined;
  const cluster: TestCluster = { superuserUrl, ownerUrl, appUrl, template, prefix, isOnCitus };
  process.stdout.write(`${JSON.stringify(cluster)}\n`);
  await signal;
}

async function main(): Promise<void> {
  const signal = new Promise<void>((resolve) => {
    process.stdin.once('close', resolve).resume();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, resolve);
  });
  // When the test run is killed, writing to it fails beside the main path; that must not leave the server behind.
  const crash = new Promise<never>((_, reject) => process.on('uncaughtException', reject));
  crash.catch(() => undefined);
  const external = process.env.TEST_DATABASE_URL;
  const served = external === undefined ? await serveEmbedded() : await serveExternal(external);
  const prefix = `crm_test_${randomBytes(4).toString('hex')}`;
  try {
    await Promise.race([keep(served, prefix, signal), crash]);
  } finally {
    await served.close(prefix);
  }
}

try {
  await main();
  process.exit(); // standard input may still be open
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
}
