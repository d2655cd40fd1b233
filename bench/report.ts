/** The results as markdown: first what the servers are judged by, then the figures behind it. */
import { type AgainstResult, formatAgainst } from './against.js';
import { type ExportMeasurement, type LoadMeasurement, type Measurement, median } from './measurement.js';
import { PEERS, PEER_NAMES, type PeerName } from './peers.js';
import { formatNumber, formatTable, ratiosByRound, totalCpuMs } from './tables.js';
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
  readonly against?: AgainstResult;
}

/** Fewer finished requests than this make the CPU per request read too high. */
const FEW_REQUESTS = 100;

/** All tables of a run. */
export function formatReport(results: Results): string {
  const loads = results.measurements.filter((one) => one.kind === 'load');
  const exports = results.measurements.filter((one) => one.kind === 'export');
  const loadBefore = results.loadBefore.map((load) => load.toFixed(2)).join(' ');
  return [
    '# Benchmark\n',
    `${results.started}, ${results.machine}, Node ${results.node}, ${results.settings}, load before ${loadBefore}\n`,
    ...results.leftOut.map((line) => `Left out: ${line}\n`),
    results.against === undefined ? '' : formatAgainst(results.against),
    ...REFERENCES.filter(({ name }) => loads.some((one) => one.peer === name)).map((one) => formatRatios(loads, one)),
    exports.length > 0 ? formatExports(exports) : '',
    loads.length > 0 ? formatLoads(loads) : '',
  ]
    .filter(Boolean)
    .join('\n');
}

/** What the peers are compared with. */
interface Reference {
  readonly name: PeerName;
  readonly called: string;
  readonly goalOf: (workload: Workload, peer: PeerName) => number | undefined;
}

const REFERENCES: readonly Reference[] = [
  { name: 'limit', called: 'limit', goalOf: (workload, peer) => workload.reach?.[peer] },
  {
    name: 'limit-duties',
    called: 'limit with duties',
    goalOf: (_workload, peer) => (PEERS[peer].server === 'ours' ? REACH_OF_DUTIES : undefined),
  },
];
/** How near we want to be to code by hand that keeps the same promises. */
const REACH_OF_DUTIES = 0.65;

function formatRatios(loads: readonly LoadMeasurement[], { name: reference, called, goalOf }: Reference): string {
  const peers = peersOf(loads).filter((name) => name !== reference);
  const rows = workloadsOf(loads.filter(({ peer }) => peer === reference)).map((workload) => {
    const limit = of(loads, workload.id, reference);
    const cells = peers.map((name) => {
      const own = of(loads, workload.id, name);
      return formatGoal(pairedRatio(limit, own, totalCpuMs), goalOf(workload, name)) + roughMark(own);
    });
    const limitCell = `${middle(limit, (one) => one.serverCpuMs, 3)} + ${middle(limit, (one) => one.postgresCpuMs, 3)}`;
    return [`${workload.id} ${workload.title}`, limitCell, ...cells];
  });
  const header = ['workload', `${called}: server + PostgreSQL ms`, ...peers.map((name) => PEERS[name].label)];
  const note = 'Higher is better; in brackets what is to be reached. ~ marks a rough figure: few requests finished.\n';
  return `## CPU of the ${called} / CPU of the peer, per request\n\n${note}\n${formatTable(header, rows)}`;
}

function formatExports(exports: readonly ExportMeasurement[]): string {
  const timeRatio: Column<ExportMeasurement> = {
    header: 'time of the limit / of the peer',
    cell: (own, workload, name) => {
      const ratio = pairedRatio(of(exports, workload.id, 'limit'), own, (one) => one.totalMs);
      return formatGoal(ratio, workload.reach?.[name]);
    },
  };
  const ratios = exports.some((one) => one.peer === 'limit') ? [timeRatio] : [];
  return `## Exports\n\n${formatFigures(exports, [...ratios, ...EXPORT_COLUMNS])}`;
}

