/** The REST transport: one pipeline for every route, in the order size → token → tenant → route → role → media type → JSON → input. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from '../access/identity/headers.js';
import {
  forDryRun,
  onBehalfMark,
  withIdempotency,
  type Call,
  type RequestContext,
} from '../access/identity/request-context.js';
import type { RequestIntake } from './request-intake.js';
import { answerOptions, isKnownMethod, type ServedPaths } from './methods.js';
import { AppError } from '../platform/errors/errors.js';
import { keepBodyBytes } from '../platform/values/body-bytes.js';
import { parseJsonBody, requireJsonBody } from '../platform/values/json-body.js';
import { dryRunAnswer, readDryRun } from '../platform/rest/dry-run.js';
import { asRejection, problemOf } from '../platform/rest/errors.js';
import { joinJson } from '../platform/rest/json-text.js';
import { fastifyPath, isIdempotent, type RestAnswer, type RestRoute } from '../platform/rest/routes.js';
import { translateDatabaseError } from '../platform/postgres/database-errors.js';

/** Routes for signed-in callers, and the few that need no sign-in. */
export interface RestRoutes {
  readonly signedIn: readonly RestRoute<RequestContext>[];
  readonly open: readonly RestRoute<Call>[];
}

/** Serves the routes under `/v1`. */
export async function registerRest(
  app: FastifyInstance,
  intake: RequestIntake,
  routes: RestRoutes,
  maxAnswerBytes: number,
): Promise<void> {
  await app.register((scope, _options, done) => {
    // The body is read after the caller's rights were checked.
    keepBodyBytes(scope);
    for (const route of routes.open) {
      const run: Run = (request, reply) => runRoute(route, intake.callOf(request, reply), request, reply);
      addRoute(scope, route, run, maxAnswerBytes);
    }
    for (const route of routes.signedIn) {
      const run: Run = (request, reply) => runSignedIn(intake, route, request, reply);
      addRoute(scope, route, run, maxAnswerBytes);
    }
    done();
  });
}

/** The trailer of a CSV file. */
const DIGEST = 'repr-digest';

type Run = (request: FastifyRequest, reply: FastifyReply) => Promise<RestAnswer>;

function addRoute<Ctx>(scope: FastifyInstance, route: RestRoute<Ctx>, run: Run, maxAnswerBytes: number): void {
  scope.route({
    method: route.method,
    url: fastifyPath(route.path),
    handler: async (request, reply) => send(request, reply, await run(request, reply), maxAnswerBytes),
  });
}

