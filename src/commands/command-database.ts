/** The database of a command: the operator's own server, or the embedded one, whether the service runs or not. */
import { existsSync } from 'node:fs';
import pg from 'pg';
import { EMBEDDED_DATABASE, embeddedDataDir, type Config } from '../config.js';
import { type DatabaseServer, roleUrls } from '../platform/embedded-postgres/database.js';
import { openDataFolder, readPostmaster } from '../platform/embedded-postgres/data-folder.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { explainFault } from '../platform/embedded-postgres/faults.js';
import { rolePassword } from '../platform/embedded-postgres/memory.js';
import { answers, superuserUrl } from '../platform/embedded-postgres/server.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { requireCitusSetting } from '../tenancy/isolation/citus.js';
import { explainDatabaseFault } from '../platform/postgres/startup-faults.js';

const CONNECT_TIMEOUT_MS = 5000;

interface CommandDatabase {
  /** Signs in as the role of the service. */
  readonly appUrl: string;
  /** Signs in as the role that owns the schema; undefined if the configuration has no DATABASE_MIGRATION_URL. */
  readonly ownerUrl: string | undefined;
}

interface OpenedDatabase extends CommandDatabase {
  /** Stops the embedded PostgreSQL if it was started for the command. */
  close(): Promise<void>;
}

/**
 * Runs the work. A server that was started for it is stopped again.
 * @param variable whose address the work uses
 * @throws StartupError if there is no database yet, or if it fails
 */
export async function withCommandDatabase(
  config: Config,
  variable: 'DATABASE_URL' | 'DATABASE_MIGRATION_URL',
  work: (database: CommandDatabase) => Promise<void>,
): Promise<void> {
  const isEmbedded = config.DATABASE_URL === undefined;
  try {
    const database = isEmbedded ? await openEmbedded(config) : ownServer(config.DATABASE_URL, config);
    try {
      if (!isEmbedded) await requireCitusSettingAt(database.appUrl, config);
      await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw explainDatabaseFault(
      isEmbedded ? explainFault(config.DATA_DIR, error) : error,
      isEmbedded ? undefined : variable,
    );
  }
}

/** For a database that is used without `withCommandDatabase`. @throws StartupError */
export async function requireCitusSettingAt(url: string, { DATABASE_CITUS }: Config): Promise<void> {
  if (!DATABASE_CITUS) await withPool(url, {}, (pool) => requireCitusSetting(pool, DATABASE_CITUS));
}

function ownServer(appUrl: string, { DATABASE_MIGRATION_URL: ownerUrl }: Config): OpenedDatabase {
  return { appUrl, ownerUrl, close: () => Promise.resolve() };
}

async function openEmbedded(config: Config): Promise<OpenedDatabase> {
  const dataDir = embeddedDataDir(config);
  if (!existsSync(dataDir)) {
    throw new StartupError(
      `There is no database in ${config.DATA_DIR} yet: run "npm start" once, or set DATABASE_URL to your own.`,
    );
  }
  const running = await findRunning(dataDir);
  if (running) return { ...roleUrls(running, EMBEDDED_DATABASE), close: () => Promise.resolve() };
  const server = await startEmbeddedPostgres({ dataDir });
  stopOnSignals(server);
  return { ...roleUrls(server, EMBEDDED_DATABASE), close: () => server.stop() };
}

/** An interrupted command stops the server that was started for it. */
function stopOnSignals(server: EmbeddedPostgres): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void server.stop().finally(() => process.exit(1));
    });
  }
}

/** Runs work on one connection. */
export async function withPool<T>(
  connectionString: string,
  options: pg.PoolConfig,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...options });
  pool.on('error', () => undefined); // a lost connection also fails the statement that waits, or the next
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Runs work that only reads, on one connection of the service's role. */
export async function withCommandPool(
  config: Config,
  options: pg.PoolConfig,
  work: (pool: pg.Pool) => Promise<void>,
): Promise<void> {
  await withCommandDatabase(config, 'DATABASE_URL', ({ appUrl }) => withPool(appUrl, options, work));
}

/** @returns the ids of all tenants, in order, or the one that is wanted @throws StartupError when there is no such tenant */
export async function chooseTenants(pool: pg.Pool, wanted: string | undefined): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>('SELECT app.tenant_ids() AS id');
  const ids = rows.map(({ id }) => id);
  if (wanted === undefined) return ids;
  if (!ids.includes(wanted)) throw new StartupError(`There is no tenant ${wanted}.`);
  return [wanted];
}

/** The embedded PostgreSQL, if the service runs it. Any process that can read the passwords can connect. */
async function findRunning(dataDir: string): Promise<DatabaseServer | undefined> {
  const folder = openDataFolder(dataDir);
  const found = existsSync(folder.cluster) ? readPostmaster(folder.cluster) : undefined;
  if (found === undefined || !(await answers(folder, found.port))) return undefined;
  return {
    superuserUrl: (database) => superuserUrl(folder, found.port, database),
    rolePassword: (role) => rolePassword(folder, role),
  };
}
