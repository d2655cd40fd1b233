/**
 * Metrics in the format of Prometheus. Labels come from closed lists, the routes, the schema's root fields and the error catalogue, so
 * their number does not grow with what callers send. No label names a tenant or a user.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Backlog } from '../../audit/seals/backlog.query.js';
import { getOrMake } from '../../platform/values/get-or-make.js';
import type { RequestRecord, Transport } from './request-record.js';

/** Upper bounds of the request histogram, seconds. Requests are answered within 7 s; files take up to a minute. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Places that are shared by requests: connections of a pool, or slots for exports. */
export type Places = Readonly<Record<'used' | 'idle' | 'waiting', number>>;

/** What is read when metrics are asked for. */
export interface MetricSources {
  /** By pool. */
  readonly connections: () => Readonly<Record<string, Places>>;
  readonly exportSlots: () => Omit<Places, 'idle'>;
  /** Events that wait to be sealed. */
  readonly backlog: () => Promise<Backlog>;
}

/** A request that was answered. */
export interface AnsweredRequest {
  readonly transport: Transport;
  readonly operation: string;
  readonly status: number;
  readonly seconds: number;
}

const OPERATION = ['transport', 'operation'] as const;

/** What the requests of one operation came to since the start. */
interface Tally {
  readonly labels: Readonly<Pick<AnsweredRequest, (typeof OPERATION)[number]>>;
  readonly byStatus: Map<number, number>;
  statements: number;
  roundTrips: number;
}

/** One per process. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly tallies = new Map<string, Tally>();
  private readonly errors = this.counter('crm_request_errors_total', 'Requests with an error of this code.', [
    ...OPERATION,
    'code',
  ]);
  private readonly durations = new Histogram({
    name: 'crm_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: OPERATION,
    buckets: DURATIONS,
    registers: [this.registry],
  });

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.registry });
    this.countTallies();
    this.gaugePlaces(sources);
    this.gaugeBacklog(sources.backlog);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** @returns all metrics as text */
  read(): Promise<string> {
    return this.registry.metrics();
  }

  /** @param waiters clients that wait for changes */
  watchWaiters(waiters: { readonly count: number }): void {
    this.gauge('crm_feed_waiters', 'Clients that wait for changes.', [], (gauge) => {
      gauge.set(waiters.count);
    });
  }

  /** Counts a request once it is answered. */
  count({ transport, operation, status, seconds }: AnsweredRequest, record: RequestRecord | null): void {
    const tally = getOrMake(this.tallies, `${transport} ${operation}`, () => ({
      labels: { transport, operation },
      byStatus: new Map<number, number>(),
      statements: 0,
      roundTrips: 0,
    }));
    tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1);
    this.durations.observe(tally.labels, seconds);
    if (!record) return;
    for (const code of record.errorCodes) this.errors.inc({ ...tally.labels, code });
    tally.statements += record.connections?.statements ?? 0;
    tally.roundTrips += record.connections?.roundTrips ?? 0;
  }

  /** Counters that are set when metrics are asked for: a counter of the library hashes its labels at each request. */
  private countTallies(): void {
    this.counter('crm_requests_total', 'Requests answered, by HTTP status.', [...OPERATION, 'status'], (counter) => {
      for (const { labels, byStatus } of this.tallies.values())
        for (const [status, count] of byStatus) counter.inc({ ...labels, status }, count);
    });
    this.counter('crm_statements_total', 'SQL statements of requests.', OPERATION, (counter) => {
      for (const { labels, statements } of this.tallies.values()) counter.inc(labels, statements);
    });
    this.counter('crm_round_trips_total', 'Round trips to PostgreSQL.', OPERATION, (counter) => {
      for (const { labels, roundTrips } of this.tallies.values()) counter.inc(labels, roundTrips);
    });
  }

  private counter<const Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    collect?: (counter: Counter<Label>) => void,
  ): Counter<Label> {
    const counter: Counter<Label> = new Counter<Label>({
      ...{ name, help, labelNames, registers: [this.registry] },
      ...(collect && {
        collect: () => {
          counter.reset();
          collect(counter);
        },
      }),
    });
    return counter;
  }

  /** @param collect sets the value when metrics are asked for */
  private gauge<const Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    collect: (gauge: Gauge<Label>) => void | Promise<void>,
  ): void {
    const gauge: Gauge<Label> = new Gauge<Label>({
      ...{ name, help, labelNames, registers: [this.registry] },
      collect: () => collect(gauge),
    });
  }

  private gaugePlaces({ connections, exportSlots }: MetricSources): void {
    this.gauge(
      'crm_pool_places',
      'Connections in use and idle, and requests that wait.',
      ['pool', 'state'],
      (gauge) => {
        for (const [pool, places] of Object.entries(connections())) {
          for (const [state, value] of Object.entries<number>(places)) gauge.set({ pool, state }, value);
        }
      },
    );
    this.gauge('crm_export_slots', 'Exports that run, and that wait to.', ['state'], (gauge) => {
      for (const [state, value] of Object.entries<number>(exportSlots())) gauge.set({ state }, value);
    });
  }

  /** One statement for both. NaN while the database does not answer, so that the other metrics can be read. */
  private gaugeBacklog(read: MetricSources['backlog']): void {
    let reading: Promise<Backlog | undefined> | undefined;
    const readOnce = (): Promise<Backlog | undefined> => {
      reading ??= read()
        .catch(() => undefined)
        .finally(() => (reading = undefined));
      return reading;
    };
    this.gauge('crm_unsealed_events', 'Audit events without a seal; counted up to 100 000.', [], async (gauge) => {
      gauge.set((await readOnce())?.events ?? NaN);
    });
    this.gauge('crm_seal_lag_seconds', 'Age of the oldest event without a seal.', [], async (gauge) => {
      gauge.set((await readOnce())?.oldestSeconds ?? NaN);
    });
  }
}
