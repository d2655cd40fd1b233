/** `history` of each kind of record. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../access/request-context.js';
import { AuditEventConnection, AuditPageArgs } from '../audit/audit-event.type.js';
import type { AuditEventRow } from '../audit/audit-log.query.js';
import { loadHistory } from '../audit/history.js';
import type { ConnectionPage } from '../platform/connection.js';
import { Activity } from './activity/activity.entity.js';
import { Contact } from './contact/contact.entity.js';
import { Customer } from './customer/customer.entity.js';
import { Opportunity } from './opportunity/opportunity.entity.js';

const HISTORY = {
  nullable: true,
  description: 'What happened to the record, newest first. For admins and managers; null with an error for others.',
} as const;

type History = Promise<ConnectionPage<AuditEventRow>>;
type Parent = Pick<Customer, 'id'>;

@Resolver(() => Customer)
export class CustomerHistoryResolver {
  @FieldResolver(() => AuditEventConnection, HISTORY)
  history(
    @Root() { id }: Parent,
    @Args(() => AuditPageArgs) args: AuditPageArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): History {
    return loadHistory(ctx, 'customer', id, args, info);
  }
}

@Resolver(() => Contact)
export class ContactHistoryResolver {
  @FieldResolver(() => AuditEventConnection, HISTORY)
  history(
    @Root() { id }: Parent,
    @Args(() => AuditPageArgs) args: AuditPageArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): History {
    return loadHistory(ctx, 'contact', id, args, info);
  }
}

@Resolver(() => Opportunity)
export class OpportunityHistoryResolver {
  @FieldResolver(() => AuditEventConnection, HISTORY)
  history(
    @Root() { id }: Parent,
    @Args(() => AuditPageArgs) args: AuditPageArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): History {
    return loadHistory(ctx, 'opportunity', id, args, info);
  }
}

@Resolver(() => Activity)
export class ActivityHistoryResolver {
  @FieldResolver(() => AuditEventConnection, HISTORY)
  history(
    @Root() { id }: Parent,
    @Args(() => AuditPageArgs) args: AuditPageArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): History {
    return loadHistory(ctx, 'activity', id, args, info);
  }
}

export const historyResolvers = [
  CustomerHistoryResolver,
  ContactHistoryResolver,
  OpportunityHistoryResolver,
  ActivityHistoryResolver,
] as const;
