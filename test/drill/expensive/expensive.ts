/**
 * `expensive`: a tenant of 10 000 customers, 31 000 contacts, 10 000 opportunities and 100 000 activities, and a small one. First the
 * documents that once cost far more than their price, then documents by chance at nearly the highest price, then the worst of
 * them three at once. Promises: those known are rejected with a price or answered in 500 ms while the neighbour's median at most
 * doubles; nobody takes 2 s, holds the event loop for 100 ms, answers more than 16 MiB or needs 400 MiB more of memory.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { AnyClient } from '../../support/raw-client.js';
import { ExpensiveDocuments, type ExpensiveDocument } from './expensive-documents.js';
import { makeExpensiveTenants, type ExpensiveTenants } from './expensive-tenants.js';
import { knownExpensiveDocuments } from './known-expensive-documents.js';
import { Neighbour, type Seen } from './neighbour.js';
import { Random } from '../random.js';
import { Requester, type Identity } from '../requester.js';
import { Tally } from '../tally.js';
import { WatchedService, type Look } from './watched-service.js';
import { drillFolder, signIn, superuserPool, type DrillDatabase } from '../world.js';

/** Documents that are known, or written by chance. */
export type ExpensivePart = 'known' | 'chance';
export const EXPENSIVE_PARTS: readonly ExpensivePart[] = ['known', 'chance'];

export interface ExpensiveOptions {
  readonly seed: number;
  readonly count: number;
  /** 1 for 10 000 customers, 10 for 1000. */
  readonly divisor: number;
  /** Whether times are promises too: not on a machine that has other work. */
  readonly isTimed: boolean;
  readonly parts: readonly ExpensivePart[];
  /** Of a PostgreSQL that serves nothing else. */
  readonly postmaster?: number;
  readonly say: (line: string) => void;
}

const KNOWN_MS = 500;
const CHANCE_MS = 2000;
const HELD_MS = 100;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_GROWTH_MIB = 400;
/** Of documents by chance that are answered: otherwise little was tried. */
const LEGAL_SHARE = 0.7;
const QUIET_MS = 3000;
const SHOWN = 10;
/** What a document may be rejected with before it costs anything, or once it turned out too large. */
const REJECTIONS: ReadonlySet<string> = new Set([
  'QUERY_TOO_COMPLEX',
  'VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'ANSWER_TOO_LARGE',
]);

/** One document, answered or rejected. */
interface Outcome extends Look {
  readonly document: Pick<ExpensiveDocument, 'name' | 'query' | 'variables'>;
  readonly status: number;
  /** All codes of its errors; empty for an answer. */
  readonly code: string;
  readonly cost: number;
  readonly bytes: number;
  readonly ms: number;
  /** MiB, at most, over what the process had before it. */
  readonly growthMib: number;
  readonly neighbour: Seen;
}

interface Scene {
  readonly service: WatchedService;
  readonly client: AnyClient;
  readonly caller: Identity;
  readonly neighbour: Neighbour;
  readonly tally: Tally;
  readonly options: ExpensiveOptions;
  readonly folder: string;
  /** MiB, before the first document. */
  readonly memory: number;
  /** The neighbour's median, milliseconds. */
  readonly quiet: number;
}

