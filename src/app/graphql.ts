/** The GraphQL transport: the schema behind Apollo, each request with its caller, the playground for browsers. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { AccountDependencies } from '../account/account-dependencies.js';
import { publicGraphqlFields } from '../account/sign-in.resolver.js';
import { readIdempotencyKey } from '../access/identity/authenticator.js';
import type { Call, RequestContext } from '../access/identity/request-context.js';
import { recordRejections } from '../audit/events/rejections.js';
import type { RequestIntake } from './request-intake.js';
import { translateDatabaseError } from '../platform/postgres/database-errors.js';
import { AppError } from '../platform/errors/errors.js';
import type { GraphqlLimits } from '../platform/graphql-limits/structure.js';
import { registerGraphql } from '../platform/graphql-server/routes.js';
import { createGraphqlServer } from '../platform/graphql-server/server.js';
import type { IdempotencyCarrier } from './schema.js';

export interface GraphqlTransportOptions {
  readonly introspection: boolean;
  readonly compile: boolean;
  readonly limits: GraphqlLimits;
  readonly playground: ((request: FastifyRequest, reply: FastifyReply) => unknown) | undefined;
}

/** The caller, or the error that identification ended with: public fields need no caller. */
type GraphqlRequestContext = { readonly account: AccountDependencies } & (
  (RequestContext & IdempotencyCarrier) | (Call & { readonly rejection: AppError })
);

/** Serves /graphql. */
export async function registerGraphqlTransport(
  app: FastifyInstance,
  intake: RequestIntake,
  schema: GraphQLSchema,
  account: AccountDependencies,
  options: GraphqlTransportOptions,
): Promise<void> {
  wrapRootFields(intake, schema);
  const server = await createGraphqlServer({
    schema,
    introspection: options.introspection,
    compile: options.compile,
    publicFields: publicGraphqlFields,
    limits: options.limits,
    beforeErrors: recordRejections,
    formatting: {
      translate: translateDatabaseError,
      onInternalError: (cause, requestId) => {
        intake.logFault(new AppError('INTERNAL', undefined, { cause }), requestId);
      },
    },
  });
  await registerGraphql(app, server, {
    createContext: (request) => createContext(intake, account, request),
    ...(options.playground && { playground: options.playground }),
  });
}

type RootResolver = GraphQLFieldResolver<unknown, GraphqlRequestContext, Readonly<Record<string, unknown>>>;

/** Rejections inside an answer of status 200 are audit events too. */
function wrapRootFields(intake: RequestIntake, schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const resolve = audited(intake, field.resolve ?? defaultFieldResolver);
      field.resolve = type === schema.getQueryType() ? endingWithClient(resolve) : resolve;
    }
  }
}

function audited(intake: RequestIntake, resolve: RootResolver): RootResolver {
  return async (root, args, ctx, info) => {
    try {
      return await resolve(root, args, ctx, info);
    } catch (error) {
      if ('actor' in ctx) await intake.noteRejection(ctx, error, args.id);
      throw error;
    }
  };
}

/** A query is cancelled when its client disconnects. A mutation never is. */
function endingWithClient(resolve: RootResolver): RootResolver {
  return (root, args, ctx, info) => {
    ctx.database.connections.readOnly();
    return resolve(root, args, ctx, info);
  };
}

async function createContext(
  intake: RequestIntake,
  account: AccountDependencies,
  request: FastifyRequest,
): Promise<GraphqlRequestContext> {
  const reply = intake.replyOf(request);
  try {
    const ctx = await intake.identify(request, reply);
    const key = request.method === 'POST' ? readIdempotencyKey(request.headers) : undefined;
    // Resolvers see this object itself: a copy would lose the getter of its entity manager.
    return Object.assign(ctx, { account }, key !== undefined && { idempotencyKey: protect(key, request, reply) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...intake.callOf(request), account, rejection: error };
  }
}

/** With an Idempotency-Key the answer of each mutation of the document is stored. */
function protect(
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Required<IdempotencyCarrier>['idempotencyKey'] {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const hash = createHash('sha256').update('POST /graphql\n').update(body).digest();
  const onReplay = (): void => {
    reply.header('idempotency-replayed', 'true');
  };
  return { key, hash, onReplay };
}
