/** Answers to methods that a path does not support, and to OPTIONS: the same for REST, GraphQL, pages and health checks. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors/errors.js';

/** Methods that at least one path supports. */
const OURS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** HTTP's own methods: 405 where a path does not support them. Any other method is a 501: WebDAV's, QUERY, unknown ones. */
const KNOWN: ReadonlySet<string> = new Set([...OURS, 'TRACE']);

/** Header names that a preflight may list. They are echoed, so they are checked first. */
const HEADER_NAMES = /^[\w-]{1,64}(?: ?, ?[\w-]{1,64}){0,40}$/;
/** How long a browser may cache a preflight; seconds. */
const PREFLIGHT_SECONDS = '600';

/** @returns false for a method that no path supports: NOT_IMPLEMENTED */
export function isKnownMethod(method: string): boolean {
  return KNOWN.has(method);
}

/** Collects the methods of every path as routes are added. Create it before the first route. */
export class ServedPaths {
  private readonly methods = new Map<string, Set<string>>();

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      // `*` is the catch-all of @fastify/cors.
      if (url !== '*') for (const one of [method].flat()) this.add(url, one);
    });
  }

  /**
   * Adds the answers to unsupported methods: 405 with `Allow`, or 204 to OPTIONS. Call it after all routes are added.
   * @param beforeError may reject the caller first, so that strangers do not learn the methods of a path that needs a sign-in
   */
  answerOtherMethods(
    scope: FastifyInstance,
    beforeError: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
  ): void {
    // Routes added below are not methods of a path.
    for (const [url, known] of [...this.methods]) {
      const allow = [...known, 'OPTIONS'].sort().join(', ');
      const lacking = [...KNOWN].filter((method) => method !== 'OPTIONS' && !known.has(method));
      // The router takes `*` for `/`.
      scope.options(url, (request, reply) =>
        answerOptions(request, reply, request.raw.url === '*' ? undefined : allow),
      );
      scope.route({
        method: lacking,
        url,
        // The list contains HEAD already.
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

/** 204 with `Allow`, and the CORS headers for a preflight. `*` is the server as a whole. */
export function answerOptions(request: FastifyRequest, reply: FastifyReply, allow = OURS.join(', ')): FastifyReply {
  reply.code(204).header('allow', allow);
  // @fastify/cors sets it when the origin is allowed.
  const isAllowed = reply.hasHeader('access-control-allow-origin');
  if (isAllowed && request.headers['access-control-request-method'] !== undefined) {
    const wanted = request.headers['access-control-request-headers'] ?? '';
    reply.header('access-control-allow-methods', allow).header('access-control-max-age', PREFLIGHT_SECONDS);
    if (HEADER_NAMES.test(wanted)) reply.header('access-control-allow-headers', wanted);
  }
  return reply.send();
}
