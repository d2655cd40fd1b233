/** Statements that a transaction defers until it commits. */
import type { Row, StatementResult } from '../platform/postgres/batch.js';
import { bind, type BoundStatement, type Sql } from '../platform/postgres/sql.js';

/** A statement, or a function that makes it after the final flush has set the versions of its records. */
export type ClosingStatement = Sql | (() => Sql);

/** A statement on a hot row, which many transactions of a tenant lock. */
export interface LastStatement {
  /** Name of the row. Several rows are locked in the order of their names, which prevents deadlocks. */
  readonly name: string;
  readonly statement: Sql;
  /** Checks the returned rows before COMMIT is sent. An error thrown here fails the transaction. */
  readonly check?: (rows: readonly Row[]) => void;
}

/** Above this number, statements are sent in messages before that of COMMIT, so messages do not grow with an import. */
const CLOSINGS_PER_MESSAGE = 10;

export class Closings {
  private readonly waiting: ClosingStatement[] = [];
  private readonly last: LastStatement[] = [];
  /** Sent statements whose answers are not yet checked. */
  private sent: readonly LastStatement[] = [];
  private answers: readonly StatementResult[] = [];

  add(statement: ClosingStatement): void {
    this.waiting.push(statement);
  }

  addLast(last: LastStatement): void {
    this.last.push(last);
  }

  get isEmpty(): boolean {
    return this.waiting.length + this.last.length === 0;
  }

  /** True when there are too many statements for one message. */
  get isLong(): boolean {
    return this.waiting.length > CLOSINGS_PER_MESSAGE;
  }

  /** Takes the statements of the next message, in the order queued, without those for hot rows. */
  takeSome(): BoundStatement[] {
    return this.waiting.splice(0, CLOSINGS_PER_MESSAGE).map(bindClosing);
  }

  /** Takes all remaining statements; those for hot rows come last. */
  takeAll(): BoundStatement[] {
    if (this.isUnchecked) throw new Error('An answer was not looked at.');
    const last = this.last.splice(0).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.sent = last.some(({ check }) => check) ? last : [];
    return [...this.waiting.splice(0).map(bindClosing), ...last.map(({ statement }) => bind(statement))];
  }

  /** True while an answer must be checked before the transaction may commit. */
  get isUnchecked(): boolean {
    return this.sent.length > 0;
  }

  /** @param results of a message that ended with the statements of `takeAll` */
  keepAnswers(results: readonly StatementResult[]): void {
    this.answers = this.isUnchecked ? results.slice(-this.sent.length) : [];
  }

  /** Runs the checks. @throws the error of a check */
  check(): void {
    const { sent, answers } = this;
    this.sent = [];
    sent.forEach(({ check }, index) => check?.(answers[index]?.rows ?? []));
  }
}

function bindClosing(closing: ClosingStatement): BoundStatement {
  return bind(typeof closing === 'function' ? closing() : closing);
}
