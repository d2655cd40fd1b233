/**
 * Drills: the service under faults, against promises. Each prints what it saw and ends with 1 when a promise was broken.
 *   npm run drill -- bounded-work
 *   npm run drill -- failover --seconds 30    needs PostgreSQL with contrib (Debian: postgresql)
 *   npm run drill -- faults  --minutes 10 --seed 7
 *   npm run drill -- documents --count 100000
 *   npm run drill -- expensive --count 2000 --seed 7 --part known|chance
 *   npm run drill -- exports
 *   npm run drill -- frozen
 *   npm run drill -- hang-ups --times 3
 *   npm run drill -- image                    needs root and debootstrap (Debian: debootstrap); fetches the packages
 *   npm run drill -- kills   --times 50
 *   npm run drill -- pooler --seconds 30      needs PgBouncer (Debian: pgbouncer)
 *   npm run drill -- replicas --seconds 30    on the server of TEST_DATABASE_URL, plain or Citus, where it is set
 *   npm run drill -- restore                  needs PostgreSQL with contrib (Debian: postgresql); fetches the packages
 *   npm run drill -- sign-ins --people 300
 *   npm run drill -- fuzz    --requests 50000 --transport both --seed 7
 *   npm run drill -- spreadsheets
 *   npm run drill -- starts
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StartupError } from '../../src/platform/errors/startup-error.js';
import { drillBoundedWork } from './hostile/bounded-work.js';
import { DrillCluster } from './cluster.js';
import { drillDocuments } from './hostile/documents.js';
import { drillExpensive, EXPENSIVE_PARTS } from './expensive/expensive.js';
import { drillExports } from './exports.js';
import { drillFaults } from './faults.js';
import { drillFrozen } from './frozen.js';
import { drillFuzz } from './hostile/fuzz.js';
import { drillHangUps } from './expensive/hang-ups.js';
import { drillKills } from './kills.js';
import { drillImage } from './ship/image.js';
import { drillRestore } from './ship/restore.js';
import { drillFailover } from './scale/failover.js';
import { drillPooler } from './scale/pooler.js';
import { drillReplicas } from './scale/replicas.js';
import { drillSignIns } from './sign-ins.js';
import { TRANSPORTS, type Transport } from './requester.js';
import { drillSpreadsheets } from './spreadsheets.js';
import { drillStarts } from './starts.js';
import type { Tally } from './tally.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    minutes: { type: 'string' },
    times: { type: 'string' },
    people: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    requests: { type: 'string' },
    transport: { type: 'string' },
    part: { type: 'string' },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const seconds = Number(values.seconds ?? 30);
const say = (line: string): void => {
  console.log(line);
};

async function faults(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  return await drillFaults(await cluster.makeDatabase(), { seed, minutes: Number(values.minutes ?? 1), say });
}

async function boundedWork(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  return await drillBoundedWork(await cluster.makeDatabase(), say);
}

async function documents(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  return await drillDocuments(await cluster.makeDatabase(), { seed, count: Number(values.count ?? 100_000), say });
}

async function expensive(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  const count = Number(values.count ?? 2000);
  const parts = EXPENSIVE_PARTS.filter((name) => (values.part ?? name) === name);
  const database = await cluster.makeDatabase();
  return await drillExpensive(database, {
    seed,
    count,
    divisor: 1,
    isTimed: true,
    parts,
    postmaster: cluster.pid,
    say,
  });
}

async function hangUps(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  const rounds = Number(values.times ?? 3);
  return await drillHangUps(await cluster.makeDatabase(), { divisor: 1, rounds, isTimed: true, isHeld: false, say });
}

async function fuzz(): Promise<Tally> {
  await using cluster = await DrillCluster.start();
  const wanted = values.transport ?? 'both';
  const transports = wanted === 'both' ? TRANSPORTS : TRANSPORTS.filter((name: Transport) => name === wanted);
  const requests = Number(values.requests ?? 5000);
  return await drillFuzz(await cluster.makeDatabase(), { seed, requests, transports, say });
}

const DRILLS = new Map<string, () => Promise<Tally>>([
  ['bounded-work', boundedWork],
  ['failover', () => drillFailover({ seed, seconds, say })],
  ['faults', faults],
  ['documents', documents],
  ['expensive', expensive],
  ['exports', () => drillExports({ say })],
  ['frozen', () => drillFrozen({ seed, say })],
  ['fuzz', fuzz],
  ['hang-ups', hangUps],
  ['image', () => drillImage({ say })],
  ['kills', () => drillKills({ seed, times: Number(values.times ?? 50), say })],
  ['pooler', () => drillPooler({ seed, seconds, say })],
  ['replicas', () => drillReplicas({ seed, seconds, given: process.env.TEST_DATABASE_URL, say })],
  ['restore', () => drillRestore({ say })],
  ['sign-ins', () => drillSignIns({ people: Number(values.people ?? 300), say })],
  ['spreadsheets', () => drillSpreadsheets({ say })],
  ['starts', () => drillStarts({ say })],
]);

const drill = DRILLS.get(positionals[0] ?? '');
if (!drill) {
  console.error(`Which drill? ${[...DRILLS.keys()].join(', ')}`);
  process.exit(1);
}
const tally = await drill().catch((error: unknown) => {
  // A program that the drill needs is missing: the sentence says which.
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
});
console.log(tally.report());
process.exit(tally.isWhole ? 0 : 1);
