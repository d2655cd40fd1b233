/** Exports one file from one snapshot of a tenant's rows. The rows are counted first, then streamed, on an export connection. */
import { copyOut, type CopyOut } from '../platform/postgres/copy-out.js';
import { Lease, timeLeft } from '../platform/postgres/lease.js';
import { AppError } from '../platform/errors/errors.js';
import { ANSWER_TIMEOUT_MS } from '../platform/postgres/wait-timeout.js';
import { literalText, sql, type Sql } from '../platform/postgres/sql.js';
import type { Database } from './database.js';

/** Added to the server's own limit for statements: the connection's limit only applies if the server does not respond. */
const ANSWER_MARGIN_MS = 5000;

export interface OpenExport {
  /** All selected rows in the snapshot, even if the file contains only a part of them. */
  readonly totalRows: number;
  /** Runs another statement in the same snapshot, before the file starts. */
  read<Row extends object>(statement: Sql): Promise<readonly Row[]>;
  /** Starts the file. The connection is given back when the server has sent all of it, and closed if it ends early. */
  stream(copyStatement: string): CopyOut;
  /** Gives the connection back without a file. */
  cancel(): Promise<void>;
}

export interface ExportOpening {
  /** A statement that returns one row `{total}`. */
  readonly count: Sql;
  /** IANA name of the time zone of the statements. */
  readonly timeZone: string;
  /** Closes the connection when aborted. */
  readonly signal: AbortSignal;
}

/** Opens the snapshot and counts the rows. */
export async function openExport(
  database: Database,
  tenantId: string,
  { count, timeZone, signal }: ExportOpening,
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
    const zone = literalText(sql`SET LOCAL timezone = ${timeZone}`);
    await open(`SET LOCAL statement_timeout = ${fileMs}; SET LOCAL datestyle = 'ISO, YMD'; ${zone}`);
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
        // Closing the connection of an unfinished file ends its statement at the server's next write, or within a second.
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

/** If the export is aborted while it waits for a connection, the connection is given back unused. */
async function takeUnlessAborted({ exportPool, deadline }: Database, signal: AbortSignal): Promise<Lease> {
  const lease = await Lease.take(exportPool, deadline);
  if (!signal.aborted) return lease;
  lease.end();
  throw new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 1, cause: signal.reason });
}

/** The connection of one export. It is given back once, or closed if it is still busy. */
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
    // An error is ignored, because a connection that is still in a transaction is closed.
    if (this.lease.isInTransaction) await this.lease.client.query('COMMIT').catch(() => undefined);
    this.end();
  }

  readonly end = (): void => {
    this.signal.removeEventListener('abort', this.end);
    this.lease.end();
  };
}
