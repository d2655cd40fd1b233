/** Reads past the ORM: plain rows, the tenant bound, one round trip. The only way to SQL outside the entity manager. */
import type { BatchOptions, BatchOutcome, Row } from '../platform/postgres/batch.js';
import { isStalePlan } from '../platform/postgres/database-errors.js';
import { NO_DEADLINE, timeLeft, type Deadline, type Lease } from '../platform/postgres/lease.js';
import { bind, bindText, sql, type BoundStatement, type Sql } from '../platform/postgres/sql.js';
import type { Connections } from './request-connections.js';

const ROLLBACK = bindText('rollback');
/** Closing the connection does the same; milliseconds. */
const ROLLBACK_OPTIONS: BatchOptions = { namedStatements: false, explicitTransaction: false, answerTimeoutMs: 1000 };

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
 * A reader bound to one tenant. A failed statement leaves the connection usable; a broken or silent connection is destroyed.
 * What PostgreSQL or the socket says is thrown as it is; `translateDatabaseError` turns it into an error of the catalogue.
 */
export class BoundTenantReader implements TenantReader {
  private readonly setting: BoundStatement;

  constructor(
    private readonly connections: Connections,
    readonly tenantId: string,
    private readonly options: TenantReaderOptions,
    private readonly deadline: Deadline = NO_DEADLINE,
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
    this.options.rowBudget?.check();
    const lease = await this.connections.take(this.tenantId, 'read');
    try {
      const first = await this.runOn(lease, statements);
      // On this connection the stale statement is prepared anew; another one may hold it as stale as well.
      const { results, failure } = isStalePlan(first.failure) ? await this.runOn(lease, statements) : first;
      if (failure) throw failure;
      return results.map(({ rows }) => rows);
    } finally {
      lease.end();
    }
  }

  private async runOn(lease: Lease, statements: readonly BoundStatement[]): Promise<BatchOutcome> {
    const answerTimeoutMs = timeLeft(this.deadline, this.options.timeoutMs);
    const outcome = await lease.run(statements, { ...this.options, answerTimeoutMs });
    if (lease.isInTransaction) await lease.run([ROLLBACK], ROLLBACK_OPTIONS);
    return outcome;
  }
}
