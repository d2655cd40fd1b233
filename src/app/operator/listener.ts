/** What operators ask on a port of its own: metrics, and which check of the service's health fails. */
import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { HealthReport } from './health-report.js';
import type { Metrics } from './metrics.js';

export interface OperatorOptions {
  readonly metrics: Pick<Metrics, 'contentType' | 'read'>;
  readonly health: { readonly report: () => Promise<HealthReport> };
  /** One of them must be the bearer token of every request. None: no token is asked for. */
  readonly tokens: readonly string[];
}

/** A scrape that takes longer is cut; milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Builds the listener. It does not listen. */
export function buildOperatorListener({ metrics, health, tokens }: OperatorOptions): FastifyInstance {
  const app = Fastify({ requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true });
  const digests = tokens.map(digestOf);
  app.addHook('onRequest', async ({ headers: { authorization } }, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (digests.length === 0 || isKnown(digests, authorization)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ error: 'A token of OPERATOR_TOKENS is required.' });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.read()));
  app.get('/health', async ({ query }, reply) => {
    const report = await health.report();
    const isVerbose = typeof query === 'object' && query !== null && 'verbose' in query;
    const { status } = report;
    return reply.code(status === 'ready' ? 200 : 503).send(isVerbose ? report : { status });
  });
  return app;
}

function isKnown(digests: readonly Buffer[], authorization: string | undefined): boolean {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return false;
  const digest = digestOf(token);
  // All of them, so that the time does not tell which one was nearly right.
  return digests.filter((known) => timingSafeEqual(known, digest)).length > 0;
}

/** Of one length whatever the token's. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
