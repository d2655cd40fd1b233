import { requireAssignable } from '../../access/rights/assignment.js';
import { authorize } from '../../access/rights/permissions.js';
import { findRecordEvenDeleted } from '../../access/loaders/record-lists.js';
import { readRecord } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { WriteContext } from '../../access/writes/transaction.js';
import type { ExpectedVersion } from '../../access/writes/version.js';
import { convertBuyer } from '../customer/customer-sale.service.js';
import { lockCustomer } from '../customer/customer.query.js';
import { lockCustomerOf } from '../customer/customer.service.js';
import { amountsOf, requireCurrencyDecimals } from '../record/record-amounts.js';
import {
  deleteRecord,
  lockRecord,
  newRecord,
  retryTakenCode,
  writeRecord,
  type ChangeOptions,
} from '../record/record-change.js';
import { rejectRestoreWithout, rejectUnknown, UNIQUE_CODES } from '../record/record-errors.js';
import {
  countActive,
  lockOwnOpportunity,
  moveTo,
  OPPORTUNITY,
  rejectTakenCode,
  todayOf,
} from './opportunity-change.js';
import { generateOpportunityCode } from './opportunity-code.js';
import { decideCreation, decideUpdate, isActive } from './opportunity-status.js';
import { listTransitions, type TransitionRow } from './opportunity-transition.query.js';
import { Opportunity } from './opportunity.entity.js';
import type { CreateOpportunityInput, UpdateOpportunityInput } from './opportunity.input.js';
import { opportunityTable, type OpportunityRow } from './opportunity.query.js';

/** The history of an opportunity, the oldest change first. @throws AppError FORBIDDEN, NOT_FOUND */
export async function getTransitions(ctx: RequestContext, id: string): Promise<readonly TransitionRow[]> {
  if (!(await readRecord(ctx, opportunityTable, { id }, ['id']))) rejectUnknown('opportunity');
  return listTransitions(ctx.reader, id);
}

/** @throws AppError FORBIDDEN, NOT_FOUND (customer), DUPLICATE (code), QUOTA_EXCEEDED, VALIDATION_FAILED */
export async function createOpportunity(
  ctx: RequestContext,
  input: CreateOpportunityInput,
): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:create');
  const { code: givenCode, currency, status, probability, ...fields } = input;
  const today = todayOf(ctx);
  const lifecycle = decideCreation({ status, probability }, today);
  const values = { ...fields, currency: currency ?? ctx.tenant.defaultCurrency };
  const create = async (tx: WriteContext): Promise<Opportunity> => {
    const { em } = tx;
    requireCurrencyDecimals(values, undefined, ['amount']);
    await requireAssignable(ctx, em, 'opportunity', input.assignedToId);
    const isWon = lifecycle.status === 'WON';
    const buyer = await lockCustomerOf(em, input.customerId, isWon ? 'alone' : 'shared');
    if (isWon) await convertBuyer(tx, buyer);
    const code = givenCode ?? (await generateOpportunityCode(em, today));
    countActive(ctx, em, false, isActive(lifecycle.status));
    return em.create(Opportunity, {
      amount: '0.00',
      competitors: [],
      products: [],
      ...values,
      ...lifecycle,
      ...newRecord(ctx),
      code,
    });
  };
  const writeOnce = () => writeRecord(ctx, OPPORTUNITY, create);
  return givenCode ? rejectTakenCode(ctx, givenCode, writeOnce) : retryTakenCode(UNIQUE_CODES.opportunity, writeOnce);
}

/**
 * A new status has the effect of win, lose or reopen. The amount of a closed opportunity may change too.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION, QUOTA_EXCEEDED, VALIDATION_FAILED
 */
export function updateOpportunity(
  ctx: RequestContext,
  id: string,
  input: UpdateOpportunityInput,
  { expectedVersion, check }: ChangeOptions<OpportunityRow> = {},
): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:update');
  return writeRecord(ctx, OPPORTUNITY, async (tx) => {
    const { em } = tx;
    const own = await lockOwnOpportunity(ctx, em, id, { expectedVersion, mayWin: input.status === 'WON' });
    const { opportunity } = own;
    check?.(opportunity);
    if (input.assignedToId !== opportunity.assignedToId)
      await requireAssignable(ctx, em, 'opportunity', input.assignedToId);
    const { currency, status, probability, winReason, lossReason, ...changes } = input;
    const next = decideUpdate(opportunity, { status, probability, winReason, lossReason }, todayOf(ctx));
    const before = amountsOf(opportunity, ['amount']);
    if (currency !== undefined) opportunity.currency = currency ?? ctx.tenant.defaultCurrency;
    em.assign(opportunity, changes);
    requireCurrencyDecimals(opportunity, before, ['amount']);
    await moveTo(tx, own, next);
    return opportunity;
  });
}

/** A soft deletion. It frees the code. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export function deleteOpportunity(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:delete');
  return writeRecord(ctx, OPPORTUNITY, async ({ em }) => {
    const opportunity = await deleteRecord(em, OPPORTUNITY, id, expectedVersion);
    countActive(ctx, em, isActive(opportunity.status), false);
    return opportunity;
  });
}

/**
 * A live opportunity is returned unchanged.
 * @throws AppError FORBIDDEN, NOT_FOUND, ILLEGAL_TRANSITION (its customer is deleted), DUPLICATE (code), QUOTA_EXCEEDED
 */
export async function restoreOpportunity(ctx: RequestContext, id: string): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:restore');
  const known = (await findRecordEvenDeleted(ctx.reader, opportunityTable, id)) ?? rejectUnknown('opportunity');
  const restore = async ({ em }: WriteContext): Promise<Opportunity> => {
    const customer = await lockCustomer(em, known.customerId, 'shared');
    const opportunity = await lockRecord(em, OPPORTUNITY, id, 'any');
    if (opportunity.deletedAt === null) return opportunity;
    if (!customer) rejectRestoreWithout(known.customerId);
    Object.assign(opportunity, { deletedAt: null, deletedWith: null });
    countActive(ctx, em, false, isActive(opportunity.status));
    return opportunity;
  };
  return rejectTakenCode(ctx, known.code, () => writeRecord(ctx, OPPORTUNITY, restore));
}
