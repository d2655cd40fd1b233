/** All contact of the schedules with the client that they test. */
import type { Readable } from 'node:stream';
import pg from 'pg';
import { sendBatch, type BatchOptions, type StatementResult } from '../../../../src/platform/postgres/batch.js';
import { copyOut } from '../../../../src/platform/postgres/copy-out.js';
import { isStalePlan } from '../../../../src/platform/postgres/database-errors.js';
import * as lease from '../../../../src/platform/postgres/lease.js';
import { MAX_PREPARED_STATEMENTS } from '../../../../src/platform/postgres/prepared-statements.js';
import { RowClient, type RowClientConfig } from '../../../../src/platform/postgres/row-client.js';
import { bind, bindText, Sql, type BoundStatement } from '../../../../src/platform/postgres/sql.js';

/** Names that a connection may hold, beside those of the batch under way. */
export const NAME_LIMIT = MAX_PREPARED_STATEMENTS;

export interface PoolSettings {
  readonly port: number;
  readonly max: number;
  readonly answerTimeoutMillis: number;
}

/** As MikroORM opens it, which listens to the errors of every client. */
export function openPool({ port, max, answerTimeoutMillis }: PoolSettings): pg.Pool {
  const address = { host: '127.0.0.1', port, user: 'test', database: 'test', password: '' };
  const settings: pg.PoolConfig & RowClientConfig = { ...address, answerTimeoutMillis, max, idleTimeoutMillis: 0 };
  const pool = new pg.Pool({ ...settings, Client: RowClient });
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

/** @throws what the batch failed with, and beside it what had been answered before */
export async function run(
  client: pg.PoolClient,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<Results> {
  const { results, failure } = await sendBatch(client, statements, options);
  if (failure) throw Object.assign(failure, { results });
  return results;
}

export const mayRunAgain = isStalePlan;

/** Of what came before a rejection, as far as it tells. */
export function tagsBefore(error: unknown): readonly string[] {
  if (!(error instanceof Error) || !('results' in error) || !Array.isArray(error.results)) return [];
  return (error.results as Results).map(({ tag }) => tag);
}

/** A lease ends as a transaction of the product ends it. */
export async function release(client: pg.PoolClient): Promise<void> {
  if (client instanceof RowClient && client.isInTransaction) {
    await sendBatch(client, [bindText('ROLLBACK')], { namedStatements: false, explicitTransaction: false });
  }
  lease.release(client);
}

/** Starts a COPY. Its client goes back when the server has sent it all, as that of an export does; `over` tells when. */
export function startCopy(
  client: pg.PoolClient,
  text: string,
): { readonly stream: Readable; readonly over: Promise<void> } {
  const stream = copyOut(client, text);
  const over = new Promise<void>((resolve) => {
    void stream.settled.then(() => {
      lease.release(client);
      resolve();
    });
  });
  return { stream, over };
}
