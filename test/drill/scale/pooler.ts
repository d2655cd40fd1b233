/**
 * `pooler`: the service behind a PgBouncer in transaction mode, which keeps fewer connections than the service opens. Promises: the guide can
 * be walked; every answer under load is right; a held lock is a 503 within 5 s, so the limits of the role arrive; a restart of the pooler under load is only 503
 * meanwhile, and the service recovers by itself within 2 s.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Caller } from '../caller.js';
import { DrillCluster } from '../cluster.js';
import { work } from '../faults.js';
import { checkEverything } from '../final-check.js';
import { recover } from '../kills.js';
import { Random } from '../random.js';
import { GUIDE_SETTINGS, walkPages } from '../ship/walk.js';
import { idOf, updateRequest } from '../records.js';
import { Tally } from '../tally.js';
import { drillFolder, makeCallers, makeService, POOL, superuserPool, type DrillDatabase } from '../world.js';
import { PgBouncer } from './pgbouncer.js';
import type { LoadOptions } from './replicas.js';

/** Connections of the pooler; the service opens more: its pool, exports, and the background. */
const SIZE = POOL + 1;
const CALLERS_PER_TENANT = 4;
const LOCKED_LIMIT_MS = 5000;
const RECOVERY_MS = 2000;
/** What operators do to it, and what happens to it. */
const RESTARTS = ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const;

interface Scene {
  readonly pool: pg.Pool;
  readonly pooler: PgBouncer;
  readonly tally: Tally;
  readonly say: (line: string) => void;
}

export async function drillPooler({ seed, seconds, say }: LoadOptions): Promise<Tally> {
  const tally = new Tally();
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  await using pooler = await PgBouncer.start(database, SIZE);
  const pool = superuserPool(database, 6);
  const folder = drillFolder();
  say(`pooler: seed ${seed}, ${seconds} s, the service's output in ${folder}`);
  const variables = { DATABASE_URL: pooler.appUrl, DATABASE_POOLER: 'transaction' };
  await walkBehind(variables, database, folder, tally);
  const service = makeService(folder, variables);
  try {
    await service.start();
    const shared = { origin: () => service.origin, tally, mayBeKilled: false };
    const callers = await makeCallers(pool, new Random(seed), shared, CALLERS_PER_TENANT);
    await playPooler({ pool, pooler, tally, say }, callers, seconds);
    await checkEverything(pool, callers, POOL, tally);
    if (service.hasEnded) tally.broken('the service has ended');
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

/** A service of its own, since the guide shows limits of rates, which the load would meet. */
async function walkBehind(
  variables: Readonly<Record<string, string>>,
  database: DrillDatabase,
  folder: string,
  tally: Tally,
): Promise<void> {
  const service = makeService(folder, { ...variables, ...GUIDE_SETTINGS }, 'guide');
  await service.start();
  try {
    await walkPages(database, service.origin, tally);
  } finally {
    await service.end('SIGTERM');
  }
}

async function playPooler(scene: Scene, callers: readonly Caller[], seconds: number): Promise<void> {
  const { pool, pooler, tally, say } = scene;
  let isOver = false;
  const working = callers.map((caller) => work(caller, () => isOver));
  let most = 0;
  for (let left = seconds * 2; left > 0; left -= 1) {
    await sleep(500);
    most = Math.max(most, await countConnections(pool));
  }
  say(`  calm: ${tally.answers} answers in ${seconds} s over at most ${most} connections to the database`);
  if (most > SIZE) tally.broken(`${most} connections to the database, the pooler may have ${SIZE}`);
  if (tally.total('UNAVAILABLE') > 0) tally.broken(`${tally.total('UNAVAILABLE')} × UNAVAILABLE before any fault`);
  for (const signal of RESTARTS) {
    tally.fault(`restart ${signal}`);
    const startedAt = performance.now();
    await pooler.restart(signal);
    const awayMs = performance.now() - startedAt;
    await recover(callers, RECOVERY_MS, tally);
    const ms = performance.now() - startedAt - awayMs;
    say(`  restarted by ${signal}: away for ${Math.round(awayMs)} ms, the service serves ${Math.round(ms)} ms later`);
    await sleep(2000);
  }
  isOver = true;
  await Promise.all(working);
  await holdLock(scene, callers);
}

/** Connections to the database as the role of the service. */
async function countConnections(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app'",
  );
  return rows[0]?.count ?? 0;
}

/** A write that waits for a lock which nobody releases. */
async function holdLock({ pool, tally, say }: Scene, callers: readonly Caller[]): Promise<void> {
  const caller = callers.find(({ live }) => live.length > 0);
  const [customer] = caller?.live ?? [];
  if (!caller || !customer) throw new Error('No customer to lock.');
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT FROM customers WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [
      caller.identity.tenantId,
      idOf(customer),
    ]);
    const request = updateRequest('customer', idOf(customer), { notes: 'locked' });
    const { code = 'an answer', ms } = await caller.requester.send('write to a locked row', 'rest', request);
    say(`  a locked row: ${code} after ${Math.round(ms)} ms`);
    if (code !== 'UNAVAILABLE' || ms > LOCKED_LIMIT_MS)
      tally.broken(`a locked row: ${code} after ${Math.round(ms)} ms, not UNAVAILABLE within ${LOCKED_LIMIT_MS}`);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
