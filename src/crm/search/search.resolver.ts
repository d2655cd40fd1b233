import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { RecordNoun } from '../../access/rights/record-kinds.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AtMost } from '../../platform/graphql-schema/list-bound.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { selectionOnType } from '../../platform/graphql-schema/selection.js';
import { loadRecordOf, type NodeRow } from '../node/node.service.js';
import type { SearchHitRow } from './search.query.js';
import { DEFAULT_HITS, MAX_HITS, search } from './search.service.js';
import { SearchHit, SearchType } from './search.type.js';

const SEARCH =
  'Records of several kinds that hold a text. First those whose title or code begins with it, then those whose title has it as whole words, then the others; each by title.';
const QUERY = 'What to look for, 2 to 255 characters; case and accents do not matter.';

// A hit is a row: a class here would have TypeGraphQL convert each of them.
type Hit = Pick<SearchHitRow, 'type' | 'id'>;

@Resolver(() => SearchHit)
export class SearchResolver {
  @Query(() => [SearchHit], { description: SEARCH })
  @AtMost(MAX_HITS)
  search(
    @Arg('query', () => String, { description: QUERY }) query: string,
    @Arg('types', () => [SearchType], { nullable: true, description: 'Only these kinds. Default: all of them.' })
    types: RecordNoun[] | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: DEFAULT_HITS, description: `How many: 0 to ${MAX_HITS}.` })
    first: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<readonly SearchHitRow[]> {
    return search(ctx, { query, types: types ?? undefined, first: first ?? DEFAULT_HITS });
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
