import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { readRecord, readRecords } from '../../access/loaders/record-reads.js';
import { connectionOf, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { ChangeArgs, DryRunArgs, RecordArgs } from '../../platform/input/change.args.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireUuid } from '../../platform/values/ids.js';
import { connectionRequest, propertiesOf, type ListRequest } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { wantsDeleted } from '../record/deleted-records.js';
import { listArgs } from '../record/list-args.js';
import { pageWithChildren } from '../record/look-ahead.js';
import { readCode } from '../record/record-code.js';
import { Customer } from './customer.entity.js';
import { CustomerFilter, customerOrder } from './customer.filter.js';
import { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import { customerTable, type CustomerRow } from './customer.query.js';
import {
  ConvertCustomerPayload,
  CreateCustomerPayload,
  DeleteCustomerPayload,
  RestoreCustomerPayload,
  UpdateCustomerPayload,
} from './customer.payload.js';
import * as customers from './customer.service.js';

export const CustomerConnection = connectionOf('Customer', () => Customer, 'customers');

const DELETE =
  'Deletes a customer with its contacts, opportunities and activities; restoreCustomer brings them back. Admins only.';

const SEARCHED =
  'Part of name, code, e-mail or city, or at least three digits of a telephone; case and accents do not matter.';

/** The arguments of every list of customers. */
@ArgsType()
class CustomerListArgs extends listArgs(CustomerFilter, customerOrder.input, SEARCHED) {}

/** What such a list reads. */
function readCustomerList({ filter, search, orderBy, deleted }: CustomerListArgs): ListRequest {
  return { filter, search, order: customerOrder.keysOf(orderBy), deleted: wantsDeleted(deleted) };
}

@Resolver(() => Customer)
export class CustomerResolver {
  @Query(() => Customer, { nullable: true, description: 'One customer; null for an unknown id.' })
  async customer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    const key = { id: requireUuid(id, ['id']) };
    return (await readRecord(ctx, customerTable, key, propertiesOf(customerTable, selectionOf(info)))) ?? null;
  }

  @Query(() => Customer, { nullable: true, description: 'One customer by its code; null for an unknown code.' })
  async customerByCode(
    @Arg('code', () => String, { description: 'Code of the customer.' }) code: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    const key = { code: readCode(code) };
    return (await readRecord(ctx, customerTable, key, propertiesOf(customerTable, selectionOf(info)))) ?? null;
  }

  @Query(() => CustomerConnection, { description: 'Customers, by name unless ordered otherwise.' })
  customers(
    @Args(() => CustomerListArgs) args: CustomerListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<CustomerRow>> {
    const request = connectionRequest(customerTable, ctx, 'customers', () => readCustomerList(args), args, info);
    return pageWithChildren(ctx, info, request, (query) => readRecords(ctx, customerTable, query));
  }

  @Mutation(() => CreateCustomerPayload, { description: 'Creates a customer. Errors: DUPLICATE, QUOTA_EXCEEDED.' })
  createCustomer(
    @Arg('input', () => CreateCustomerInput, { description: 'The new customer.' }) input: CreateCustomerInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<CustomerRow>> {
    return customers.createCustomer(forDryRun(ctx, dryRun), input);
  }

  @Mutation(() => UpdateCustomerPayload, {
    description:
      'Changes a customer: an absent field is untouched, null clears it. Setting the type of a prospect or lead to CUSTOMER converts it.',
  })
  updateCustomer(
    @Arg('input', () => UpdateCustomerInput, { description: 'The changes.' }) input: UpdateCustomerInput,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<CustomerRow>> {
    return customers.updateCustomer(forDryRun(ctx, dryRun), id, input, { expectedVersion });
  }

  @Mutation(() => ConvertCustomerPayload, {
    description: 'Makes a customer of a prospect or lead. Errors: ILLEGAL_TRANSITION.',
  })
  convertCustomer(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<CustomerRow>> {
    return customers.convertCustomer(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => DeleteCustomerPayload, { description: DELETE })
  deleteCustomer(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<CustomerRow>> {
    return customers.deleteCustomer(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => RestoreCustomerPayload, {
    description:
      'Restores a deleted customer with exactly the records that were deleted with it. Admins only. Errors: DUPLICATE (its code, or a code of its opportunities), QUOTA_EXCEEDED.',
  })
  restoreCustomer(
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<CustomerRow>> {
    return customers.restoreCustomer(forDryRun(ctx, dryRun), id);
  }
}
