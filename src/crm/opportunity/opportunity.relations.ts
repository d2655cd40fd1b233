/** The fields of other records that lead to opportunities. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/request-context.js';
import type { ConnectionPage } from '../../platform/connection.js';
import { connectionPage, connectionRequest, propertiesOf } from '../../platform/record-connection.js';
import { selectionOf } from '../../platform/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from './opportunity.entity.js';
import { OpportunityListArgs, opportunityOrder } from './opportunity.filter.js';
import { opportunityTable, type OpportunityRow } from './opportunity.query.js';
import { OpportunityConnection } from './opportunity.resolver.js';
import { loadOpportunitiesOf, loadOpportunity } from './opportunity.service.js';

// Parents are rows: a class here would have TypeGraphQL convert each of them.
type CustomerParent = Pick<Customer, 'id'>;
type ActivityParent = Pick<Activity, 'opportunityId'>;

@Resolver(() => Customer)
class CustomerOpportunitiesResolver {
  @FieldResolver(() => OpportunityConnection, {
    description: 'Its opportunities, by the day on which they are expected to be closed unless ordered otherwise.',
  })
  async opportunities(
    @Root() { id }: CustomerParent,
    @Args(() => OpportunityListArgs) args: OpportunityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<OpportunityRow>> {
    const { filter, search, orderBy } = args;
    const list = () => ({ filter, search, order: opportunityOrder(orderBy) });
    const request = connectionRequest(opportunityTable, ctx, 'customer.opportunities', list, args, info);
    return connectionPage(request, await loadOpportunitiesOf(ctx, id, request.query));
  }
}

@Resolver(() => Activity)
class ActivityOpportunityResolver {
  @FieldResolver(() => Opportunity, {
    nullable: true,
    description: 'The opportunity that it was about; null when there is none, or it is deleted.',
  })
  opportunity(
    @Root() { opportunityId }: ActivityParent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpportunityRow | null> | null {
    if (opportunityId === null) return null;
    return loadOpportunity(ctx, opportunityId, propertiesOf(opportunityTable, selectionOf(info)));
  }
}

export const opportunityRelations = [CustomerOpportunitiesResolver, ActivityOpportunityResolver] as const;
