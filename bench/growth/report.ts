/** The table of growth: a line for each workload and size, a column for each number of connections. */
import { formatNumber, formatTable } from '../tables.js';
import type { CellResult } from './cell.js';

export interface GrowthMeasurement extends CellResult {
  readonly workload: string;
  readonly title: string;
  readonly customers: number;
  readonly connections: number;
  readonly serverCpuMs: number;
  readonly postgresCpuMs: number;
}

/** The column whose CPU is shown: enough requests, and no queue. */
const CPU_AT = 8;

export function formatGrowth(
  heading: string,
  measurements: readonly GrowthMeasurement[],
  connections: readonly number[],
) {
  const lines = new Map<string, GrowthMeasurement[]>();
  for (const one of measurements) {
    const key = `${one.workload} ${one.title} | ${one.customers}`;
    lines.set(key, [...(lines.get(key) ?? []), one]);
  }
  const rows = [...lines].map(([key, cells]) => {
    const withCpu = cells.find((cell) => cell.connections === CPU_AT) ?? cells[0];
    const cpu = `${formatNumber(withCpu?.serverCpuMs ?? NaN, 2)} + ${formatNumber(withCpu?.postgresCpuMs ?? NaN, 2)}`;
    const latencies = connections.map((count) => latencyOf(cells.find((cell) => cell.connections === count)));
    return [...key.split(' | '), ...latencies, cpu];
  });
  const columns = connections.map((count) => `${count}: p50 / p99 ms, per second`);
  const header = ['workload', 'customers', ...columns, `CPU at ${CPU_AT}: server + PostgreSQL ms`];
  return `# Growth\n\n${heading}\n\n${formatTable(header, rows)}`;
}

function latencyOf(cell: GrowthMeasurement | undefined): string {
  if (cell === undefined) return '–';
  const text = `${formatNumber(cell.p50Ms, 1)} / ${formatNumber(cell.p99Ms, 1)}, ${formatNumber(cell.requestsPerSecond)}`;
  return cell.errors > 0 ? `${text} (${cell.errors} errors)` : text;
}
