/** `viewerCan` of each record type. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root, type ClassType } from 'type-graphql';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { checkOperations, type CheckedRow, type OperationChecks } from './viewer-can.service.js';
import { ActivityViewerCan, ContactViewerCan, CustomerViewerCan, OpportunityViewerCan } from './viewer-can.type.js';

/** @returns the resolver of `viewerCan` of a record type */
function viewerCanOf(Record: ClassType, recordType: RecordType, ViewerCan: ClassType) {
  @Resolver(() => Record)
  class ViewerCanResolver {
    @FieldResolver(() => ViewerCan, { description: 'Whether the caller can do each operation on the record.' })
    viewerCan(
      @Root() record: CheckedRow,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): OperationChecks | Promise<OperationChecks> {
      return checkOperations(ctx, recordType, record, selectionOf(info));
    }
  }
  return ViewerCanResolver;
}

export const viewerCanResolvers = [
  viewerCanOf(Customer, 'customer', CustomerViewerCan),
  viewerCanOf(Contact, 'contact', ContactViewerCan),
  viewerCanOf(Opportunity, 'opportunity', OpportunityViewerCan),
  viewerCanOf(Activity, 'activity', ActivityViewerCan),
] as const;
