/**
 * pg's client with a reader of messages of our own, the connection's own memory of what its server holds prepared, and a limit to how
 * long any query may stay without an answer. It signs in, keeps the queue of queries and reads plain ones as pg does.
 */
import pg from 'pg';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { MessageReader, type RowMessage } from './message-reader.js';
import { PreparedStatements } from './prepared-statements.js';
import { ANSWER_TIMEOUT_MS, WaitTimeoutError } from './wait-timeout.js';

/** A query object that reads its messages itself, past pg's events. */
export interface MessageReceiver {
  /** @returns whether the message was the receiver's; pg reads it otherwise */
  receive(message: BackendMessage): boolean;
  receiveRow(row: RowMessage): void;
}

/** What pg hands a query object of ours. */
export interface RowConnection {
  readonly stream: { write(bytes: Buffer): boolean; destroy(error?: Error): void };
  /** What this connection's server holds. Absent on pg's own connections. */
  readonly prepared?: PreparedStatements;
  /** Whose messages come, from its submission until the server is ready again. */
  receiver?: MessageReceiver | undefined;
}

/** The inner part of pg's connection that is replaced (pg 8.23, lib/connection.js). */
interface ListeningConnection extends RowConnection {
  prepared: PreparedStatements;
  attachListeners(stream: NodeJS.ReadableStream): void;
  emit(event: string, message: BackendMessage | RowMessage): boolean;
}

export interface RowClientConfig extends pg.ClientConfig {
  /**
   * How long a query may stay without its answer: longer than the server's own limits, so that only a server or a network that went
   * silent reaches it. Milliseconds. The socket is destroyed then, and the query rejects.
   */
  readonly answerTimeoutMillis?: number;
}

/** A query may bring a limit of its own. */
export interface LimitedQuery {
  readonly answerTimeoutMs?: number | undefined;
}

/** For pg's pool. */
export class RowClient extends pg.Client {
  private readonly wire: ListeningConnection;
  private readonly answerTimeoutMs: number;
  private timer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private isLost = false;

  constructor(config?: string | RowClientConfig) {
    super(config);
    // In this mode pg sends one Sync per query and assigns answers by a queue of its own, past the receiver.
    if ('pipeline' in this && this.pipeline) throw new Error('RowClient does not support the option `pipeline` of pg.');
    this.answerTimeoutMs = (typeof config === 'object' ? config.answerTimeoutMillis : undefined) ?? ANSWER_TIMEOUT_MS;
    this.wire = this.connection as unknown as ListeningConnection;
    this.readMessages();
    this.limitQueries();
    // The pool listens while a client is idle. While it is lent, its query is told; without a listener the process would end.
    this.on('error', () => {
      this.isLost = true;
    });
    this.on('end', () => {
      this.isLost = true;
    });
  }

  /** Whether the next borrower may have it: the server waits for a query, outside of any transaction. */
  get isReusable(): boolean {
    return !this.isLost && !this.isWaiting && this.getTransactionStatus() === 'I';
  }

  /** Whether the server waits for a query inside a transaction, whole or failed. */
  get isInTransaction(): boolean {
    return !this.isLost && !this.isWaiting && this.getTransactionStatus() !== 'I';
  }

  /** Ends the connection at once, whatever it waits for; the server notices by itself. */
  destroy(reason?: Error): void {
    this.isLost = true;
    this.wire.stream.destroy(reason);
  }

  private readMessages(): void {
    const { wire } = this;
    wire.prepared = new PreparedStatements();
    wire.receiver = undefined;
    const emit = (message: BackendMessage): void => {
      if (wire.receiver?.receive(message)) return;
      wire.emit(message.name === 'error' ? 'errorMessage' : message.name, message);
    };
    const emitRow = (row: RowMessage): void => {
      if (wire.receiver) wire.receiver.receiveRow(row);
      else wire.emit(row.name, row);
    };
    wire.attachListeners = (stream) => {
      const reader = new MessageReader(emit, emitRow);
      stream.on('data', (chunk: Buffer) => {
        try {
          reader.read(chunk);
        } catch (error) {
          this.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
    };
  }

  /** pg's `query` has many overloads; this one only starts the clock, and takes and gives what each of them does. */
  private limitQueries(): void {
    const query = (first: LimitedQuery | string, ...rest: unknown[]): unknown => {
      this.startClock((typeof first === 'object' ? first.answerTimeoutMs : undefined) ?? this.answerTimeoutMs);
      // Looked up at each call, and not kept: tests watch it there.
      const pgQuery: unknown = Reflect.get(pg.Client.prototype, 'query');
      const answer: unknown = Reflect.apply(pgQuery as () => unknown, this, [first, ...rest]);
      return answer;
    };
    Object.assign(this, { query });
    this.on('drain', () => {
      this.stopClock();
    });
    this.on('end', () => {
      this.stopClock();
    });
  }

  private startClock(limitMs: number): void {
    clearTimeout(this.timer);
    if (this.isLost) return;
    this.isWaiting = true;
    this.timer = setTimeout(() => {
      this.destroy(new WaitTimeoutError('The database did not answer in time.'));
    }, limitMs).unref();
  }

  private stopClock(): void {
    clearTimeout(this.timer);
    this.isWaiting = false;
  }
}
