/** `history` of each record type. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root, type ClassType } from 'type-graphql';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AuditEventConnection, AuditPageArgs } from '../../audit/log/audit-event.type.js';
import type { AuditEventRow } from '../../audit/log/audit-log.query.js';
import { loadHistory } from '../../audit/log/history.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';

/** @returns the resolver of the history of a record type */
function historyOf(Record: ClassType, recordType: RecordType) {
  @Resolver(() => Record)
  class HistoryResolver {
    @FieldResolver(() => AuditEventConnection, {
      nullable: true,
      description:
        'The audit events of the record, newest first. For admins and managers; null with an error for others.',
    })
    history(
      // Parents are rows. With a class as parameter type TypeGraphQL would convert each of them.
      @Root() { id }: Pick<Customer, 'id'>,
      @Args(() => AuditPageArgs) args: AuditPageArgs,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<ConnectionPage<AuditEventRow>> {
      return loadHistory(ctx, recordType, id, args, info);
    }
  }
  return HistoryResolver;
}

export const historyResolvers = [
  historyOf(Customer, 'customer'),
  historyOf(Contact, 'contact'),
  historyOf(Opportunity, 'opportunity'),
  historyOf(Activity, 'activity'),
] as const;