async function runSignedIn(
  intake: RequestIntake,
  route: RestRoute<RequestContext>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RestAnswer> {
  const ctx = await intake.identify(request, reply);
  try {
    route.authorize?.(ctx);
    if (!isIdempotent(route)) return await runRoute(route, ctx, request, reply);
    const { isDryRun, query } = readDryRun(request.query);
    const own = isDryRun ? forDryRun(ctx, true) : protect(ctx, route, request, reply);
    const answer = await runRoute(route, own, request, reply, query);
    return isDryRun ? dryRunAnswer(answer) : answer;
  } catch (error) {
    await intake.recordRejection(ctx, error, idOf(request.params));
    throw error;
  }
}

/** The id in the path, not yet validated. */
function idOf(params: unknown): unknown {
  return typeof params === 'object' && params !== null && 'id' in params ? params.id : undefined;
}

function runRoute<Ctx>(
  route: RestRoute<Ctx>,
  ctx: Ctx,
  request: FastifyRequest,
  reply: FastifyReply,
  query: unknown = request.query,
): Promise<RestAnswer> {
  const { params, headers, url } = request;
  const whenLeft = (): AbortSignal => signalOf(reply);
  return route.run(ctx, { params, query, headers, url, whenLeft, body: readBody(route, request) });
}

/** Aborted when the connection closes before the answer is complete. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const onClose = (): void => {
    if (!raw.writableFinished) controller.abort();
  };
  if (raw.closed) onClose();
  else raw.once('close', onClose);
  return controller.signal;
}

/** An action without fields accepts no body, of any content type. */
function readBody(route: { readonly method: string }, request: FastifyRequest): unknown {
  const { body } = request;
  if (route.method === 'GET' || body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return undefined;
  requireJsonBody(request);
  return parseJsonBody(body);
}

/** With an Idempotency-Key: a context that stores the answer of its write. */
function protect(
  ctx: RequestContext,
  route: RestRoute<RequestContext>,
  request: FastifyRequest,
  reply: FastifyReply,
): RequestContext {
  const key = readIdempotencyKey(request.headers);
  if (key === undefined) return ctx;
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n${request.headers['if-match'] ?? ''}\n`);
  hash.update(onBehalfMark(ctx.actor));
  if (Buffer.isBuffer(request.body)) hash.update(request.body);
  return withIdempotency(ctx, {
    key,
    hash: hash.digest(),
    operation: `${route.method} ${route.path}`,
    onReplay: () => {
      reply.header('idempotency-replayed', 'true');
    },
  });
}

/** @throws AppError ANSWER_TOO_LARGE */
async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, json, stream, digest }: RestAnswer,
  maxAnswerBytes: number,
): Promise<FastifyReply> {
  const text = json === undefined ? undefined : await joinJson(json, maxAnswerBytes);
  reply.code(status).header('cache-control', 'no-store');
  if (headers) reply.headers(headers);
  if (digest !== undefined && takesTrailers(request)) addDigest(request, reply, digest);
  if (stream) return reply.send(stream);
  if (text === undefined) return reply.send();
  reply.header('content-type', 'application/json; charset=utf-8');
  if (typeof text === 'string') return reply.send(text);
  return reply.header('content-length', text.bytes).send(text.stream());
}

/** Trailers need chunks (HTTP/1.1) and a client that accepts them: some proxies break answers with unexpected trailers. */
function takesTrailers({ raw, headers }: FastifyRequest): boolean {
  const codings = String(headers.te ?? '').split(',');
  return raw.httpVersion === '1.1' && codings.some((coding) => coding.trim().toLowerCase() === 'trailers');
}

function addDigest({ headers }: FastifyRequest, reply: FastifyReply, digest: () => string): void {
  reply.trailer(DIGEST, () => Promise.resolve(digest()));
  // The digest is over the bytes as they are sent (RFC 9530), and the audit log holds the same one, so the file is not compressed.
  // @fastify/compress skips answers to requests that have this header.
  headers['x-no-compression'] = 'digest';
}

/** Headers that describe the body of an answer. */
const ABOUT_BODY = /^(?:content-(?:disposition|encoding)|etag|last-modified|link|x-total-rows|trailer)$/;

/** Removes the headers of a file that failed before its first byte: they do not apply to the problem sent instead. */
function withdraw(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) if (ABOUT_BODY.test(name)) reply.removeHeader(name);
  if (reply.hasTrailer(DIGEST)) reply.removeTrailer(DIGEST);
}

/** Answers with a problem document. A fault of the service is logged with its cause. */
export function reject(
  intake: RequestIntake,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const rejection = asRejection(thrown, translateDatabaseError);
  intake.logFault(rejection, request.id);
  request.record?.errorCodes.add(rejection.code);
  const { requestId, language } = intake.callOf(request, reply);
  const problem = problemOf(rejection, { requestId, language, path: pathOf(request) });
  withdraw(reply);
  return reply.code(problem.status).headers(problem.headers).header('cache-control', 'no-store').send(problem.json);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

/**
 * Answers requests that no route serves: unsupported methods and unknown paths. The caller is identified first where a path
 * needs a sign-in and everywhere else below /v1, so that strangers do not learn which paths exist.
 * It has a Fastify scope of its own, without body parsers; Fastify's own errors become problem documents too.
 */
export function registerUnknownRequests(
  app: FastifyInstance,
  intake: RequestIntake,
  paths: ServedPaths,
  { signedIn }: RestRoutes,
): void {
  const needSignIn = new Set(signedIn.map(({ path }) => fastifyPath(path)));
  void app.register((scope, _options, done) => {
    keepBodyBytes(scope);
    // Before the body is parsed: Fastify itself rejects some of these methods when the content type is missing.
    scope.addHook('onRequest', (request, _reply, next) => {
      next(isKnownMethod(request.method) ? undefined : new AppError('NOT_IMPLEMENTED'));
    });
    paths.answerOtherMethods(scope, async (request, reply) => {
      if (needSignIn.has(request.routeOptions.url ?? '')) await intake.identify(request, reply);
    });
    scope.setNotFoundHandler(async (request, reply) => {
      if (request.method === 'OPTIONS' && request.url === '*') return answerOptions(request, reply);
      if (request.url.startsWith('/v1/')) await intake.identify(request, reply);
      throw new AppError('ROUTE_NOT_FOUND');
    });
    done();
  });
}
