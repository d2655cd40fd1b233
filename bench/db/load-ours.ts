/** A service's own database in the same cluster: migrated by its own command, filled with the peers' rows, ids kept. */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hash } from '@node-rs/argon2';
import type { Client } from 'pg';
import { prepareDatabase } from '../../src/platform/embedded-postgres/database.js';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { dropDatabase, readServiceSql, withClient } from '../cluster.js';
import { RUN_FOLDER } from '../folders.js';
import { PEERS_DATABASE } from '../peers.js';
import { SEEDED_TABLES, type SeededTable } from './seeded-tables.js';

const PASSWORD = randomBytes(18).toString('base64url');

/** @returns the environment of `createServiceDatabase`; the database holds the peers' rows, and the counters that they have */
export async function prepareService(
  cluster: EmbeddedPostgres,
  name: string,
  folder: string,
): Promise<Record<string, string>> {
  const environment = await createServiceDatabase(cluster, name, folder);
  await withClient(cluster.superuserUrl(PEERS_DATABASE), (source) =>
    withClient(cluster.superuserUrl(name), async (target) => {
      await copyTenants(source, target);
      for (const table of SEEDED_TABLES) await copyRows(source, target, table);
      await target.query(readServiceSql(folder, 'complete-ours.sql'));
      await vacuum(target);
    }),
  );
  return environment;
}

/**
 * Makes the database in place of the one of the run before, with the schema of the service's own checkout and no rows.
 * @returns the environment in which the service serves it, with every control on and limits that a load does not reach
 */
export async function createServiceDatabase(
  cluster: EmbeddedPostgres,
  name: string,
  folder: string,
): Promise<Record<string, string>> {
  await dropDatabase(cluster, name);
  const { appUrl, ownerUrl } = await prepareDatabase(cluster, name);
  const environment = {
    DATABASE_URL: appUrl,
    DATA_DIR: path.join(RUN_FOLDER, `service-${name}`),
    JWT_SECRETS: `bench:${randomBytes(48).toString('base64')}`,
    RATE_LIMIT_USER: '1000000',
    RATE_LIMIT_USER_BURST: '10000000',
    RATE_LIMIT_TENANT: '1000000',
    RATE_LIMIT_TENANT_BURST: '10000000',
  };
  migrate(folder, { ...environment, DATABASE_MIGRATION_URL: ownerUrl });
  return environment;
}

/** Signs in as the administrator of a tenant. */
export async function signIn(baseUrl: string, tenant = 'big'): Promise<string> {
  const response = await fetch(`${baseUrl}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: emailOfAdmin(tenant), password: PASSWORD, tenant_id: tenant }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`sign-in: status ${response.status}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { access_token: string }).access_token;
}

function migrate(folder: string, environment: Record<string, string>): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'migration:up'], {
    cwd: folder,
    env: { ...process.env, ...environment, NODE_ENV: 'production' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm run migration:up failed in ${folder}:\n${stdout}${stderr}`);
}

/** A count is an index-only scan only where pages are known to be visible to all; a snapshot still held anywhere puts that off. */
async function vacuum(target: Client): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    await target.query('VACUUM ANALYZE');
    const { rows } = await target.query<{ visible: boolean }>(
      `SELECT bool_and(relallvisible > relpages / 2) AS visible FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relname = ANY ($1)`,
      [SEEDED_TABLES.map(({ name }) => name)],
    );
    if (rows[0]?.visible === true) return;
    if (Date.now() > deadline) throw new Error('The rows of the benchmark do not become visible to all.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function copyTenants(source: Client, target: Client): Promise<void> {
  const tenants = await source.query<{ id: string; name: string }>('SELECT id, name FROM tenants ORDER BY id');
  for (const { id, name } of tenants.rows) await addTenant(target, id, name);
}

const passwordHash = hash(PASSWORD);

/** With one administrator, and room above the usual limits, which `big` has reached. */
export async function addTenant(target: Client, id: string, name: string): Promise<void> {
  await target.query(
    'INSERT INTO tenants (id, name, limit_customers, limit_active_opportunities) VALUES ($1, $2, 2000000, 2000000)',
    [id, name],
  );
  await target.query(
    `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES ($1, $2, $3, app.email_identity($3), $4, 'admin', $5)`,
    [id, randomUUID(), emailOfAdmin(id), 'Bench', await passwordHash],
  );
}

async function copyRows(source: Client, target: Client, table: SeededTable): Promise<void> {
  // Loaded here, because it is installed only when the benchmark first runs.
  const copyStreams = await import('pg-copy-streams');
  const columns = await columnsIn(target, table);
  const sources = table.updatedAt === undefined ? columns : [...columns, table.updatedAt];
  const targets = table.updatedAt === undefined ? columns : [...columns, 'updated_at'];
  await pipeline(
    source.query(copyStreams.to(`COPY (SELECT ${sources.join(', ')} FROM ${table.name}) TO STDOUT`)),
    target.query(copyStreams.from(`COPY ${table.name} (${targets.join(', ')}) FROM STDIN`)),
  );
}

/** Those of the seed's columns that the service's table has: another checkout may know fewer. */
async function columnsIn(target: Client, table: SeededTable): Promise<string[]> {
  const { rows } = await target.query<{ name: string }>(
    'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped',
    [table.name],
  );
  const present = new Set(rows.map(({ name }) => name));
  const wanted = table.columns.split(',').map((column) => column.trim());
  const missing = wanted.filter((column) => !present.has(column));
  if (missing.length > 0)
    console.log(`Not loaded, ${target.database} has no such columns: ${table.name} ${missing.join(', ')}`);
  return wanted.filter((column) => present.has(column));
}

function emailOfAdmin(tenant: string): string {
  return `admin@${tenant}.example`;
}
