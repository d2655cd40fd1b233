/**
 * `failover`: a PostgreSQL with a synchronous standby; the service reaches them through a proxy, and callers mostly write. Promises: on a
 * standby that was not promoted readiness is 503; when the primary is killed and the standby promoted, no acknowledged write is lost and
 * none is done twice; with a stopped standby, a silent network or a stopped server every request is answered within 8 s, and the
 * service serves again after it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { FaultProxy } from '../../support/fault-proxy.js';
import type { Caller } from '../caller.js';
import { work } from '../faults.js';
import { checkEverything } from '../final-check.js';
import { freeze } from '../frozen.js';
import { recover } from '../kills.js';
import { Random } from '../random.js';
import { Requester } from '../requester.js';
import { Tally } from '../tally.js';
import { drillFolder, makeCallers, makeService, POOL, superuserPool } from '../world.js';
import { PostgresPair } from './postgres-pair.js';
import type { LoadOptions } from './replicas.js';

const CALLERS_PER_TENANT = 4;
const WRITE_SHARE = 0.85;
const READ_ONLY_MS = 4000;
/** Longer than a request may take. */
const SILENT_MS = 15_000;
const RECOVERY_MS = 2000;

/** When writes were acknowledged. */
class Acknowledgements {
  private readonly times: number[] = [];

  add(): void {
    this.times.push(performance.now());
  }

  get count(): number {
    return this.times.length;
  }

  /** @returns the longest time without any, from a moment on; milliseconds */
  longestGap(from: number): number {
    const times = [from, ...this.times.filter((time) => time > from), performance.now()];
    return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
  }
}

interface Scene {
  readonly pair: PostgresPair;
  readonly proxy: FaultProxy;
  readonly callers: readonly Caller[];
  readonly acknowledged: Acknowledgements;
  readonly tally: Tally;
  readonly say: (line: string) => void;
}

export async function drillFailover({ seed, seconds, say }: LoadOptions): Promise<Tally> {
  const tally = new Tally();
  await using pair = await PostgresPair.start();
  const proxy = await FaultProxy.start(pair.database.appUrl);
  const pool = superuserPool({ ...pair.database, superuserUrl: proxy.through(pair.database.superuserUrl) }, 6);
  const folder = drillFolder();
  say(`failover: PostgreSQL ${pair.version}, seed ${seed}, the service's output in ${folder}`);
  const service = makeService(folder, { DATABASE_URL: proxy.through(pair.database.appUrl) });
  try {
    await service.start();
    const acknowledged = new Acknowledgements();
    const onAcknowledged = (): void => {
      acknowledged.add();
    };
    const shared = { origin: () => service.origin, tally, mayBeKilled: false, onAcknowledged };
    const callers = await makeCallers(pool, new Random(seed), shared, CALLERS_PER_TENANT);
    await playFaults({ pair, proxy, callers, acknowledged, tally, say }, seconds);
    await checkAll(pool, callers, acknowledged, tally, say);
    if (service.hasEnded) tally.broken('the service has ended');
  } finally {
    await service.end('SIGTERM');
    await proxy.close();
    await pool.end();
  }
  return tally;
}

/** The faults one after the other, while the callers work. @param seconds of calm between them, in all */
async function playFaults(scene: Scene, seconds: number): Promise<void> {
  let isOver = false;
  const working = scene.callers.map((caller) => work(caller, () => isOver, WRITE_SHARE));
  const faults = [leadToStandby, stopStandby, failOver, silence, freezeServer];
  const calmMs = (seconds * 1000) / (faults.length + 1);
  await sleep(calmMs);
  for (const fault of faults) {
    const startedAt = performance.now();
    const answers = scene.tally.answers;
    const what = await fault(scene);
    await sleep(calmMs);
    const gap = (scene.acknowledged.longestGap(startedAt) / 1000).toFixed(1);
    scene.say(`  ${what}; ${gap} s without an acknowledged write, ${scene.tally.answers - answers} answers`);
  }
  isOver = true;
  await Promise.all(working);
}

