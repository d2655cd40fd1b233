/** Win, lose, reopen. */
import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { ExpectedVersion } from '../../access/writes/version.js';
import type { AuditValues } from '../../audit/events/audit-event.js';
import { writeRecord } from '../record/record-change.js';
import { lockOwnOpportunity, moveTo, OPPORTUNITY, todayOf } from './opportunity-change.js';
import type { OpportunityStatus } from './opportunity-enums.js';
import { decideLoss, decideReopening, decideWin, requirePossible, type Lifecycle } from './opportunity-status.js';
import type { OpportunityRow } from './opportunity.query.js';

/** What an operation of the lifecycle may carry. */
interface LifecycleOptions {
  readonly reason?: string | null | undefined;
  readonly expectedVersion?: ExpectedVersion | undefined;
}

/**
 * Won, on today's date; its customer, if a prospect or lead, becomes a customer. What is won already is returned unchanged.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (lost)
 */
export function winOpportunity(
  ctx: RequestContext,
  id: string,
  { reason, expectedVersion }: LifecycleOptions = {},
): Promise<Changed<OpportunityRow>> {
  const decide = (current: Lifecycle): Lifecycle => decideWin(current, reason ?? null, todayOf(ctx));
  return changeStatus(ctx, id, { expectedVersion, mayWin: true }, decide);
}

/** Lost, on today's date. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (won) */
export function loseOpportunity(
  ctx: RequestContext,
  id: string,
  { reason, expectedVersion }: LifecycleOptions = {},
): Promise<Changed<OpportunityRow>> {
  const decide = (current: Lifecycle): Lifecycle => decideLoss(current, reason ?? null, todayOf(ctx));
  return changeStatus(ctx, id, { expectedVersion, mayWin: false }, decide);
}

/**
 * Active again, in negotiation unless told otherwise. The reason is kept in the audit event.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (active), QUOTA_EXCEEDED, VALIDATION_FAILED
 */
export function reopenOpportunity(
  ctx: RequestContext,
  id: string,
  {
    status,
    reason,
    expectedVersion,
  }: LifecycleOptions & { readonly status?: OpportunityStatus | null | undefined } = {},
): Promise<Changed<OpportunityRow>> {
  const decide = (current: Lifecycle): Lifecycle => decideReopening(current, status, todayOf(ctx));
  const metadata = reason ? { reason } : {};
  return changeStatus(ctx, id, { expectedVersion, mayWin: false, metadata }, decide);
}

/** @throws AppError ILLEGAL_TRANSITION where an opportunity of this status cannot be won, lost or reopened */
export function requireStep(operation: 'win' | 'lose' | 'reopen', status: OpportunityStatus): void {
  requirePossible(operation, status);
}

interface StatusChange {
  readonly expectedVersion: ExpectedVersion | undefined;
  readonly mayWin: boolean;
  /** Added to the audit event. */
  readonly metadata?: AuditValues;
}

function changeStatus(
  ctx: RequestContext,
  id: string,
  { expectedVersion, mayWin, metadata }: StatusChange,
  decide: (current: Lifecycle) => Lifecycle,
): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:update');
  return writeRecord(ctx, OPPORTUNITY, async (tx) => {
    const own = await lockOwnOpportunity(ctx, tx.em, id, { expectedVersion, mayWin });
    await moveTo(tx, own, decide(own.opportunity), metadata);
    return own.opportunity;
  });
}
