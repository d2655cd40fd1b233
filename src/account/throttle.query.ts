/** Counters of failed tries in PostgreSQL: they survive restarts, and all replicas share them. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { LimitedQuery } from '../platform/postgres/row-client.js';
import type { BookingOutcome, Bucket, Throttle } from './throttle.js';

interface BucketRow {
  readonly key: Buffer;
  readonly count: number;
  readonly endsAtMs: number;
}

/** A window that has ended starts anew. The table has no tenant: an address has none. */
function bookSql(buckets: number): string {
  const rows = Array.from({ length: buckets }, (_, index) => `($${2 * index + 2}, $${2 * index + 3}, 1)`);
  return `INSERT INTO throttle_buckets AS b (key, window_ends_at, count) VALUES ${rows.join(', ')}
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN b.window_ends_at <= $1 THEN 1 ELSE b.count + 1 END,
      window_ends_at = CASE WHEN b.window_ends_at <= $1 THEN excluded.window_ends_at ELSE b.window_ends_at END
    RETURNING key, count, (extract(epoch FROM window_ends_at) * 1000)::float8 AS "endsAtMs"`;
}

/** In the order of the keys, as they are booked. */
const GIVE_BACK = `UPDATE throttle_buckets SET count = count - 1
  WHERE key IN (SELECT key FROM throttle_buckets WHERE key = ANY ($1::bytea[]) ORDER BY key FOR NO KEY UPDATE)
    AND count > 0 AND window_ends_at > $2`;
const REMEMBER = `INSERT INTO throttle_buckets (key, window_ends_at, count) VALUES ($1, $2, 0)
  ON CONFLICT (key) DO UPDATE SET window_ends_at = excluded.window_ends_at`;
/** Touches a row only where the window before has ended. */
const ANNOUNCE = `INSERT INTO throttle_buckets AS b (key, window_ends_at, count) VALUES ($1, $2, 0)
  ON CONFLICT (key) DO UPDATE SET window_ends_at = excluded.window_ends_at WHERE b.window_ends_at <= $3`;
const REMEMBERS = 'SELECT FROM throttle_buckets WHERE key = $1 AND window_ends_at > $2';
/** At most so many at once, so that a purge locks nobody out for long. */
const PURGE = `DELETE FROM throttle_buckets WHERE key IN
  (SELECT key FROM throttle_buckets WHERE window_ends_at <= $1 LIMIT 10000 FOR UPDATE SKIP LOCKED)`;

/** They touch a few rows: longer than the server waits for a lock, shorter than a request waits for its answer; milliseconds. */
const ANSWER_TIMEOUT_MS = 4000;

export class PostgresThrottle implements Throttle {
  /** @param now milliseconds since 1970; tests set the clock */
  constructor(
    private readonly pool: pg.Pool,
    private readonly now: () => number = Date.now,
  ) {}

  async book(buckets: readonly Bucket[]): Promise<BookingOutcome> {
    // Always in the same order, so that two tries with the same keys cannot deadlock.
    const ordered = [...buckets].sort((a, b) => a.key.compare(b.key));
    const values = ordered.flatMap(({ key, windowSeconds }) => [key, this.after(windowSeconds)]);
    const { rows } = await this.query<BucketRow>(bookSql(ordered.length), [this.after(0), ...values]);
    const full = rows.flatMap((row) => {
      const limit = ordered.find(({ key }) => key.equals(row.key))?.limit ?? 0;
      return row.count > limit ? [row] : [];
    });
    const [fullest] = full.sort((a, b) => b.endsAtMs - a.endsAtMs);
    if (!fullest) return { isBooked: true };
    // A refused try was none: it counts nowhere, or a burst at one account would use up its whole address.
    await this.giveBack(ordered);
    const retryAfterSeconds = Math.max(1, Math.ceil((fullest.endsAtMs - this.now()) / 1000));
    return { isBooked: false, retryAfterSeconds, isFirst: await this.announce(fullest) };
  }

  /** @returns whether nothing was refused under this key in its window before */
  private async announce({ key, endsAtMs }: BucketRow): Promise<boolean> {
    const marker = createHash('sha256').update('refused').update(key).digest();
    const values = [marker, new Date(endsAtMs).toISOString(), this.after(0)];
    const { rowCount } = await this.query(ANNOUNCE, values);
    return rowCount === 1;
  }

  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    if (buckets.length === 0) return;
    await this.query(GIVE_BACK, [buckets.map(({ key }) => key), this.after(0)]);
  }

  async remember(key: Buffer, seconds: number): Promise<void> {
    await this.query(REMEMBER, [key, this.after(seconds)]);
  }

  async remembers(key: Buffer): Promise<boolean> {
    const { rowCount } = await this.query(REMEMBERS, [key, this.after(0)]);
    return rowCount === 1;
  }

  async purge(): Promise<number> {
    const { rowCount } = await this.query(PURGE, [this.after(0)]);
    return rowCount ?? 0;
  }

  private query<T extends pg.QueryResultRow>(
    text: string,
    values: readonly (string | Buffer | readonly Buffer[])[],
  ): Promise<pg.QueryResult<T>> {
    const query: pg.QueryConfig & LimitedQuery = { text, values: [...values], answerTimeoutMs: ANSWER_TIMEOUT_MS };
    return this.pool.query<T>(query);
  }

  private after(seconds: number): string {
    return new Date(this.now() + seconds * 1000).toISOString();
  }
}
