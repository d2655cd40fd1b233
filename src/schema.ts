/** All resolvers → one GraphQL schema. */
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { accountResolvers } from './account/account.js';
import type { IdempotentRequest, RequestContext } from './access/request-context.js';
import { withIdempotency } from './access/request-context.js';
import { CustomerResolver } from './crm/customer/customer.resolver.js';
import { validateGraphqlArgument } from './platform/validation.js';

/** What the edge puts on a context whose request carries an Idempotency-Key: everything but the operation. */
export interface IdempotencyCarrier {
  readonly idempotencyKey?: Omit<IdempotentRequest, 'operation'>;
}

/** Builds the schema; each mutation of a document gets a context of its own. */
export async function buildGraphqlSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [CustomerResolver, ...accountResolvers],
    validateFn: validateGraphqlArgument,
  });
  describeRoots(schema);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.resolve = perMutation(field.resolve ?? defaultFieldResolver);
  }
  return schema;
}

/** TypeGraphQL makes the two root types itself and leaves them without a description. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (query) query.description = 'What can be read.';
  if (mutation) mutation.description = 'What can be changed. Each field of a document is a transaction of its own.';
}

type Resolver = GraphQLFieldResolver<unknown, RequestContext & IdempotencyCarrier>;

/** A retry of a document with several mutations is several retries: each is stored under its response path. */
function perMutation(resolve: Resolver): Resolver {
  return (root, args, ctx, info) => {
    const { idempotencyKey } = ctx;
    if (!idempotencyKey) return resolve(root, args, ctx, info);
    return resolve(
      root,
      args,
      withIdempotency(ctx, { ...idempotencyKey, operation: `Mutation.${info.path.key}` }),
      info,
    );
  };
}
