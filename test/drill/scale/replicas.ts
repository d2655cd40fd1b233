/**
 * `replicas`: two processes on one database; callers go to either by chance. Promises: every answer is right; a session that ends at
 * one is rejected by the other within 30 s; one Idempotency-Key at both has one effect and one answer; failed sign-ins count together;
 * the two sealers make one whole chain with each event once; no answer holds a row of another tenant.
 */
import type pg from 'pg';
import type { ServiceProcess } from '../../support/service-process.js';
import type { Caller } from '../caller.js';
import { DrillCluster } from '../cluster.js';
import { work } from '../faults.js';
import { checkEverything } from '../final-check.js';
import { Random } from '../random.js';
import { Tally } from '../tally.js';
import { drillFolder, makeCallers, makeService, makeTenant, POOL, signIn, superuserPool } from '../world.js';
import { endSessions } from './ended-sessions.js';
import { failSignIns } from './failed-sign-ins.js';
import { checkSameKeys, sendSameKeys } from './same-keys.js';

const NAMES = ['replica 1', 'replica 2'] as const;
const CALLERS_PER_TENANT = 4;

export interface LoadOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export class Replica {
  constructor(
    readonly name: string,
    readonly service: ServiceProcess,
  ) {}

  get origin(): string {
    return this.service.origin;
  }
}

interface Scene {
  readonly replicas: readonly [Replica, Replica];
  readonly pool: pg.Pool;
  readonly tally: Tally;
}

export async function drillReplicas({ seed, seconds, say }: LoadOptions): Promise<Tally> {
  const tally = new Tally();
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 6);
  const folder = drillFolder();
  say(`replicas: seed ${seed}, ${seconds} s, the output of the services in ${folder}`);
  const make = (name: string): Replica => {
    const variables = { DATABASE_URL: database.appUrl, TRUSTED_PROXIES: '127.0.0.1' };
    return new Replica(name, makeService(folder, variables, name.replace(' ', '-')));
  };
  const replicas = [make(NAMES[0]), make(NAMES[1])] as const;
  try {
    await Promise.all(replicas.map(({ service }) => service.start()));
    await playReplicas({ replicas, pool, tally }, { seed, seconds, say });
  } finally {
    await Promise.all(replicas.map(({ service }) => service.end('SIGTERM')));
    await pool.end();
  }
  return tally;
}

async function playReplicas(scene: Scene, { seed, seconds, say }: LoadOptions): Promise<void> {
  const { replicas, pool, tally } = scene;
  const random = new Random(seed);
  const choice = random.fork();
  const route = { pick: (): Replica => choice.pick(replicas) };
  const shared = { origin: () => route.pick().origin, tally, mayBeKilled: false };
  const callers = await makeCallers(pool, random, shared, CALLERS_PER_TENANT);
  const endAt = Date.now() + seconds * 1000;
  const isOver = (): boolean => Date.now() > endAt;
  const working = callers.map((caller) => work(caller, isOver));
  await playPromises(scene, say, isOver);
  await Promise.all(working);
  say(`under load: ${tally.answers} answers from two replicas`);
  for (const replica of replicas) {
    route.pick = () => replica;
    await checkEverything(pool, callers, POOL, tally);
  }
  await checkSealedOnce(pool, callers, tally, say);
}

/** What only two replicas can break, while the callers work. */
async function playPromises(
  { replicas, pool, tally }: Scene,
  say: LoadOptions['say'],
  isOver: () => boolean,
): Promise<void> {
  const [keyUser] = await makeTenant(pool, 'keys', 1);
  if (!keyUser) throw new Error('No user.');
  const identity = await signIn(() => replicas[0].origin, keyUser, tally);
  const enders = await makeTenant(pool, 'enders', 5);
  const strangers = await makeTenant(pool, 'strangers', 14);
  const [rounds, ended, failed] = await Promise.all([
    sendSameKeys(replicas, identity, isOver, tally),
    endSessions(replicas, enders, tally),
    failSignIns(replicas, strangers, tally),
  ]);
  await checkSameKeys(pool, identity, rounds, tally);
  for (const line of [...ended, ...failed, `${rounds} keys, each at both replicas at once`]) say(`  ${line}`);
}

/** The chain is whole (checkEverything). Here: it holds each event once, and its numbers have no gap. */
async function checkSealedOnce(
  pool: pg.Pool,
  callers: readonly Caller[],
  tally: Tally,
  say: LoadOptions['say'],
): Promise<void> {
  const { rows } = await pool.query<{
    tenant: string;
    events: number;
    sealed: number;
    twice: number;
    seals: number;
    last: number;
  }>(
    `SELECT t.id AS tenant, (SELECT count(*) FROM audit_events e WHERE e.tenant_id = t.id)::integer AS events,
       count(DISTINCT u.id)::integer AS sealed, (count(u.id) - count(DISTINCT u.id))::integer AS twice,
       count(DISTINCT s.seq)::integer AS seals, max(s.seq)::integer AS last
     FROM tenants t JOIN audit_seals s ON s.tenant_id = t.id, unnest(s.event_ids) u (id) WHERE t.id = ANY($1) GROUP BY t.id`,
    [[...new Set(callers.map(({ identity }) => identity.tenantId))]],
  );
  for (const { tenant, events, sealed, twice, seals, last } of rows) {
    say(`  ${tenant}: ${events} events in ${seals} seals`);
    if (sealed !== events || twice > 0 || seals !== last)
      tally.broken(
        `${tenant}: ${events} events, ${sealed} sealed, ${twice} of them twice, in ${seals} seals up to ${last}`,
      );
  }
  if (rows.length < 2) tally.broken('seals: not of every tenant');
}
