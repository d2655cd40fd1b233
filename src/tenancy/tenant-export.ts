/** One file from one snapshot of one tenant's rows: counted first, then streamed, on a connection for exports. */
import type pg from 'pg';
import { asError } from '../platform/errors/thrown.js';
import { copyOut, type CopyOut } from '../platform/postgres/copy-out.js';
import { literalText, sql, type Sql } from '../platform/postgres/sql.js';
import type { Database } from './database.js';

/** The server ends a statement that takes too long; the connection's own limit is for a server that does not. */
const ANSWER_MARGIN_MS = 5000;

export interface OpenExport {
  /** Rows of the selection in the snapshot, whatever part of them the file holds. */
  readonly totalRows: number;
  /** Starts the file. When the server has sent it all, the connection is given back; when it ends early, closed. */
  stream(copyStatement: string): CopyOut;
  /** Gives the connection back without a file. */
  cancel(): Promise<void>;
}

/**
 * Opens the snapshot and counts.
 * @param count a statement that answers one row `{total}`
 * @param signal closes the connection when aborted, whatever it does
 */
export async function openExport(
  database: Database,
  tenantId: string,
  count: Sql,
  signal: AbortSignal,
): Promise<OpenExport> {
  const { fileMs } = database.exportPlaces.limits;
  const answerTimeoutMs = fileMs + ANSWER_MARGIN_MS;
  const connection = new ExportConnection(await database.exportPool.connect(), signal);
  const { client } = connection;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(literalText(sql`SELECT app.set_tenant(${tenantId})`));
    await client.query(`SET LOCAL statement_timeout = ${fileMs}; SET LOCAL datestyle = 'ISO, YMD'`);
    const counting = { text: literalText(count), answerTimeoutMs };
    const { rows } = await client.query<{ total: number }>(counting);
    return {
      totalRows: rows[0]?.total ?? 0,
      stream: (statement) => {
        const copy = copyOut(client, statement, answerTimeoutMs);
        // Closing the connection of an unfinished file ends its statement: the server notices when it writes, or within a second.
        void copy.settled.then((failure) => connection.settle(failure));
        return copy;
      },
      cancel: () => connection.finish(),
    };
  } catch (error) {
    connection.close(asError(error));
    throw error;
  }
}

/** A connection for as long as an export has it; given back or closed once. */
class ExportConnection {
  private isOver = false;

  constructor(
    readonly client: pg.PoolClient,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.onAbort);
    if (signal.aborted) this.onAbort();
  }

  async settle(failure: Error | undefined): Promise<void> {
    if (failure) this.end(failure);
    else await this.finish();
  }

  async finish(): Promise<void> {
    if (this.isOver) return;
    try {
      await this.client.query('COMMIT');
      this.end(undefined);
    } catch (error) {
      this.end(asError(error));
    }
  }

  close(failure: Error): void {
    this.end(failure);
  }

  private readonly onAbort = (): void => {
    this.end(asError(this.signal.reason));
  };

  private end(failure: Error | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.signal.removeEventListener('abort', this.onAbort);
    this.client.release(failure);
  }
}
