/** `COPY … TO STDOUT` as a stream of rows. PostgreSQL quotes the values. The stream is read as fast as its reader consumes it. */
import { Readable } from 'node:stream';
import type pg from 'pg';

/** The part of pg's connection that is used here. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

const CRLF = Buffer.from('\r\n');

/**
 * A query object for `pg.Client.query` (`Submittable`), and the stream of its lines. The server sends one message per row. A full
 * stream pauses the connection. The end of the copy always resumes it, because a paused connection receives neither the server's last
 * messages nor its own end.
 */
export class CopyOut extends Readable {
  /** The number of rows received so far. */
  rowCount = 0;
  /** Resolves to undefined when the server is ready for the next statement, otherwise to the reason to close the connection. */
  readonly settled: Promise<Error | undefined>;
  /** Set while the copy runs. Afterwards the connection may have another user. */
  private connection: CopyConnection | undefined;
  private resolveSettled: (failure: Error | undefined) => void = () => undefined;

  /** @param answerTimeoutMs time limit of the copy, in place of the connection's */
  constructor(
    readonly text: string,
    readonly answerTimeoutMs?: number,
  ) {
    super({ highWaterMark: 256 * 1024 });
    this.settled = new Promise((resolve) => {
      this.resolveSettled = resolve;
    });
  }

  submit(connection: CopyConnection): void {
    this.connection = connection;
    connection.query(this.text);
  }

  override _read(): void {
    this.connection?.stream.resume();
  }

  /** Also settles when the reader stops early: the connection must then be closed to end the statement. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.settle(error ?? new Error('The copy was not read to its end.'));
    callback(error);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.rowCount += 1;
    if (this.destroyed) return;
    // Replaces the line's end, which is the last byte of the message, and keeps line ends inside quotes.
    this.push(chunk.subarray(0, -1));
    if (!this.push(CRLF)) this.connection?.stream.pause();
  }

  handleError(error: Error): void {
    this.settle(error);
    this.destroy(error);
  }

  /** The connection is free at once, even if the reader has not consumed all rows. */
  handleReadyForQuery(): void {
    this.settle(undefined);
    this.push(null);
  }

  private settle(failure: Error | undefined): void {
    this.connection?.stream.resume();
    this.connection = undefined;
    this.resolveSettled(failure);
  }

  /* Other methods that pg calls on a query. */
  readonly handleRowDescription = ignore;
  readonly handleDataRow = ignore;
  readonly handleCommandComplete = ignore;
  readonly handleEmptyQuery = ignore;
}

function ignore(): void {
  return;
}

/** Starts a COPY on a client. */
export function copyOut(client: pg.ClientBase, text: string, answerTimeoutMs?: number): CopyOut {
  const copy = new CopyOut(text, answerTimeoutMs);
  // pg's types declare Submittable with a different connection class than pg passes.
  client.query(copy as unknown as pg.Submittable);
  return copy;
}
