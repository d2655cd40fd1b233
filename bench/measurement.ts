/** What one measurement of one peer finds. */
import type { PeerName } from './peers.js';

interface BaseMeasurement {
  readonly round: number;
  readonly workload: string;
  readonly peer: PeerName;
  readonly errors: number;
  /** Per request, or per export. */
  readonly serverCpuMs: number;
  readonly postgresCpuMs: number;
}

export interface LoadMeasurement extends BaseMeasurement {
  readonly kind: 'load';
  readonly connections: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerRequest: number;
  readonly residentMiB: number;
}

export interface ExportMeasurement extends BaseMeasurement {
  readonly kind: 'export';
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  readonly peakGrowthMiB: number;
}

export type Measurement = LoadMeasurement | ExportMeasurement;

/** The middle value; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const lower = sorted[Math.ceil(middle) - 1] ?? NaN;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return (lower + upper) / 2;
}
