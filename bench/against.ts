/** `--against`: has anything become slower than in the other checkout? */
import { type Measurement, median } from './measurement.js';
import { PEERS, PEER_NAMES, type PeerName } from './peers.js';
import { formatNumber, formatTable, ratiosByRound, totalCpuMs } from './tables.js';
import type { Workload } from './workload.js';

/** Below this the median of a line is more than the noise of a machine that does nothing else. */
export const EXPECTED_RATIO = 0.9;

/** One workload through one transport. */
export interface AgainstLine {
  readonly title: string;
  /** Theirs / ours, one for each round: CPU per request, of an export the time. */
  readonly ratios: readonly number[];
  readonly median: number;
  readonly ourCost: number;
  readonly theirCost: number;
  /** Answers of either that were not 2xx: they cost less than the right ones. */
  readonly errors: number;
}

export interface AgainstResult {
  /** The folder of the other checkout and its commit. */
  readonly checkout: string;
  readonly required: number;
  readonly lines: readonly AgainstLine[];
  /** Why the run does not show that nothing became slower; empty when it does. */
  readonly objections: readonly string[];
}

interface AgainstRun {
  readonly checkout: string;
  readonly required: number | undefined;
  readonly rounds: number;
  readonly workloads: readonly Workload[];
  readonly peers: readonly PeerName[];
}

/** Compares round by round what our service costs with what that of the other checkout costs. */
export function judgeAgainst(run: AgainstRun, measurements: readonly Measurement[]): AgainstResult {
  const lines = run.workloads.flatMap((workload) =>
    PEER_NAMES.flatMap((theirs) => {
      const { counterpart: ours } = PEERS[theirs];
      const isAsked = ours !== undefined && run.peers.includes(theirs) && workload.requests[ours] !== undefined;
      return isAsked ? [compareLine(workload, ours, theirs, measurements)] : [];
    }),
  );
  const required = run.required ?? EXPECTED_RATIO;
  const objections = lines.flatMap((line) => findObjection(line, run.rounds, required) ?? []);
  return { checkout: run.checkout, required, lines, objections };
}

function compareLine(
  workload: Workload,
  ours: PeerName,
  theirs: PeerName,
  measurements: readonly Measurement[],
): AgainstLine {
  const of = (name: PeerName): Measurement[] =>
    measurements.filter((one) => one.workload === workload.id && one.peer === name);
  const [own, other] = [of(ours), of(theirs)];
  const ratios = ratiosByRound(other, own, costOf);
  return {
    title: `${workload.id} ${workload.title}, ${ours === 'ours' ? 'GraphQL' : 'REST'}`,
    ratios,
    median: median(ratios),
    ourCost: median(own.map(costOf)),
    theirCost: median(other.map(costOf)),
    errors: [...own, ...other].reduce((total, one) => total + one.errors, 0),
  };
}

function costOf(one: Measurement): number {
  return one.kind === 'export' ? one.totalMs : totalCpuMs(one);
}

function findObjection(line: AgainstLine, rounds: number, required: number): string | undefined {
  if (line.ratios.length < rounds) return `${line.title}: compared in ${line.ratios.length} of ${rounds} rounds`;
  if (line.errors > 0) return `${line.title}: ${line.errors} errors`;
  // Negated, because a figure that is no number proves nothing either.
  if (!(line.median >= required))
    return `${line.title}: ${formatNumber(line.median, 2)} is below ${required.toFixed(2)}`;
  return undefined;
}

/** The table and the verdict. */
export function formatAgainst({ checkout, required, lines, objections }: AgainstResult): string {
  const rounds = Math.max(0, ...lines.map((line) => line.ratios.length));
  const header = [...Array(rounds).keys()].map((n) => `round ${n + 1}`);
  const rows = lines.map((line) => [
    line.title,
    ...header.map((_, n) => formatNumber(line.ratios[n] ?? NaN, 2)),
    formatNumber(line.median, 2),
    formatNumber(line.theirCost, 3),
    formatNumber(line.ourCost, 3),
    formatNumber(line.errors),
  ]);
  const columns = ['workload', ...header, 'median', 'theirs ms', 'ours ms', 'errors'];
  return [
    `## Against ${checkout}: theirs / ours\n`,
    'CPU per request of server and PostgreSQL; of an export (W8) the time. Below 1 ours costs more.\n',
    formatTable(columns, rows),
    ...[formatVerdict(lines, required), ...objections].map((sentence) => `${sentence}.\n`),
  ].join('\n');
}

function formatVerdict(lines: readonly AgainstLine[], required: number): string {
  const smallest = lines
    .toSorted((one, other) => one.median - other.median)
    .find(({ median }) => Number.isFinite(median));
  if (smallest === undefined) return 'Nothing was compared';
  return `Smallest median: ${smallest.median.toFixed(2)} (${smallest.title}); ≥ ${required.toFixed(2)} is expected`;
}
