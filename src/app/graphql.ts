/** The GraphQL transport: the schema behind Apollo, each request with its caller, the playground for browsers. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { publicGraphqlFields } from '../account/sign-in.resolver.js';
import { readIdempotencyKey } from '../access/identity/headers.js';
import { recordRejections } from '../audit/events/rejections.js';
import { onBehalfMark, type Actor } from '../access/identity/request-context.js';
import { heldDocument, sendHeld, type HeldDocument } from './held-document.js';
import type { RequestIntake } from './request-intake.js';
import { writeSchemaText } from './schema-text.js';
import { translateDatabaseError } from '../platform/postgres/database-errors.js';
import { AppError } from '../platform/errors/errors.js';
import type { GraphqlLimits } from '../platform/graphql-limits/structure.js';
import { registerGraphql } from '../platform/graphql-server/routes.js';
import { createGraphqlServer } from '../platform/graphql-server/server.js';
import type { RequestRecord } from './operator/request-record.js';
import type { Tracing } from './tracing/tracing.js';
import {
  wrapResolvers,
  type GraphqlDependencies,
  type GraphqlRequestContext,
  type IdempotencyCarrier,
} from './resolver-wrappers.js';

export interface GraphqlTransportOptions {
  readonly introspection: boolean | 'signed-in';
  readonly compile: boolean;
  readonly limits: GraphqlLimits;
  readonly tracing: Tracing | undefined;
  readonly playground: ((request: FastifyRequest, reply: FastifyReply) => unknown) | undefined;
}

/** Serves /graphql. */
export async function registerGraphqlTransport(
  app: FastifyInstance,
  intake: RequestIntake,
  schema: GraphQLSchema,
  dependencies: GraphqlDependencies,
  options: GraphqlTransportOptions,
): Promise<void> {
  wrapResolvers(schema, intake, options.tracing);
  const server = await createGraphqlServer({
    schema,
    introspection: options.introspection,
    compile: options.compile,
    publicFields: publicGraphqlFields,
    limits: options.limits,
    // The server hands back what `createContext` made, here and below.
    beforeErrors: (ctx) => recordRejections(ctx as GraphqlRequestContext),
    formatting: {
      translate: translateDatabaseError,
      onInternalError: (cause, requestId) => {
        intake.logFault(new AppError('INTERNAL', undefined, { cause }), requestId);
      },
      onError: (code, ctx) => recordOf(ctx)?.errorCodes.add(code),
    },
    onOperation: (name, ctx) => {
      const record = recordOf(ctx);
      if (record) record.operation = name;
    },
  });
  await registerGraphql(app, server, {
    createContext: (request, reply) => createContext(intake, dependencies, request, reply),
    ...(options.playground && { playground: options.playground }),
  });
  serveSchemaText(app, intake, schema, options.introspection);
}

/** `GET /graphql/schema`: the SDL, for whoever may introspect. It changes only with a release. */
function serveSchemaText(
  app: FastifyInstance,
  intake: RequestIntake,
  schema: GraphQLSchema,
  introspection: GraphqlTransportOptions['introspection'],
): void {
  if (introspection === false) return;
  let known: HeldDocument | undefined;
  app.get('/graphql/schema', async (request, reply) => {
    if (introspection === 'signed-in') await intake.identify(request, reply);
    known ??= heldDocument(writeSchemaText(schema));
    return sendHeld(request, reply, known, 'text/plain; charset=utf-8');
  });
}

function recordOf(ctx: object): RequestRecord | null {
  return (ctx as GraphqlRequestContext).record;
}

async function createContext(
  intake: RequestIntake,
  dependencies: GraphqlDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<GraphqlRequestContext> {
  try {
    const ctx = await intake.identify(request, reply);
    const key = request.method === 'POST' ? readIdempotencyKey(request.headers) : undefined;
    return Object.assign(
      ctx,
      dependencies,
      { record: request.record },
      key !== undefined && { idempotencyKey: protect(key, ctx.actor, request, reply) },
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...intake.callOf(request, reply), ...dependencies, record: request.record, rejection: error };
  }
}

/** With an Idempotency-Key the answer of each mutation of the document is stored. */
function protect(
  key: string,
  actor: Actor,
  request: FastifyRequest,
  reply: FastifyReply,
): Required<IdempotencyCarrier>['idempotencyKey'] {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const hash = createHash('sha256').update('POST /graphql\n').update(onBehalfMark(actor)).update(body).digest();
  const onReplay = (): void => {
    reply.header('idempotency-replayed', 'true');
  };
  return { key, hash, onReplay };
}
