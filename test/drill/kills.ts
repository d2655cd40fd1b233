/**
 * `kills`: kill −9 while 8 callers write, again and again: of the service (50 times), of a PostgreSQL of the operator's (10), and of the
 * embedded one (10). Promises: every acknowledged write is there once with its audit event; a retry with the same
 * Idempotency-Key has one effect; while PostgreSQL is gone only 503; the service recovers by itself within 2 s of an external
 * PostgreSQL, and starts its embedded one again within 5 s or ends non-zero.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ServiceProcess } from '../support/service-process.js';
import type { Caller } from './caller.js';
import { DrillCluster, postmasterPid } from './cluster.js';
import { work, type DrillOptions } from './faults.js';
import { checkEverything, untilServing } from './final-check.js';
import { Random } from './random.js';
import { Tally } from './tally.js';
import { drillFolder, makeCallers, makeService, POOL, superuserPool } from './world.js';

const DATABASE_KILLS = 10;
const EXTERNAL_RECOVERY_MS = 2000;
const EMBEDDED_RECOVERY_MS = 5000;

export interface KillOptions extends Pick<DrillOptions, 'seed' | 'say'> {
  readonly times: number;
}

interface KillScene {
  readonly service: ServiceProcess;
  readonly pool: pg.Pool;
  readonly mayBeKilled: boolean;
}

/** Callers work while `kill` is called again and again; then everything is compared. */
async function workAndKill(
  { service, pool, mayBeKilled }: KillScene,
  { seed, times, tally }: { readonly seed: number; readonly times: number; readonly tally: Tally },
  kill: (callers: readonly Caller[]) => Promise<boolean>,
): Promise<void> {
  const random = new Random(seed);
  const callers = await makeCallers(pool, random, { origin: () => service.origin, tally, mayBeKilled }, 4);
  let isOver = false;
  const working = callers.map((caller) => work(caller, () => isOver));
  let isAlive = true;
  for (let time = 1; time <= times && isAlive; time += 1) {
    await sleep(random.integer(300, 2000));
    tally.fault(`kill ${time}`);
    isAlive = await kill(callers);
  }
  isOver = true;
  if (!isAlive) return;
  await Promise.all(working);
  await checkEverything(pool, callers, POOL, tally);
}

async function killService(seed: number, times: number, tally: Tally): Promise<void> {
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 4);
  const service = makeService(drillFolder(), { DATABASE_URL: database.appUrl });
  try {
    await service.start();
    await workAndKill({ service, pool, mayBeKilled: true }, { seed, times, tally }, async () => {
      await service.end('SIGKILL');
      await service.start();
      return true;
    });
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
}

async function killExternal(seed: number, times: number, tally: Tally): Promise<void> {
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 4);
  const service = makeService(drillFolder(), { DATABASE_URL: database.appUrl });
  try {
    await service.start();
    const scene = { service, pool, mayBeKilled: false };
    await workAndKill(scene, { seed, times, tally }, async (callers) => {
      process.kill(cluster.pid, 'SIGKILL');
      await sleep(1000);
      await cluster.restart();
      await recover(callers, EXTERNAL_RECOVERY_MS, tally);
      return true;
    });
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
}

async function killEmbedded(seed: number, times: number, tally: Tally): Promise<void> {
  // Made by the drill, which then knows the superuser's password; the service takes the folder over.
  const folder = drillFolder();
  const cluster = await DrillCluster.start(folder);
  const database = await cluster.makeDatabase('crm');
  await cluster.release();
  const service = makeService(drillFolder(), { DATA_DIR: folder });
  await service.start();
  const pool = superuserPool(database, 4);
  try {
    const scene = { service, pool, mayBeKilled: false };
    await workAndKill(scene, { seed, times, tally }, async (callers) => {
      process.kill(postmasterPid(folder), 'SIGKILL');
      return recover(callers, EMBEDDED_RECOVERY_MS, tally);
    });
    if (service.hasEnded) tally.broken('the service has ended');
  } finally {
    await pool.end();
    await service.end('SIGTERM');
    cluster.remove();
  }
}

/** @returns whether it recovered at all */
export async function recover(callers: readonly Caller[], limitMs: number, tally: Tally): Promise<boolean> {
  const before = tally.brokenCount;
  const [first] = callers;
  const startedAt = performance.now();
  if (first) await untilServing(first.requester, tally, limitMs);
  tally.count('recovery', tally.brokenCount === before ? 'in time' : 'late', performance.now() - startedAt);
  return tally.brokenCount === before;
}

export async function drillKills({ seed, times, say }: KillOptions): Promise<Tally> {
  const total = new Tally();
  const databaseKills = Math.min(DATABASE_KILLS, times);
  const parts = [
    ['the service', (tally: Tally) => killService(seed, times, tally)],
    ['an external PostgreSQL', (tally: Tally) => killExternal(seed, databaseKills, tally)],
    ['the embedded PostgreSQL', (tally: Tally) => killEmbedded(seed, databaseKills, tally)],
  ] as const;
  for (const [name, run] of parts) {
    say(`kills of ${name}: seed ${seed}`);
    const tally = new Tally();
    await run(tally);
    say(tally.report());
    total.count(`kills of ${name}`, tally.isWhole ? 'right' : 'broken');
    if (!tally.isWhole) total.broken(`kills of ${name}: ${tally.brokenCount} broken promises, listed above`);
  }
  return total;
}