/** By mistake: the standby only follows. */
async function leadToStandby({ pair, proxy, callers, tally }: Scene): Promise<string> {
  tally.fault('lead-to-standby');
  proxy.isRejecting = true;
  proxy.leadTo(pair.primary.url('crm'));
  await pair.catchUp(); // an answer of the standby is then what the callers know
  proxy.leadTo(pair.standby.url('crm'));
  proxy.isRejecting = false;
  const statuses = await pollReadiness(callers, tally);
  proxy.leadTo(pair.primary.url('crm'));
  await recover(callers, RECOVERY_MS, tally);
  if (statuses.some((status) => status !== 503)) tally.broken(`readiness on a standby: ${statuses.join(' ')}`);
  return `led to a standby for ${READ_ONLY_MS} ms: readiness ${[...new Set(statuses)].join(' ')}`;
}

async function pollReadiness([caller]: readonly Caller[], tally: Tally): Promise<number[]> {
  if (!caller) throw new Error('No caller.');
  const requester = new Requester(caller.scope.origin, undefined, tally);
  const statuses: number[] = [];
  const endAt = Date.now() + READ_ONLY_MS;
  while (Date.now() < endAt) {
    statuses.push((await requester.fetch('readiness on a standby', 'GET', '/health/ready')).status);
    await sleep(100);
  }
  return statuses;
}

/** Commits wait for it: they are 503 meanwhile, and their keys tell afterwards. */
async function stopStandby({ pair, callers, tally }: Scene): Promise<string> {
  const frozen = freeze(pair.standby.server.pid, SILENT_MS, tally);
  await sleep(SILENT_MS - 500);
  const connections = await pair.countConnections();
  await frozen;
  const recovery = await timeRecovery(callers, tally);
  return `standby stopped for ${SILENT_MS} ms: ${connections} connections; ${recovery}`;
}

async function failOver({ pair, proxy, callers, acknowledged, tally }: Scene): Promise<string> {
  tally.fault('kill-primary');
  const before = acknowledged.count;
  const killedAt = performance.now();
  pair.killPrimary();
  await pair.promote();
  proxy.leadTo(pair.standby.url('crm'));
  const promotedAt = performance.now();
  tally.fault('promoted');
  await recover(callers, RECOVERY_MS, tally);
  const [promotion, service] = [promotedAt - killedAt, performance.now() - promotedAt].map(Math.round);
  return `primary killed after ${before} acknowledged writes: standby promoted after ${promotion} ms, served ${service} ms later`;
}

async function silence({ proxy, callers, tally }: Scene): Promise<string> {
  tally.fault('silence');
  proxy.silence();
  await sleep(SILENT_MS);
  proxy.heal();
  tally.fault('heard');
  return `network silent for ${SILENT_MS} ms: ${await timeRecovery(callers, tally)}`;
}

async function freezeServer({ pair, callers, tally }: Scene): Promise<string> {
  await freeze(pair.standby.server.pid, SILENT_MS, tally);
  return `server stopped for ${SILENT_MS} ms: ${await timeRecovery(callers, tally)}`;
}

async function timeRecovery(callers: readonly Caller[], tally: Tally): Promise<string> {
  const startedAt = performance.now();
  await recover(callers, RECOVERY_MS, tally);
  return `served ${Math.round(performance.now() - startedAt)} ms after it`;
}

async function checkAll(
  pool: pg.Pool,
  callers: readonly Caller[],
  { count }: Acknowledgements,
  tally: Tally,
  say: LoadOptions['say'],
): Promise<void> {
  const before = tally.brokenCount;
  await checkEverything(pool, callers, POOL, tally);
  const found = tally.brokenCount === before ? 'all of them are there once' : 'see the broken promises';
  say(`  ${count} acknowledged writes: ${found}; slowest answer ${Math.round(tally.slowestMs)} ms`);
}
