import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { requireAssignable } from '../../access/assignment.js';
import { freePlace, takePlace } from '../../access/counters.js';
import { authorize } from '../../access/permissions.js';
import type { RequestContext } from '../../access/request-context.js';
import { write, type WriteContext } from '../../access/transaction.js';
import { requireVersion } from '../../access/version.js';
import { nameAction } from '../../audit/named-actions.js';
import { violatedConstraint } from '../../platform/database-errors.js';
import { AppError, type Sentence } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { generateCustomerCode } from './customer-code.js';
import { decideConversion } from './customer-type.js';
import { Customer } from './customer.entity.js';
import type { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import * as query from './customer.query.js';
import type { CustomerRow } from './customer.query.js';

const NOT_FOUND: Sentence = { fr: 'Client non trouvé', en: 'Customer not found' };
const CODE_TAKEN: Sentence = { fr: 'Code client déjà utilisé', en: 'Customer code already in use' };
const LIVE = 'customer.live';

/** @returns the customer, undefined for an unknown, deleted or foreign id @throws AppError FORBIDDEN */
export function findCustomer(
  ctx: RequestContext,
  key: query.CustomerKey,
  properties?: readonly query.CustomerProperty[],
): Promise<CustomerRow | undefined> {
  authorize(ctx, 'customer:read');
  return query.findCustomer(ctx.reader, key, properties);
}

/** @throws AppError FORBIDDEN, NOT_FOUND (also for another tenant's id) */
export async function getCustomer(ctx: RequestContext, id: string): Promise<CustomerRow> {
  return (await findCustomer(ctx, { id })) ?? refuseUnknown();
}

/** @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter) */
export function listCustomers(ctx: RequestContext, list: query.CustomerListQuery): Promise<query.CustomerList> {
  authorize(ctx, 'customer:read');
  return query.listCustomers(ctx.reader, list);
}

/** @throws AppError FORBIDDEN, DUPLICATE (code), QUOTA_EXCEEDED, VALIDATION_FAILED (assignedTo) */
export async function createCustomer(ctx: RequestContext, input: CreateCustomerInput): Promise<CustomerRow> {
  authorize(ctx, 'customer:create');
  const { code: givenCode, currency, ...members } = input;
  return writeCustomer(ctx, givenCode ?? undefined, async ({ em }) => {
    await requireAssignable(ctx, em, input.assignedTo);
    await takePlace(em, LIVE, 'customers', ctx.tenant.limits.customers);
    const code = givenCode ?? (await generateCustomerCode(em));
    const now = new Date().toISOString();
    return em.create(Customer, {
      ...DEFAULTS,
      tags: [],
      ...members,
      tenantId: ctx.actor.tenantId,
      id: newId(),
      code,
      currency: currency ?? ctx.tenant.defaultCurrency,
      createdBy: ctx.actor.userId,
      createdAt: now,
      updatedAt: now,
    });
  });
}

/** What a new customer is when the caller does not say. */
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
  version: 1,
} as const;

interface UpdateOptions {
  readonly expectedVersion?: number | undefined;
  /** Sees the record as it is before the change, and may refuse it. */
  readonly check?: (current: CustomerRow) => void;
}

/** @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, VALIDATION_FAILED (assignedTo) */
export function updateCustomer(
  ctx: RequestContext,
  id: string,
  input: UpdateCustomerInput,
  { expectedVersion, check }: UpdateOptions = {},
): Promise<CustomerRow> {
  authorize(ctx, 'customer:update');
  return writeCustomer(ctx, undefined, async ({ em }) => {
    const customer = await lockOwnCustomer(ctx, em, id, expectedVersion);
    check?.(customer);
    if (input.assignedTo !== customer.assignedTo) await requireAssignable(ctx, em, input.assignedTo);
    const { currency, ...changes } = input;
    if (currency !== undefined) customer.currency = currency ?? ctx.tenant.defaultCurrency;
    return em.assign(customer, changes);
  });
}

/** A prospect or lead becomes a customer. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION */
export function convertCustomer(ctx: RequestContext, id: string, expectedVersion?: number): Promise<CustomerRow> {
  authorize(ctx, 'customer:update');
  return writeCustomer(ctx, undefined, async ({ em }) => {
    const customer = await lockOwnCustomer(ctx, em, id, expectedVersion);
    const type = decideConversion(customer.type);
    if (type !== customer.type) {
      customer.type = type;
      nameAction(customer, 'converted');
    }
    return customer;
  });
}

/** Soft: the code is free again, and restore brings the record back. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export function deleteCustomer(ctx: RequestContext, id: string, expectedVersion?: number): Promise<CustomerRow> {
  authorize(ctx, 'customer:delete');
  return writeCustomer(ctx, undefined, async ({ em }) => {
    const customer = await lockCustomer(em, id, 'live');
    requireVersion(customer, expectedVersion);
    customer.deletedAt = new Date().toISOString();
    await freePlace(em, LIVE);
    return customer;
  });
}

/** A live customer is returned unchanged. @throws AppError FORBIDDEN, NOT_FOUND, DUPLICATE (code), QUOTA_EXCEEDED */
export async function restoreCustomer(ctx: RequestContext, id: string): Promise<CustomerRow> {
  authorize(ctx, 'customer:restore');
  const deleted = await query.findCustomerEvenDeleted(ctx.reader, id);
  return writeCustomer(ctx, deleted?.code, async ({ em }) => {
    const customer = await lockCustomer(em, id, 'any');
    if (customer.deletedAt !== null) {
      customer.deletedAt = null;
      await takePlace(em, LIVE, 'customers', ctx.tenant.limits.customers);
    }
    return customer;
  });
}

/** A write whose violation of the unique code becomes a DUPLICATE that names the holder. */
async function writeCustomer(
  ctx: RequestContext,
  code: string | undefined,
  work: (tx: WriteContext) => Promise<Customer>,
): Promise<CustomerRow> {
  try {
    return await write<CustomerRow>(
      ctx,
      work,
      async (id) => (await query.findCustomerEvenDeleted(ctx.reader, id)) ?? refuseUnknown(),
    );
  } catch (error) {
    if (code === undefined || violatedConstraint(error) !== 'customers_code_key') throw error;
    const holder = await query.findCustomer(ctx.reader, { code }, ['id']);
    throw new AppError('DUPLICATE', CODE_TAKEN, {
      details: { field: 'code', existing_id: holder?.id ?? null },
      cause: error,
    });
  }
}

async function lockOwnCustomer(
  ctx: RequestContext,
  em: EntityManager,
  id: string,
  expectedVersion?: number,
): Promise<Customer> {
  const customer = await lockCustomer(em, id, 'live');
  authorize(ctx, 'customer:update', customer);
  requireVersion(customer, expectedVersion);
  return customer;
}

/** The row, locked until the transaction ends, so that concurrent changes queue. */
async function lockCustomer(em: EntityManager, id: string, which: 'live' | 'any'): Promise<Customer> {
  const where = which === 'live' ? { id, deletedAt: null } : { id };
  return (await em.findOne(Customer, where, { lockMode: LockMode.PESSIMISTIC_WRITE })) ?? refuseUnknown();
}

function refuseUnknown(): never {
  throw new AppError('NOT_FOUND', NOT_FOUND);
}
