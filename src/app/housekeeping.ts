/** What must be tidied now and then: idempotency keys past their day, ended throttle windows. */
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../tenancy/database.js';
import { purgeIdempotencyKeys } from '../access/writes/idempotency-purge.query.js';
import { PostgresThrottle } from '../account/throttle.query.js';

const EVERY_MS = 3_600_000;

export interface Housekeeping {
  /** Waits for a round that is running. */
  stop(): Promise<void>;
}

/** Tidies now and then once an hour; replicas may do so at once, each takes what is there. */
export function startHousekeeping(database: Database, log: FastifyBaseLogger): Housekeeping {
  const throttle = new PostgresThrottle(database.pool);
  let round = Promise.resolve();
  const run = (): void => {
    round = tidy(database, throttle).catch((error: unknown) => {
      log.warn({ err: error }, 'housekeeping failed');
    });
  };
  const timer = setInterval(run, EVERY_MS).unref();
  run();
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

async function tidy(database: Database, throttle: PostgresThrottle): Promise<void> {
  await purgeIdempotencyKeys(database);
  await throttle.purge(1000);
}
