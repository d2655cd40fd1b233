/** One transaction in as few messages as it takes: BEGIN travels with its first statement, COMMIT with its last. */
import type { UnitOfWork } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import { asError, endsConnection, serverErrorOf } from '../platform/database-errors.js';
import { literalText, type Sql } from '../platform/sql.js';

/** A statement, or what makes it after the final flush has stamped its records. */
type ClosingStatement = Sql | (() => Sql);

/** More than these go ahead of COMMIT's message, so that no message grows with an import. */
const CLOSINGS_PER_MESSAGE = 10;

/** What pg says of a connection that it knows to be broken. */
const NEVER_SENT = 'not queryable';

/**
 * Queues a statement that travels with COMMIT: for what is written and not looked at again. It runs after everything
 * else, in the order queued; its failure fails the transaction as any other would.
 * @param statement a function is called last of all: records carry their new version, not yet what the database generates
 * @throws outside of a transaction of this service
 */
export function atCommit(em: EntityManager, statement: ClosingStatement): void {
  transactionOf(em).addClosing(statement);
}

/** The same behind all others: for a row that everybody of a tenant waits for, which is locked no longer than it takes to commit. */
export function lastAtCommit(em: EntityManager, statement: ClosingStatement): void {
  transactionOf(em).addLast(statement);
}

function transactionOf(em: EntityManager): OpenTransaction {
  const transaction: unknown = em.getTransactionContext();
  if (transaction instanceof OpenTransaction) return transaction;
  throw new Error('A statement was queued for COMMIT outside of a transaction.');
}

/** What MikroORM reads from the answer to a statement. */
interface OrmAnswer {
  readonly rows: readonly unknown[];
  readonly numAffectedRows: number;
}

/**
 * What MikroORM is given as its transaction, in place of one that sends BEGIN and COMMIT by themselves. The ORM's
 * statements are text with the values quoted into it, so several of them can be one message of the simple protocol.
 * A connection is taken at the first statement. There are no savepoints: after a failure nothing more is sent.
 */
export class OpenTransaction {
  private client: pg.PoolClient | undefined;
  private readonly closings: ClosingStatement[] = [];
  private readonly lastClosings: ClosingStatement[] = [];
  /** Statements asked for at once take turns: what follows a failure has to see it. */
  private turn: Promise<unknown> = Promise.resolve();
  private failure: Error | undefined;
  private isCommitSent = false;
  private isOver = false;
  /** Set while the final flush runs. */
  private finalFlush: UnitOfWork | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly tenantId: string,
  ) {}

  addClosing(statement: ClosingStatement): void {
    this.closings.push(statement);
  }

  addLast(statement: ClosingStatement): void {
    this.lastClosings.push(statement);
  }

  private get queued(): number {
    return this.closings.length + this.lastClosings.length;
  }

  /** What MikroORM calls for every statement. */
  async executeQuery({ sql }: { readonly sql: string }): Promise<OrmAnswer> {
    const answer = await this.sendInTurn([sql], () => this.isLastStatement());
    return { rows: answer?.rows ?? [], numAffectedRows: answer?.rowCount ?? 0 };
  }

  /** Flushes and commits. A flush of a single statement takes along what was queued, and COMMIT. */
  async commit(em: EntityManager): Promise<void> {
    this.finalFlush = em.getUnitOfWork(false);
    await em.flush();
    this.finalFlush = undefined;
    while (this.queued > CLOSINGS_PER_MESSAGE) await this.sendInTurn(this.takeClosings(), () => false);
    await this.turn;
    if (!this.isOver && this.hasWork()) await this.sendInTurn([], () => true);
    this.isOver = true;
    this.release();
  }

  /** Undoes everything. A connection that cannot is closed, which undoes it too. */
  async rollback(): Promise<void> {
    this.isOver = true;
    await this.turn;
    const { client, failure } = this;
    if (!client) return;
    if (failure && endsConnection(failure)) {
      this.release(failure);
      return;
    }
    try {
      await client.query('rollback');
      this.release();
    } catch (error) {
      this.release(asError(error));
    }
  }

  /**
   * Whether the work may have been done in spite of an error: the connection was lost after COMMIT went out. A server that
   * names a fault has not committed; class 08 is a pooler's word that it lost its server.
   */
  get mayHaveCommitted(): boolean {
    if (!this.isCommitSent || this.failure?.message.includes(NEVER_SENT)) return false;
    const state = serverErrorOf(this.failure)?.code;
    return state === undefined || state.startsWith('08');
  }

  private hasWork(): boolean {
    return this.client !== undefined || this.queued > 0 || this.failure !== undefined;
  }

  private isLastStatement(): boolean {
    return (
      this.finalFlush !== undefined &&
      this.queued <= CLOSINGS_PER_MESSAGE &&
      this.finalFlush.getChangeSets().length === 1 &&
      this.finalFlush.getExtraUpdates().size === 0 &&
      this.finalFlush.getCollectionUpdates().length === 0
    );
  }

  private takeClosings(): string[] {
    const taken = this.closings.splice(0, CLOSINGS_PER_MESSAGE);
    return [...taken, ...this.lastClosings.splice(0, CLOSINGS_PER_MESSAGE - taken.length)].map((closing) =>
      literalText(typeof closing === 'function' ? closing() : closing),
    );
  }

  private sendInTurn(texts: readonly string[], isLast: () => boolean): Promise<pg.QueryResult | undefined> {
    const answer = this.turn.then(() => this.send(texts, isLast()));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** @returns the answer to the first of the texts */
  private async send(texts: readonly string[], isLast: boolean): Promise<pg.QueryResult | undefined> {
    if (this.failure) throw this.failure;
    if (this.isOver) throw new Error('The transaction is over.');
    try {
      const opening = this.client ? [] : ['begin', `select app.set_tenant(${pg.escapeLiteral(this.tenantId)})`];
      const closing = isLast ? [...this.takeClosings(), 'commit'] : [];
      const answers = await this.exchange([...opening, ...texts, ...closing], isLast);
      return answers[opening.length];
    } catch (error) {
      throw (this.failure = asError(error));
    }
  }

  /** One message. @returns the answer to each of its statements */
  private async exchange(statements: readonly string[], isLast: boolean): Promise<pg.QueryResult[]> {
    const client = (this.client ??= await this.pool.connect());
    this.isCommitSent = isLast;
    // The line break ends a comment at a statement's end. For several statements pg has a list, whatever its types say.
    const answers = [await client.query(statements.join('\n; '))].flat();
    if (isLast && answers.at(-1)?.command !== 'COMMIT') throw new Error('The server rolled back instead.');
    this.isOver = isLast;
    return answers;
  }

  private release(failure?: Error): void {
    this.client?.release(failure);
    this.client = undefined;
  }
}
