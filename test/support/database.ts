/** Databases for tests: each is a clone of a template that was migrated once for the whole run. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dropCitusDatabase, makeCitusDatabase } from './citus.js';

/** What the process beside the test run tells about its server. */
export interface TestCluster {
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly template: string;
  readonly prefix: string;
  /** Whether the tests run on Citus. `superuserUrl` then names a database whose nodes are known. */
  readonly isOnCitus: boolean;
}

export interface TestDatabase {
  readonly name: string;
  /** As the role that owns the schema. */
  readonly ownerUrl: string;
  /** As the role of the service. */
  readonly appUrl: string;
  /** As superuser: for what only an operator may do. */
  readonly superuserUrl: string;
  drop(): Promise<void>;
}

/** PostgreSQL rejects to copy a database while another connection to it is open, so copies take turns. */
const CLONE_LOCK = 7_203_002;

/** Makes a fresh migrated database. Drop it in `afterAll`, when its connections are closed. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const cluster = readCluster();
  const name = `${cluster.prefix}_${process.env.JEST_WORKER_ID ?? '0'}_${randomBytes(4).toString('hex')}`;
  await withSuperuser(cluster, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [CLONE_LOCK]);
    try {
      if (cluster.isOnCitus) {
        await makeCitusDatabase(cluster.superuserUrl, cluster.ownerUrl, name);
        return;
      }
      // As files: a copy through the write-ahead log takes five times as much CPU.
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${cluster.template} OWNER crm_owner STRATEGY FILE_COPY`);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [CLONE_LOCK]);
    }
  });
  return {
    name,
    ownerUrl: withDatabase(cluster.ownerUrl, name),
    appUrl: withDatabase(cluster.appUrl, name),
    superuserUrl: withDatabase(cluster.superuserUrl, name),
    drop: () =>
      cluster.isOnCitus
        ? dropCitusDatabase(cluster.superuserUrl, name)
        : withSuperuser(cluster, async (client) => {
            await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
          }),
  };
}

/** Whether the tests run on Citus: what one node alone can show is then skipped, with a word why. */
export function isOnCitus(): boolean {
  return readCluster().isOnCitus;
}

let superusers: pg.Pool | undefined;

/** With the one connection of the worker, which stays open: opening one costs the server as much as copying a database. */
async function withSuperuser(cluster: TestCluster, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  superusers ??= openSuperusers(cluster);
  const client = await superusers.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}

function openSuperusers({ superuserUrl }: TestCluster): pg.Pool {
  const pool = new pg.Pool({
    connectionString: superuserUrl,
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  // The server of the tests may end before the worker.
  pool.on('error', () => undefined);
  return pool;
}

function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}

function readCluster(): TestCluster {
  const said = process.env.CRM_TEST_CLUSTER;
  if (said === undefined) throw new Error('No test database: run the tests with "npm test", which starts one.');
  const cluster: unknown = JSON.parse(said);
  return cluster as TestCluster;
}
