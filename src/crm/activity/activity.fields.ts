/** `activities` of each record type that an activity can be about. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root, type ClassType } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { pageBelow, ReadsChildren, type ChildConnection } from '../record/child-connection.js';
import { activityTable, type ActivityRow } from './activity.query.js';
import { ActivityConnection, ActivityListArgs, readActivityList } from './activity.resolver.js';

/** @param column of the activity with the record's id @returns the resolver of that type's activities */
function activitiesOf(Record: ClassType, column: 'customer_id' | 'opportunity_id' | 'contact_id') {
  const activities: ChildConnection<ActivityListArgs, ActivityRow> = {
    table: activityTable,
    column,
    list: `${column} activities`,
    permission: 'activity:read',
    deletedPermission: 'activity:restore',
    readList: readActivityList,
  };

  @Resolver(() => Record)
  class ActivitiesResolver {
    @FieldResolver(() => ActivityConnection, {
      description: 'Its activities, past and planned, newest first unless ordered otherwise.',
    })
    @ReadsChildren()
    activities(
      // Parents are rows. With a class as parameter type TypeGraphQL would convert each of them.
      @Root() { id }: Pick<Customer, 'id'>,
      @Args(() => ActivityListArgs) args: ActivityListArgs,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<ConnectionPage<ActivityRow>> {
      return pageBelow(activities, ctx, id, args, info);
    }
  }
  return ActivitiesResolver;
}

export const activityFields = [
  activitiesOf(Customer, 'customer_id'),
  activitiesOf(Opportunity, 'opportunity_id'),
  activitiesOf(Contact, 'contact_id'),
] as const;
