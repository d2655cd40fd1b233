/** `COPY … TO STDOUT` as a stream of rows: PostgreSQL quotes, we only pass on, as fast as the reader takes it. */
import { Readable } from 'node:stream';
import type pg from 'pg';

/** The part of pg's connection that is used here. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

const CRLF = Buffer.from('\r\n');

/**
 * A query object as `pg.Client.query` takes it, and the stream of its lines. The server sends one message per row.
 * A full stream pauses the connection. Whatever ends the copy resumes it, for a paused connection hears of nothing:
 * neither the server's last words nor its own end.
 */
export class CopyOut extends Readable {
  /** Rows passed on so far. */
  rowCount = 0;
  /** Once: with nothing when the server waits for the next statement, else with the reason to close the connection. */
  readonly settled: Promise<Error | undefined>;
  /** While the copy runs. Afterwards the connection may be somebody else's. */
  private connection: CopyConnection | undefined;
  private resolveSettled: (failure: Error | undefined) => void = () => undefined;

  /** @param answerTimeoutMs how long the connection may take for it, in place of the connection's own limit */
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

  /** The reader's leaving settles the copy as well: only closing the connection ends its statement. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.settle(error ?? new Error('The copy was not read to its end.'));
    callback(error);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.rowCount += 1;
    if (this.destroyed) return;
    // The line's own end, not one inside quotes: it is the last byte of the message.
    this.push(chunk.subarray(0, -1));
    if (!this.push(CRLF)) this.connection?.stream.pause();
  }

  handleError(error: Error): void {
    this.settle(error);
    this.destroy(error);
  }

  /** The reader may be far behind: the connection does not wait for it. */
  handleReadyForQuery(): void {
    this.settle(undefined);
    this.push(null);
  }

  private settle(failure: Error | undefined): void {
    this.connection?.stream.resume();
    this.connection = undefined;
    this.resolveSettled(failure);
  }

  /* The rest of what pg calls on a query. */
  handleRowDescription(): void {
    return;
  }
  handleDataRow(): void {
    return;
  }
  handleCommandComplete(): void {
    return;
  }
  handleEmptyQuery(): void {
    return;
  }
}

/** Starts a COPY on a client. */
export function copyOut(client: pg.ClientBase, text: string, answerTimeoutMs?: number): CopyOut {
  const copy = new CopyOut(text, answerTimeoutMs);
  // pg's types know Submittable by another connection class than the one it passes.
  client.query(copy as unknown as pg.Submittable);
  return copy;
}
