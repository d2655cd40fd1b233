/** `--growth`: what the service's requests cost for small and large tenants, over few and many connections. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { withClient } from '../cluster.js';
import { prepareGrownTenants, tenantOf } from '../db/load-grown.js';
import { signIn } from '../db/load-ours.js';
import { RUN_FOLDER } from '../folders.js';
import { send, type WireRequest } from '../http-request.js';
import { databaseOf, serverPrograms } from '../peers.js';
import { startCpuClock } from '../process-usage.js';
import type { RunningPeer } from '../running-peer.js';
import { readSample, type Sample } from '../sample.js';
import { startServer } from '../server-process.js';
import { runCell } from './cell.js';
import { formatGrowth, type GrowthMeasurement } from './report.js';
import { growthWorkloads, lastRows, type GrowthWorkload } from './workloads.js';

const CONNECTIONS = [1, 8, 64];
/** Before the first cell of a tenant, for each workload. */
const WARM = { connections: 8, seconds: 1 };

/** What the cells of one tenant are measured with. */
interface Tenant {
  readonly customers: number;
  readonly peer: RunningPeer;
  readonly sample: Sample;
  readonly cluster: EmbeddedPostgres;
  readonly database: Client;
}

/** @param sizes customers of each tenant */
export async function measureGrowth(
  cluster: EmbeddedPostgres,
  sizes: readonly number[],
  seconds: number,
  isOver: () => boolean,
): Promise<void> {
  const loadBefore = os.loadavg().map((load) => load.toFixed(2));
  const environment = await prepareGrownTenants(cluster, sizes);
  const program = serverPrograms(undefined).ours;
  if (program === undefined) throw new Error('The service has no program.');
  const server = await startServer('ours', program, environment);
  const measurements: GrowthMeasurement[] = [];
  try {
    await withClient(cluster.superuserUrl(databaseOf('ours')), async (database) => {
      for (const customers of sizes) {
        const tenant = tenantOf(customers);
        const headers = { authorization: `Bearer ${await signIn(server.baseUrl, tenant)}`, 'x-tenant-id': tenant };
        const sample = await readSample(database, tenant);
        const measured = { customers, peer: { name: 'ours', server, headers }, sample, cluster, database } as const;
        for await (const one of cellsOf(measured, seconds)) {
          if (isOver()) return;
          measurements.push(one);
          console.log(
            `${one.workload}  ${customers} customers, ${one.connections} connections: ${one.p50Ms.toFixed(1)} ms`,
          );
        }
      }
    });
  } finally {
    await server.stop();
  }
  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`;
  const heading = `${new Date().toISOString()}, ${machine}, ${seconds} s a cell, load before ${loadBefore.join(' ')}`;
  measurements.sort((one, other) => one.workload.localeCompare(other.workload));
  const report = formatGrowth(heading, measurements, CONNECTIONS);
  writeFileSync(path.join(RUN_FOLDER, 'growth.json'), `${JSON.stringify(measurements, null, 2)}\n`);
  writeFileSync(path.join(RUN_FOLDER, 'growth.md'), report);
  console.log(`\n${report}`);
}

/** Reads come first: writes leave rows behind. */
async function* cellsOf(tenant: Tenant, seconds: number): AsyncGenerator<GrowthMeasurement> {
  const { customers, peer, sample, cluster, database } = tenant;
  const workloads = growthWorkloads(await deepCursor(peer));
  const isWrite = ({ id }: GrowthWorkload): boolean => id === 'W6' || id === 'W7';
  const { baseUrl, pid } = peer.server;
  const asked = [...workloads.filter((one) => !isWrite(one)), ...workloads.filter(isWrite)].map((workload) => ({
    ...workload,
    requests: requestsOf(workload, peer, sample, workload.distinctRequests),
  }));
  for (const { requests, isUsedUp, isExport } of asked) {
    await runCell(baseUrl, requests, { ...WARM, ...(isExport && { connections: 1 }), once: isUsedUp });
  }
  for (const { id, title, isUsedUp, isExport, requests } of asked) {
    for (const connections of isExport ? [1] : CONNECTIONS) {
      if (isUsedUp) await reopen(database, tenantOf(customers), openOf(sample));
      const readCpu = startCpuClock(pid, cluster.pid);
      const result = await runCell(baseUrl, requests, { connections, seconds, once: isUsedUp });
      const cpu = readCpu();
      const [serverCpuMs, postgresCpuMs] = [cpu.serverMs / result.requests, cpu.postgresMs / result.requests];
      yield { ...result, workload: id, title, customers, connections, serverCpuMs, postgresCpuMs };
    }
  }
}

function requestsOf({ build }: GrowthWorkload, peer: RunningPeer, sample: Sample, count: number): WireRequest[] {
  const built = Array.from({ length: count }, (_, n) => build(sample(n)));
  // A small tenant has fewer records than there are draws.
  const distinct = new Map(built.map((request) => [`${request.path} ${request.body ?? ''}`, request]));
  const headers = { ...peer.headers, 'content-type': 'application/json' };
  return [...distinct.values()].map((request) => ({ ...request, headers }));
}

async function deepCursor(peer: RunningPeer): Promise<string> {
  const headers = { ...peer.headers, 'content-type': 'application/json' };
  const response = await send(peer, { ...lastRows, headers });
  const { data } = (await response.json()) as { data: { customers: { pageInfo: { startCursor: string } } } };
  return data.customers.pageInfo.startCursor;
}

/** More than one cell can win. */
const MOST_OPEN = 3000;

function openOf(sample: Sample): string[] {
  return [...new Set(Array.from({ length: MOST_OPEN }, (_, n) => sample(n).opportunityId))];
}

/** Lets the next cell win the same opportunities. Their versions go on, because transitions have them. */
async function reopen(database: Client, tenant: string, ids: readonly string[]): Promise<void> {
  await database.query(
    `WITH reopened AS (
       UPDATE opportunities SET status = 'NEGOTIATION', probability = 75, actual_close_date = NULL, win_reason = NULL
       WHERE tenant_id = $1 AND id = ANY ($2) AND status = 'WON' RETURNING 1)
     UPDATE counters SET value = value + (SELECT count(*) FROM reopened) WHERE tenant_id = $1 AND name = 'opportunity.live'`,
    [tenant, ids],
  );
}
