/** The one statement for all clients of a process that wait for changes. */
import type pg from 'pg';
import type { LimitedQuery } from '../../platform/postgres/row-client.js';
import type { RecordType } from '../../access/rights/record-types.js';

/** A seal that is new to somebody. */
export interface NewSeal {
  readonly tenantId: string;
  readonly seq: number;
  /** Types of the records that it holds changes of; null for a seal of a version that did not note them. */
  readonly recordTypes: readonly RecordType[] | null;
}

/** Milliseconds. The next round asks again. */
const ANSWER_TIMEOUT_MS = 3000;

/** The next seals of each tenant after the number given for it, in their order, at most a hundred. */
export async function findSealsSince(
  pool: Pick<pg.Pool, 'query'>,
  seqs: ReadonlyMap<string, number>,
): Promise<readonly NewSeal[]> {
  const query: pg.QueryConfig & LimitedQuery = {
    text: `select tenant_id as "tenantId", seq, record_types as "recordTypes" from app.seals_since($1::text[], $2::bigint[])`,
    values: [[...seqs.keys()], [...seqs.values()]],
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
  };
  return (await pool.query<NewSeal>(query)).rows;
}
