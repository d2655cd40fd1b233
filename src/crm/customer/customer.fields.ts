/** `customer` of each record type that belongs to one. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { propertiesOf } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { Customer } from './customer.entity.js';
import { customerTable, type CustomerRow } from './customer.query.js';
import { loadCustomer } from './customer.service.js';

// Nullable: a customer that is deleted between two reads must not take its record's other fields along.
const CUSTOMER = { nullable: true, description: 'The customer that it belongs to.' } as const;

type Parent = Pick<Contact, 'customerId'>;

function customerOf(
  { customerId }: Parent,
  ctx: RequestContext,
  info: GraphQLResolveInfo,
): Promise<CustomerRow | null> {
  return loadCustomer(ctx, customerId, propertiesOf(customerTable, selectionOf(info)));
}

@Resolver(() => Contact)
export class ContactCustomerResolver {
  @FieldResolver(() => Customer, CUSTOMER)
  customer(
    @Root() contact: Parent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    return customerOf(contact, ctx, info);
  }
}

@Resolver(() => Opportunity)
export class OpportunityCustomerResolver {
  @FieldResolver(() => Customer, CUSTOMER)
  customer(
    @Root() opportunity: Parent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    return customerOf(opportunity, ctx, info);
  }
}

@Resolver(() => Activity)
export class ActivityCustomerResolver {
  @FieldResolver(() => Customer, CUSTOMER)
  customer(
    @Root() activity: Parent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    return customerOf(activity, ctx, info);
  }
}

export const customerRelations = [
  ContactCustomerResolver,
  OpportunityCustomerResolver,
  ActivityCustomerResolver,
] as const;
