/** The HTTP routes of GraphQL: methods, media types, bodies, and errors that occur before an operation is known. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, preferredLanguage, type Sentence } from '../errors/errors.js';
import { explainError, type Caller } from './errors.js';
import { isPreflighted, readGetParameters, readPostParameters, type GraphqlParameters } from './http.js';
import { keepBodyBytes } from '../values/body-bytes.js';
import { JSON_ONLY, parseJsonBody, requireJsonBody } from '../values/json-body.js';
import { JSON_TYPE, negotiateMediaType, prefersHtml } from './media-types.js';
import type { GraphqlContext } from './pipeline.js';
import { errorAnswer, type GraphqlAnswer } from './answer.js';
import type { GraphqlServer } from './server.js';

export interface GraphqlRouteOptions {
  /** An invalid or missing token becomes `rejection` in the context. An error thrown here rejects the whole request. */
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => GraphqlContext | Promise<GraphqlContext>;
  /** Responds to a browser that opens /graphql as a page. */
  readonly playground?: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

const PATH = '/graphql';

const NOT_ACCEPTABLE: Sentence = {
  fr: 'Les réponses sont en application/json ou application/graphql-response+json.',
  en: 'Answers are application/json or application/graphql-response+json.',
};

/** Serves /graphql, and stops the server when the application closes. */
export async function registerGraphql(
  app: FastifyInstance,
  server: GraphqlServer,
  options: GraphqlRouteOptions,
): Promise<void> {
  app.addHook('onClose', () => server.stop());
  await app.register((scope, _options, done) => {
    // The body stays bytes until the handler has checked its type and encoding, so all its errors are formatted in one place.
    keepBodyBytes(scope);
    scope.setErrorHandler((error, request, reply) => reply.send(reject(server, asRejection(error), request, reply)));
    scope.post(PATH, (request, reply) => respond(server, options, readPost, request, reply));
    scope.get(PATH, (request, reply) =>
      options.playground !== undefined && isPageVisit(request)
        ? options.playground(request, reply)
        : respond(server, options, readGet, request, reply),
    );
    done();
  });
}

type ReadRequest = (
  request: FastifyRequest,
  server: GraphqlServer,
) => { readonly parameters: GraphqlParameters; readonly transport: { isGet: boolean; isPreflighted: boolean } };

const readPost: ReadRequest = (request, { jsonLimit }) => {
  requireJsonBody(request);
  const parameters = readPostParameters(parseJsonBody(request.body, jsonLimit));
  return { parameters, transport: { isGet: false, isPreflighted: true } };
};

const readGet: ReadRequest = (request) => ({
  parameters: readGetParameters(request),
  transport: { isGet: true, isPreflighted: isPreflighted(request) },
});

async function respond(
  server: GraphqlServer,
  { createContext }: GraphqlRouteOptions,
  read: ReadRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | Readable> {
  try {
    const type = requireMediaType(request);
    const { parameters, transport } = read(request, server);
    const context = await createContext(request, reply);
    const wantsCost = request.headers['x-cost'] === '1';
    return write(await server.answer(parameters, { ...transport, context, wantsCost }), type, reply);
  } catch (error) {
    return reject(server, error, request, reply);
  }
}

/** Links to an operation (`?query=…`) return JSON even in a browser. */
function isPageVisit(request: FastifyRequest): boolean {
  return prefersHtml(request.headers.accept) && !/[?&]query=/.test(request.url);
}

function requireMediaType(request: FastifyRequest): string {
  const type = negotiateMediaType(request.headers.accept);
  if (type === undefined) throw new AppError('NOT_ACCEPTABLE', NOT_ACCEPTABLE);
  return type;
}

/** Converts errors of Fastify that occur while it reads the body. */
function asRejection(error: unknown): unknown {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 415) return new AppError('UNSUPPORTED_MEDIA_TYPE', JSON_ONLY);
  return typeof status === 'number' && status < 500 ? new AppError('MALFORMED_REQUEST') : error;
}

/** Responds to an error before the context exists. Language and id come from the request itself. */
function reject(
  server: GraphqlServer,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): string | Readable {
  const caller: Caller = { requestId: request.id, language: preferredLanguage(request.headers['accept-language']) };
  const type = negotiateMediaType(request.headers.accept) ?? JSON_TYPE;
  return write(errorAnswer([explainError(error, caller, server.formatting)]), type, reply);
}

/** Sets status and headers and returns the body. Returning the reply instead would make Fastify watch the stream. */
function write(
  { status, body, retryAfterSeconds }: GraphqlAnswer,
  type: string,
  reply: FastifyReply,
): string | Readable {
  reply.code(status).header('content-type', type).header('cache-control', 'no-store');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 405 && !reply.hasHeader('allow')) reply.header('allow', 'POST');
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (typeof body === 'string') return body;
  reply.header('content-length', body.bytes);
  return body.stream();
}
