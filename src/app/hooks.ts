/** What happens around every request, whichever transport it is for: ids, security headers, one line in the log. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import type { AnsweredRequest, Metrics } from './operator/metrics.js';
import { RequestRecord, traceIdOf, UNKNOWN_OPERATION, type Transport } from './operator/request-record.js';
import { SECURITY_HEADERS } from './security-headers.js';
import type { EndedRequest, StartedRequest, Tracing } from './tracing/tracing.js';

const HSTS = 'max-age=31536000; includeSubDomains';
const HOST_NEEDED: Sentence = { fr: "L'en-tête Host est requis.", en: 'The Host header is required.' };

/** Who hears of each request that was answered. */
interface RequestObservers {
  /** Whether the log level shows request lines: building one costs more than this check. */
  readonly logsRequests: boolean;
  readonly metrics: Pick<Metrics, 'count'> | undefined;
  readonly tracing: Tracing | undefined;
}

export function registerHooks(app: FastifyInstance, { logsRequests, metrics, tracing }: RequestObservers): void {
  app.decorateRequest('record', null);
  app.addHook('onRequest', (request, reply, done) => {
    request.record = new RequestRecord(traceIdOf(request.headers.traceparent), tracing?.begin(startOf(request)));
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
    // Node's own check answers without a body, so app.ts turns it off.
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      done(new AppError('MALFORMED_REQUEST', HOST_NEEDED));
      return;
    }
    done();
  });
  if (tracing) traceRequests(app);
  if (!logsRequests && !metrics) return;
  app.addHook('onResponse', (request, reply, done) => {
    if (logsRequests) request.log.info(lineOf(request, reply), 'request');
    metrics?.count(answeredRequest(request, reply), request.record);
    done();
  });
}

function startOf({ method, protocol, headers, raw, routeOptions }: FastifyRequest): StartedRequest {
  return { method, route: routeOptions.url, protocol, headers, httpVersion: raw.httpVersion };
}

function traceRequests(app: FastifyInstance): void {
  // A body is read in events that are not part of the request's own asynchronous work, so the span is entered behind it.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.record?.span) request.record.span.within(done);
    else done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    // Fastify calls no hook for an answer that the client did not wait for.
    reply.raw.once('close', () => request.record?.span?.end(endOf(request, reply)));
    done();
  });
}

function endOf({ record }: FastifyRequest, { raw }: FastifyReply): EndedRequest {
  return {
    status: raw.writableFinished ? raw.statusCode : undefined,
    operation: record?.operation,
    tenantId: record?.tenantId,
    actorId: record?.actorId,
    credential: record?.credential,
    errorCodes: record?.errorCodes ?? new Set(),
  };
}

/** Nothing in it is personal: ids, and the route in place of the URL, whose query may hold a name that somebody searched for. */
function lineOf(request: FastifyRequest, reply: FastifyReply): object {
  const { record, routeOptions } = request;
  const isGraphql = transportOf(request) === 'graphql';
  return {
    requestId: request.id,
    trace: record?.traceId,
    method: request.method,
    route: routeOptions.url,
    ...(isGraphql && { operation: record?.operation }),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    tenant: record?.tenantId,
    actor: record?.actorId,
    credential: record?.credential,
  };
}

function answeredRequest(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  const transport = transportOf(request);
  const { method, routeOptions, record } = request;
  const route = routeOptions.url === undefined ? UNKNOWN_OPERATION : `${method} ${routeOptions.url}`;
  const operation = transport === 'graphql' ? (record?.operation ?? UNKNOWN_OPERATION) : route;
  return { transport, operation, status: reply.statusCode, seconds: reply.elapsedTime / 1000 };
}

function transportOf({ routeOptions: { url = '' } }: FastifyRequest): Transport {
  if (url === '/graphql') return 'graphql';
  return url.startsWith('/v1/') ? 'rest' : 'other';
}
