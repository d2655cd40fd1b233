/**
 * `faults`: 16 callers of two tenants work on both transports while everything around the service fails (see injection.ts).
 * Each caller knows its records, so it knows what every answer has to be. A 503 leaves a write open until the same
 * Idempotency-Key gives the answer. Promises: no wrong answer; no other rejection than those provoked and UNAVAILABLE or
 * IDEMPOTENCY_IN_PROGRESS; every answer within 8 s, a file within 60; afterwards database, audit trail, counters and pool are as they must be.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from '../support/fault-proxy.js';
import type { Caller } from './caller.js';
import { checkEverything } from './final-check.js';
import { injectFaults, prepareFaults } from './injection.js';
import { Random } from './random.js';
import { READS } from './reads.js';
import { Tally } from './tally.js';
import { drillFolder, makeCallers, makeService, POOL, superuserPool, type DrillDatabase } from './world.js';
import { WRITES } from './writes.js';

const CALLERS_PER_TENANT = 8;

export interface DrillOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly say: (line: string) => void;
}

/**
 * Reads and writes until the time is over; an error of the drill itself is a broken promise too.
 * @param writeShare of the steps
 */
export async function work(caller: Caller, isOver: () => boolean, writeShare = 0.5): Promise<void> {
  while (!isOver()) {
    try {
      if (caller.random.chance(writeShare)) await caller.random.pick(WRITES)(caller);
      else await caller.random.pick(READS)(caller, caller.transport());
    } catch (error) {
      caller.broken('drill', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    await sleep(caller.random.integer(0, 20));
  }
}

export async function drillFaults(database: DrillDatabase, { seed, minutes, say }: DrillOptions): Promise<Tally> {
  const random = new Random(seed);
  const tally = new Tally();
  const folder = drillFolder();
  say(`faults: seed ${seed}, ${minutes} minutes, the service's output in ${folder}`);
  const pool = superuserPool(database, 12);
  const proxy = await FaultProxy.start(database.appUrl);
  const service = makeService(folder, { DATABASE_URL: proxy.through(database.appUrl) });
  try {
    await prepareFaults(pool);
    await service.start();
    const scope = { origin: () => service.origin, tally, mayBeKilled: false };
    const callers = await makeCallers(pool, random, scope, CALLERS_PER_TENANT);
    await runWithFaults({ callers, random, minutes }, { pool, proxy, tally });
    await checkEverything(pool, callers, POOL, tally);
    if (service.hasEnded) tally.broken('the service has ended');
  } finally {
    await service.end('SIGTERM');
    await proxy.close();
    await pool.end();
  }
  return tally;
}

interface FaultRun {
  readonly callers: readonly Caller[];
  readonly random: Random;
  readonly minutes: number;
}

async function runWithFaults(
  { callers, random, minutes }: FaultRun,
  target: Parameters<typeof injectFaults>[0],
): Promise<void> {
  const calmUntil = Date.now() + 2000;
  const endAt = Date.now() + minutes * 60_000;
  const isOver = (): boolean => Date.now() > endAt;
  const working = callers.map((caller) => work(caller, isOver));
  await sleep(calmUntil - Date.now());
  await injectFaults(target, random.fork(), isOver);
  // Those that still wait for a final answer now get it.
  await Promise.all(working);
}
