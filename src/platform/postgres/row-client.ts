/**
 * pg's client with our own message reader, a record of the connection's prepared statements, and a time limit for every query. Signing
 * in, the queue of queries and plain queries work as in pg.
 */
import pg from 'pg';
import { DatabaseError } from 'pg-protocol/dist/index.js';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { asError } from '../errors/thrown.js';
import { MessageReader, type RowMessage } from './message-reader.js';
import { PreparedStatements } from './prepared-statements.js';
import { QueryWatch, type QueryObserver, type WatchedQuery } from './query-watch.js';
import { ANSWER_TIMEOUT_MS, WaitTimeoutError } from './wait-timeout.js';

/** A query object that receives its messages directly, without pg's events. */
export interface MessageReceiver {
  /** @returns false for a message that pg must handle */
  receive(message: BackendMessage): boolean;
  receiveRow(row: RowMessage): void;
}

/** The connection that pg passes to our query objects. */
export interface RowConnection {
  readonly stream: { write(bytes: Buffer): boolean; destroy(error?: Error): void };
  /** The prepared statements of this connection. Absent on connections of a plain pg client. */
  readonly prepared?: PreparedStatements;
  /** Receives the messages. Set from the submission of a query until the server is ready again. */
  receiver?: MessageReceiver | undefined;
}

/** The internal part of pg's connection that is replaced (pg 8.23, lib/connection.js). */
interface ListeningConnection extends RowConnection {
  prepared: PreparedStatements;
  attachListeners(stream: NodeJS.ReadableStream): void;
  emit(event: string, message: BackendMessage | RowMessage): boolean;
}

export interface RowClientConfig extends pg.ClientConfig {
  /**
   * Time limit for the answer to a query; milliseconds. It is longer than the server's own limits, so it is only reached when the server
   * or the network does not respond. The socket is then destroyed, and the query rejects.
   */
  readonly answerTimeoutMillis?: number;
  /** Hears of every query of the connection. Absent unless the service is traced. */
  readonly onQuery?: QueryObserver | undefined;
}

/** A query may have its own time limit. */
export interface LimitedQuery {
  readonly answerTimeoutMs?: number | undefined;
}

/** For pg's pool. */
export class RowClient extends pg.Client {
  private readonly wire: ListeningConnection;
  private readonly answerTimeoutMs: number;
  private readonly watch: QueryWatch | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private isLost = false;

  constructor(config?: string | RowClientConfig) {
    super(config);
    // In this mode pg sends one Sync per query and assigns answers by its own queue, which bypasses the receiver.
    if ('pipeline' in this && this.pipeline) throw new Error('RowClient does not support the option `pipeline` of pg.');
    const { answerTimeoutMillis = ANSWER_TIMEOUT_MS, onQuery } = typeof config === 'object' ? config : {};
    this.answerTimeoutMs = answerTimeoutMillis;
    this.watch = onQuery && new QueryWatch(onQuery);
    this.wire = this.connection as unknown as ListeningConnection;
    this.readMessages();
    this.limitQueries();
    // The pool listens only while a client is idle. Without a listener, an error of a leased client would end the process.
    this.on('error', (error) => {
      this.isLost = true;
      this.watch?.lost(error);
    });
    this.on('end', () => {
      this.isLost = true;
      this.watch?.lost(new Error('The connection ended.'));
    });
  }

  /** True when the server is idle outside of a transaction, so another user may have the connection. */
  get isReusable(): boolean {
    return !this.isLost && !this.isWaiting && this.getTransactionStatus() === 'I';
  }

  /** True when the server is idle inside a transaction, also a failed one. */
  get isInTransaction(): boolean {
    return !this.isLost && !this.isWaiting && this.getTransactionStatus() !== 'I';
  }

  /** Closes the socket at once. The server detects it by itself. */
  destroy(reason?: Error): void {
    this.isLost = true;
    this.wire.stream.destroy(reason);
  }

  private readMessages(): void {
    const { wire } = this;
    wire.prepared = new PreparedStatements();
    wire.receiver = undefined;
    const emit = (message: BackendMessage): void => {
      if (this.watch) noteMessage(this.watch, message);
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
          this.destroy(asError(error));
        }
      });
    };
  }

  /** Wraps pg's `query`, with all its overloads, to start the clock. */
  private limitQueries(): void {
    const query = (first: (LimitedQuery & WatchedQuery) | string, ...rest: unknown[]): unknown => {
      this.startClock((typeof first === 'object' ? first.answerTimeoutMs : undefined) ?? this.answerTimeoutMs);
      this.watch?.sent(first);
      // Looked up at each call, because tests spy on it.
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

function noteMessage(watch: QueryWatch, message: BackendMessage): void {
  if (message.name === 'readyForQuery') watch.ready();
  else if (message instanceof DatabaseError) watch.failed(message);
}
