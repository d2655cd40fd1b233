/** What happens around every request, whichever edge it is for: ids, security headers, one line in the log. */
import type { FastifyInstance } from 'fastify';
import type { Entrance } from './request-intake.js';

/** Pages replace the policy by one that lets their own assets in. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
const HSTS = 'max-age=31536000; includeSubDomains';

/** @param logsRequests whether the log's level shows them: the line costs more than the check */
export function registerHooks(app: FastifyInstance, entrance: Entrance, logsRequests: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    entrance.admit(request, reply);
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
    done();
  });
  if (!logsRequests) return;
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        requestId: request.id,
        method: request.method,
        // The route, not the address: a query string may hold a name that somebody searched for.
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
    done();
  });
}
