/** `createdBy` of each record type, and `assignedTo` of those that have a responsible user. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root, type ClassType } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';

function createdByOf(Record: ClassType) {
  @Resolver(() => Record)
  class CreatedByResolver {
    @FieldResolver(() => User, { nullable: true, description: 'The user who created the record.' })
    createdBy(
      @Root() { createdById }: Pick<Customer, 'createdById'>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<VisibleUser | null> | null {
      return loadUser(ctx, createdById, selectionOf(info));
    }
  }
  return CreatedByResolver;
}

function assignedToOf(Record: ClassType) {
  @Resolver(() => Record)
  class AssignedToResolver {
    @FieldResolver(() => User, { nullable: true, description: 'The responsible user.' })
    assignedTo(
      @Root() { assignedToId }: Pick<Customer, 'assignedToId'>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<VisibleUser | null> | null {
      return loadUser(ctx, assignedToId, selectionOf(info));
    }
  }
  return AssignedToResolver;
}

export const recordUserResolvers = [
  ...[Customer, Contact, Opportunity, Activity].map(createdByOf),
  ...[Customer, Opportunity, Activity].map(assignedToOf),
] as const;
