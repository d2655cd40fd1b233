/** Runs migrations under an advisory lock, so that concurrent runs wait for each other. */
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { StartupError } from '../errors/startup-error.js';
import { asError } from '../errors/thrown.js';
import { firstLine } from './startup-faults.js';

/** Key of the lock, an arbitrary constant. The session lock is released when the connection ends. */
const LOCK = 7_203_003;
const CONNECT_TIMEOUT_MS = 5000;

/**
 * Brings the schema up to the code.
 * @param options connect as the role that owns the schema
 * @returns the names of the migrations that ran
 * @throws StartupError when a migration fails; errors of the connection unchanged
 */
export async function runMigrations(options: Options): Promise<string[]> {
  const lock = new pg.Client({
    connectionString: options.clientUrl ?? '',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  lock.on('error', () => undefined); // a lost connection also fails the statement that waits, or the next
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    // MikroORM does not log: callers report which migrations ran.
    const orm = await MikroORM.init({ ...options, driverOptions: {}, logger: () => undefined });
    try {
      const ran = await orm.migrator.up();
      await lock.query('GRANT SELECT ON mikro_orm_migrations TO crm_app');
      return ran.map(({ name }) => name);
    } finally {
      await orm.close();
    }
  } catch (error) {
    throw error instanceof StartupError
      ? error
      : new StartupError(
          `A migration failed: ${firstLine(asError(error).message)}. It was undone: mend the cause and run it again.`,
          { cause: error },
        );
  } finally {
    await lock.end();
  }
}

/** @throws StartupError when the schema of the database is older or newer than the code */
export async function requireCurrentSchema(pool: pg.Pool, expected: readonly string[]): Promise<void> {
  const applied = await appliedMigrations(pool);
  const missing = expected.filter((name) => !applied.has(name));
  if (missing.length > 0) {
    throw new StartupError(`The database misses ${missing.length} migration(s): run "npm run migration:up" first.`);
  }
  const unknown = [...applied].filter((name) => !expected.includes(name));
  if (unknown.length > 0) {
    throw new StartupError(
      `The database is newer than this code (${unknown.join(', ')}): start the version that made it.`,
    );
  }
}

async function appliedMigrations(pool: pg.Pool): Promise<ReadonlySet<string>> {
  const { rows: tables } = await pool.query<{ known: boolean }>(
    "SELECT to_regclass('mikro_orm_migrations') IS NOT NULL AS known",
  );
  if (!tables[0]?.known) return new Set();
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM mikro_orm_migrations');
  return new Set(rows.map(({ name }) => name));
}
