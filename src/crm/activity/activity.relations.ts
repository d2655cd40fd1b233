/** `activities` of each kind of record that activities are about. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/request-context.js';
import type { ConnectionPage } from '../../platform/connection.js';
import { connectionPage, connectionRequest } from '../../platform/record-connection.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { activityOrder } from './activity.filter.js';
import { activityTable, type ActivityRow } from './activity.query.js';
import { ActivityConnection, ActivityListArgs } from './activity.resolver.js';
import { loadActivitiesAbout, type SubjectColumn } from './activity.service.js';

const ACTIVITIES = {
  description: 'What was or will be done about it, newest first unless ordered otherwise.',
} as const;

type Page = Promise<ConnectionPage<ActivityRow>>;
type Parent = Pick<Customer, 'id'>;

async function activitiesAbout(
  column: SubjectColumn,
  { id }: Parent,
  args: ActivityListArgs,
  ctx: RequestContext,
  info: GraphQLResolveInfo,
): Page {
  const list = () => ({ filter: args.filter, search: args.search, order: activityOrder(args.orderBy) });
  const request = connectionRequest(activityTable, ctx, `${column} activities`, list, args, info);
  return connectionPage(request, await loadActivitiesAbout(ctx, column, id, request.query));
}

@Resolver(() => Customer)
export class CustomerActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  activities(
    @Root() customer: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return activitiesAbout('customer_id', customer, args, ctx, info);
  }
}

@Resolver(() => Opportunity)
export class OpportunityActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  activities(
    @Root() opportunity: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return activitiesAbout('opportunity_id', opportunity, args, ctx, info);
  }
}

@Resolver(() => Contact)
export class ContactActivitiesResolver {
  @FieldResolver(() => ActivityConnection, ACTIVITIES)
  activities(
    @Root() contact: Parent,
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Page {
    return activitiesAbout('contact_id', contact, args, ctx, info);
  }
}

export const activityRelations = [
  CustomerActivitiesResolver,
  OpportunityActivitiesResolver,
  ContactActivitiesResolver,
] as const;
