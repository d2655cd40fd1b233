/** The database of the service: the operator's own server, or the embedded one, made ready at each start. */
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../mikro-orm.config.js';
import { endPools, openDatabase, type Database } from '../tenancy/database.js';
import { Passwords } from '../account/passwords.js';
import { databaseOptions, EMBEDDED_DATABASE, embeddedDataDir, type Config } from '../config.js';
import { prepareDatabase, type PreparedDatabase } from '../platform/embedded-postgres/database.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import type { QueryObserver } from '../platform/postgres/query-watch.js';
import { runMigrations } from '../platform/postgres/migrator.js';
import { explainDatabaseFault } from '../platform/postgres/startup-faults.js';
import type { StartupError } from '../platform/errors/startup-error.js';

export interface ServiceDatabase {
  readonly database: Database;
  /**
   * Restarts an embedded PostgreSQL that dies, from now on, and calls `onLost` once if that fails. An operator's own server is
   * not restarted: the service reconnects to it, without a time limit.
   */
  supervise(onLost: (fault: StartupError) => void): void;
  /** @returns a StartupError for a fault of this database; any other fault unchanged */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

/** Longer than the server's statement_timeout; milliseconds. */
const READ_TIMEOUT_MS = 7000;

/** The running start, which may be aborted while the database is prepared. */
interface Progress {
  /** @throws when the end was requested meanwhile */
  proceed(): void;
}

/** Opens the database as the service's role. @throws StartupError that says what to do; then nothing is left running */
export async function openServiceDatabase(
  config: Config,
  progress: Progress,
  onQuery?: QueryObserver,
): Promise<ServiceDatabase> {
  const { DATABASE_URL: url } = config;
  if (url !== undefined) {
    return connect({ config, url, onQuery }, (error) => explainDatabaseFault(error, 'DATABASE_URL'));
  }
  const server = await startEmbeddedPostgres({ dataDir: embeddedDataDir(config), log: say });
  const explain = (error: unknown): unknown => explainDatabaseFault(server.explain(error), undefined);
  try {
    progress.proceed();
    const urls = await prepareDatabase(server, EMBEDDED_DATABASE);
    await prepareEmbedded(config, urls, progress);
    const opened = await connect({ config, url: urls.appUrl, onQuery }, explain);
    const close = async (): Promise<void> => {
      await opened.close();
      await server.stop();
    };
    const supervise: ServiceDatabase['supervise'] = (onLost) => {
      server.supervise(onLost);
    };
    return { ...opened, supervise, close };
  } catch (error) {
    const fault = explain(error);
    await server.stop();
    throw fault;
  }
}

function say(line: string): void {
  console.log(line);
}

/** Migrates the embedded server. Only there do migrations run without a command, since no other service can be using it. */
async function prepareEmbedded(config: Config, urls: PreparedDatabase, progress: Progress): Promise<void> {
  progress.proceed();
  const owner = ormOptions({ url: urls.ownerUrl, poolSize: 2, startupSettings: true });
  const ran = await runMigrations(owner);
  if (ran.length > 0) say(`Applied ${ran.length} migration(s).`);
  progress.proceed();
  if (!config.DEMO_DATA) return;
  const { seedDemoData } = await import('../demo/demo-data.js');
  const { isProduction } = config;
  if (await seedDemoData(owner, { passwords: new Passwords(), isProduction })) say('Made the demo tenants.');
}

interface Connection {
  readonly config: Config;
  readonly url: string;
  readonly onQuery: QueryObserver | undefined;
}

async function connect(
  { config, url, onQuery }: Connection,
  explain: ServiceDatabase['explain'],
): Promise<ServiceDatabase> {
  const options = databaseOptions(config);
  const orm = await MikroORM.init(ormOptions({ url, ...options, onQuery })).catch((error: unknown) => {
    throw explain(error);
  });
  try {
    const database = await openDatabase(orm, { ...options, timeoutMs: READ_TIMEOUT_MS });
    await database.pool.query('SELECT 1');
    const close = async (): Promise<void> => {
      await orm.close();
      await endPools(database);
    };
    return { database, supervise: () => undefined, explain, close };
  } catch (error) {
    await orm.close();
    throw explain(error);
  }
}
