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

/** @returns the resolver of a field of a record type that is a user */
function userOf(Record: ClassType, field: 'createdBy' | 'assignedTo', description: string) {
  @Resolver(() => Record)
  class UserOfRecordResolver {
    @FieldResolver(() => User, { name: field, nullable: true, description })
    user(
      @Root() record: Pick<Customer, 'createdById' | 'assignedToId'>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<VisibleUser | null> | null {
      return loadUser(ctx, record[`${field}Id`], selectionOf(info));
    }
  }
  return UserOfRecordResolver;
}

export const recordUserResolvers = [
  ...[Customer, Contact, Opportunity, Activity].map((Record) =>
    userOf(Record, 'createdBy', 'The user who created the record.'),
  ),
  ...[Customer, Opportunity, Activity].map((Record) => userOf(Record, 'assignedTo', 'The responsible user.')),
] as const;
