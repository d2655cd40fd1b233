/** The database of the service: the operator's own server, or the embedded one, made ready at each start. */
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../mikro-orm.config.js';
import { openDatabase, type Database } from '../tenancy/database.js';
import { Passwords } from '../account/passwords.js';
import { databaseOptions, EMBEDDED_DATABASE, embeddedDataDir, type Config } from '../config.js';
import { asError } from '../platform/errors/thrown.js';
import { prepareDatabase, type PreparedDatabase } from '../platform/embedded-postgres/database.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { runMigrations } from '../platform/postgres/migrator.js';
import { StartupError } from '../platform/errors/startup-error.js';

export interface ServiceDatabase {
  readonly database: Database;
  /**
   * From now on an embedded PostgreSQL that dies is started again; `onLost` is told once when it cannot be. An operator's
   * own server is the operator's to restart: connections to it are made anew, and it is never given up.
   */
  supervise(onLost: (fault: StartupError) => void): void;
  close(): Promise<void>;
}

/** Longer than the server's own limit for a statement; milliseconds. */
const READ_TIMEOUT_MS = 7000;

/** Opens the database as the service's role. @throws StartupError that says what to do */
export async function openServiceDatabase(config: Config, say: (line: string) => void): Promise<ServiceDatabase> {
  if (config.DATABASE_URL !== undefined) return connect(config, config.DATABASE_URL);
  const server = await startEmbeddedPostgres({ dataDir: embeddedDataDir(config), log: say });
  try {
    const urls = await prepareDatabase(server, EMBEDDED_DATABASE);
    await prepareEmbedded(config, urls, say);
    const opened = await connect(config, urls.appUrl);
    const close = async (): Promise<void> => {
      await opened.close();
      await server.stop();
    };
    const supervise: ServiceDatabase['supervise'] = (onLost) => {
      server.supervise(onLost);
    };
    return { database: opened.database, supervise, close };
  } catch (error) {
    const fault = server.explain(error);
    await server.stop();
    throw fault;
  }
}

/** Only here do migrations run by themselves: nobody else can be using this server. */
async function prepareEmbedded(config: Config, urls: PreparedDatabase, say: (line: string) => void): Promise<void> {
  const owner = ormOptions({ url: urls.ownerUrl, poolSize: 2, startupSettings: true });
  const ran = await runMigrations(owner);
  if (ran.length > 0) say(`Applied ${ran.length} migration(s).`);
  if (!config.DEMO_DATA) return;
  const { seedDemoData } = await import('../demo/demo-data.js');
  const { isProduction } = config;
  if (await seedDemoData(owner, { passwords: new Passwords(), isProduction })) say('Made the demo tenants.');
}

async function connect(config: Config, url: string): Promise<ServiceDatabase> {
  const options = databaseOptions(config);
  const orm = await MikroORM.init(ormOptions({ url, ...options }));
  try {
    const database = await openDatabase(orm, { ...options, timeoutMs: READ_TIMEOUT_MS });
    await database.pool.query('SELECT 1');
    const close = async (): Promise<void> => {
      await Promise.all([orm.close(), database.exportPool.end()]);
    };
    return { database, supervise: () => undefined, close };
  } catch (error) {
    await orm.close();
    throw new StartupError(`The database cannot be used: ${explain(error)} Check DATABASE_URL.`, { cause: error });
  }
}

const SENTENCES = new Map<unknown, string>([
  ['ECONNREFUSED', 'nothing listens at its address.'],
  ['ENOTFOUND', 'its host is unknown.'],
  ['28P01', 'the user or password is wrong.'],
  ['28000', 'the user may not sign in.'],
  ['3D000', 'it does not exist.'],
]);

/** One sentence for what the driver says, without the address, which holds a password. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return SENTENCES.get(code) ?? `${asError(error).message.split('\n')[0] ?? 'unknown fault'}.`;
}
