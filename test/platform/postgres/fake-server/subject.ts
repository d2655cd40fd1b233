/** All contact of the schedules with the client that they test. */
import type { Readable } from 'node:stream';
import pg from 'pg';
import { runBatch, type BatchOptions, type StatementResult } from '../../../../src/platform/postgres/batch.js';
import { copyOut } from '../../../../src/platform/postgres/copy-out.js';
import { endsConnection, isStalePlan } from '../../../../src/platform/postgres/database-errors.js';
import { RowClient } from '../../../../src/platform/postgres/row-client.js';
import { bind, bindText, Sql, type BoundStatement } from '../../../../src/platform/postgres/sql.js';

/** What the client can do yet; a fault that it has no answer to would only hide the others. */
export const ABILITIES = {
  /** It destroys a connection that leaves a query unanswered (`answerTimeoutMillis`). */
  endsSilence: false as boolean,
  /** Its errors carry the tags that came before them. */
  reportsTags: false as boolean,
} as const;

/** Names that a connection may hold, beside those of the batch under way. */
export const NAME_LIMIT = 500;

export interface PoolSettings {
  readonly port: number;
  readonly max: number;
  readonly answerTimeoutMillis: number;
}

/** As MikroORM opens it, which listens to the errors of every client. */
export function openPool({ port, max, answerTimeoutMillis }: PoolSettings): pg.Pool {
  const address = { host: '127.0.0.1', port, user: 'test', database: 'test', password: '' };
  const silence = ABILITIES.endsSilence ? { answerTimeoutMillis } : {};
  const pool = new pg.Pool({ ...address, ...silence, max, idleTimeoutMillis: 0, Client: RowClient });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** pg's types leave it out: what the server calls this connection. */
export function processIdOf(client: pg.PoolClient): number {
  return (client as pg.PoolClient & { processID: number }).processID;
}

export function statement(text: string, values: readonly string[]): BoundStatement {
  if (values.length === 0) return bindText(text);
  return bind(new Sql([`${text} `, ...values.map(() => '')], values));
}

export type Results = readonly StatementResult[];

export function run(
  client: pg.PoolClient,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<Results> {
  return runBatch(client, statements, options);
}

export const mayRunAgain = isStalePlan;

/** Of what came before a rejection, as far as it tells. */
export function tagsBefore(error: unknown): readonly string[] {
  if (!(error instanceof Error) || !('results' in error) || !Array.isArray(error.results)) return [];
  return (error.results as Results).map(({ tag }) => tag);
}

/** A lease ends as a transaction of the product ends it. @param failures what its batches were rejected with */
export async function giveBack(
  client: pg.PoolClient,
  failures: readonly unknown[],
  isInTransaction: boolean,
): Promise<void> {
  const lost = failures.find(endsConnection);
  if (lost !== undefined) {
    client.release(lost instanceof Error ? lost : true);
    return;
  }
  try {
    if (failures.length > 0 && isInTransaction) await client.query('ROLLBACK');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}

/** Starts a COPY. Its client goes back when the stream closes, as that of an export does; `over` tells when. */
export function startCopy(
  client: pg.PoolClient,
  text: string,
): { readonly stream: Readable; readonly over: Promise<void> } {
  const stream = copyOut(client, text);
  const close = async (): Promise<void> => {
    if (stream.errored ?? !stream.isSettled) client.release(new Error('The copy was not read to its end.'));
    else await finish(client);
  };
  const over = new Promise<void>((resolve) => {
    stream.once('close', () => {
      void close().then(resolve);
    });
  });
  return { stream, over };
}

async function finish(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}
