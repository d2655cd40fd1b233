/** Reads without the ORM: plain rows of one tenant in one round trip. All SQL outside the entity manager goes through it. */
import type { BatchOptions, BatchOutcome, Row } from '../platform/postgres/batch.js';
import { isStalePlan } from '../platform/postgres/database-errors.js';
import { timeLeft, type Lease } from '../platform/postgres/lease.js';
import { bind, bindText, sql, type BoundStatement, type Sql } from '../platform/postgres/sql.js';
import type { Connections } from './request-connections.js';

const ROLLBACK = bindText('rollback');
/** Short, because closing the connection also rolls back; milliseconds. */
const ROLLBACK_OPTIONS: BatchOptions = { namedStatements: false, explicitTransaction: false, answerTimeoutMs: 1000 };

/**
 * The first statement of every transaction. Only `app.set_tenant` reaches the workers of Citus; elsewhere `set_config` costs a tenth of it.
 * It returns no rows.
 */
export function tenantSetting(
  tenantId: string,
  { explicitTransaction: isCitus }: Pick<BatchOptions, 'explicitTransaction'>,
): BoundStatement {
  return bind(
    isCitus
      ? sql`SELECT app.set_tenant(${tenantId})`
      : sql`SELECT WHERE set_config('app.tenant_id', ${tenantId}, true) IS NULL`,
  );
}

/** Reads rows of one tenant. Each call is one round trip and one transaction; each statement has its own snapshot. */
export interface TenantReader {
  /** Every statement must contain it: `tenant_id = ${reader.tenantId}`. */
  readonly tenantId: string;
  /** @returns the rows, typed as the caller's SQL makes them */
  rows<T>(query: Sql): Promise<T[]>;
  /** Runs several statements in one round trip. @returns their rows, in order */
  batch(queries: readonly Sql[]): Promise<Row[][]>;
}

export interface TenantReaderOptions extends BatchOptions {
  /** The connection is closed after this time without an answer. The server's own limit is shorter. Milliseconds. */
  readonly timeoutMs: number;
}

/**
 * A reader bound to one tenant. A connection stays usable after a failed statement, and is closed when it is broken or does not answer.
 * Errors of PostgreSQL and of the socket are thrown unchanged; `translateDatabaseError` converts them to errors of the catalogue.
 */
export class BoundTenantReader implements TenantReader {
  private readonly setting: BoundStatement;

  constructor(
    private readonly connections: Connections,
    readonly tenantId: string,
    private readonly options: TenantReaderOptions,
  ) {
    this.setting = tenantSetting(tenantId, options);
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
      // Repeat on the same connection, which prepares the stale statement again. Another connection may hold a stale one too.
      const { results, failure } = isStalePlan(first.failure) ? await this.runOn(lease, statements) : first;
      if (failure) throw failure;
      return results.map(({ rows }) => rows);
    } finally {
      lease.end();
    }
  }

  private async runOn(lease: Lease, statements: readonly BoundStatement[]): Promise<BatchOutcome> {
    const answerTimeoutMs = timeLeft(this.connections.deadline, this.options.timeoutMs);
    const outcome = await lease.run(statements, { ...this.options, answerTimeoutMs });
    if (lease.isInTransaction) await lease.run([ROLLBACK], ROLLBACK_OPTIONS);
    return outcome;
  }
}
