import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { fieldNamesOf } from '../../audit/log/audit-changes.js';
import type { RecordType } from '../../access/rights/record-types.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { ConnectionArgs, readConnectionArgs } from '../../platform/graphql-schema/connection.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { selectionOnType } from '../../platform/graphql-schema/selection.js';
import type { NodeRow } from '../node/node.service.js';
import { MAX_WAIT_SECONDS, type ChangeWaiting } from './change-waiters.js';
import type { ChangeRow } from './change.query.js';
import { loadChanged, readChanges, type ChangeFeedPage } from './change.service.js';
import { ChangeArgs, ChangeConnection, ChangeObject, FIELDS } from './change.type.js';

const FEED = `The changes of customers, contacts, opportunities and activities, for clients that keep a copy and follow the changes.
Each change is returned once, in an order that never changes, deletions included. A new change appears after the last cursor, about two seconds after it was made.`;

@Resolver(() => ChangeObject)
export class ChangeResolver {
  @Query(() => ChangeConnection, { description: FEED })
  async changes(@Args(() => ChangeArgs) args: ChangeArgs, @Ctx() ctx: ChangeContext): Promise<ConnectionOfChanges> {
    const { first, types: recordTypes, wait } = args;
    const { size, after } = readConnectionArgs(Object.assign(new ConnectionArgs(), { first, after: args.after }));
    const request = { after, size, recordTypes: requireTypes(recordTypes), waitSeconds: requireWait(wait) };
    return toConnection(await readChanges(ctx, ctx.changeWaiters, request), after !== undefined);
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description:
      'The record as it is now, not as the change left it; null when it is deleted. A record whose `customer` is null is being deleted with that customer: drop it as well.',
  })
  record(
    @Root() change: ChangeRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<NodeRow | null> {
    return loadChanged(ctx, change, (typeName) => selectionOnType(info, typeName));
  }

  @FieldResolver(() => [String], { nullable: true, description: FIELDS })
  fields(@Root() { type, fields }: ChangeRow, @Ctx() { database }: RequestContext): readonly string[] | null {
    return fields && fieldNamesOf(database.orm.em.getMetadata(), type, fields);
  }
}

type ChangeContext = RequestContext & { readonly changeWaiters: ChangeWaiting };

const WAIT_RANGE: Sentence = {
  fr: `« wait » va de 0 à ${MAX_WAIT_SECONDS} secondes.`,
  en: `\`wait\` goes from 0 to ${MAX_WAIT_SECONDS} seconds.`,
};
const NO_TYPES: Sentence = {
  fr: '« types » nomme au moins un type ; sans lui, tous comptent.',
  en: '`types` names at least one type; without it, all count.',
};

/** @throws AppError BAD_USER_INPUT */
function requireWait(seconds: number | null | undefined): number {
  if ((seconds ?? 0) < 0 || (seconds ?? 0) > MAX_WAIT_SECONDS) throw new AppError('BAD_USER_INPUT', WAIT_RANGE);
  return seconds ?? 0;
}

/** @throws AppError BAD_USER_INPUT */
function requireTypes(types: readonly RecordType[] | null | undefined): readonly RecordType[] | null {
  if (types?.length === 0) throw new AppError('BAD_USER_INPUT', NO_TYPES);
  return types ?? null;
}

type ConnectionOfChanges = ReturnType<typeof toConnection>;

// The return type is inferred, because plain rows are not instances of the class.
function toConnection({ changes, endCursor, hasMore }: ChangeFeedPage, hasPreviousPage: boolean) {
  const startCursor = changes[0]?.cursor ?? null;
  return {
    nodes: changes,
    edges: changes.map((node) => ({ node, cursor: node.cursor })),
    pageInfo: { hasNextPage: hasMore, hasPreviousPage, startCursor, endCursor },
  };
}
