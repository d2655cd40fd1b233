/** A transaction in as few messages as possible: BEGIN is sent with the first statement, COMMIT with the last; see transaction-frame.ts. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { asError } from '../platform/errors/thrown.js';
import type { BatchOptions, Row, StatementResult } from '../platform/postgres/batch.js';
import { timeLeft, type Lease } from '../platform/postgres/lease.js';
import { ANSWER_TIMEOUT_MS } from '../platform/postgres/wait-timeout.js';
import { bind, bindText, type BoundStatement, type Sql } from '../platform/postgres/sql.js';
import type { OwnValues } from '../platform/values/own-values.js';
import { Closings, type ClosingStatement, type LastStatement } from './closings.js';
import { AheadStatements, MissingRowError } from './ahead-statements.js';
import { hasCommitted, hasNotCommitted } from './commit-outcome.js';
import type { Database } from './database.js';
import { FinalFlush } from './final-flush.js';
import { frameOf, ROLLBACK, type Ending, type Frame } from './transaction-frame.js';

const ONE_ROW_CHANGED: StatementResult = { rows: [], tag: 'UPDATE 1' };
/** Short, because closing the connection also rolls back; milliseconds. */
const ROLLBACK_TIMEOUT_MS = 1000;

/** Runs a statement inside the transaction. @returns its rows, typed as the caller's SQL makes them */
export async function runStatement<T>(em: EntityManager, statement: Sql): Promise<T[]> {
  const { rows } = await transactionOf(em).run(statement);
  return rows as T[];
}

/**
 * Like `runStatement`, but the statement is sent together with the next one. Await both promises together.
 * @returns its rows, typed as the caller's SQL makes them
 */
export async function runAhead<T>(em: EntityManager, statement: Sql): Promise<T[]> {
  const { rows } = await transactionOf(em).ahead.run(statement);
  return rows as T[];
}

/**
 * Makes the transaction fail with MissingRowError unless the query finds its one row. The query is sent together with the next
 * statements, so that a check that decides nothing else costs no message of its own: PostgreSQL itself stops before them.
 */
export function requireRow(em: EntityManager, query: Sql): void {
  transactionOf(em).ahead.require(query);
}

/**
 * Queues a statement that is sent with COMMIT, for writes whose result is not needed. Queued statements run after all others, in the
 * order queued. A failure fails the transaction, as that of any statement does.
 * @param statement a function is called after the final flush: records have their new version, but no values that the database generates
 * @throws outside of a transaction of this service
 */
export function atCommit(em: EntityManager, statement: ClosingStatement): void {
  transactionOf(em).addClosing(statement);
}

/**
 * Like `atCommit`, but after its statements and in the order of the names. For hot rows: the lock lasts only as long as COMMIT, and the
 * check of the answer if there is one.
 */
export function lastAtCommit(em: EntityManager, last: LastStatement): void {
  transactionOf(em).addLast(last);
}

function transactionOf(em: EntityManager): OpenTransaction {
  const transaction: unknown = em.getTransactionContext();
  if (transaction instanceof OpenTransaction) return transaction;
  throw new Error('A statement of a transaction was asked for outside of a transaction.');
}

/** The part of an answer that MikroORM reads. */
interface OrmAnswer {
  readonly rows: readonly Row[];
  readonly numAffectedRows: number;
}

/**
 * The transaction context for MikroORM, whose own one would send BEGIN and COMMIT in separate messages. All statements are sent as
 * batches of prepared statements. The connection is taken at the first statement. There are no savepoints: after a failure nothing
 * more is sent.
 */
export class OpenTransaction {
  /** See transaction-values.ts. */
  readonly values: OwnValues = [];
  /** Sent together with the next statements. */
  readonly ahead = new AheadStatements();
  private lease: Lease | undefined;
  private readonly closings = new Closings();
  /** Serializes concurrent statements, so each one sees the failure of an earlier one. */
  private turn: Promise<unknown> = Promise.resolve();
  private failure: Error | undefined;
  private isCommitSent = false;
  /** Set when COMMIT certainly did not happen. */
  private isCommitDenied = false;
  private isOver = false;
  /** Set while the final flush runs. */
  private finalFlush: FinalFlush | undefined;

  constructor(
    private readonly database: Pick<Database, 'connections' | 'batchOptions' | 'deadline'>,
    private readonly tenantId: string,
    private readonly ending: Ending = 'commit',
  ) {}

  addClosing(statement: ClosingStatement): void {
    this.closings.add(statement);
  }

  addLast(last: LastStatement): void {
    this.closings.addLast(last);
  }

  async run(statement: Sql): Promise<StatementResult> {
    const [result] = await this.sendInTurn([bind(statement)], () => this.isLastStatement());
    if (!result) throw new Error('A statement without an answer.');
    return result;
  }

  /**
   * Runs a change of the unit of work. One whose answer nobody needs travels with the next change of the flush.
   * @param isAnswered whether it returns values that the database generates
   */
  runChange(statement: Sql, isAnswered: boolean): Promise<StatementResult> {
    if (isAnswered || this.finalFlush?.isBeforeLast !== true) return this.run(statement);
    this.finalFlush.countOne();
    this.ahead.add(statement);
    return Promise.resolve(ONE_ROW_CHANGED);
  }

