/**
 * Runs several prepared statements in one round trip: Bind and Execute for each, then one Sync. All statements before the Sync are one
 * implicit transaction. The first one sets the tenant, and this setting ends with the transaction.
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

/** The result of one statement of a batch. */
export interface StatementResult {
  readonly rows: Row[];
  /** PostgreSQL's command tag, e.g. `UPDATE 1` or `COMMIT`. */
  readonly tag: string;
}

export interface BatchOptions {
  /** Keep statements prepared under a name on each connection. Off for poolers without support for it (PgBouncer before 1.21). */
  readonly namedStatements: boolean;
  /** Send BEGIN and COMMIT around the batch. Citus needs it to pass the tenant setting to its workers. */
  readonly explicitTransaction: boolean;
  /** The time limit for the answer, in place of the client's; milliseconds. */
  readonly answerTimeoutMs?: number | undefined;
  /** The row budget of the request. */
  readonly rowBudget?: RowBudget | undefined;
}

/** The outcome of a batch. */
export interface BatchOutcome {
  /** Results of all statements, or of those that the server completed before the failure, in order. */
  readonly results: StatementResult[];
  /** An error of the server, of the socket, or of a row that could not be decoded. It may have occurred after the last result. */
  readonly failure: Error | undefined;
  /** True when the connection was lost; false when the server was ready for another query. */
  readonly isConnectionLost: boolean;
  /** False when nothing was sent because the connection was already lost. */
  readonly isSent: boolean;
}

const SYNC = serialize.sync();
const [BEGIN, COMMIT] = [bindText('begin'), bindText('commit')];

/** For a statement that returns no rows. */
const NO_ROWS: RowDecoder = () => ({});

/** A query object for `pg.Client.query` (`Submittable`). It settles when the server is ready again or the connection is lost. */
export class PgBatch implements MessageReceiver {
  /** Handlers of messages without contents. */
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

  /** The client's time limit for the answer. */
  readonly answerTimeoutMs: number | undefined;
  private sent: readonly SentStatement[] = [];
  /** Index of the statement that the server is answering. */
  private index = 0;
  private readonly results: StatementResult[] = [];
  private current: Row[] = [];
  private failure: Error | undefined;
  private prepared: PreparedStatements | undefined;
  private connection: RowConnection | undefined;

  constructor(
    readonly statements: readonly BoundStatement[],
    private readonly options: BatchOptions,
    private readonly settle: (outcome: BatchOutcome) => void,
  ) {
    this.answerTimeoutMs = options.answerTimeoutMs;
  }

  /** @returns an error, which pg then passes to handleError */
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

  /** A row that cannot be decoded or exceeds the budget fails the batch. The connection reads on up to the Sync. */
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

  /** Called by pg when the connection is lost or the batch could not be submitted. */
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

  /** After an error the server skips to the Sync: statements that it has not acknowledged did not take effect. */
  private fail(error: Error): void {
    this.failure ??= error;
    this.current = [];
    // The migration that made this statement stale may affect others too. Marking all limits it to one failure per connection.
    if (isStalePlan(error)) this.prepared?.markStale();
  }

  private end(connection: RowConnection, isConnectionLost: boolean): void {
    if (connection.receiver === this) connection.receiver = undefined;
    const { failure, options } = this;
    // Without the results of BEGIN and COMMIT, which the caller did not pass.
    const results = options.explicitTransaction ? this.results.slice(1, -1) : this.results;
    this.settle({ results, failure, isConnectionLost, isSent: this.prepared !== undefined });
  }
}

/** Runs the statements on a client of the pool. A failure is part of the outcome. */
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

/** Like `sendBatch`, but rejects on failure. @throws the error of the server or the socket */
export async function runBatch(
  client: pg.ClientBase,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<StatementResult[]> {
  const { results, failure } = await sendBatch(client, statements, options);
  if (failure) throw failure;
  return results;
}
