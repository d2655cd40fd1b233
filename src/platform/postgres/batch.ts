/**
 * Several prepared statements in one round trip: Bind and Execute of each, one Sync. Everything up to the Sync is one
 * implicit transaction, so the tenant setting that goes first is local to it and gone after it.
 */
import type pg from 'pg';
import { DatabaseError, serialize } from 'pg-protocol/dist/index.js';
import {
  CommandCompleteMessage,
  RowDescriptionMessage,
  type BackendMessage,
  type MessageName,
} from 'pg-protocol/dist/messages.js';
import { asError } from '../errors/thrown.js';
import { isStalePlan } from './database-errors.js';
import type { RowMessage } from './message-reader.js';
import { messagesOf, planBatch, type SentStatement } from './batch-plan.js';
import type { RowBudget } from './row-budget.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { MessageReceiver, RowConnection } from './row-client.js';
import { rowDecoderFor, type RowDecoder } from './row-decoder.js';
import { bindText, type BoundStatement } from './sql.js';

export type Row = Record<string, unknown>;

/** What one statement of a batch yielded. */
export interface StatementResult {
  readonly rows: Row[];
  /** PostgreSQL's word for what was done: `UPDATE 1`, `COMMIT`. */
  readonly tag: string;
}

export interface BatchOptions {
  /** Kept prepared under a name on each connection; off for poolers that cannot (PgBouncer before 1.21). */
  readonly namedStatements: boolean;
  /** BEGIN … COMMIT around the batch: Citus carries the tenant setting to its workers only so. */
  readonly explicitTransaction: boolean;
  /** How long the answer may take, where it is not the client's own limit; milliseconds. */
  readonly answerTimeoutMs?: number | undefined;
  /** Of the request that reads. */
  readonly rowBudget?: RowBudget | undefined;
}

/** What came of a batch. */
export interface BatchOutcome {
  /** Of the statements that the server had completed before the failure, in order; without one, of all. */
  readonly results: StatementResult[];
  /** The server's error, the socket's, or that of a row which nobody can read. It may have come after the last result. */
  readonly failure: Error | undefined;
  /** Whether the batch ended with its connection, instead of with a server that is ready again. */
  readonly isConnectionLost: boolean;
  /** Whether it went out at all. A connection that is known to be lost takes nothing more. */
  readonly isSent: boolean;
}

const SYNC = serialize.sync();
const [BEGIN, COMMIT] = [bindText('begin'), bindText('commit')];

/** Of a statement that yields no rows. */
const NO_ROWS: RowDecoder = () => ({});

/** A query object as `pg.Client.query` takes it (`Submittable`). It settles when the server is ready again, or the connection is lost. */
export class PgBatch implements MessageReceiver {
  /** Messages that have nothing but their name. */
  private static readonly acknowledgements: ReadonlyMap<MessageName, (batch: PgBatch, sent: SentStatement) => void> =
    new Map([
      ['bindComplete', () => undefined],
      ['parseComplete', (batch, { name }) => batch.prepared?.add(name)],
      ['closeComplete', (batch, { closes }) => batch.prepared?.remove(closes.shift() ?? '')],
      [
        'noData',
        (batch, sent) => {
          batch.describe(sent, NO_ROWS);
        },
      ],
      [
        'emptyQuery',
        (batch) => {
          batch.complete('');
        },
      ],
    ] as const);

  /** What the client may wait. */
  readonly answerTimeoutMs: number | undefined;
  private sent: readonly SentStatement[] = [];
  /** Which statement the server is at. */
  private index = 0;
  private readonly results: StatementResult[] = [];
  private current: Row[] = [];
  private failure: Error | undefined;
  private prepared: PreparedStatements | undefined;
  private connection: RowConnection | undefined;

  constructor(
    private readonly statements: readonly BoundStatement[],
    private readonly options: BatchOptions,
    private readonly settle: (outcome: BatchOutcome) => void,
  ) {
    this.answerTimeoutMs = options.answerTimeoutMs;
  }

