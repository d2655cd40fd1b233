import type { EntityManager } from '@mikro-orm/postgresql';
import { requireAssignable } from '../../access/rights/assignment.js';
import { releaseCapacity, reserveCapacity } from '../../access/writes/counters.js';
import { authorize } from '../../access/rights/permissions.js';
import { findRecordBy } from '../../access/loaders/record-lists.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { WriteContext } from '../../access/writes/transaction.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { searchedDigits } from '../../platform/values/phone-digits.js';
import { amountsOf, requireCurrencyDecimals } from '../record/record-amounts.js';
import {
  lockRecord,
  newRecord,
  rejectDuplicate,
  retryTakenCode,
  writeRecord,
  type ChangeOptions,
  type RecordModel,
} from '../record/record-change.js';
import { rejectUnknown, UNIQUE_CODES } from '../record/record-errors.js';
import { generateCustomerCode } from './customer-code.js';
import { deleteWithChildren, restoreWithChildren } from './customer-children.js';
import { findHolderOfTakenCode, holdRestorations } from './customer-children.query.js';
import { phonesOf, renewDigits } from './customer-phones.js';
import { decideConversion, isConversion } from './customer-type.js';
import { Customer } from './customer.entity.js';
import type { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import * as query from './customer.query.js';
import type { CustomerRow } from './customer.query.js';

const CUSTOMER: RecordModel<Customer, CustomerRow> = { Entity: Customer, table: query.customerTable };

/** @throws AppError FORBIDDEN, DUPLICATE (code), QUOTA_EXCEEDED, VALIDATION_FAILED (assignedToId) */
export async function createCustomer(ctx: RequestContext, input: CreateCustomerInput): Promise<Changed<CustomerRow>> {
  authorize(ctx, 'customer:create');
  const { code: givenCode, currency, ...fields } = input;
  const values = { ...fields, currency: currency ?? ctx.tenant.defaultCurrency };
  const create = async ({ em }: WriteContext): Promise<Customer> => {
    requireCurrencyDecimals(values, undefined, AMOUNTS);
    await requireAssignable(ctx, em, 'customer', input.assignedToId);
    reserveCapacity(em, ctx.tenant.limits, 'customers', 1);
    const code = givenCode ?? (await generateCustomerCode(em));
    return em.create(Customer, {
      ...DEFAULTS,
      tags: [],
      ...values,
      ...newRecord(ctx),
      code,
      searchPhone: searchedDigits(
        [input.phone, input.mobile],
        [input.countryCode ?? DEFAULTS.countryCode, ctx.tenant.countryCode],
      ),
    });
  };
  const writeOnce = () => writeRecord(ctx, CUSTOMER, create);
  if (!givenCode) return retryTakenCode(UNIQUE_CODES.customer, writeOnce);
  const findHolder = () => findRecordBy(ctx.reader, query.customerTable, { code: givenCode }, ['id']);
  return rejectDuplicate(UNIQUE_CODES.customer, findHolder, writeOnce);
}

/** In the customer's currency. */
const AMOUNTS = ['annualRevenue', 'creditLimit', 'totalRevenue'] as const;

/** Defaults of a new customer. */
const DEFAULTS = {
  type: 'PROSPECT',
  countryCode: 'FR',
  paymentTerms: 'NET_30',
  discountRate: '0.00',
  isActive: true,
  leadScore: 0,
  healthScore: 100,
  totalRevenue: '0.00',
  orderCount: 0,
} as const;

/**
 * Setting the type of a prospect or lead to CUSTOMER is a conversion.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, VALIDATION_FAILED (assignedToId, currency, amounts)
 */
export function updateCustomer(
  ctx: RequestContext,
  id: string,
  input: UpdateCustomerInput,
  { expectedVersion, check }: ChangeOptions<CustomerRow> = {},
): Promise<Changed<CustomerRow>> {
  authorize(ctx, 'customer:update');
  return writeRecord(ctx, CUSTOMER, async ({ em }) => {
    const customer = await lockOwnCustomer(ctx, em, id, expectedVersion);
    check?.(customer);
    if (input.assignedToId !== customer.assignedToId) await requireAssignable(ctx, em, 'customer', input.assignedToId);
    const { currency, ...changes } = input;
    const before = { ...amountsOf(customer, AMOUNTS), ...phonesOf(customer) };
    if (currency !== undefined) customer.currency = currency ?? ctx.tenant.defaultCurrency;
    if (input.type !== undefined && isConversion(customer.type, input.type)) nameAction(customer, 'converted');
    em.assign(customer, changes);
    requireCurrencyDecimals(customer, before, AMOUNTS);
    await renewDigits(em, ctx.tenant, customer, before);
    return customer;
  });
}

/** @throws AppError ILLEGAL_TRANSITION for a type that cannot be converted */
export function requireConvertible(type: CustomerRow['type']): void {
  decideConversion(type);
}

/** Makes a prospect or lead a customer. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION */
export function convertCustomer(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<CustomerRow>> {
  authorize(ctx, 'customer:update');
  return writeRecord(ctx, CUSTOMER, async ({ em }) => {
    const customer = await lockOwnCustomer(ctx, em, id, expectedVersion);
    const type = decideConversion(customer.type);
    if (type !== customer.type) {
      customer.type = type;
      nameAction(customer, 'converted');
    }
    return customer;
  });
}

/**
 * A soft deletion of the customer and its records. It frees their codes. `restoreCustomer` brings all of them back.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT
 */
export function deleteCustomer(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<CustomerRow>> {
  authorize(ctx, 'customer:delete');
  return writeRecord(ctx, CUSTOMER, async (tx) => {
    const customer = await lockRecord(tx.em, CUSTOMER, id, 'live');
    requireVersion(customer, expectedVersion);
    await deleteWithChildren(tx, customer);
    releaseCapacity(tx.em, 'customers', 1);
    return customer;
  });
}

/**
 * Restores a customer with exactly the records that were deleted with it. A live customer is returned unchanged.
 * @throws AppError FORBIDDEN, NOT_FOUND, DUPLICATE (its code, or one of its opportunities'), QUOTA_EXCEEDED
 */
export function restoreCustomer(ctx: RequestContext, id: string): Promise<Changed<CustomerRow>> {
  authorize(ctx, 'customer:restore');
  const restore = async (tx: WriteContext): Promise<Customer> => {
    const [, customer] = await Promise.all([holdRestorations(tx.em), lockRecord(tx.em, CUSTOMER, id, 'any')]);
    if (customer.deletedAt === null) return customer;
    reserveCapacity(tx.em, ctx.tenant.limits, 'customers', 1);
    await restoreWithChildren(tx, customer, customer.deletedAt);
    return customer;
  };
  const holderOfOwnCode = () => query.findHolderOfCode(ctx.reader, id);
  const holderOfOpportunityCode = () => findHolderOfTakenCode(ctx.reader, id);
  return rejectDuplicate(UNIQUE_CODES.opportunity, holderOfOpportunityCode, () =>
    rejectDuplicate(UNIQUE_CODES.customer, holderOfOwnCode, () => writeRecord(ctx, CUSTOMER, restore)),
  );
}

/**
 * The live customer of a new record, locked so that it cannot be deleted until the transaction ends.
 * @param lock `shared` lets other transactions add records at the same time; `alone` does not, so that records can be counted
 * @throws AppError NOT_FOUND
 */
export async function lockCustomerOf(
  em: EntityManager,
  id: string,
  lock: 'shared' | 'alone',
): Promise<query.LockedCustomer> {
  return (await query.lockCustomer(em, id, lock)) ?? rejectUnknown('customer');
}

async function lockOwnCustomer(
  ctx: RequestContext,
  em: EntityManager,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Customer> {
  const customer = await lockRecord(em, CUSTOMER, id, 'live');
  authorize(ctx, 'customer:update', customer);
  requireVersion(customer, expectedVersion);
  return customer;
}
