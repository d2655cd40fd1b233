// The results as markdown: first what the servers are judged by, then the figures behind it.
import { type ExportMeasurement, type LoadMeasurement, type Measurement, median } from './measurement.js';
import { PEERS, PEER_NAMES, type PeerName } from './peers.js';
import type { Workload } from './workload.js';
import { WORKLOADS } from './workloads/index.js';

export interface Results {
  readonly started: string;
  readonly machine: string;
  readonly node: string;
  readonly settings: string;
  readonly loadBefore: readonly number[];
  /** Peer and workload, and what was wrong with the answer. */
  readonly leftOut: readonly string[];
  readonly measurements: readonly Measurement[];
}

/** Fewer finished requests than this make the CPU per request read too high. */
const FEW_REQUESTS = 100;
const NONE = '–';

/** All tables of a run. */
export function formatReport(results: Results): string {
  const loads = results.measurements.filter((one) => one.kind === 'load');
  const exports = results.measurements.filter((one) => one.kind === 'export');
  const loadBefore = results.loadBefore.map((load) => load.toFixed(2)).join(' ');
  return [
    '# Benchmark\n',
    `${results.started}, ${results.machine}, Node ${results.node}, ${results.settings}, load before ${loadBefore}\n`,
    ...results.leftOut.map((line) => `Left out: ${line}\n`),
    loads.length > 0 ? formatRatios(loads) : '',
    exports.length > 0 ? formatExports(exports) : '',
    loads.length > 0 ? formatLoads(loads) : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function formatRatios(loads: readonly LoadMeasurement[]): string {
  const peers = present(PEER_NAMES, loads, (one) => one.peer).filter((name) => name !== 'limit');
  const rows = workloadsOf(loads).map((workload) => {
    const limit = of(loads, workload.id, 'limit');
    const cells = peers.map((name) => {
      const own = of(loads, workload.id, name);
      return formatGoal(pairedRatio(limit, own, totalCpuMs), workload.reach?.[name]) + roughMark(own);
    });
    const serverMs = medianOf(limit, (one) => one.serverCpuMs);
    const postgresMs = medianOf(limit, (one) => one.postgresCpuMs);
    return [`${workload.id} ${workload.title}`, `${format(serverMs, 3)} + ${format(postgresMs, 3)}`, ...cells];
  });
  const header = ['workload', 'limit: server + PostgreSQL ms', ...peers.map((name) => PEERS[name].label)];
  const note = 'Higher is better; in brackets what is to be reached. ~ marks a rough figure: few requests finished.\n';
  return `## CPU of the limit / CPU of the peer, per request\n\n${note}\n${formatTable(header, rows)}`;
}

function formatExports(exports: readonly ExportMeasurement[]): string {
  const rows = workloadsOf(exports).flatMap((workload) =>
    present(PEER_NAMES, of(exports, workload.id), (one) => one.peer).map((name) => {
      const own = of(exports, workload.id, name);
      const ratio = pairedRatio(of(exports, workload.id, 'limit'), own, (one) => one.totalMs);
      return [
        `${workload.id} ${workload.title}`,
        PEERS[name].label,
        formatGoal(ratio, workload.reach?.[name]),
        format(medianOf(own, (one) => one.firstByteMs)),
        format(medianOf(own, (one) => one.totalMs)),
        format(
          medianOf(own, (one) => one.bytes / 1e6),
          2,
        ),
        format(Math.max(...own.map((one) => one.peakGrowthMiB))),
        format(medianOf(own, (one) => one.serverCpuMs)),
        format(medianOf(own, (one) => one.postgresCpuMs)),
        String(sum(own.map((one) => one.errors))),
      ];
    }),
  );
  const time = ['time of the limit / of the peer', 'first byte ms', 'total ms'];
  const cost = ['MB', 'peak memory growth MiB', 'server CPU ms', 'PostgreSQL CPU ms', 'errors'];
  return `## Exports\n\n${formatTable(['workload', 'peer', ...time, ...cost], rows)}`;
}

function formatLoads(loads: readonly LoadMeasurement[]): string {
  const rows = workloadsOf(loads).flatMap((workload) =>
    present(PEER_NAMES, of(loads, workload.id), (one) => one.peer).map((name) => {
      const own = of(loads, workload.id, name);
      const rates = own.map((one) => one.requestsPerSecond);
      return [
        workload.id,
        PEERS[name].label,
        format(median(rates)),
        format(Math.max(...rates) / Math.min(...rates), 2),
        format(
          medianOf(own, (one) => one.p50Ms),
          1,
        ),
        format(
          medianOf(own, (one) => one.p99Ms),
          1,
        ),
        format(
          medianOf(own, (one) => one.serverCpuMs),
          3,
        ),
        format(
          medianOf(own, (one) => one.postgresCpuMs),
          3,
        ),
        format(medianOf(own, (one) => one.bytesPerRequest)),
        format(medianOf(own, (one) => one.residentMiB)),
        String(sum(own.map((one) => one.errors))),
      ];
    }),
  );
  const speed = ['requests/s', 'max/min over rounds', 'p50 ms', 'p99 ms'];
  const cost = ['server CPU ms', 'PostgreSQL CPU ms', 'bytes', 'memory MiB', 'errors'];
  return `## Load\n\nMedians over the rounds.\n\n${formatTable(['workload', 'peer', ...speed, ...cost], rows)}`;
}

/** The ratio limit / peer within each round, where both ran close together, then the median over the rounds. */
function pairedRatio<M extends Measurement>(limit: readonly M[], own: readonly M[], cost: (one: M) => number): number {
  return median(
    own.map((one) => {
      const counterpart = limit.find((other) => other.round === one.round);
      return counterpart === undefined ? NaN : cost(counterpart) / cost(one);
    }),
  );
}

function totalCpuMs(one: Measurement): number {
  return one.serverCpuMs + one.postgresCpuMs;
}

function roughMark(own: readonly LoadMeasurement[]): string {
  return medianOf(own, (one) => one.requests) < FEW_REQUESTS ? ' ~' : '';
}

function of<M extends Measurement>(measurements: readonly M[], workload: string, peer?: PeerName): M[] {
  return measurements.filter((one) => one.workload === workload && (peer === undefined || one.peer === peer));
}

function workloadsOf(measurements: readonly Measurement[]): Workload[] {
  return WORKLOADS.filter(({ id }) => measurements.some((one) => one.workload === id));
}

function present<T, M>(names: readonly T[], measurements: readonly M[], nameOf: (one: M) => T): T[] {
  return names.filter((name) => measurements.some((one) => nameOf(one) === name));
}

function medianOf<M>(measurements: readonly M[], valueOf: (one: M) => number): number {
  return median(measurements.map(valueOf));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function format(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : NONE;
}

function formatGoal(ratio: number, goal: number | undefined): string {
  return format(ratio, 2) + (goal === undefined || !Number.isFinite(ratio) ? '' : ` (${goal.toFixed(2)})`);
}

function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return (
    line(header) +
    line(header.map((name) => (['workload', 'peer'].includes(name) ? '---' : '--:'))) +
    rows.map(line).join('')
  );
}
