/** The fields of other record types that resolve to opportunities. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { loadReferenced } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { pageBelow, ReadsChildren, type ChildConnection } from '../record/child-connection.js';
import { Opportunity } from './opportunity.entity.js';
import { opportunityTable, type OpportunityRow } from './opportunity.query.js';
import { OpportunityConnection, OpportunityListArgs, readOpportunityList } from './opportunity.resolver.js';

// Parents are rows. With a class as parameter type TypeGraphQL would convert each of them.
type CustomerParent = Pick<Customer, 'id'>;
type ActivityParent = Pick<Activity, 'opportunityId'>;

const opportunitiesOfCustomer: ChildConnection<OpportunityListArgs, OpportunityRow> = {
  table: opportunityTable,
  column: 'customer_id',
  list: 'customer.opportunities',
  permission: 'opportunity:read',
  deletedPermission: 'opportunity:restore',
  readList: readOpportunityList,
};

@Resolver(() => Customer)
class CustomerOpportunitiesResolver {
  @FieldResolver(() => OpportunityConnection, {
    description: 'Its opportunities, by expected close date unless ordered otherwise.',
  })
  @ReadsChildren()
  opportunities(
    @Root() { id }: CustomerParent,
    @Args(() => OpportunityListArgs) args: OpportunityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<OpportunityRow>> {
    return pageBelow(opportunitiesOfCustomer, ctx, id, args, info);
  }
}

@Resolver(() => Activity)
class ActivityOpportunityResolver {
  @FieldResolver(() => Opportunity, {
    nullable: true,
    description: 'The opportunity that the activity is about; null when there is none, or when it is deleted.',
  })
  opportunity(
    @Root() { opportunityId }: ActivityParent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpportunityRow | null> | null {
    return loadReferenced(ctx, opportunityTable, opportunityId, selectionOf(info));
  }
}

export const opportunityFields = [CustomerOpportunitiesResolver, ActivityOpportunityResolver] as const;
