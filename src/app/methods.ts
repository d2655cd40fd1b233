/** What a path answers to the methods that it does not have, and to OPTIONS: the same for REST, GraphQL, pages and health. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors/errors.js';

/** What some path of ours has. */
const OURS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** HTTP's own: they are 405 where a path lacks them. Any other is a 501: WebDAV's, QUERY, and those that nobody knows. */
const KNOWN: ReadonlySet<string> = new Set([...OURS, 'TRACE']);

/** Names of headers that a preflight may ask for: what is repeated to the caller is checked first. */
const HEADER_NAMES = /^[\w-]{1,64}(?: ?, ?[\w-]{1,64}){0,40}$/;
/** A browser may remember a preflight for this long; seconds. */
const PREFLIGHT_SECONDS = '600';

/** @returns false for a method that is NOT_IMPLEMENTED on every path */
export function isKnownMethod(method: string): boolean {
  return KNOWN.has(method);
}

/** Collects the methods of every path as routes are added: create it before the first one. */
export class ServedPaths {
  private readonly methods = new Map<string, Set<string>>();

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      // `*` is the catch-all of @fastify/cors.
      if (url !== '*') for (const one of [method].flat()) this.add(url, one);
    });
  }

  /**
   * Answers what the paths lack: 405 with `Allow`, or 204 to OPTIONS. Call it when all routes are there.
   * @param beforeError may reject the caller first, who is told no method of a path that needs a sign-in
   */
  answerOtherMethods(
    scope: FastifyInstance,
    beforeError: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
  ): void {
    // Routes added here are no methods of a path.
    for (const [url, known] of [...this.methods]) {
      const allow = [...known, 'OPTIONS'].sort().join(', ');
      const lacking = [...KNOWN].filter((method) => method !== 'OPTIONS' && !known.has(method));
      scope.options(url, (request, reply) => answerOptions(request, reply, allow));
      scope.route({
        method: lacking,
        url,
        // HEAD is in the list itself.
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          await beforeError(request, reply);
          reply.header('allow', allow);
          throw new AppError('METHOD_NOT_ALLOWED');
        },
      });
    }
  }

  private add(url: string, method: string): void {
    const known = this.methods.get(url) ?? new Set();
    this.methods.set(url, known.add(method));
  }
}

/** 204 with `Allow`; to a browser that asks for another site, also what CORS wants to know. `*` is the server as a whole. */
export function answerOptions(request: FastifyRequest, reply: FastifyReply, allow = OURS.join(', ')): FastifyReply {
  reply.code(204).header('allow', allow);
  // Set by @fastify/cors when the origin is one of ours.
  const isAllowed = reply.hasHeader('access-control-allow-origin');
  if (isAllowed && request.headers['access-control-request-method'] !== undefined) {
    const wanted = request.headers['access-control-request-headers'] ?? '';
    reply.header('access-control-allow-methods', allow).header('access-control-max-age', PREFLIGHT_SECONDS);
    if (HEADER_NAMES.test(wanted)) reply.header('access-control-allow-headers', wanted);
  }
  return reply.send();
}
