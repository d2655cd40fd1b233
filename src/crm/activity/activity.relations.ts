/** `activities` of each kind of record that activities are about. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/request-context.js';
import type { ConnectionPage } from '../../platform/connection.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { pageBelow, ReadsChildren, type ChildConnection } from '../record/child-connection.js';
import { activityOrder } from './activity.filter.js';
import { activityTable, type ActivityRow } from './activity.query.js';
import { ActivityConnection, ActivityListArgs } from './activity.resolver.js';

const ACTIVITIES = {
  description: 'What was or will be done about it, newest first unless ordered otherwise.',
} as const;

type Page = Promise<ConnectionPage<ActivityRow>>;
// Parents are rows: a class here would have TypeGraphQL convert each of them.
type Parent = Pick<Customer, 'id'>;

/** @param column that names what an activity is about */
function activitiesAbout(
  column: 'customer_id' | 'opportunity_id' | 'contact_id',
): ChildConnection<ActivityListArgs, ActivityRow> {
  return {
    table: activityTable,
    column,
    list: `${column} activities`,
    permission: 'activity:read',
    readList: ({ filter, search, orderBy }) => ({ filter, search, order: activityOrder(orderBy) }),
  };
}

const aboutCustomer = activitiesAbout('customer_id');
const aboutOpportunity = activitiesAbout('opportunity_id');
const aboutContact = activitiesAbout('contact_id');

@Resolver(() => Customer)
export class CustomerActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  @ReadsChildren(aboutCustomer)
  activities(
    @Root() { id }: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return pageBelow(aboutCustomer, ctx, id, args, info);
  }
}

@Resolver(() => Opportunity)
export class OpportunityActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  @ReadsChildren(aboutOpportunity)
  activities(
    @Root() { id }: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return pageBelow(aboutOpportunity, ctx, id, args, info);
  }
}

@Resolver(() => Contact)
export class ContactActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  @ReadsChildren(aboutContact)
  activities(
    @Root() { id }: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return pageBelow(aboutContact, ctx, id, args, info);
  }
}

export const activityRelations = [
  CustomerActivitiesResolver,
  OpportunityActivitiesResolver,
  ContactActivitiesResolver,
] as const;
