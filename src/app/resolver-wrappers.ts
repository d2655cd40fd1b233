/**
 * Every wrapper of a field's resolver, from the innermost to the outermost:
 *
 * 1. `orFromLookAhead`: connections below records
 * 2. `perMutation`: the fields of Mutation
 * 3. `audited`: the fields of Query and Mutation
 * 4. `endingWithClient`: the fields of Query
 * 5. `traced`: the fields of Query and Mutation, where the service is traced
 */
import {
  defaultFieldResolver,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { AccountDependencies } from '../account/account-dependencies.js';
import {
  deriveContext,
  withIdempotency,
  type Call,
  type IdempotentRequest,
  type RequestContext,
} from '../access/identity/request-context.js';
import { forgetRead } from '../access/loaders/request-cache.js';
import type { ChangeWaiting } from '../crm/change/change-waiters.js';
import { isChildConnection } from '../crm/record/child-connection.js';
import { orFromLookAhead } from '../crm/record/look-ahead.js';
import type { AppError } from '../platform/errors/errors.js';
import type { RequestRecord } from './operator/request-record.js';
import type { RequestIntake } from './request-intake.js';
import type { Tracing } from './tracing/tracing.js';

/** The stored-answer request that the transport adds to a context with an Idempotency-Key, without its operation. */
export interface IdempotencyCarrier {
  readonly idempotencyKey?: Omit<IdempotentRequest, 'operation'>;
}

type IdentifiedContext = RequestContext & IdempotencyCarrier;

/** What resolvers need of the process. */
export interface GraphqlDependencies {
  readonly account: AccountDependencies;
  readonly changeWaiters: ChangeWaiting;
}

/** The caller, or the error that identification ended with: public fields need no caller. */
export type GraphqlRequestContext = GraphqlDependencies & { readonly record: RequestRecord | null } & (
    IdentifiedContext | (Call & { readonly rejection: AppError })
  );

/** Wraps the resolvers of the schema, in place. Call it once. */
export function wrapResolvers(schema: GraphQLSchema, intake: RequestIntake, tracing?: Tracing): void {
  const [query, mutation] = [fieldsOf(schema.getQueryType()), fieldsOf(schema.getMutationType())];
  wrapEach(Object.values(schema.getTypeMap()).flatMap(fieldsOf).filter(isChildConnection), orFromLookAhead);
  wrapEach(mutation, perMutation);
  wrapEach([...query, ...mutation], (resolve) => audited(intake, resolve));
  wrapEach(query, endingWithClient);
  if (tracing) wrapEach([...query, ...mutation], (resolve) => traced(tracing, resolve));
}

type Field = ReturnType<typeof fieldsOf>[number];
type Resolve = Field['resolve'];

function wrapEach(fields: readonly Field[], wrap: (resolve: NonNullable<Resolve>) => Resolve): void {
  for (const field of fields) field.resolve = wrap(field.resolve ?? defaultFieldResolver);
}

function fieldsOf(type: GraphQLNamedType | null | undefined) {
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

type MutationResolver = GraphQLFieldResolver<unknown, IdentifiedContext>;
type RootResolver = GraphQLFieldResolver<unknown, GraphqlRequestContext, Readonly<Record<string, unknown>>>;

/** A query is cancelled when its client disconnects. A mutation never is. */
function endingWithClient(resolve: RootResolver): RootResolver {
  return (root, args, ctx, info) => {
    ctx.database.connections.readOnly();
    return resolve(root, args, ctx, info);
  };
}

/** A service operation: what both transports call. REST names its operations as the fields of Mutation are named. */
function traced(tracing: Tracing, resolve: RootResolver): RootResolver {
  return (root, args, ctx, info) => tracing.operation(info.fieldName, () => resolve(root, args, ctx, info));
}

/** Rejections inside an answer of status 200 are audit events too. */
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

/**
 * Gives each mutation of a document a context of its own, so that each answer is stored and replayed under its response path.
 * Fields below a mutation get the document's context without what was cached before or during the change.
 */
function perMutation(resolve: MutationResolver): MutationResolver {
  return async (root, args, ctx, info) => {
    // A public mutation has no caller, and so no tenant yet.
    const reader = 'actor' in ctx ? { reader: ctx.database.reader(ctx.actor.tenantId, 'change') } : {};
    const own = deriveContext(ctx, reader);
    const { idempotencyKey } = ctx;
    const operation = `Mutation.${info.path.key}`;
    try {
      return await resolve(
        root,
        args,
        idempotencyKey ? withIdempotency(own, { ...idempotencyKey, operation }) : own,
        info,
      );
    } finally {
      forgetRead(ctx);
    }
  };
}
