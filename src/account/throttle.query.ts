/** Rate-limit keys of sign-ins in PostgreSQL, in the table `throttle_buckets`: they survive restarts, and all replicas share them. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { isWaitTimeout } from '../platform/postgres/database-errors.js';
import type { LimitedQuery } from '../platform/postgres/row-client.js';
import type { BookingOutcome, RateLimitKey, RateLimitState, Rejection, Throttle } from './throttle.js';

interface StateRow {
  readonly key: Buffer;
  readonly failures: number;
  readonly endsAtMs: number;
}

/** If its process was killed, an attempt is never settled: after its time it counts as a failure. `b` is the row, `$1` is now. */
const FAILURES = `(CASE WHEN b.window_ends_at <= $1 THEN 0
  WHEN b.in_flight_until <= $1 THEN b.count + b.in_flight ELSE b.count END)`;
const IN_FLIGHT = '(CASE WHEN b.in_flight_until <= $1 THEN 0 ELSE b.in_flight END)';
/** A new window starts after the old one has ended. */
const WINDOW_END = 'CASE WHEN b.window_ends_at <= $1 THEN $3 ELSE b.window_ends_at END';

const LOOK = `SELECT key, ${FAILURES} AS failures, (extract(epoch FROM window_ends_at) * 1000)::float8 AS "endsAtMs"
  FROM throttle_buckets b WHERE key = ANY ($2::bytea[]) AND window_ends_at > $1`;
/** The table has no tenant, because an address belongs to none. */
const BOOK = `INSERT INTO throttle_buckets AS b (key, window_ends_at, count, in_flight, in_flight_until)
  VALUES ($2, $3::timestamptz, 0, 1, $4)
  ON CONFLICT (key) DO UPDATE SET count = ${FAILURES}, in_flight = ${IN_FLIGHT} + 1,
    window_ends_at = ${WINDOW_END}, in_flight_until = excluded.in_flight_until
  WHERE ${FAILURES} + ${IN_FLIGHT} < $5`;
const FREE = 'UPDATE throttle_buckets SET in_flight = in_flight - 1 WHERE key = $1 AND in_flight > 0';
const FAIL = `UPDATE throttle_buckets b SET count = ${FAILURES} + 1, in_flight = greatest(b.in_flight - 1, 0),
  window_ends_at = ${WINDOW_END.replace('$3', '$3::timestamptz')} WHERE key = $2`;
const REMEMBER = `INSERT INTO throttle_buckets (key, window_ends_at, count) VALUES ($1, $2, 0)
  ON CONFLICT (key) DO UPDATE SET window_ends_at = excluded.window_ends_at`;
/** Updates the row only if its window has ended. */
const ANNOUNCE = `INSERT INTO throttle_buckets AS b (key, window_ends_at, count) VALUES ($1, $2, 0)
  ON CONFLICT (key) DO UPDATE SET window_ends_at = excluded.window_ends_at WHERE b.window_ends_at <= $3`;
/** A materialized CTE: PostgreSQL may run a subquery in IN more than once, with another batch each time. */
const PURGE = `WITH old AS MATERIALIZED (SELECT key FROM throttle_buckets
    WHERE window_ends_at <= $1 AND (in_flight_until IS NULL OR in_flight_until <= $1) LIMIT $2 FOR UPDATE SKIP LOCKED)
  DELETE FROM throttle_buckets b USING old WHERE b.key = old.key`;

/** Longer than the server's lock timeout, shorter than the deadline of a request; milliseconds. */
const ANSWER_TIMEOUT_MS = 4000;
/** Several times the deadline of a request: an attempt in progress is never taken for a lost one. */
const IN_FLIGHT_SECONDS = 60;

export class PostgresThrottle implements Throttle {
  /** @param now milliseconds since 1970; tests set the clock */
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: () => number = Date.now,
  ) {}

  async look(keys: readonly Buffer[]): Promise<ReadonlyMap<string, RateLimitState>> {
    const { rows } = await this.query<StateRow>(LOOK, [this.after(0), keys]);
    return new Map(
      rows.map(({ key, failures, endsAtMs }) => {
        const retryAfterSeconds = Math.max(1, Math.ceil((endsAtMs - this.now()) / 1000));
        return [key.toString('hex'), { failures, endsAtMs, retryAfterSeconds }];
      }),
    );
  }

  async book(limitKeys: readonly RateLimitKey[]): Promise<BookingOutcome> {
    // Each statement locks one row and commits, so no two attempts can deadlock.
    for (const [index, limitKey] of limitKeys.entries()) {
      const taken = limitKeys.slice(0, index);
      if (await this.takeOrFree(limitKey, taken)) continue;
      // Refund the others: a burst at one account must not use up its whole address.
      await this.settle(taken, false);
      return this.explain(limitKey);
    }
    return { type: 'booked' };
  }

  /** @throws the error of the reservation, after refunding the earlier ones if the database answers */
  private async takeOrFree(limitKey: RateLimitKey, taken: readonly RateLimitKey[]): Promise<boolean> {
    try {
      return await this.take(limitKey);
    } catch (error) {
      const freed = this.settle(taken, false).catch(() => undefined);
      // After a timeout the request has no time left to wait for this.
      if (!isWaitTimeout(error)) await freed;
      throw error;
    }
  }

  private async take({ key, limit, windowSeconds }: RateLimitKey): Promise<boolean> {
    const values = [this.after(0), key, this.after(windowSeconds), this.after(IN_FLIGHT_SECONDS), limit];
    const { rowCount } = await this.query(BOOK, values);
    return rowCount === 1;
  }

  private async explain({ key, limit }: RateLimitKey): Promise<BookingOutcome> {
    const state = (await this.look([key])).get(key.toString('hex'));
    if (!state || state.failures < limit) return { type: 'busy', key };
    return { type: 'rejected', rejection: { key, ...state } };
  }

  async settle(limitKeys: readonly RateLimitKey[], isFailure: boolean): Promise<void> {
    // Settle all before reporting a failure: one locked row must not keep the others reserved.
    const outcomes = await Promise.allSettled(
      limitKeys.map(({ key, windowSeconds }) =>
        isFailure ? this.query(FAIL, [this.after(0), key, this.after(windowSeconds)]) : this.query(FREE, [key]),
      ),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async announce({ key, endsAtMs }: Pick<Rejection, 'key' | 'endsAtMs'>): Promise<boolean> {
    const marker = createHash('sha256').update('refused').update(key).digest();
    const values = [marker, new Date(endsAtMs).toISOString(), this.after(0)];
    const { rowCount } = await this.query(ANNOUNCE, values);
    return rowCount === 1;
  }

  async remember(key: Buffer, seconds: number): Promise<void> {
    await this.query(REMEMBER, [key, this.after(seconds)]);
  }

  async purge(batch: number): Promise<number> {
    const { rowCount } = await this.query(PURGE, [this.after(0), batch]);
    return rowCount ?? 0;
  }

  private query<T extends pg.QueryResultRow>(
    text: string,
    values: readonly (string | number | Buffer | readonly Buffer[])[],
  ): Promise<pg.QueryResult<T>> {
    const query: pg.QueryConfig & LimitedQuery = { text, values: [...values], answerTimeoutMs: ANSWER_TIMEOUT_MS };
    return this.pool.query<T>(query);
  }

  private after(seconds: number): string {
    return new Date(this.now() + seconds * 1000).toISOString();
  }
}
