/** The benchmark's own PostgreSQL: the one that comes with the service, with the same databases on every run. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { BENCH_FOLDER, RUN_FOLDER } from './folders.js';
import { PEERS_DATABASE, databaseOf, hasOurSchema } from './peers.js';
import type { RunningServer } from './server-process.js';

const PORT = 55700;

const SETTINGS = {
  max_connections: '120',
  shared_buffers: '1GB',
  work_mem: '16MB',
  effective_cache_size: '4GB',
  random_page_cost: '1.1',
  // The disk is shared with other programs: software is compared here, not fsync.
  synchronous_commit: 'off',
  // Would run in some rounds and not in others; the benchmark itself vacuums between them.
  autovacuum: 'off',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  log_min_messages: 'fatal',
};

/** Starts the cluster below `bench/run`; one that a killed run left behind is started anew. */
export async function startCluster(): Promise<EmbeddedPostgres> {
  const options = { dataDir: path.join(RUN_FOLDER, 'postgres'), port: PORT, settings: SETTINGS };
  const cluster = await startEmbeddedPostgres(options);
  if (!cluster.adopted) return cluster;
  await cluster.stop();
  return startEmbeddedPostgres(options);
}

/** Makes the peers' database with the seeded rows, in place of the one of the run before. */
export async function createPeersDatabase(cluster: EmbeddedPostgres): Promise<void> {
  await dropDatabase(cluster, PEERS_DATABASE);
  await withClient(cluster.superuserUrl('postgres'), async (client) => {
    await client.query('DROP ROLE IF EXISTS bench_peer');
    await client.query(`CREATE DATABASE ${PEERS_DATABASE}`);
  });
  await withClient(cluster.superuserUrl(PEERS_DATABASE), async (client) => {
    for (const file of ['schema.sql', 'seed.sql', 'indexes.sql']) await client.query(readSql(file));
    await client.query('VACUUM ANALYZE');
  });
}

/** Drops a database that an earlier run left, whoever is still connected to it. */
export async function dropDatabase(cluster: EmbeddedPostgres, name: string): Promise<void> {
  await withClient(cluster.superuserUrl('postgres'), (client) =>
    client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  );
}

/** What the write workloads change, and how it is taken back. */
const PEER_TABLES = ['activities', 'opportunities', 'customers'];
const SERVICE_TABLES = [
  ...PEER_TABLES,
  'opportunity_transitions',
  'counters',
  'audit_events',
  'audit_unsealed',
  'audit_seals',
];

/** Brings the rows of a server's database back to the seed and the tables to one physical state. */
export async function undoWrites(cluster: EmbeddedPostgres, { name, folder }: RunningServer): Promise<void> {
  const [undo, tables] = hasOurSchema(name)
    ? [readServiceSql(folder, 'undo-our-writes.sql'), SERVICE_TABLES]
    : [readSql('undo-writes.sql'), PEER_TABLES];
  await withClient(cluster.superuserUrl(databaseOf(name)), async (client) => {
    await client.query(undo);
    // The schema of another checkout may lack one of them.
    const { rows } = await client.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY ($1)",
      [tables],
    );
    for (const table of rows) await client.query(`VACUUM ANALYZE ${table.name}`);
  });
}

/** Connects for the length of `use`. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** A file of `bench/db`. */
export function readSql(file: string): string {
  return readFileSync(path.join(BENCH_FOLDER, 'db', file), 'utf8');
}

/** A file of `bench/db` that fits the schema of a checkout: its own, or ours where it has none. */
export function readServiceSql(checkoutFolder: string, file: string): string {
  const own = path.join(checkoutFolder, 'bench', 'db', file);
  return existsSync(own) ? readFileSync(own, 'utf8') : readSql(file);
}
