/**
 * `hang-ups`: 100 clients send expensive requests at once, over GraphQL and REST and for CSV files, and close their sockets after
 * 150 ms. Promises: 2 s later no backend works for them, and the service answers at once.
 */
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ServiceProcess } from '../../support/service-process.js';
import { makeExpensiveTenants } from './expensive-tenants.js';
import { Requester, type Identity } from '../requester.js';
import { Tally } from '../tally.js';
import { drillFolder, signIn, superuserPool, type DrillDatabase } from '../world.js';

const CLIENTS = 100;
const LEAVES_AFTER_MS = 150;
const GONE_AFTER_MS = 2000;
/** Of the answer to somebody else then. */
const AT_ONCE_MS = 500;
/** A statement of the background is over by the next look. */
const LOOKS = 3;
const LOOK_EVERY_MS = 50;

interface Left {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
}

const LISTS = ['customers', 'contacts', 'opportunities', 'activities'] as const;

/** Each takes the service longer than its client waits. */
const REQUESTS: readonly Left[] = [
  ...LISTS.map((list) => ({
    name: 'GraphQL, nested',
    query: `{ ${list}(first: 30) { totalCount nodes { id history(first: 30) { nodes { action description } } ${list === 'customers' ? '' : 'customer { contacts(first: 90) { nodes { id } } }'}
      viewerCan { update { allowed } } } } }`,
  })),
  ...LISTS.map((list) => ({
    name: 'GraphQL, many totals',
    query: `{ ${Array.from({ length: 15 }, (_, index) => `a${index}: ${list}(first: 100, filter: { not: { createdById: { isNull: false }, id: { isNull: true } } }) { totalCount nodes { id } }`).join(' ')} }`,
  })),
  {
    name: 'GraphQL, audit log',
    query: `{ ${Array.from({ length: 15 }, (_, index) => `a${index}: auditEvents(first: 100, filter: { not: { action: { startsWith: "user" } } }) { totalCount nodes { action description } }`).join(' ')} }`,
  },
  {
    name: 'GraphQL, pipelines',
    query: `{ ${Array.from({ length: 15 }, (_, index) => `a${index}: pipeline(groupBy: MONTH, asOf: "2026-12-31") { key amount }`).join(' ')} }`,
  },
]
  .map((request): Left => ({ ...request, method: 'POST', path: '/graphql' }))
  .concat(
    LISTS.map((list) => ({
      name: 'REST, list',
      method: 'GET',
      path: `/v1/commercial/${list}?${list === 'activities' ? 'limit=200' : 'page_size=100&search=re'}`,
    })),
    { name: 'REST, audit log', method: 'GET', path: '/v1/audit/logs?page_size=500&search_text=modification' },
    ['customers', 'contacts', 'opportunities'].map((list) => ({
      name: 'CSV',
      method: 'GET',
      path: `/v1/commercial/export/${list}`,
    })),
  );

/** One client: its socket is closed whether an answer has come or not. @returns what it had by then */
function leave(
  origin: string,
  { token, tenantId }: Identity,
  { method, path, query }: Left,
  end: Promise<void>,
): Promise<string> {
  return new Promise((resolve) => {
    let outcome = 'no answer yet';
    const headers = {
      authorization: `Bearer ${token}`,
      'x-tenant-id': tenantId,
      ...(query !== undefined && { 'content-type': 'application/json' }),
    };
    const request = http.request(origin + path, { agent: false, method, headers }, (response) => {
      outcome = `answer ${response.statusCode ?? 0}`;
      response.on('error', () => undefined);
      response.resume();
    });
    request.on('error', () => undefined);
    request.on('close', () => {
      resolve(outcome);
    });
    request.end(query === undefined ? undefined : JSON.stringify({ query }));
    void end.then(() => request.destroy());
  });
}

export interface HangUpOptions {
  /** 1 for 10 000 customers, 10 for 1000. */
  readonly divisor: number;
  readonly rounds: number;
  /** Whether times are promises too: not on a machine that has other work. */
  readonly isTimed: boolean;
  /** Whether a lock keeps statements from ending by themselves: with few records they are over before anybody looks. */
  readonly isHeld: boolean;
  readonly say: (line: string) => void;
}

export async function drillHangUps(database: DrillDatabase, options: HangUpOptions): Promise<Tally> {
  const { divisor, rounds, isTimed, isHeld, say } = options;
  const tally = new Tally();
  const folder = drillFolder();
  say(`hang-ups: the service's output in ${folder}`);
  const pool = superuserPool(database, 3);
  const tenants = await makeExpensiveTenants(pool, divisor);
  const service = new ServiceProcess(
    { DATABASE_URL: database.appUrl, NODE_ENV: 'production' },
    path.join(folder, 'service.log'),
  );
  try {
    await service.start();
    const origin = (): string => service.origin;
    const seen = isTimed ? tally : new Tally();
    const caller = await signIn(origin, tenants.caller, seen);
    const neighbour = new Requester(origin, await signIn(origin, tenants.neighbour, seen), seen);
    for (let round = 1; round <= rounds; round += 1) {
      const letGo = isHeld ? await holdActivities(pool) : undefined;
      const end = sleep(LEAVES_AFTER_MS).then(() => (isHeld ? untilHeld(pool) : undefined));
      await Promise.all(
        Array.from({ length: CLIENTS }, async (_, index) => {
          const request = REQUESTS[index % REQUESTS.length];
          if (request) tally.count(request.name, await leave(service.origin, caller, request, end));
        }),
      );
      await sleep(GONE_AFTER_MS);
      await checkBackends(pool, tally, say);
      await letGo?.();
      await checkAnswers(neighbour, tally, isTimed ? AT_ONCE_MS : Infinity);
      if (service.hasEnded) tally.broken('the service has ended');
    }
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

async function holdActivities(pool: pg.Pool): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE activities IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}

/** Until statements wait for that lock: on a busy machine the requests may not have come that far. */
async function untilHeld(pool: pg.Pool): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    const { rowCount } = await pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app' AND wait_event_type = 'Lock'`,
    );
    if ((rowCount ?? 0) > 0) return;
    await sleep(100);
  }
}

/** Backends of the service that work at each of several looks: its own background has short statements only. */
async function checkBackends(pool: pg.Pool, tally: Tally, say: (line: string) => void): Promise<void> {
  let working: readonly string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const { rows } = await pool.query<{ query: string }>(
      `SELECT state || ' for ' || round(extract(epoch FROM clock_timestamp() - xact_start), 1) || ' s: ' || left(query, 300) AS query
       FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app' AND state <> 'idle'`,
    );
    working = rows.map(({ query }) => query);
    if (working.length === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
  for (const query of working) say(`  ${query}`);
  tally.broken(
    `${working.length} backends still work ${GONE_AFTER_MS} ms after their clients left: ${working[0] ?? ''}`,
  );
}

async function checkAnswers(neighbour: Requester, tally: Tally, limitMs: number): Promise<void> {
  for (const path of ['/v1/commercial/customers?page_size=3', '/health/ready']) {
    const { status, ms } = await neighbour.fetch('afterwards', 'GET', path);
    if (status !== 200) tally.broken(`afterwards: ${status} to ${path}`);
    if (ms > limitMs) tally.broken(`afterwards: answered after ${Math.round(ms)} ms`);
  }
}
