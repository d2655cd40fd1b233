/** `COPY … TO STDOUT` as a stream of rows: PostgreSQL quotes, we only pass on, as fast as the reader takes it. */
import { Readable } from 'node:stream';
import type pg from 'pg';

/** The part of pg's connection that is used here. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

const CRLF = Buffer.from('\r\n');

/** A query object as `pg.Client.query` takes it, and the stream of its lines. The server sends one message per row. */
export class CopyOut extends Readable {
  /** Rows passed on so far. */
  rowCount = 0;
  private connection: CopyConnection | undefined;
  private ended = false;

  constructor(private readonly text: string) {
    super({ highWaterMark: 256 * 1024 });
  }

  /** Whether the server has said all it had to say: the connection may be used again. */
  get isSettled(): boolean {
    return this.ended;
  }

  submit(connection: CopyConnection): void {
    this.connection = connection;
    connection.query(this.text);
  }

  override _read(): void {
    this.connection?.stream.resume();
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.rowCount += 1;
    if (this.destroyed) return;
    // The line's own end, not one inside quotes: it is the last byte of the message.
    this.push(chunk.subarray(0, -1));
    if (!this.push(CRLF)) this.connection?.stream.pause();
  }

  handleError(error: Error): void {
    this.ended = true;
    this.destroy(error);
  }

  handleReadyForQuery(): void {
    this.ended = true;
    this.push(null);
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
export function copyOut(client: pg.ClientBase, text: string): CopyOut {
  const copy = new CopyOut(text);
  // pg's types know Submittable by another connection class than the one it passes.
  client.query(copy as unknown as pg.Submittable);
  return copy;
}
