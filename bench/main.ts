/** `npm run bench`: starts the limit, the peers and our service on the same data, and prints how they compare. */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import type { EmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { StartupError } from '../src/platform/errors/startup-error.js';
import { type AgainstResult, judgeAgainst } from './against.js';
import { createPeersDatabase, startCluster, undoWrites, withClient } from './cluster.js';
import { RUN_FOLDER } from './folders.js';
import type { Measurement } from './measurement.js';
import { type Options, readOptions } from './options.js';
import { measureGrowth } from './growth/growth.js';
import { installPeerPackages } from './packages.js';
import { PEERS_DATABASE } from './peers.js';
import { type Results, formatReport } from './report.js';
import { type UndoWrites, arrangeContests, runRounds } from './rounds.js';
import { readSample } from './sample.js';
import { type StartedPeers, startPeers } from './start-peers.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Not once(): without a listener left, tsx would end the process at once, and nobody would stop the servers.
  process.on(signal, () => {
    interruption.abort();
  });
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (interruption.signal.aborted) console.error('Interrupted.');
  else console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  installPeerPackages();
  mkdirSync(RUN_FOLDER, { recursive: true });
  const loadBefore = os.loadavg();
  const cluster = await startCluster();
  try {
    if (options.growth) {
      await measureGrowth(cluster, options.growth, options.seconds, () => interruption.signal.aborted);
      return;
    }
    console.log('Making the data');
    await createPeersDatabase(cluster);
    console.log('Starting the servers');
    const started = await startPeers(cluster, options.peers, options.against);
    try {
      await withClient(cluster.superuserUrl(PEERS_DATABASE), (database) =>
        compare(options, cluster, database, started, loadBefore),
      );
      if (options.hold) await holdServers(started);
    } finally {
      await started.stop();
    }
  } finally {
    await cluster.stop();
  }
}

async function compare(
  options: Options,
  cluster: EmbeddedPostgres,
  database: Client,
  started: StartedPeers,
  loadBefore: readonly number[],
): Promise<void> {
  console.log('Checking the answers');
  const sample = await readSample(database);
  const undo: UndoWrites = ({ server }) => undoWrites(cluster, server);
  const { contests, leftOut } = await arrangeContests(options, started.peers, sample, database, undo);
  const measurements: Measurement[] = [];
  const results: Results = {
    started: new Date().toISOString(),
    machine: `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown CPU'}`,
    node: process.version,
    settings: `${options.rounds} rounds × ${options.seconds} s, ${options.connections} connections, ${options.tool}`,
    loadBefore,
    leftOut: [...started.leftOut, ...leftOut],
    measurements,
  };
  for (const line of results.leftOut) console.log(`Left out: ${line}`);
  for await (const measurement of runRounds(options, contests, sample, undo, cluster.pid)) {
    measurements.push(measurement);
    console.log(describe(measurement));
    if (interruption.signal.aborted) break;
  }
  publish({ ...results, ...judge(options, measurements) });
}

/** Nothing without `--against`; with `--require` the exit code tells whether it was reached. */
function judge(options: Options, measurements: readonly Measurement[]): { against?: AgainstResult } {
  if (options.against === undefined) return {};
  const { folder, version } = options.against;
  const run = { ...options, checkout: `${folder} (${version})`, required: options.required };
  const against = judgeAgainst(run, measurements);
  if (options.required !== undefined && against.objections.length > 0) process.exitCode = 1;
  return { against };
}

function publish(results: Results): void {
  const report = formatReport(results);
  writeFileSync(path.join(RUN_FOLDER, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(RUN_FOLDER, 'results.md'), report);
  console.log(`\n${report}`);
}

function describe(one: Measurement): string {
  const cpu = `CPU ${one.serverCpuMs.toFixed(3)} + ${one.postgresCpuMs.toFixed(3)} ms, ${one.errors} errors`;
  const speed =
    one.kind === 'load'
      ? `${one.requestsPerSecond.toFixed(0)}/s`
      : `first byte ${one.firstByteMs.toFixed(0)} ms, total ${one.totalMs.toFixed(0)} ms`;
  return `round ${one.round}  ${one.workload}  ${one.peer.padEnd(12)}  ${speed}, ${cpu}`;
}

async function holdServers(started: StartedPeers): Promise<void> {
  for (const { name, server } of started.peers) console.log(`${name}: ${server.baseUrl}, process ${server.pid}`);
  console.log('Everything stays up until Ctrl-C.');
  while (!interruption.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 200));
}
