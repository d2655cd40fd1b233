/**
 * `frozen`: all processes of PostgreSQL are stopped (SIGSTOP) for 20 s while 16 callers work. Promises: every request, reads,
 * writes, sign-ins and readiness, is answered within 8 s; after SIGCONT the service is right again by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DrillCluster, processTree } from './cluster.js';
import { work, type DrillOptions } from './faults.js';
import { checkEverything } from './final-check.js';
import { Random } from './random.js';
import { Tally } from './tally.js';
import { drillFolder, makeCallers, makeService, POOL, superuserPool } from './world.js';

const FROZEN_MS = 20_000;

export async function drillFrozen({ seed, say }: Pick<DrillOptions, 'seed' | 'say'>): Promise<Tally> {
  const tally = new Tally();
  const random = new Random(seed);
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 6);
  const folder = drillFolder();
  say(`frozen: seed ${seed}, the service's output in ${folder}`);
  const service = makeService(folder, { DATABASE_URL: database.appUrl });
  try {
    await service.start();
    const scope = { origin: () => service.origin, tally, mayBeKilled: false };
    const callers = await makeCallers(pool, random, scope, 8);
    let isOver = false;
    const working = callers.map((caller) => work(caller, () => isOver));
    await sleep(4000);
    await freeze(cluster.pid, FROZEN_MS, tally);
    await sleep(3000);
    isOver = true;
    await Promise.all(working);
    await checkEverything(pool, callers, POOL, tally);
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

/** Stops all processes of a server for a while. */
export async function freeze(postmaster: number, ms: number, tally: Tally): Promise<void> {
  tally.fault('frozen');
  // The postmaster first: then it starts no more children.
  process.kill(postmaster, 'SIGSTOP');
  const all = processTree(postmaster);
  for (const pid of all) signal(pid, 'SIGSTOP');
  await sleep(ms);
  for (const pid of all) signal(pid, 'SIGCONT');
  tally.fault('thawed');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // That backend has ended meanwhile.
  }
}
