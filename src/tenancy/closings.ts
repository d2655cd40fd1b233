/** What a transaction puts off until it commits. */
import type { Row, StatementResult } from '../platform/postgres/batch.js';
import { bind, type BoundStatement, type Sql } from '../platform/postgres/sql.js';

/** A statement, or what makes it after the final flush has stamped its records. */
export type ClosingStatement = Sql | (() => Sql);

/** A statement on a row that everybody of a tenant waits for. */
export interface LastStatement {
  /** Of the row: several are locked in the order of their names. */
  readonly name: string;
  readonly statement: Sql;
  /** Looks at the rows that it answered with before COMMIT goes out, and may reject by throwing. */
  readonly check?: (rows: readonly Row[]) => void;
}

/** More than these go ahead of COMMIT's message, so that no message grows with an import. */
const CLOSINGS_PER_MESSAGE = 10;

export class Closings {
  private readonly waiting: ClosingStatement[] = [];
  private readonly last: LastStatement[] = [];
  /** Taken, and not yet looked at. */
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

  /** Whether there are too many for one message. */
  get isLong(): boolean {
    return this.waiting.length > CLOSINGS_PER_MESSAGE;
  }

  /** The next message of too many: in the order queued, and none of the last. */
  takeSome(): BoundStatement[] {
    return this.waiting.splice(0, CLOSINGS_PER_MESSAGE).map(bindClosing);
  }

  /** All that are left, the last at the end. */
  takeAll(): BoundStatement[] {
    if (this.isUnchecked) throw new Error('An answer was not looked at.');
    const last = this.last.splice(0).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.sent = last.some(({ check }) => check) ? last : [];
    return [...this.waiting.splice(0).map(bindClosing), ...last.map(({ statement }) => bind(statement))];
  }

  /** Whether an answer has to be looked at before the transaction may commit. */
  get isUnchecked(): boolean {
    return this.sent.length > 0;
  }

  /** @param results of a message that ended with what `takeAll` gave */
  keepAnswers(results: readonly StatementResult[]): void {
    this.answers = this.isUnchecked ? results.slice(-this.sent.length) : [];
  }

  /** @throws what a check rejects with */
  check(): void {
    const { sent, answers } = this;
    this.sent = [];
    sent.forEach(({ check }, index) => check?.(answers[index]?.rows ?? []));
  }
}

function bindClosing(closing: ClosingStatement): BoundStatement {
  return bind(typeof closing === 'function' ? closing() : closing);
}
