/** Requests per second, latency and CPU per request of one peer under one workload. */
import { setTimeout as sleep } from 'node:timers/promises';
import { requestOf, send, wireRequest, type WireRequest } from './http-request.js';
import { type LoadResult, type LoadGenerator, runLoad } from './load.js';
import type { LoadMeasurement } from './measurement.js';
import { askedAs } from './peers.js';
import { readMemory, startCpuClock } from './process-usage.js';
import type { RunningPeer } from './running-peer.js';
import type { Sample } from './sample.js';
import type { LoadWorkload } from './workload.js';

export interface LoadSettings {
  readonly tool: LoadGenerator;
  readonly seconds: number;
  readonly warmSeconds: number;
  readonly connections: number;
}

/** Per connection, untimed: more than the five plans that PostgreSQL makes before it keeps a generic one. */
const SETTLING_REQUESTS = 12;

interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/** Measures loads; remembers which peers are warm: compiled code, plans and caches as after a while of service. */
export class LoadMeter {
  private readonly loadOfWarmPeer = new Map<string, Load>();

  constructor(
    private readonly settings: LoadSettings,
    private readonly sample: Sample,
    private readonly postmasterPid: number,
    private readonly undoWrites: (peer: RunningPeer) => Promise<void>,
  ) {}

  /**
   * One timed load, preceded by an untimed one the first time; what a write workload changed is taken back.
   * @param peers all that take part in the workload
   */
  async measure(
    peer: RunningPeer,
    workload: LoadWorkload,
    round: number,
    peers: readonly RunningPeer[],
  ): Promise<LoadMeasurement> {
    const load = await this.loadFor(peer, workload, peers);
    if (workload.kind === 'write') await this.settle(peer, workload, load.connections);
    const readCpu = startCpuClock(peer.server.pid, this.postmasterPid);
    const result = await this.send(peer, workload, load);
    await sleep(150); // lets the requests in flight at the end be finished and charged
    const cpu = readCpu();
    if (workload.kind === 'write') await this.undoWrites(peer);
    return {
      kind: 'load',
      round,
      workload: workload.id,
      peer: peer.name,
      connections: load.connections,
      requests: result.requests,
      requestsPerSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      errors: result.errors,
      bytesPerRequest: result.bytes / result.requests,
      serverCpuMs: cpu.serverMs / result.requests,
      postgresCpuMs: cpu.postgresMs / result.requests,
      residentMiB: readMemory(peer.server.pid).residentMiB,
    };
  }

  /** Our service and the one of another checkout get the same load, so that their figures differ by the program alone. */
  private async loadFor(peer: RunningPeer, workload: LoadWorkload, peers: readonly RunningPeer[]): Promise<Load> {
    const loads: Load[] = [];
    for (const other of peers) {
      if (askedAs(other.name) === askedAs(peer.name)) loads.push(await this.warmUp(other, workload));
    }
    return {
      connections: Math.min(...loads.map((load) => load.connections)),
      seconds: Math.min(...loads.map((load) => load.seconds)),
    };
  }

  private async warmUp(peer: RunningPeer, workload: LoadWorkload): Promise<Load> {
    const key = `${workload.id} ${peer.name}`;
    const known = this.loadOfWarmPeer.get(key);
    if (known !== undefined) return known;
    const { connections, warmSeconds } = this.settings;
    const warm = await this.send(peer, workload, { connections, seconds: warmSeconds });
    if (workload.kind === 'write') await this.undoWrites(peer);
    const requestsPerSecond = warm.requests / warm.seconds;
    const seconds = lengthOf(workload, requestsPerSecond, this.settings.seconds);
    const load = { connections: sustainedConnections(connections, requestsPerSecond * seconds), seconds };
    this.loadOfWarmPeer.set(key, load);
    return load;
  }

  /**
   * Taking changes back vacuums and analyzes, after which PostgreSQL plans each prepared statement five times anew on each connection.
   * That is the benchmark's doing, so it is not timed. The requests are the last of the workload: the load does not reach them.
   */
  private async settle(peer: RunningPeer, workload: LoadWorkload, connections: number): Promise<void> {
    const requests = allRequests(peer, workload, this.sample).slice(-connections * SETTLING_REQUESTS);
    const connect = async (): Promise<void> => {
      for (let request = requests.pop(); request; request = requests.pop()) {
        await (await send(peer, request)).arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: connections }, connect));
  }

  private send(peer: RunningPeer, workload: LoadWorkload, load: Load): Promise<LoadResult> {
    const requests = allRequests(peer, workload, this.sample);
    return runLoad(this.settings.tool, peer.server.baseUrl, requests, load);
  }
}

/** Ends before requests come round again that would change nothing the second time; the tools count whole seconds. */
function lengthOf(workload: LoadWorkload, requestsPerSecond: number, seconds: number): number {
  if (workload.isUsedUp !== true) return seconds;
  return Math.min(seconds, Math.max(1, Math.floor(workload.distinctRequests / requestsPerSecond)));
}

function allRequests(peer: RunningPeer, workload: LoadWorkload, sample: Sample): WireRequest[] {
  const request = requestOf(peer, workload);
  if (request === undefined) throw new Error(`${peer.name} has no request for ${workload.id}`);
  return Array.from({ length: workload.distinctRequests }, (_, n) => wireRequest(peer, request, sample, n));
}

/**
 * A slow peer gets fewer connections: only finished requests are counted, so the work in flight at the end would be
 * charged to the few that finished. Its throughput is saturated all the same.
 */
function sustainedConnections(connections: number, expectedRequests: number): number {
  return expectedRequests >= 10 * connections ? connections : Math.max(2, Math.round(expectedRequests / 10));
}
