import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext } from '../../access/request-context.js';
import { User } from '../../access/user.entity.js';
import { loadUser } from '../../access/user.loader.js';
import {
  ConnectionArgs,
  connectionOf,
  pageOf,
  readConnectionArgs,
  type ConnectionPage,
} from '../../platform/connection.js';
import { requireUuid } from '../../platform/ids.js';
import { cursorScope, decodeCursor, encodeCursor, type OrderKey } from '../../platform/keyset.js';
import { recordsOf, selectionOf, type Selection } from '../../platform/selection.js';
import { Customer } from './customer.entity.js';
import { CustomerFilter, CustomerOrder, customerOrder } from './customer.filter.js';
import { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import { CUSTOMER_PROPERTIES, type CustomerProperty, type CustomerRow } from './customer.query.js';
import * as customers from './customer.service.js';

@ObjectType('CustomerConnection', { description: 'A page of customers.', simpleResolvers: true })
export class CustomerConnection extends connectionOf('Customer', () => Customer, 'customers') {}

const VERSION = 'The version that the caller saw; a stale one is refused with VERSION_CONFLICT.';
const SEARCH =
  'Part of name, code, e-mail or city, or at least three digits of a telephone; case and accents do not matter.';

const selectedProperties = new WeakMap<Selection, readonly CustomerProperty[]>();

/** What must be read for a selection: the selected members, the id, and what the cursors of the order hold. */
function propertiesFor(selection: Selection, order: readonly OrderKey[] = []): readonly CustomerProperty[] {
  let properties = selectedProperties.get(selection);
  if (!properties) {
    properties = CUSTOMER_PROPERTIES.filter((property) => property === 'id' || selection.has(property));
    selectedProperties.set(selection, properties);
  }
  const read = properties;
  const keys = order.flatMap(({ property }) => CUSTOMER_PROPERTIES.filter((name) => name === property));
  const missing = keys.filter((key) => !read.includes(key));
  return missing.length === 0 ? properties : [...properties, ...missing];
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
    return (await customers.findCustomer(ctx, key, propertiesFor(selectionOf(info)))) ?? null;
  }

  @Query(() => Customer, { nullable: true, description: 'One customer by its code; null for an unknown code.' })
  async customerByCode(
    @Arg('code', () => String, { description: 'Code of the customer.' }) code: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CustomerRow | null> {
    return (await customers.findCustomer(ctx, { code }, propertiesFor(selectionOf(info)))) ?? null;
  }

  @Query(() => CustomerConnection, { description: 'Customers, by name unless ordered otherwise.' })
  async customers(
    @Arg('filter', () => CustomerFilter, { nullable: true, description: 'Only these.' }) filter: CustomerFilter | null,
    @Arg('search', () => String, { nullable: true, description: SEARCH }) search: string | null,
    @Arg('orderBy', () => [CustomerOrder], { nullable: true, description: 'Keys of the order, the first one first.' })
    orderBy: CustomerOrder[] | null,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<CustomerRow>> {
    const window = readConnectionArgs(args);
    const order = customerOrder(orderBy);
    const scope = cursorScope(ctx.tenant.id, 'customers', filter ?? null, search ?? null, order);
    const selection = selectionOf(info);
    const position = (cursor: string | undefined) =>
      cursor === undefined ? undefined : decodeCursor(scope, order, cursor);
    const { rows, total } = await customers.listCustomers(ctx, {
      filter,
      search: search?.trim(),
      order,
      properties: propertiesFor(recordsOf(selection), order),
      limit: window.size + 1,
      after: position(window.after),
      before: position(window.before),
      backward: window.backward,
      withRows: ['nodes', 'edges', 'pageInfo'].some((field) => selection.has(field)),
      withTotal: selection.has('totalCount'),
    });
    return pageOf(rows, window, (row) => encodeCursor(scope, order, row), total);
  }

  @FieldResolver(() => User, { nullable: true, description: 'The responsible user.' })
  assignedTo(@Root() { assignedTo }: CustomerRow, @Ctx() ctx: RequestContext): Promise<User | null> | null {
    return assignedTo === null ? null : loadUser(ctx, assignedTo);
  }

  @FieldResolver(() => User, { nullable: true, description: 'The user who created the record.' })
  createdBy(@Root() { createdBy }: CustomerRow, @Ctx() ctx: RequestContext): Promise<User | null> | null {
    return createdBy === null ? null : loadUser(ctx, createdBy);
  }

  @Mutation(() => Customer, { description: 'Creates a customer. Errors: DUPLICATE, QUOTA_EXCEEDED.' })
  createCustomer(
    @Arg('input', () => CreateCustomerInput, { description: 'The new customer.' }) input: CreateCustomerInput,
    @Ctx() ctx: RequestContext,
  ): Promise<CustomerRow> {
    return customers.createCustomer(ctx, input);
  }

  @Mutation(() => Customer, { description: 'Changes a customer: absent is untouched, null is cleared.' })
  updateCustomer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Arg('input', () => UpdateCustomerInput, { description: 'The changes.' }) input: UpdateCustomerInput,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<CustomerRow> {
    return customers.updateCustomer(ctx, requireUuid(id, ['id']), input, {
      expectedVersion: expectedVersion ?? undefined,
    });
  }

  @Mutation(() => Customer, { description: 'Makes a customer of a prospect or lead. Errors: ILLEGAL_TRANSITION.' })
  convertCustomer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<CustomerRow> {
    return customers.convertCustomer(ctx, requireUuid(id, ['id']), expectedVersion ?? undefined);
  }

  @Mutation(() => Customer, { description: 'Deletes a customer; restoreCustomer brings it back. Admins only.' })
  deleteCustomer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<CustomerRow> {
    return customers.deleteCustomer(ctx, requireUuid(id, ['id']), expectedVersion ?? undefined);
  }

  @Mutation(() => Customer, {
    description: 'Brings a deleted customer back. Admins only. Errors: DUPLICATE, QUOTA_EXCEEDED.',
  })
  restoreCustomer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Ctx() ctx: RequestContext,
  ): Promise<CustomerRow> {
    return customers.restoreCustomer(ctx, requireUuid(id, ['id']));
  }
}
