/** One transaction in as few messages as it takes: BEGIN travels with its first statement, COMMIT with its last. */
import type { UnitOfWork } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { asError } from '../platform/errors/thrown.js';
import type { BatchOptions, Row, StatementResult } from '../platform/postgres/batch.js';
import { timeLeft, type Lease } from '../platform/postgres/lease.js';
import { ANSWER_TIMEOUT_MS } from '../platform/postgres/wait-timeout.js';
import { bind, bindText, sql, type BoundStatement, type Sql } from '../platform/postgres/sql.js';
import type { OwnValues } from '../platform/values/own-values.js';
import { Closings, type ClosingStatement, type LastStatement } from './closings.js';
import { hasCommitted, hasNotCommitted } from './commit-outcome.js';
import type { Database } from './database.js';

const [BEGIN, COMMIT, ROLLBACK] = [bind(sql`begin`), bind(sql`commit`), bind(sql`rollback`)];

/** How a transaction that has not failed ends. */
export type Ending = 'commit' | 'rollback';
const ENDINGS: Readonly<Record<Ending, BoundStatement>> = { commit: COMMIT, rollback: ROLLBACK };

/** It changes nothing that closing the connection would not undo too, and the request has waited long already; milliseconds. */
const ROLLBACK_TIMEOUT_MS = 1000;

/** Runs a statement inside the transaction. @returns its rows, typed as the caller's SQL makes them */
export async function runStatement<T>(em: EntityManager, statement: Sql): Promise<T[]> {
  const { rows } = await transactionOf(em).run(statement);
  return rows as T[];
}

/**
 * The same for a statement that may wait for the next one and travel with it: both promises are to be awaited together.
 * @returns its rows, typed as the caller's SQL makes them
 */
export async function runAhead<T>(em: EntityManager, statement: Sql): Promise<T[]> {
  const { rows } = await transactionOf(em).runAhead(statement);
  return rows as T[];
}

/**
 * Queues a statement that travels with COMMIT: for what is written and not looked at again. It runs after everything
 * else, in the order queued; its failure fails the transaction as any other would.
 * @param statement a function is called last of all: records carry their new version, not yet what the database generates
 * @throws outside of a transaction of this service
 */
export function atCommit(em: EntityManager, statement: ClosingStatement): void {
  transactionOf(em).addClosing(statement);
}

/**
 * Like `atCommit`, but last, in the order of the names: for hot rows, so that the lock lasts only as long as COMMIT, or as the check
 * of the statement's answer and COMMIT.
 */
export function lastAtCommit(em: EntityManager, last: LastStatement): void {
  transactionOf(em).addLast(last);
}

function transactionOf(em: EntityManager): OpenTransaction {
  const transaction: unknown = em.getTransactionContext();
  if (transaction instanceof OpenTransaction) return transaction;
  throw new Error('A statement of a transaction was asked for outside of a transaction.');
}

/** What MikroORM reads from the answer to a statement. */
interface OrmAnswer {
  readonly rows: readonly Row[];
  readonly numAffectedRows: number;
}

interface WaitingStatement {
  readonly statement: BoundStatement;
  readonly settle: (result: StatementResult) => void;
  readonly fail: (error: Error) => void;
}

/**
 * What MikroORM is given as its transaction, in place of one that sends BEGIN and COMMIT by themselves. Its statements and
 * those around them go as batches of prepared statements. A connection is taken at the first statement. There are no
 * savepoints: after a failure nothing more is sent.
 */
export class OpenTransaction {
  /** See transaction-values.ts. */
  readonly values: OwnValues = [];
  private lease: Lease | undefined;
  private ahead: WaitingStatement[] = [];
  private readonly closings = new Closings();
  /** Statements asked for at once take turns: what follows a failure has to see it. */
  private turn: Promise<unknown> = Promise.resolve();
  private failure: Error | undefined;
  private isCommitSent = false;
  /** Set when COMMIT certainly did not happen. */
  private isCommitDenied = false;
  private isOver = false;
  /** Set while the final flush runs. */
  private finalFlush: UnitOfWork | undefined;
  /** Statements of the final flush so far. */
  private flushed = 0;

