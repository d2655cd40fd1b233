/** Reads past the ORM: plain rows, the tenant bound, one round trip. The only way to SQL outside the entity manager. */
import type pg from 'pg';
import { asError, isServerError } from '../platform/database-errors.js';
import { runBatch, type BatchOptions, type Row } from '../platform/pg-batch.js';
import { bind, sql, type BoundStatement, type Sql } from '../platform/sql.js';

/** Reads of one tenant. Each call is one round trip and one transaction: what it returns is one snapshot per statement. */
export interface TenantReader {
  /** Every statement names it: `tenant_id = ${reader.tenantId}`. */
  readonly tenantId: string;
  /** @returns the rows, typed as the caller's SQL makes them */
  rows<T>(query: Sql): Promise<T[]>;
  /** Several statements under one Sync. @returns their rows, in order */
  batch(queries: readonly Sql[]): Promise<Row[][]>;
}

export interface TenantReaderOptions extends BatchOptions {
  /** After this many milliseconds without an answer the connection is destroyed; the server's own limit is shorter. */
  readonly timeoutMs: number;
}

/** "cached plan must not change result type": a migration ran under a prepared statement. The batch forgot it; try again. */
const STALE_PLAN = '0A000';

/**
 * Binds a reader to one tenant. A failed statement leaves the connection usable; a broken or unanswering one is destroyed.
 * @throws what PostgreSQL or the socket says; `translateDatabaseError` turns it into a refusal
 */
export function bindTenantReader(pool: pg.Pool, tenantId: string, options: TenantReaderOptions): TenantReader {
  const setting = options.explicitTransaction
    ? sql`SELECT app.set_tenant(${tenantId})`
    : sql`SELECT WHERE set_config('app.tenant_id', ${tenantId}, true) IS NULL`;
  async function batch(queries: readonly Sql[]): Promise<Row[][]> {
    const statements = [setting, ...queries].map(bind);
    try {
      return (await runOnce(pool, statements, options)).slice(1);
    } catch (error) {
      if (!isServerError(error) || error.code !== STALE_PLAN) throw error;
      return (await runOnce(pool, statements, options)).slice(1);
    }
  }
  return {
    tenantId,
    batch,
    rows: async <T>(query: Sql) => ((await batch([query]))[0] ?? []) as T[],
  };
}

async function runOnce(
  pool: pg.Pool,
  statements: readonly BoundStatement[],
  options: TenantReaderOptions,
): Promise<Row[][]> {
  const client = await pool.connect();
  let released = false;
  const release = (failure?: Error): void => {
    if (released) return;
    released = true;
    client.release(failure);
  };
  const timer = setTimeout(() => {
    release(new Error('The database did not answer in time.'));
  }, options.timeoutMs);
  try {
    return await runBatch(client, statements, options);
  } catch (error) {
    // Only an error of the server leaves the connection in a known state.
    if (!isServerError(error)) release(asError(error));
    else if (options.explicitTransaction) await client.query('ROLLBACK');
    throw error;
  } finally {
    clearTimeout(timer);
    release();
  }
}
