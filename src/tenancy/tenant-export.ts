/** One file from one snapshot of one tenant's rows: counted first, then streamed, on a connection for exports. */
import { copyOut, type CopyOut } from '../platform/postgres/copy-out.js';
import { Lease, timeLeft } from '../platform/postgres/lease.js';
import { AppError } from '../platform/errors/errors.js';
import { ANSWER_TIMEOUT_MS } from '../platform/postgres/wait-timeout.js';
import { literalText, sql, type Sql } from '../platform/postgres/sql.js';
import type { Database } from './database.js';

/** The server ends a statement that takes too long; the connection's own limit is for a server that does not. */
const ANSWER_MARGIN_MS = 5000;

export interface OpenExport {
  /** Rows of the selection in the snapshot, whatever part of them the file holds. */
  readonly totalRows: number;
  /** Rows of another statement in the same snapshot, before the file. */
  read<Row extends object>(statement: Sql): Promise<readonly Row[]>;
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
  const { fileMs } = database.exportSlots.limits;
  const answerTimeoutMs = fileMs + ANSWER_MARGIN_MS;
  const connection = new ExportConnection(await takeUnlessAborted(database, signal), signal);
  const { client } = connection.lease;
  const open = (text: string): Promise<unknown> => {
    const opening = { text, answerTimeoutMs: timeLeft(database.deadline, ANSWER_TIMEOUT_MS) };
    return client.query(opening);
  };
  try {
    await open('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await open(literalText(sql`SELECT app.set_tenant(${tenantId})`));
    await open(`SET LOCAL statement_timeout = ${fileMs}; SET LOCAL datestyle = 'ISO, YMD'`);
    const read = async <Row extends object>(statement: Sql): Promise<readonly Row[]> => {
      const reading = { text: literalText(statement), answerTimeoutMs };
      return (await client.query<Row>(reading)).rows;
    };
    const [counted] = await read<{ total: number }>(count);
    return {
      totalRows: counted?.total ?? 0,
      read,
      stream: (statement) => {
        const copy = copyOut(client, statement, answerTimeoutMs);
        // Closing the connection of an unfinished file ends its statement: the server notices when it writes, or within a second.
        void copy.settled.then((failure) => connection.settle(failure));
        return copy;
      },
      cancel: () => connection.finish(),
    };
  } catch (error) {
    connection.end();
    throw error;
  }
}

/** An export may end while it waits for its connection: the next one then gets it as it is. */
async function takeUnlessAborted({ exportPool, deadline }: Database, signal: AbortSignal): Promise<Lease> {
  const lease = await Lease.take(exportPool, deadline);
  if (!signal.aborted) return lease;
  lease.end();
  throw new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 1, cause: signal.reason });
}

/** A connection for as long as an export has it; given back once, or closed when it is still busy. */
class ExportConnection {
  constructor(
    readonly lease: Lease,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.end);
  }

  async settle(failure: Error | undefined): Promise<void> {
    if (failure) this.end();
    else await this.finish();
  }

  async finish(): Promise<void> {
    // Whatever comes of it: a connection that is not outside of the transaction afterwards is closed.
    if (this.lease.isInTransaction) await this.lease.client.query('COMMIT').catch(() => undefined);
    this.end();
  }

  readonly end = (): void => {
    this.signal.removeEventListener('abort', this.end);
    this.lease.end();
  };
}
