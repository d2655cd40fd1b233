/** Reads past the ORM: plain rows, the tenant bound, one round trip. The only way to SQL outside the entity manager. */
import type pg from 'pg';
import { endsConnection, isStalePlan } from '../platform/postgres/database-errors.js';
import { asError } from '../platform/errors/thrown.js';
import { runBatch, type BatchOptions, type Row } from '../platform/postgres/batch.js';
import { bind, sql, type BoundStatement, type Sql } from '../platform/postgres/sql.js';

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

/**
 * A reader bound to one tenant. A failed statement leaves the connection usable; a broken or unanswering one is destroyed.
 * What PostgreSQL or the socket says is thrown as it is; `translateDatabaseError` turns it into a refusal.
 */
export class BoundTenantReader implements TenantReader {
  private readonly setting: BoundStatement;

  constructor(
    private readonly pool: pg.Pool,
    readonly tenantId: string,
    private readonly options: TenantReaderOptions,
  ) {
    this.setting = bind(
      options.explicitTransaction
        ? sql`SELECT app.set_tenant(${tenantId})`
        : sql`SELECT WHERE set_config('app.tenant_id', ${tenantId}, true) IS NULL`,
    );
  }

  async rows<T>(query: Sql): Promise<T[]> {
    const [, rows = []] = await this.run([this.setting, bind(query)]);
    return rows as T[];
  }

  async batch(queries: readonly Sql[]): Promise<Row[][]> {
    return (await this.run([this.setting, ...queries.map(bind)])).slice(1);
  }

  private async run(statements: readonly BoundStatement[]): Promise<Row[][]> {
    try {
      return await this.runOnce(statements);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      return this.runOnce(statements);
    }
  }

  private async runOnce(statements: readonly BoundStatement[]): Promise<Row[][]> {
    const lease = new Lease(await this.pool.connect());
    const timer = setTimeout(endLease, this.options.timeoutMs, lease);
    try {
      const results = await runBatch(lease.client, statements, this.options);
      return results.map(({ rows }) => rows);
    } catch (error) {
      if (endsConnection(error)) lease.end(asError(error));
      else if (this.options.explicitTransaction) await lease.client.query('ROLLBACK');
      throw error;
    } finally {
      clearTimeout(timer);
      lease.end();
    }
  }
}

/** A connection on loan, given back once; with a failure it is closed instead. */
class Lease {
  private isOver = false;

  constructor(readonly client: pg.PoolClient) {}

  end(failure?: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.client.release(failure);
  }
}

function endLease(lease: Lease): void {
  lease.end(new Error('The database did not answer in time.'));
}
