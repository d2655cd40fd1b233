/** How far sealing is behind, over all tenants. */
import type pg from 'pg';
import type { LimitedQuery } from '../../platform/postgres/row-client.js';
import { timeOfId } from '../../platform/values/ids.js';

export interface Backlog {
  /** Events without a seal, counted up to 100 000. */
  readonly events: number;
  /** Age of the oldest of them; 0 without any. */
  readonly oldestSeconds: number;
}

/** Milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;

export async function readBacklog(pool: Pick<pg.Pool, 'query'>): Promise<Backlog> {
  const query: pg.QueryConfig & LimitedQuery = {
    text: 'select events, oldest from app.unsealed_backlog()',
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
  };
  const { rows } = await pool.query<{ events: number; oldest: string | null }>(query);
  const [{ events, oldest } = { events: 0, oldest: null }] = rows;
  return { events, oldestSeconds: oldest === null ? 0 : Math.max(0, (Date.now() - timeOfId(oldest)) / 1000) };
}