function formatLoads(loads: readonly LoadMeasurement[]): string {
  return `## Load\n\nMedians over the rounds.\n\n${formatFigures(loads, LOAD_COLUMNS)}`;
}

interface Column<M> {
  readonly header: string;
  readonly cell: (own: readonly M[], workload: Workload, peer: PeerName) => string;
}

const COST_COLUMNS: readonly Column<Measurement>[] = [
  { header: 'server CPU ms', cell: (own) => middle(own, (one) => one.serverCpuMs, 3) },
  { header: 'PostgreSQL CPU ms', cell: (own) => middle(own, (one) => one.postgresCpuMs, 3) },
  { header: 'errors', cell: (own) => formatNumber(own.reduce((total, one) => total + one.errors, 0)) },
];

const EXPORT_COLUMNS: readonly Column<ExportMeasurement>[] = [
  { header: 'first byte ms', cell: (own) => middle(own, (one) => one.firstByteMs) },
  { header: 'total ms', cell: (own) => middle(own, (one) => one.totalMs) },
  { header: 'MB', cell: (own) => middle(own, (one) => one.bytes / 1e6, 2) },
  { header: 'peak memory growth MiB', cell: (own) => formatNumber(Math.max(...own.map((one) => one.peakGrowthMiB))) },
  ...COST_COLUMNS,
];

const LOAD_COLUMNS: readonly Column<LoadMeasurement>[] = [
  { header: 'requests/s', cell: (own) => middle(own, (one) => one.requestsPerSecond) },
  { header: 'max/min over rounds', cell: (own) => formatNumber(spread(own.map((one) => one.requestsPerSecond)), 2) },
  { header: 'p50 ms', cell: (own) => middle(own, (one) => one.p50Ms, 1) },
  { header: 'p99 ms', cell: (own) => middle(own, (one) => one.p99Ms, 1) },
  { header: 'bytes', cell: (own) => middle(own, (one) => one.bytesPerRequest) },
  { header: 'memory MiB', cell: (own) => middle(own, (one) => one.residentMiB) },
  ...COST_COLUMNS,
];

/** One line per workload and peer. */
function formatFigures<M extends Measurement>(measurements: readonly M[], columns: readonly Column<M>[]): string {
  const rows = workloadsOf(measurements).flatMap((workload) =>
    peersOf(of(measurements, workload.id)).map((name) => {
      const own = of(measurements, workload.id, name);
      const cells = columns.map(({ cell }) => cell(own, workload, name));
      return [`${workload.id} ${workload.title}`, PEERS[name].label, ...cells];
    }),
  );
  return formatTable(['workload', 'peer', ...columns.map(({ header }) => header)], rows);
}

/** Within each round, then the median over the rounds. */
function pairedRatio<M extends Measurement>(
  limit: readonly M[],
  own: readonly M[],
  costOf: (one: M) => number,
): number {
  return median(ratiosByRound(limit, own, costOf));
}

function roughMark(own: readonly LoadMeasurement[]): string {
  return median(own.map((one) => one.requests)) < FEW_REQUESTS ? ' ~' : '';
}

function of<M extends Measurement>(measurements: readonly M[], workload: string, peer?: PeerName): M[] {
  return measurements.filter((one) => one.workload === workload && (peer === undefined || one.peer === peer));
}

function workloadsOf(measurements: readonly Measurement[]): Workload[] {
  return WORKLOADS.filter(({ id }) => measurements.some((one) => one.workload === id));
}

function peersOf(measurements: readonly Measurement[]): PeerName[] {
  return PEER_NAMES.filter((name) => measurements.some((one) => one.peer === name));
}

function middle<M>(measurements: readonly M[], valueOf: (one: M) => number, digits = 0): string {
  return formatNumber(median(measurements.map(valueOf)), digits);
}

function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values);
}

function formatGoal(ratio: number, goal: number | undefined): string {
  return formatNumber(ratio, 2) + (goal === undefined || !Number.isFinite(ratio) ? '' : ` (${goal.toFixed(2)})`);
}
