/** Statements of a transaction that are sent together with its next ones. */
import { serverErrorOf } from '../platform/postgres/database-errors.js';
import type { StatementResult } from '../platform/postgres/batch.js';
import { bind, sql, type BoundStatement, type Sql } from '../platform/postgres/sql.js';

/** The query of a `requireRow` has found no row. Nothing of the transaction has taken effect. */
export class MissingRowError extends Error {
  constructor() {
    super('A required row is missing.');
  }
}

interface WaitingStatement {
  readonly statement: BoundStatement;
  /** Absent where nobody waits for the answer. A failure reaches the statements that it was sent with as well. */
  readonly settle?: (result: StatementResult) => void;
  readonly fail?: (error: Error) => void;
}

const DIVISION_BY_ZERO = '22012';

export class AheadStatements {
  private waiting: WaitingStatement[] = [];
  private readonly requirements = new Set<BoundStatement>();

  run(statement: Sql): Promise<StatementResult> {
    return new Promise((settle, fail) => {
      this.waiting.push({ statement: bind(statement), settle, fail });
    });
  }

  /** Adds a statement whose answer nobody needs. */
  add(statement: Sql): void {
    this.waiting.push({ statement: bind(statement) });
  }

  /** Adds a query that must find one row. */
  require(query: Sql): void {
    // A division by zero stops the server for want of a row in plain SQL, which Citus passes on to a worker.
    const statement = bind(sql`select 1 / count(*) from (${query}) required`);
    this.requirements.add(statement);
    this.waiting.push({ statement });
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  take(): readonly WaitingStatement[] {
    return this.waiting.splice(0);
  }

  isMissingRow(failure: Error | undefined, failed: BoundStatement | undefined): boolean {
    return failed !== undefined && this.requirements.has(failed) && serverErrorOf(failure)?.code === DIVISION_BY_ZERO;
  }
}