  /** @returns what pg then hands to handleError */
  submit(connection: RowConnection): Error | undefined {
    if (!connection.prepared) return new Error('A batch needs a pool of RowClient: give it `Client: RowClient`.');
    this.prepared = connection.prepared;
    this.connection = connection;
    connection.receiver = this;
    const { explicitTransaction, namedStatements } = this.options;
    const statements = explicitTransaction ? [BEGIN, ...this.statements, COMMIT] : this.statements;
    this.sent = planBatch(statements, connection.prepared, namedStatements);
    connection.stream.write(Buffer.concat([...this.sent.flatMap(messagesOf), SYNC]));
    return undefined;
  }

  receive(message: BackendMessage): boolean {
    const statement = this.sent[this.index];
    if (message instanceof CommandCompleteMessage) this.complete(message.text);
    else if (message instanceof RowDescriptionMessage) this.describe(statement, rowDecoderFor(message.fields));
    else if (message instanceof DatabaseError) this.fail(message);
    else return this.acknowledge(message.name, statement);
    return true;
  }

  private acknowledge(name: MessageName, statement: SentStatement | undefined): boolean {
    const act = PgBatch.acknowledgements.get(name);
    if (act && statement) act(this, statement);
    return act !== undefined;
  }

  /** A row that cannot be read, or is one too many, fails the batch; its connection goes on to the Sync. */
  receiveRow(row: RowMessage): void {
    const { rowBudget } = this.options;
    const decode = this.sent[this.index]?.decode;
    try {
      if (!decode) throw new Error('The server sent a row of a statement that it has not described.');
      rowBudget?.take(row.length);
      this.current.push(decode(row));
    } catch (error) {
      this.failRow((this.failure ??= asError(error)));
    }
  }

  private failRow(failure: Error): void {
    this.current = [];
    if (this.options.rowBudget?.isFarExceeded) this.connection?.stream.destroy(failure);
  }

  /** What pg calls when the connection is lost, or the batch could not be submitted. */
  handleError(error: Error, connection: RowConnection): void {
    this.failure ??= error;
    this.end(connection, true);
  }

  handleReadyForQuery(connection: RowConnection): void {
    if (this.index < this.sent.length) {
      this.failure ??= new Error('The server is ready before it has answered every statement.');
    }
    this.end(connection, false);
  }

  private describe(statement: SentStatement | undefined, decode: RowDecoder): void {
    if (!statement) return;
    statement.decode = decode;
    this.prepared?.describe(statement.name, decode);
  }

  private complete(tag: string): void {
    if (!this.failure) this.results.push({ rows: this.current, tag });
    this.current = [];
    this.index += 1;
  }

  /** The server skips to the Sync: what it has not acknowledged did not happen. */
  private fail(error: Error): void {
    this.failure ??= error;
    this.current = [];
    // A migration that made one stale made others stale too: each connection fails at most once.
    if (isStalePlan(error)) this.prepared?.markStale();
  }

  private end(connection: RowConnection, isConnectionLost: boolean): void {
    if (connection.receiver === this) connection.receiver = undefined;
    const { failure, options } = this;
    // BEGIN and COMMIT were not the caller's.
    const results = options.explicitTransaction ? this.results.slice(1, -1) : this.results;
    this.settle({ results, failure, isConnectionLost, isSent: this.prepared !== undefined });
  }
}

/** Runs the statements on a client of the pool, whatever comes of it. */
export function sendBatch(
  client: pg.ClientBase,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<BatchOutcome> {
  return new Promise((resolve) => {
    const batch = new PgBatch(statements, options, resolve);
    // pg's types know Submittable by another connection class than the one it passes.
    client.query(batch as unknown as pg.Submittable);
  });
}

/** The same. @throws the server's error, or the socket's */
export async function runBatch(
  client: pg.ClientBase,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<StatementResult[]> {
  const { results, failure } = await sendBatch(client, statements, options);
  if (failure) throw failure;
  return results;
}
