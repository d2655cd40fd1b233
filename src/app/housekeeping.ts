/** What must be tidied now and then: idempotency keys past their day, sessions that are over, ended throttle windows. */
import type { FastifyBaseLogger } from 'fastify';
import { purgeIdempotencyKeys } from '../access/writes/idempotency-purge.query.js';
import { listTenantsToTidy } from '../access/writes/tidy.query.js';
import { purgeSessions } from '../account/session-purge.query.js';
import { PostgresThrottle } from '../account/throttle.query.js';
import type { Database } from '../tenancy/database.js';

const EVERY_MS = 3_600_000;
/** Rows deleted by one statement: it takes some milliseconds and holds nobody up. */
const BATCH = 1000;
/** What a round leaves is found by the next one. */
const ROUND_MS = 600_000;
const FAILED = 'housekeeping failed';

const PURGES_OF_TENANT = [
  ['idempotency keys', purgeIdempotencyKeys],
  ['sessions', purgeSessions],
] as const;

export interface Housekeeping {
  /** Waits for the batch that is running. */
  stop(): Promise<void>;
}

/** Tidies now and then once an hour; replicas may do so at once, each takes what is there. */
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
  /** Asked between batches. */
  readonly isOver: () => boolean;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

/** Deletes a batch of one record. @returns how many */
type Purge = (batch: number) => Promise<number>;

/**
 * Deletes until nothing is left or the round is over; a batch of each in turn, so that no tenant waits for another's many. What
 * fails is logged and left to the next round, and keeps nothing else from being tidied.
 */
export async function tidy(database: Database, { batch, isOver, log }: Round): Promise<void> {
  const throttle = new PostgresThrottle(database.pool);
  const failed = new Set<string>();
  const attempt = async (record: string, tenantId: string | null, purge: Purge): Promise<number> => {
    const name = `${record} ${tenantId ?? ''}`;
    if (failed.has(name)) return 0;
    try {
      return await purge(batch);
    } catch (error) {
      failed.add(name);
      log.warn({ err: error, record, tenantId }, FAILED);
      return 0;
    }
  };
  for (;;) {
    let deleted = await attempt('throttle counters', null, (size) => throttle.purge(size));
    for (const tenantId of await listTenantsToTidy(database)) {
      for (const [record, purge] of PURGES_OF_TENANT) {
        if (isOver()) return;
        deleted += await attempt(record, tenantId, (size) => purge(database, tenantId, size));
      }
    }
    // What is left is in use, being deleted by another replica, or has failed.
    if (deleted === 0 || isOver()) return;
  }
}
