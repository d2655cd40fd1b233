/** Time to the first byte, total time, CPU and memory of one export, several times in sequence. */
import { requestOf, send, wireRequest } from './http-request.js';
import { type ExportMeasurement, median } from './measurement.js';
import { readMemory, resetPeakMemory, startCpuClock } from './process-usage.js';
import type { RunningPeer } from './running-peer.js';
import type { Sample } from './sample.js';
import type { ExportWorkload } from './workload.js';

const EXPORTS_PER_ROUND = 8;

interface OneExport {
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  readonly peakGrowthMiB: number;
  readonly failed: boolean;
}

/**
 * The medians of eight exports, of the memory's growth the largest. Before the first round exports are sent as long as the other workloads
 * warm up, so that the code is compiled as after a while of service.
 */
export async function measureExport(
  peer: RunningPeer,
  workload: ExportWorkload,
  round: number,
  sample: Sample,
  { postmasterPid, warmSeconds }: { readonly postmasterPid: number; readonly warmSeconds: number },
): Promise<ExportMeasurement> {
  const exportOnce = () => runExport(peer, workload, sample);
  const warmAt = performance.now() + (round === 1 ? warmSeconds * 1000 : 0);
  while (performance.now() < warmAt) await exportOnce();
  const readCpu = startCpuClock(peer.server.pid, postmasterPid);
  const exports: OneExport[] = [];
  for (let i = 0; i < EXPORTS_PER_ROUND; i++) exports.push(await exportOnce());
  const cpu = readCpu();
  return {
    kind: 'export',
    round,
    workload: workload.id,
    peer: peer.name,
    errors: exports.filter((one) => one.failed).length,
    serverCpuMs: cpu.serverMs / EXPORTS_PER_ROUND,
    postgresCpuMs: cpu.postgresMs / EXPORTS_PER_ROUND,
    firstByteMs: median(exports.map((one) => one.firstByteMs)),
    totalMs: median(exports.map((one) => one.totalMs)),
    bytes: median(exports.map((one) => one.bytes)),
    peakGrowthMiB: Math.max(...exports.map((one) => one.peakGrowthMiB)),
  };
}

async function runExport(peer: RunningPeer, workload: ExportWorkload, sample: Sample): Promise<OneExport> {
  const request = requestOf(peer, workload);
  if (request === undefined) throw new Error(`${peer.name} has no request for ${workload.id}`);
  resetPeakMemory(peer.server.pid);
  const { residentMiB } = readMemory(peer.server.pid);
  const start = performance.now();
  const response = await send(peer, wireRequest(peer, request, sample, 0));
  let firstByteMs = NaN;
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    if (bytes === 0) firstByteMs = performance.now() - start;
    bytes += (chunk as Uint8Array).length;
  }
  const totalMs = performance.now() - start;
  const peakGrowthMiB = readMemory(peer.server.pid).peakMiB - residentMiB;
  return { firstByteMs, totalMs, bytes, peakGrowthMiB, failed: !response.ok };
}
