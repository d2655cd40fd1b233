import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../access/identity/request-context.js';
import { User } from '../../../access/identity/user.entity.js';
import type { VisibleUser } from '../../../access/identity/user-row.js';
import { loadUser } from '../../../access/loaders/user.loader.js';
import { AtMost } from '../../../platform/graphql-schema/list-bound.js';
import { selectionOf } from '../../../platform/graphql-schema/selection.js';
import { DateScalar } from '../../../platform/graphql-schema/scalars.js';
import { getPipeline, type PipelineTotal } from './opportunity-pipeline.service.js';
import { PipelineGroup, PipelineGroupTotal } from './opportunity-pipeline.type.js';
import { OpportunityFilter } from '../opportunity.filter.js';

const AS_OF =
  'As it was at the end of this day in the time zone of the company; one to come is today. Status, amount, probability and currency are those of then; everything else, also for the filter, is today’s.';
/** A document of nothing but pipelines, one at each of the 15 root fields, is still within the price of 10 000. */
const MAX_TOTALS = 600;
const PIPELINE = `The opportunities summed up, one total for each group and currency, in the order of the groups. More than ${MAX_TOTALS} totals are refused
with QUERY_TOO_COMPLEX and their number: a filter makes them fewer. Its cost is that of ${MAX_TOTALS} objects, and as much again with owners.`;

@Resolver(() => PipelineGroupTotal)
export class PipelineResolver {
  @Query(() => [PipelineGroupTotal], { description: PIPELINE })
  @AtMost(MAX_TOTALS)
  async pipeline(
    @Arg('filter', () => OpportunityFilter, { nullable: true, description: 'Only these opportunities.' })
    filter: OpportunityFilter | null,
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
    description: 'The user who is responsible for them; null unless grouped by OWNER, and for those without.',
  })
  owner(
    @Root() { ownerId }: PipelineGroupTotal,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return ownerId === null ? null : loadUser(ctx, ownerId, selectionOf(info));
  }
}
