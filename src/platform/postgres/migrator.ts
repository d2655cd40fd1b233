/** Runs migrations under an advisory lock, so that concurrent runs wait for each other. */
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { StartupError } from '../errors/startup-error.js';
import { asError } from '../errors/thrown.js';
import { withLockedClient } from './locked-client.js';
import { firstLine } from './startup-faults.js';

/**
 * Brings the schema up to the code.
 * @param options connect as the role that owns the schema
 * @returns the names of the migrations that ran
 * @throws StartupError when a migration fails; errors of the connection unchanged
 */
export function runMigrations(options: Options): Promise<string[]> {
  return withLockedClient(options.clientUrl ?? '', 'migrations', async (client) => {
    try {
      // MikroORM does not log: callers report which migrations ran.
      const orm = await MikroORM.init({ ...options, driverOptions: {}, logger: () => undefined });
      try {
        const ran = await orm.migrator.up();
        await client.query('GRANT SELECT ON mikro_orm_migrations TO crm_app');
        return ran.map(({ name }) => name);
      } finally {
        await orm.close();
      }
    } catch (error) {
      throw error instanceof StartupError ? error : migrationFailure(asError(error));
    }
  });
}

function migrationFailure(cause: Error): StartupError {
  const sentence = `A migration failed: ${firstLine(cause.message)}. It was undone: mend the cause and run it again.`;
  return new StartupError(sentence, { cause });
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
