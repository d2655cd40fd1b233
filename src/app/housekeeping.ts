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
    round = tidy(database, { batch: BATCH, isOver: () => isStopped || performance.now() > endsAt }).catch(
      (error: unknown) => {
        log.warn({ err: error }, 'housekeeping failed');
      },
    );
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
}

/** Deletes until nothing is left or the round is over; a batch of each in turn, so that no tenant waits for another's many. */
export async function tidy(database: Database, { batch, isOver }: Round): Promise<void> {
  const throttle = new PostgresThrottle(database.pool);
  for (;;) {
    let deleted = await throttle.purge(batch);
    for (const tenantId of await listTenantsToTidy(database)) {
      for (const purge of [purgeIdempotencyKeys, purgeSessions]) {
        if (isOver()) return;
        deleted += await purge(database, tenantId, batch);
      }
    }
    // What is left is in use, or being deleted by another replica.
    if (deleted === 0 || isOver()) return;
  }
}
