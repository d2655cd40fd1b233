import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../access/identity/request-context.js';
import { User } from '../../../access/identity/user.entity.js';
import type { VisibleUser } from '../../../access/identity/user-row.js';
import { loadUser } from '../../../access/loaders/user.loader.js';
import type { Filter } from '../../../platform/lists/filter-columns.js';
import { AtMost } from '../../../platform/graphql-schema/query-cost.js';
import { selectionOf } from '../../../platform/graphql-schema/selection.js';
import { DateScalar } from '../../../platform/graphql-schema/scalars.js';
import { getPipeline, type PipelineTotal } from './opportunity-pipeline.service.js';
import { PipelineGroup, PipelineGroupTotal } from './opportunity-pipeline.type.js';
import { OpportunityFilter } from '../opportunity.filter.js';

const AS_OF =
  'The pipeline at the end of this day in the time zone of the company; a future day means today. Status, amount, probability and currency are those of that day. All other fields, also in the filter, are those of today.';
/** A document with a pipeline in each of 15 root fields stays within the cost limit of 10 000. */
const MAX_TOTALS = 600;
const PIPELINE = `Totals of opportunities, one for each group and currency, in the order of the groups. More than ${MAX_TOTALS} totals are rejected with
QUERY_TOO_COMPLEX and their number; add a filter then. The cost is that of ${MAX_TOTALS} objects, and twice that with owners.`;

@Resolver(() => PipelineGroupTotal)
export class PipelineResolver {
  @Query(() => [PipelineGroupTotal], { description: PIPELINE })
  @AtMost(MAX_TOTALS)
  async pipeline(
    @Arg('filter', () => OpportunityFilter, { nullable: true, description: 'Only these opportunities.' })
    filter: Filter | null,
    @Arg('groupBy', () => PipelineGroup, { nullable: true, defaultValue: 'STATUS', description: 'What to sum by.' })
    groupBy: PipelineGroup | null,
    @Arg('asOf', () => DateScalar, { nullable: true, description: AS_OF }) asOf: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<readonly PipelineTotal[]> {
    const { totals } = await getPipeline(ctx, {
      filter,
      groupBy: groupBy ?? 'STATUS',
      asOf,
      maxTotals: MAX_TOTALS,
    });
    return totals;
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'The responsible user of the group; null unless grouped by OWNER, and for opportunities without one.',
  })
  owner(
    @Root() { ownerId }: PipelineGroupTotal,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, ownerId, selectionOf(info));
  }
}
