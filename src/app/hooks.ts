/** What happens around every request, whichever transport it is for: ids, security headers, one line in the log. */
import type { FastifyInstance } from 'fastify';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { SECURITY_HEADERS } from './security-headers.js';

const HSTS = 'max-age=31536000; includeSubDomains';
const HOST_NEEDED: Sentence = { fr: "L'en-tête Host est requis.", en: 'The Host header is required.' };

/** @param logsRequests whether the log level shows request lines: building one costs more than this check */
export function registerHooks(app: FastifyInstance, logsRequests: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
    // Node's own check answers without a body, so app.ts turns it off.
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      done(new AppError('MALFORMED_REQUEST', HOST_NEEDED));
      return;
    }
    done();
  });
  if (!logsRequests) return;
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        requestId: request.id,
        method: request.method,
        // The route, not the URL: a query string may hold a name that somebody searched for.
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
    done();
  });
}
