/** What the tables of a report are made of. */
import type { Measurement } from './measurement.js';

/** Ratio reference / own for each round in which both were measured, close together. */
export function ratiosByRound<M extends Measurement>(
  reference: readonly M[],
  own: readonly M[],
  costOf: (one: M) => number,
): number[] {
  return own.flatMap((one) => {
    const counterpart = reference.find((other) => other.round === one.round);
    return counterpart === undefined ? [] : [costOf(counterpart) / costOf(one)];
  });
}

/** Of the server and PostgreSQL, per request. */
export function totalCpuMs(one: Measurement): number {
  return one.serverCpuMs + one.postgresCpuMs;
}

/** With a dash for what could not be measured. */
export function formatNumber(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** Markdown; numbers to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const alignment = header.map((name) => (name === 'workload' || name === 'peer' ? '---' : '--:'));
  return [header, alignment, ...rows].map(line).join('');
}
