/** Periodic deletion of expired rows: idempotency keys, sessions, throttle windows. */
import type { FastifyBaseLogger } from 'fastify';
import { purgeIdempotencyKeys } from '../access/writes/idempotency-purge.query.js';
import { listTenantsToTidy } from '../access/writes/tidy.query.js';
import { purgeSessions } from '../account/session-purge.query.js';
import { PostgresThrottle } from '../account/throttle.query.js';
import type { Database } from '../tenancy/database.js';

const EVERY_MS = 3_600_000;
/** Rows per statement: deleting them takes some milliseconds, so nobody waits for their locks. */
const BATCH = 1000;
/** Time limit of a round; the next round finds what is left. */
const ROUND_MS = 600_000;
const FAILED = 'housekeeping failed';

const PURGES_OF_TENANT = [
  ['idempotency keys', purgeIdempotencyKeys],
  ['sessions', purgeSessions],
] as const;

export interface Housekeeping {
  /** Waits for the running batch. */
  stop(): Promise<void>;
}

/** Runs a round now and one every hour. Replicas may run rounds at the same time: each deletes what it finds. */
export function startHousekeeping(database: Database, log: FastifyBaseLogger): Housekeeping {
  let isStopped = false;
  let round = Promise.resolve();
  const run = (): void => {
    const endsAt = performance.now() + ROUND_MS;
    const isOver = (): boolean => isStopped || performance.now() > endsAt;
    round = tidy(database, { batch: BATCH, isOver, log }).catch((error: unknown) => {
      log.warn({ err: error }, FAILED);
    });
  };
  const timer = setInterval(run, EVERY_MS).unref();
  run();
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await round;
    },
  };
}

interface Round {
  readonly batch: number;
  /** Checked between batches. */
  readonly isOver: () => boolean;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

/** Deletes a batch of rows of one table. @returns how many */
type Purge = (batch: number) => Promise<number>;

/**
 * Deletes until nothing is left or the round is over, one batch of each tenant in turn, so that no tenant waits for another's
 * backlog. A failure is logged, left to the next round, and does not stop the other deletions.
 */
export async function tidy(database: Database, { batch, isOver, log }: Round): Promise<void> {
  const throttle = new PostgresThrottle(database.pool);
  const failed = new Set<string>();
  const attempt = async (rows: string, tenantId: string | null, purge: Purge): Promise<number> => {
    const name = `${rows} ${tenantId ?? ''}`;
    if (failed.has(name)) return 0;
    try {
      return await purge(batch);
    } catch (error) {
      failed.add(name);
      log.warn({ err: error, rows, tenantId }, FAILED);
      return 0;
    }
  };
  for (;;) {
    let deleted = await attempt('throttle counters', null, (size) => throttle.purge(size));
    for (const tenantId of await listTenantsToTidy(database)) {
      for (const [rows, purge] of PURGES_OF_TENANT) {
        if (isOver()) return;
        deleted += await attempt(rows, tenantId, (size) => purge(database, tenantId, size));
      }
    }
    // Rows that are left are in use, being deleted by another replica, or failed.
    if (deleted === 0 || isOver()) return;
  }
}