export async function drillExpensive(database: DrillDatabase, options: ExpensiveOptions): Promise<Tally> {
  const { seed, say, divisor, postmaster } = options;
  const tally = new Tally();
  const folder = drillFolder();
  say(`expensive: seed ${seed}, the service's output and what is found in ${folder}`);
  const pool = superuserPool(database, 2);
  const tenants = await makeExpensiveTenants(pool, divisor);
  const variables = { DATABASE_URL: database.appUrl, NODE_ENV: 'production', ACCESS_TOKEN_MINUTES: '1440' };
  const service = await WatchedService.start(variables, folder, postmaster);
  const client = new AnyClient(service.origin);
  try {
    const origin = (): string => service.origin;
    // On a machine that has other work these may wait for that.
    const seen = options.isTimed ? tally : new Tally();
    const caller = await signIn(origin, tenants.caller, seen);
    const reader = new Requester(origin, await signIn(origin, tenants.neighbour, seen), seen);
    const neighbour = new Neighbour(reader, seen);
    await neighbour.watch(QUIET_MS / 10); // its statements are prepared by now
    const { median: quiet, slowest } = await neighbour.watch(options.isTimed ? QUIET_MS : 0);
    await service.look();
    const { memory } = service;
    say(`quiet: the neighbour's median ${quiet.toFixed(1)} ms, slowest ${Math.round(slowest)} ms; ${memory} MiB`);
    const scene: Scene = { service, client, caller, neighbour, tally, options, folder, memory, quiet };
    if (options.parts.includes('known')) await sendKnown(scene);
    if (options.parts.includes('chance')) await sendWorst(scene, await sendByChance(scene, tenants));
    await neighbour.stop();
    if (service.process.hasEnded) tally.broken('the service has ended');
  } finally {
    client.close();
    await service.process.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

async function sendKnown(scene: Scene): Promise<void> {
  const { tally, options, quiet, neighbour } = scene;
  const outcomes: Outcome[] = [];
  for (const document of knownExpensiveDocuments()) {
    const outcome = await send(scene, document);
    outcomes.push(outcome);
    check(scene, outcome, KNOWN_MS);
    if (outcome.code === '') {
      // Its neighbour's median while it is asked for again and again: each time half a second after the last.
      neighbour.take();
      for (let asked = 0; asked < 3; asked += 1)
        await Promise.all([send(scene, document, false), sleep(options.isTimed ? 500 : 0)]);
      const { median } = neighbour.take();
      if (options.isTimed && median > 2 * quiet)
        tally.broken(
          `${document.name}: the neighbour's median is ${median.toFixed(1)} ms, not ${quiet.toFixed(1)}`,
          'neighbour',
        );
    }
  }
  options.say('Documents that once cost far more than their price:');
  for (const outcome of outcomes) options.say(`  ${lineOf(outcome)}`);
}

async function sendByChance(scene: Scene, { ids }: ExpensiveTenants): Promise<readonly Outcome[]> {
  const { options, tally, folder } = scene;
  const { seed, count, say } = options;
  const documents = new ExpensiveDocuments(buildGraphqlSchema(), ids, new Random(seed));
  const outcomes: Outcome[] = [];
  const startedAt = performance.now();
  for (let sent = 1; sent <= count && !scene.service.process.hasEnded; sent += 1) {
    const outcome = await send(scene, documents.next());
    outcomes.push(outcome);
    check(scene, outcome, CHANCE_MS);
    if (sent % 200 === 0) say(`${sent} documents after ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  const legal = outcomes.filter(({ code }) => code === '');
  const costs = legal.map(({ cost }) => cost).sort((a, b) => a - b);
  say(
    `${legal.length} of ${outcomes.length} answered; their cost: median ${costs[costs.length >> 1] ?? 0}, most ${costs.at(-1) ?? 0}`,
  );
  if (legal.length < LEGAL_SHARE * outcomes.length) tally.broken(`only ${legal.length} of ${outcomes.length} answered`);
  show('slowest', (outcome) => outcome.ms);
  show('longest hold of the event loop', (outcome) => outcome.heldMs);
  show('most work of PostgreSQL', (outcome) => outcome.postgresMs);
  show('most memory', (outcome) => outcome.growthMib);
  const most = Math.max(...outcomes.map(({ peakMib }) => peakMib));
  say(`The process had ${most - scene.memory} MiB over its start at most.`);
  return outcomes;

  function show(name: string, by: (outcome: Outcome) => number): void {
    const first = [...outcomes].sort((a, b) => by(b) - by(a)).slice(0, SHOWN);
    say(`${SHOWN} × ${name}:`);
    for (const outcome of first) say(`  ${lineOf(outcome)}`);
    const kept = first.map(({ document, ...seen }) => ({ ...seen, ...document }));
    writeFileSync(path.join(folder, `${name.replaceAll(' ', '-')}.json`), JSON.stringify(kept, null, 1));
  }
}

/** The worst, each three at once. */
async function sendWorst(scene: Scene, outcomes: readonly Outcome[]): Promise<void> {
  const { options, tally, service, neighbour } = scene;
  options.say('The slowest, three at once:');
  const worst = outcomes.filter(({ code }) => code === '').sort((a, b) => b.ms - a.ms);
  for (const { document, cost } of worst.slice(0, SHOWN)) {
    neighbour.take();
    await service.look();
    const before = service.memory;
    const answers = await Promise.all([1, 2, 3].map(() => ask(scene, document)));
    const { heldMs, peakMib } = await service.look();
    const ms = Math.max(...answers.map((answer) => answer.ms));
    const codes = answers.map(({ status, code }) => code || status).join(', ');
    const { median, slowest } = neighbour.take();
    options.say(
      `  ${document.name}, ${cost}: ${Math.round(ms)} ms, ${codes}, held ${Math.round(heldMs)} ms, ${peakMib - before} MiB more, the neighbour ${Math.round(median)} to ${Math.round(slowest)} ms`,
    );
    if (options.isTimed && answers.some(({ code }) => code !== ''))
      tally.broken(`three at once: ${codes} to ${document.query.slice(0, 300)}`);
    if (options.isTimed && heldMs > HELD_MS) tally.broken(`three at once: held the loop for ${Math.round(heldMs)} ms`);
    if (peakMib - before > MAX_GROWTH_MIB) tally.broken(`three at once: ${peakMib - before} MiB more`);
  }
}

type Answer = Pick<Outcome, 'status' | 'code' | 'cost' | 'bytes' | 'ms'>;

async function send(scene: Scene, document: Outcome['document'], isLooked = true): Promise<Outcome> {
  const { service, neighbour, tally, options } = scene;
  if (isLooked) {
    await service.look();
    neighbour.take();
  }
  const before = service.memory;
  const answer = await ask(scene, document);
  tally.count(document.name, answer.code || String(answer.status), options.isTimed ? answer.ms : undefined);
  const look = isLooked ? await service.look() : NOTHING;
  const growthMib = Math.max(look.peakMib - before, 0);
  return { document, ...answer, ...look, growthMib, neighbour: isLooked ? neighbour.take() : UNSEEN };
}

const NOTHING: Look = { heldMs: 0, waitedMs: 0, cpuMs: 0, postgresMs: 0, peakMib: 0 };
const UNSEEN: Seen = { count: 0, median: 0, slowest: 0 };

async function ask({ client, caller }: Scene, { query, variables }: Outcome['document']): Promise<Answer> {
  const startedAt = performance.now();
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${caller.token}`,
    'x-tenant-id': caller.tenantId,
    'x-cost': '1',
  };
  const body = JSON.stringify({ query, variables });
  try {
    const { status, text } = await client.send({ method: 'POST', path: '/graphql', headers, body });
    const ms = performance.now() - startedAt;
    // No record of the drill holds such text.
    const codes = [...text.matchAll(/"extensions":\{[^{}]*?"code":"([A-Z_]+)"/g)].map(([, code]) => code);
    const cost = Number(/"requested":(\d+)/.exec(text)?.[1] ?? 0);
    return { status, code: [...new Set(codes)].join('+'), cost, bytes: Buffer.byteLength(text), ms };
  } catch (error) {
    return { status: 0, code: `NO_ANSWER (${String(error)})`, cost: 0, bytes: 0, ms: performance.now() - startedAt };
  }
}

function check({ tally, options, folder }: Scene, outcome: Outcome, limitMs: number): void {
  for (const problem of problemsOf(outcome, options.isTimed ? limitMs : undefined)) {
    const file = path.join(folder, `broken-${tally.brokenCount}.json`);
    writeFileSync(file, JSON.stringify({ problem, ...outcome }, null, 1));
    tally.broken(`${problem}: ${lineOf(outcome)}\n    ${file}`, problem);
  }
}

/** @param limitMs undefined where times are no promise */
function problemsOf(outcome: Outcome, limitMs: number | undefined): string[] {
  const { code, ms, heldMs, bytes, growthMib, status } = outcome;
  const promises: readonly (readonly [isBroken: boolean, problem: string])[] = [
    [!isAllowed(outcome, limitMs !== undefined), `answered ${status} ${code}`],
    [limitMs !== undefined && ms > limitMs, `takes over ${limitMs ?? 0} ms`],
    [limitMs !== undefined && heldMs > HELD_MS, `holds the event loop over ${HELD_MS} ms`],
    [bytes > MAX_BYTES, 'answers over 16 MiB'],
    [growthMib > MAX_GROWTH_MIB, `needs over ${MAX_GROWTH_MIB} MiB more`],
  ];
  return promises.filter(([isBroken]) => isBroken).map(([, problem]) => problem);
}

/** "Not now" is a right answer on a machine that has other work. */
function isAllowed({ status, code }: Outcome, isTimed: boolean): boolean {
  if (!isTimed && code === 'UNAVAILABLE') return true;
  return [200, 400, 422].includes(status) && code.split('+').every((one) => one === '' || REJECTIONS.has(one));
}

function lineOf({
  document,
  cost,
  status,
  code,
  bytes,
  ms,
  heldMs,
  cpuMs,
  postgresMs,
  growthMib,
  neighbour,
}: Outcome): string {
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const work = `held ${Math.round(heldMs)}, CPU ${cpuMs} + ${postgresMs} of PostgreSQL, the neighbour up to ${Math.round(neighbour.slowest)} ms`;
  return `${document.name}: cost ${cost}, ${code || status}, ${Math.round(ms)} ms, ${size}, ${growthMib} MiB more, ${work}`;
}
