/** `customer` of each record type that belongs to one. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root, type ClassType } from 'type-graphql';
import { loadReferenced } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { Customer } from './customer.entity.js';
import { customerTable, type CustomerRow } from './customer.query.js';

function customerOf(Record: ClassType) {
  @Resolver(() => Record)
  class CustomerOfRecordResolver {
    // Nullable: a customer that is deleted between two reads must not make the record's other fields null.
    @FieldResolver(() => Customer, { nullable: true, description: 'The customer that the record belongs to.' })
    customer(
      @Root() { customerId }: Pick<Contact, 'customerId'>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<CustomerRow | null> | null {
      return loadReferenced(ctx, customerTable, customerId, selectionOf(info));
    }
  }
  return CustomerOfRecordResolver;
}

export const customerFields = [customerOf(Contact), customerOf(Opportunity), customerOf(Activity)] as const;
