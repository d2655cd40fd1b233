import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import {
  ConnectionArgs,
  pageOf,
  readConnectionArgs,
  type ConnectionPage,
} from '../../platform/graphql-schema/connection.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { selectionOf, selectionOnType } from '../../platform/graphql-schema/selection.js';
import { loadRecordOf, type NodeRow } from '../node/node.service.js';
import type { SearchHitRow } from './search.query.js';
import { search } from './search.service.js';
import { SearchArgs, SearchHit, SearchHitConnection } from './search.type.js';

const SEARCH =
  'Records of several types that contain a text. First those whose title or code begins with it, then those whose title contains it as whole words, then the others; each by title. Of a text that more than 10 000 records of a type hold, 1000 are ranked (of activities the newest), and 1000 whose title begins with it.';

// A hit is a row. With a class as parameter type TypeGraphQL would convert each of them.
type Hit = Pick<SearchHitRow, 'type' | 'id'>;

@Resolver(() => SearchHit)
export class SearchResolver {
  @Query(() => SearchHitConnection, { description: SEARCH })
  async search(
    @Args(() => SearchArgs) { query, types, first, after }: SearchArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<SearchHitRow>> {
    const window = readConnectionArgs(Object.assign(new ConnectionArgs(), { first, after }));
    const selection = selectionOf(info);
    const { rows, total, isTotalExact, cursorOf } = await search(ctx, {
      query,
      types: types ?? undefined,
      limit: window.size + 1,
      after: window.after,
      withRows: ['nodes', 'edges', 'pageInfo'].some((field) => selection.has(field)),
      withTotal: selection.has('totalCount') || selection.has('totalCountIsExact'),
    });
    return pageOf(rows, window, cursorOf, total, isTotalExact);
  }

  @FieldResolver(() => ID, { description: 'Id of the record.' })
  recordId(@Root() { id }: Hit): string {
    return id;
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description: 'The record itself; null when it was deleted a moment ago.',
  })
  record(
    @Root() { type, id }: Hit,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<NodeRow | null> {
    return loadRecordOf(ctx, type, id, (typeName) => selectionOnType(info, typeName));
  }
}
