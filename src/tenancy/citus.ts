/** The same schema on Citus, where a transaction reaches the workers only between BEGIN and COMMIT: see docs/scaling.md. */
import type pg from 'pg';
import { StartupError } from '../platform/errors/startup-error.js';

/** @returns whether the extension is installed in the connected database */
export async function hasCitus(connection: Pick<pg.Pool, 'query'>): Promise<boolean> {
  const { rowCount } = await connection.query("SELECT FROM pg_extension WHERE extname = 'citus'");
  return rowCount === 1;
}

/**
 * Without the setting, the tenant would not reach the workers: every read would find nothing.
 * @param isConfigured whether DATABASE_CITUS is on
 * @throws StartupError where the extension is installed and DATABASE_CITUS is off
 */
export async function requireCitusSetting(connection: Pick<pg.Pool, 'query'>, isConfigured: boolean): Promise<void> {
  if (isConfigured || !(await hasCitus(connection))) return;
  throw new StartupError(
    'The database has the extension citus, but DATABASE_CITUS is not on: set DATABASE_CITUS=true.',
  );
}
