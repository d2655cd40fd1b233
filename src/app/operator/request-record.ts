/** What a request turned out to be, for its line in the log and for the metrics. */
import type { RequestSpan } from '../tracing/tracing.js';
import type { RequestConnections } from '../../tenancy/request-connections.js';

export type Transport = 'graphql' | 'rest' | 'other';

/** Until an operation is known, and for documents and paths that have none. */
export const UNKNOWN_OPERATION = 'unknown';

/** One per request, filled in while it is processed. */
export class RequestRecord {
  /** The root field of GraphQL, `multiple` for several. */
  operation: string = UNKNOWN_OPERATION;
  tenantId: string | undefined;
  actorId: string | undefined;
  /** The type of bearer token that identified the caller. */
  credential: string | undefined;
  /** Codes of the errors in the answer, each once. */
  readonly errorCodes = new Set<string>();
  /** Counts the statements of the request. Absent if nothing needed the database. */
  connections: Pick<RequestConnections, 'statements' | 'roundTrips'> | undefined;

  /** Present where the service is traced. */
  readonly span: RequestSpan | undefined;
  readonly traceId: string | undefined;

  constructor(traceId: string | undefined, span?: RequestSpan) {
    this.span = span;
    this.traceId = span?.traceId ?? traceId;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent where Fastify runs no hooks, as for a URL that it cannot decode. */
    record: RequestRecord | null;
  }
}

/** W3C Trace Context: version, trace id, parent id, flags. Ids of zeros are not valid. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** @returns the trace id of a `traceparent` header, if it is well formed */
export function traceIdOf(header: unknown): string | undefined {
  return typeof header === 'string' ? TRACE_PARENT.exec(header)?.[1] : undefined;
}
