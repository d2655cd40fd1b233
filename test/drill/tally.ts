/** What a drill saw: outcomes by operation, the slowest answer, and every broken promise with enough to look into it. */

/** Every request is answered within this; milliseconds. */
const ANSWER_LIMIT_MS = 8000;
/** A file has longer, from the count of its rows to its end. */
const LIMITS_MS: Readonly<Record<string, number>> = { export: 62_000 };
/** Sentences kept of one record type: the first are enough to look into, all are counted. */
const KEPT_PER_KIND = 3;

export class Tally {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly latencies = new Map<string, number[]>();
  private readonly kept: string[] = [];
  private readonly recordTypes = new Map<string, number>();
  private readonly startedAt = Date.now();
  /** The faults of the last seconds: beside each broken promise. */
  private recent: string[] = [];
  brokenCount = 0;
  answers = 0;
  /** Of all answers but files; milliseconds. */
  slowestMs = 0;

  /** @param ms how long the answer took */
  count(operation: string, outcome: string, ms?: number): void {
    const outcomes = this.counts.get(operation) ?? new Map<string, number>();
    this.counts.set(operation, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
    if (ms === undefined) return;
    this.answers += 1;
    const all = this.latencies.get(operation) ?? [];
    this.latencies.set(operation, all);
    all.push(ms);
    if (!(operation in LIMITS_MS)) this.slowestMs = Math.max(this.slowestMs, ms);
    if (ms > (LIMITS_MS[operation] ?? ANSWER_LIMIT_MS))
      this.broken(`${operation}: answered ${outcome} after ${Math.round(ms)} ms`);
  }

  /** A fault began. */
  fault(name: string): void {
    this.count('fault', name.split(' ')[0] ?? name);
    this.recent = [...this.recent.slice(-5), `${this.seconds()} ${name}`];
  }

  /** A promise was broken. @param recordType what such sentences have in common */
  broken(sentence: string, recordType = sentence.replace(/[0-9a-f-]{36}|\d+/g, '#').slice(0, 40)): void {
    this.brokenCount += 1;
    const seen = (this.recordTypes.get(recordType) ?? 0) + 1;
    this.recordTypes.set(recordType, seen);
    if (seen > KEPT_PER_KIND) return;
    this.kept.push(`[${this.seconds()}] ${sentence}\n    faults: ${this.recent.join(', ')}`);
  }

  get isWhole(): boolean {
    return this.brokenCount === 0;
  }

  /** How often an operation had this outcome. */
  of(operation: string, outcome: string): number {
    return this.counts.get(operation)?.get(outcome) ?? 0;
  }

  /** How often any operation had this outcome. */
  total(outcome: string): number {
    return [...this.counts.values()].reduce((sum, outcomes) => sum + (outcomes.get(outcome) ?? 0), 0);
  }

  report(): string {
    const rows = [...this.counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([operation, outcomes]) => {
        const parts = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
        return `  ${operation.padEnd(22)} ${this.latencyOf(operation).padEnd(26)} ${parts.join(', ')}`;
      });
    const verdict = this.isWhole ? 'No broken promise.' : `BROKEN PROMISES: ${this.brokenCount}`;
    const recordTypes = [...this.recordTypes].map(([recordType, count]) => `  ${count} × ${recordType}`);
    return [`${this.answers} answers in ${this.seconds()}`, ...rows, verdict, ...recordTypes, ...this.kept].join('\n');
  }

  private latencyOf(operation: string): string {
    const all = [...(this.latencies.get(operation) ?? [])].sort((a, b) => a - b);
    if (all.length === 0) return '';
    const median = all[Math.floor(all.length / 2)] ?? 0;
    return `median ${Math.round(median)} max ${Math.round(all.at(-1) ?? 0)} ms`;
  }

  private seconds(): string {
    return `${((Date.now() - this.startedAt) / 1000).toFixed(1)} s`;
  }
}
