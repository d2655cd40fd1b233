/** Traces: a span per request, service operation and round trip. Without an endpoint there are none, and nothing of OpenTelemetry is loaded. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { QueryObserver } from '../../platform/postgres/query-watch.js';

/** What a request is known by when it arrives. */
export interface StartedRequest {
  readonly method: string;
  /** Undefined for a path that does not exist. */
  readonly route: string | undefined;
  readonly protocol: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
}

/** What it turned out to be. Ids and names of ours; nothing that a caller wrote. */
export interface EndedRequest {
  /** Undefined when the client left before the answer was complete. */
  readonly status: number | undefined;
  readonly operation: string | undefined;
  readonly tenantId: string | undefined;
  readonly actorId: string | undefined;
  readonly credential: string | undefined;
  readonly errorCodes: ReadonlySet<string>;
}

/** The span of a request. */
export interface RequestSpan {
  readonly traceId: string;
  /** Runs work inside the span: operations and round trips in it belong to the request, until it has ended. */
  within(work: () => void): void;
  end(request: EndedRequest): void;
}

export interface Tracing {
  begin(request: StartedRequest): RequestSpan;
  /** Runs a service operation inside a span of its own, if its request is traced. */
  operation<T>(name: string, run: () => T): T;
  /** For the connections to PostgreSQL. */
  readonly onQuery: QueryObserver;
  /** Sends the spans that are left, within a limit. @param timeLeft milliseconds until the process ends in any case */
  stop(timeLeft: number): Promise<void>;
}

export interface TracingOptions {
  /** Base address of an OTLP receiver: spans are sent to `v1/traces` below it. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly version: string;
  /** One of OpenTelemetry's names. */
  readonly sampler: string;
  /** The part of traces that is kept, from 0 to 1, for the samplers by ratio. */
  readonly ratio: number;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}
