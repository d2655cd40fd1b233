import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { ConnectionArgs, readConnectionArgs } from '../../platform/graphql-schema/connection.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { selectionOnType } from '../../platform/graphql-schema/selection.js';
import type { NodeRow } from '../node/node.service.js';
import type { ChangeRow } from './change.query.js';
import { loadChanged, readChanges, type ChangeFeedPage } from './change.service.js';
import { ChangeArgs, ChangeConnection, ChangeObject } from './change.type.js';

const FEED = `The changes of customers, contacts, opportunities and activities, for clients that keep a copy and poll for changes.
Each change is returned once, in an order that never changes, deletions included. A new change appears after the last cursor, about two seconds after it was made.`;

@Resolver(() => ChangeObject)
export class ChangeResolver {
  @Query(() => ChangeConnection, { description: FEED })
  async changes(@Args(() => ChangeArgs) args: ChangeArgs, @Ctx() ctx: RequestContext): Promise<ConnectionOfChanges> {
    const { size, after } = readConnectionArgs(Object.assign(new ConnectionArgs(), args));
    return toConnection(await readChanges(ctx, after, size), after !== undefined);
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