  /** Called by MikroORM for its own statements, whose text contains the values as literals. */
  async executeQuery({ sql: text }: { readonly sql: string }): Promise<OrmAnswer> {
    const [result] = await this.sendInTurn([bindText(text)], () => this.isLastStatement());
    return { rows: result?.rows ?? [], numAffectedRows: affectedRows(result) };
  }

  /**
   * Flushes and ends the transaction. The queued statements and COMMIT (or ROLLBACK) are sent with the last statement. If an answer must
   * be checked, COMMIT is sent after the check.
   */
  async finish(em: EntityManager): Promise<void> {
    this.finalFlush = new FinalFlush(em.getUnitOfWork(false));
    await em.flush();
    this.finalFlush = undefined;
    while (this.closings.isLong) await this.sendInTurn(this.closings.takeSome(), () => false);
    await this.turn;
    this.closings.check();
    while (!this.isOver && this.hasWork()) {
      await this.sendInTurn([], () => true);
      this.closings.check();
    }
    this.isOver = true;
    this.release();
  }

  /** Rolls back. If the connection cannot, it is closed, which also rolls back. */
  async rollback(): Promise<void> {
    this.isOver = true;
    await this.turn;
    for (const { fail } of this.ahead.take()) fail?.(new Error('The transaction is over.'));
    if (this.lease?.isInTransaction) await this.lease.run([ROLLBACK], this.optionsOf(ROLLBACK_TIMEOUT_MS));
    this.release();
  }

  /**
   * True when the work may be committed despite an error: COMMIT was sent, and the server has not denied it. An error that ends the
   * connection does not deny it: the server may have committed before, or a pooler may have lost its server.
   */
  get mayHaveCommitted(): boolean {
    return this.isCommitSent && !this.isCommitDenied;
  }

  private hasWork(): boolean {
    return this.lease !== undefined || !this.closings.isEmpty || !this.ahead.isEmpty || this.failure !== undefined;
  }

  private isLastStatement(): boolean {
    return this.finalFlush?.countOne() === true && !this.closings.isLong;
  }

  private sendInTurn(statements: readonly BoundStatement[], isLast: () => boolean): Promise<StatementResult[]> {
    const answer = this.turn.then(() => this.send(statements, isLast()));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** @returns the answers to these statements and to those that close the transaction */
  private async send(statements: readonly BoundStatement[], isLast: boolean): Promise<StatementResult[]> {
    const ahead = this.ahead.take();
    const fail = (error: Error): never => {
      for (const waiting of ahead) waiting.fail?.(error);
      throw error;
    };
    if (this.failure) return fail(this.failure);
    if (this.isOver) return fail(new Error('The transaction is over.'));
    try {
      const closing = isLast ? this.closings.takeAll() : [];
      const frame = this.frame(isLast);
      const before = [...frame.before, ...ahead.map(({ statement }) => statement)];
      const results = await this.roundTrip([...before, ...statements, ...closing, ...frame.after], frame);
      if (isLast) this.closings.keepAnswers(results);
      ahead.forEach(({ settle }, index) => {
        const result = results[frame.before.length + index];
        if (result) settle?.(result);
      });
      return results.slice(before.length);
    } catch (error) {
      return fail((this.failure = asError(error)));
    }
  }

  /** The last message carries COMMIT or ROLLBACK, unless an answer must be checked first. */
  private frame(isLast: boolean): Frame {
    const { tenantId, ending, database, lease, closings } = this;
    const { batchOptions } = database;
    return frameOf({ tenantId, ending, batchOptions }, { isFirst: !lease, isLast: isLast && !closings.isUnchecked });
  }

  /** Sends the statements as one message. @returns the answer to each of them */
  private async roundTrip(
    statements: readonly BoundStatement[],
    { isLast, isWhole }: Frame,
  ): Promise<StatementResult[]> {
    const { connections, deadline } = this.database;
    const lease = (this.lease ??= await connections.take(this.tenantId, 'change'));
    const options = this.optionsOf(timeLeft(deadline, ANSWER_TIMEOUT_MS));
    this.isCommitSent = isLast && this.ending === 'commit';
    const outcome = await lease.run(statements, options);
    const { results, failure } = outcome;
    this.isOver = isLast;
    const asked = { statements: statements.length, isWhole };
    if (this.isCommitSent ? hasCommitted(outcome, asked) : !failure) return results;
    this.isCommitDenied = hasNotCommitted(outcome, asked);
    if (this.ahead.isMissingRow(failure, statements[results.length])) throw new MissingRowError();
    throw failure ?? new Error('The server rolled back instead.');
  }

  private optionsOf(answerTimeoutMs: number): BatchOptions {
    // The statements include BEGIN and COMMIT.
    const { namedStatements } = this.database.batchOptions;
    return { namedStatements, explicitTransaction: false, answerTimeoutMs };
  }

  private release(): void {
    this.lease?.end();
    this.lease = undefined;
  }
}

/** `UPDATE 3` → 3 */
export function affectedRows(result: StatementResult | undefined): number {
  return Number(/\d+$/.exec(result?.tag ?? '')?.[0] ?? 0);
}
