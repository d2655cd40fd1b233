/**
 * `replicas`: two processes on one database; callers go to either by chance. Promises: every answer is right; a session that ends at
 * one is rejected by the other within 30 s; one Idempotency-Key at both has one effect and one answer; failed sign-ins count together;
 * the two sealers make one whole chain with each event once; no answer holds a row of another tenant.
 */
import type pg from 'pg';
import type { ServiceProcess } from '../../support/service-process.js';
import type { Caller } from '../caller.js';
import { DrillCluster } from '../cluster.js';
import { makeGivenDatabase } from '../given-server.js';
import { work } from '../faults.js';
import { checkEverything } from '../final-check.js';
import { Random } from '../random.js';
import { Tally } from '../tally.js';
import {
  drillFolder,
  makeCallers,
  makeService,
  makeTenant,
  POOL,
  signIn,
  superuserPool,
  type DrillDatabase,
} from '../world.js';
import { endSessions } from './ended-sessions.js';
import { failSignIns } from './failed-sign-ins.js';
import { checkSameKeys, sendSameKeys } from './same-keys.js';

const NAMES = ['replica 1', 'replica 2'] as const;
const CALLERS_PER_TENANT = 4;

export interface LoadOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Address of a server that is there already, for drills that need none of their own; its superuser's. */
  readonly given?: string | undefined;
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
  readonly isOnCitus: boolean;
}

export async function drillReplicas(options: LoadOptions): Promise<Tally> {
  if (options.given !== undefined) {
    await using database = await makeGivenDatabase(options.given);
    return await drillOn(database, database.isOnCitus, options);
  }
  await using cluster = await DrillCluster.start();
  return await drillOn(await cluster.makeDatabase(), false, options);
}

async function drillOn(
  database: DrillDatabase,
  isOnCitus: boolean,
  { seed, seconds, say }: LoadOptions,
): Promise<Tally> {
  const tally = new Tally();
  const pool = superuserPool(database, 6);
  const folder = drillFolder();
  say(`replicas: seed ${seed}, ${seconds} s, the output of the services in ${folder}`);
  const make = (name: string): Replica => {
    const variables = {
      DATABASE_URL: database.appUrl,
      DATABASE_CITUS: String(isOnCitus),
      TRUSTED_PROXIES: '127.0.0.1',
    };
    return new Replica(name, makeService(folder, variables, name.replace(' ', '-')));
  };
  const replicas = [make(NAMES[0]), make(NAMES[1])] as const;
  try {
    await Promise.all(replicas.map(({ service }) => service.start()));
    await playReplicas({ replicas, pool, tally, isOnCitus }, { seed, seconds, say });
  } finally {
    await Promise.all(replicas.map(({ service }) => service.end('SIGTERM')));
    await pool.end();
  }
  return tally;
}

async function playReplicas(scene: Scene, { seed, seconds, say }: LoadOptions): Promise<void> {
  const { replicas, pool, tally, isOnCitus } = scene;
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
    // On Citus the lock that shows the connections in use is on another node.
    await checkEverything(pool, callers, isOnCitus ? undefined : POOL, tally);
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
  const tenants = [...new Set(callers.map(({ identity }) => identity.tenantId))];
  const { rows: written } = await pool.query<{ tenant: string; events: number }>(
    'SELECT tenant_id AS tenant, count(*)::integer AS events FROM audit_events WHERE tenant_id = ANY($1) GROUP BY tenant_id',
    [tenants],
  );
  const eventsOf = new Map(written.map(({ tenant, events }) => [tenant, events]));
  const { rows } = await pool.query<{ tenant: string; sealed: number; twice: number; seals: number; last: number }>(
    `SELECT s.tenant_id AS tenant, count(DISTINCT u.id)::integer AS sealed, (count(u.id) - count(DISTINCT u.id))::integer AS twice,
       count(DISTINCT s.seq)::integer AS seals, max(s.seq)::integer AS last
     FROM audit_seals s, unnest(s.event_ids) u (id) WHERE s.tenant_id = ANY($1) GROUP BY s.tenant_id`,
    [tenants],
  );
  for (const { tenant, sealed, twice, seals, last } of rows) {
    const events = eventsOf.get(tenant) ?? 0;
    say(`  ${tenant}: ${events} events in ${seals} seals`);
    if (sealed !== events || twice > 0 || seals !== last)
      tally.broken(
        `${tenant}: ${events} events, ${sealed} sealed, ${twice} of them twice, in ${seals} seals up to ${last}`,
      );
  }
  if (rows.length < 2) tally.broken('seals: not of every tenant');
}