  constructor(
    private readonly database: Pick<Database, 'connections' | 'namedStatements' | 'deadline'>,
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

  runAhead(statement: Sql): Promise<StatementResult> {
    return new Promise((settle, fail) => {
      this.ahead.push({ statement: bind(statement), settle, fail });
    });
  }

  /** What MikroORM calls for the statements that it makes itself: texts with the values quoted into them. */
  async executeQuery({ sql: text }: { readonly sql: string }): Promise<OrmAnswer> {
    const [result] = await this.sendInTurn([bindText(text)], () => this.isLastStatement());
    return { rows: result?.rows ?? [], numAffectedRows: affectedRows(result) };
  }

  /**
   * Flushes and ends. The last statement takes along what was queued, and COMMIT, or the ROLLBACK in its place, unless an answer is
   * looked at before.
   */
  async finish(em: EntityManager): Promise<void> {
    this.finalFlush = em.getUnitOfWork(false);
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

  /** Undoes everything. A connection that cannot is closed, which undoes it too. */
  async rollback(): Promise<void> {
    this.isOver = true;
    await this.turn;
    for (const { fail } of this.ahead.splice(0)) fail(new Error('The transaction is over.'));
    if (this.lease?.isInTransaction) await this.lease.run([ROLLBACK], this.optionsOf(ROLLBACK_TIMEOUT_MS));
    this.release();
  }

  /**
   * Whether the work may have been done in spite of an error: COMMIT went out, and the server has not said that it failed. An error
   * that ends the connection is no such word: the server may have committed before, and a pooler may have lost its server.
   */
  get mayHaveCommitted(): boolean {
    return this.isCommitSent && !this.isCommitDenied;
  }

  private hasWork(): boolean {
    return this.lease !== undefined || !this.closings.isEmpty || this.ahead.length > 0 || this.failure !== undefined;
  }

  /** MikroORM sends one statement for each change set, unless several are of one entity. */
  private isLastStatement(): boolean {
    if (this.finalFlush === undefined) return false;
    this.flushed += 1;
    const changes = this.finalFlush.getChangeSets();
    return (
      !this.closings.isLong &&
      this.flushed === changes.length &&
      new Set(changes.map(({ meta }) => meta)).size === changes.length &&
      this.finalFlush.getExtraUpdates().size === 0 &&
      this.finalFlush.getCollectionUpdates().length === 0
    );
  }

  private sendInTurn(statements: readonly BoundStatement[], isLast: () => boolean): Promise<StatementResult[]> {
    const answer = this.turn.then(() => this.send(statements, isLast()));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** @returns the answers to these statements and to what follows them */
  private async send(statements: readonly BoundStatement[], isLast: boolean): Promise<StatementResult[]> {
    const ahead = this.ahead.splice(0);
    const fail = (error: Error): never => {
      for (const waiting of ahead) waiting.fail(error);
      throw error;
    };
    if (this.failure) return fail(this.failure);
    if (this.isOver) return fail(new Error('The transaction is over.'));
    try {
      const opening = this.lease ? [] : [BEGIN, bind(sql`select app.set_tenant(${this.tenantId})`)];
      const closing = isLast ? this.close() : [];
      const before = [...opening, ...ahead.map(({ statement }) => statement)];
      const results = await this.roundTrip([...before, ...statements, ...closing]);
      if (isLast) this.closings.keepAnswers(results);
      ahead.forEach(({ settle }, index) => {
        const result = results[opening.length + index];
        if (result) settle(result);
      });
      return results.slice(before.length);
    } catch (error) {
      return fail((this.failure = asError(error)));
    }
  }

  /** What was queued, and the ending unless an answer is to be looked at before. */
  private close(): BoundStatement[] {
    const closing = this.closings.takeAll();
    return this.closings.isUnchecked ? closing : [...closing, ENDINGS[this.ending]];
  }

  /** One message. @returns the answer to each of its statements */
  private async roundTrip(statements: readonly BoundStatement[]): Promise<StatementResult[]> {
    const { connections, deadline } = this.database;
    const lease = (this.lease ??= await connections.take(this.tenantId, 'change'));
    const options = this.optionsOf(timeLeft(deadline, ANSWER_TIMEOUT_MS));
    const isCommit = statements.at(-1) === COMMIT;
    this.isCommitSent = isCommit;
    const outcome = await lease.run(statements, options);
    const { results, failure } = outcome;
    this.isOver = statements.at(-1) === ENDINGS[this.ending];
    if (isCommit ? hasCommitted(outcome, statements.length) : !failure) return results;
    this.isCommitDenied = hasNotCommitted(outcome, statements.length);
    throw failure ?? new Error('The server rolled back instead.');
  }

  private optionsOf(answerTimeoutMs: number): BatchOptions {
    // BEGIN and COMMIT are among the statements.
    return { namedStatements: this.database.namedStatements, explicitTransaction: false, answerTimeoutMs };
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
