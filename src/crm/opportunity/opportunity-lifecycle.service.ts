/** Win, lose, reopen. */
import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { ExpectedVersion } from '../../access/writes/version.js';
import type { AuditValues } from '../../audit/events/audit-event.js';
import { writeRecord } from '../record/record-change.js';
import { lockOwnOpportunity, moveTo, OPPORTUNITY, todayOf } from './opportunity-change.js';
import type { OpportunityStatus } from './opportunity-enums.js';
import { decideLoss, decideReopening, decideWin, type Lifecycle } from './opportunity-status.js';
import type { OpportunityRow } from './opportunity.query.js';

/** What win, lose and reopen accept. */
interface LifecycleOptions {
  readonly reason?: string | null | undefined;
  readonly expectedVersion?: ExpectedVersion | undefined;
}

/**
 * Wins an opportunity as of today. Its customer, if a prospect or lead, is converted. A won opportunity is returned unchanged.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (lost)
 */
export function winOpportunity(
  ctx: RequestContext,
  id: string,
  { reason, expectedVersion }: LifecycleOptions = {},
): Promise<Changed<OpportunityRow>> {
  return changeStatus(ctx, id, { expectedVersion, mayWin: true }, (current, today) =>
    decideWin(current, reason ?? null, today),
  );
}

/** Loses an opportunity as of today. A lost opportunity is returned unchanged. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (won) */
export function loseOpportunity(
  ctx: RequestContext,
  id: string,
  { reason, expectedVersion }: LifecycleOptions = {},
): Promise<Changed<OpportunityRow>> {
  return changeStatus(ctx, id, { expectedVersion, mayWin: false }, (current, today) =>
    decideLoss(current, reason ?? null, today),
  );
}

/**
 * Makes a closed opportunity active again; the default status is NEGOTIATION. The reason is kept in the audit event.
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
  const metadata = reason ? { reason } : {};
  return changeStatus(ctx, id, { expectedVersion, mayWin: false, metadata }, (current, today) =>
    decideReopening(current, status, today),
  );
}

export { requirePossible } from './opportunity-status.js';

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
  decide: (current: Lifecycle, today: string) => Lifecycle,
): Promise<Changed<OpportunityRow>> {
  authorize(ctx, 'opportunity:update');
  return writeRecord(ctx, OPPORTUNITY, async (tx) => {
    const own = await lockOwnOpportunity(ctx, tx.em, id, { expectedVersion, mayWin });
    await moveTo(tx, own, decide(own.opportunity, todayOf(ctx)), metadata);
    return own.opportunity;
  });
}
