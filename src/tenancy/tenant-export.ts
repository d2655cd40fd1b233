/** One file from one snapshot of one tenant's rows: counted first, then streamed, on a connection of its own. */
import type pg from 'pg';
import { asError } from '../platform/errors/thrown.js';
import { copyOut, type CopyOut } from '../platform/postgres/copy-out.js';
import { literalText, sql, type Sql } from '../platform/postgres/sql.js';
import type { Database } from './database.js';

/** Exports may take longer than requests; milliseconds. */
const EXPORT_TIMEOUT_MS = 60_000;

export interface OpenExport {
  /** Rows of the selection in the snapshot, whatever part of them the file holds. */
  readonly totalRows: number;
  /** Starts the file. Its end, its error or its destruction gives the connection back, the last two by closing it. */
  stream(copyStatement: string): CopyOut;
  /** Gives the connection back without a file. */
  cancel(): Promise<void>;
}

/** Opens the snapshot and counts. @param count a statement that answers one row `{total}` */
export async function openExport(database: Database, tenantId: string, count: Sql): Promise<OpenExport> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(literalText(sql`SELECT app.set_tenant(${tenantId})`));
    await client.query(`SET LOCAL statement_timeout = ${EXPORT_TIMEOUT_MS}; SET LOCAL datestyle = 'ISO, YMD'`);
    const { rows } = await client.query<{ total: number }>(literalText(count));
    return {
      totalRows: rows[0]?.total ?? 0,
      stream: (statement) => streamOn(client, statement),
      cancel: () => finish(client),
    };
  } catch (error) {
    client.release(asError(error));
    throw error;
  }
}

function streamOn(client: pg.PoolClient, statement: string): CopyOut {
  const copy = copyOut(client, statement);
  copy.once('close', () => {
    // Closing the connection of an unfinished file ends its statement: the server notices when it writes, or within a second.
    if (copy.errored ?? !copy.isSettled) client.release(new Error('The export was not read to its end.'));
    else void finish(client);
  });
  return copy;
}

async function finish(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(asError(error));
  }
}
