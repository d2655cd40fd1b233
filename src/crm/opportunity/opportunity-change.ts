/** What the operations on an opportunity share: the locks, and the consequences of a new status. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { findRecordBy } from '../../access/loaders/record-lists.js';
import { releaseCapacity, reserveCapacity } from '../../access/writes/counters.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { WriteContext } from '../../access/writes/transaction.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import type { AuditValues } from '../../audit/events/audit-event.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { todayIn } from '../../platform/values/calendar.js';
import { convertBuyer } from '../customer/customer-sale.service.js';
import { authorizeChange } from '../customer/customer-ownership.service.js';
import type { LockedCustomer } from '../customer/customer.query.js';
import { lockRecord, rejectDuplicate, type RecordModel } from '../record/record-change.js';
import { UNIQUE_CODES } from '../record/record-errors.js';
import { isActive, stepBetween, type Lifecycle } from './opportunity-status.js';
import { Opportunity } from './opportunity.entity.js';
import { lockBuyer, opportunityTable, type OpportunityRow } from './opportunity.query.js';

/** Today in the tenant's time zone. */
export function todayOf({ tenant }: RequestContext): string {
  return todayIn(tenant.timeZone);
}

export const OPPORTUNITY: RecordModel<Opportunity, OpportunityRow> = { Entity: Opportunity, table: opportunityTable };

/** Runs a write whose code may be taken, which becomes a DUPLICATE that names the holder. */
export function rejectTakenCode<T>(ctx: RequestContext, code: string, work: () => Promise<T>): Promise<T> {
  return rejectDuplicate(
    UNIQUE_CODES.opportunity,
    () => findRecordBy(ctx.reader, opportunityTable, { code }, ['id']),
    work,
  );
}

/** A locked opportunity, and its customer if that was locked too. */
interface OwnOpportunity {
  readonly opportunity: Opportunity;
  readonly buyer: LockedCustomer | undefined;
}

/**
 * A live opportunity that the caller may update, locked.
 * @param mayWin whether the change may win it; its customer is then locked first
 * @throws AppError NOT_FOUND, FORBIDDEN, VERSION_CONFLICT
 */
export async function lockOwnOpportunity(
  ctx: RequestContext,
  em: EntityManager,
  id: string,
  { expectedVersion, mayWin }: { readonly expectedVersion?: ExpectedVersion | undefined; readonly mayWin: boolean },
): Promise<OwnOpportunity> {
  const [buyer, opportunity] = await Promise.all([
    mayWin ? lockBuyer(em, id) : undefined,
    lockRecord(em, OPPORTUNITY, id, 'live'),
  ]);
  await authorizeChange(ctx, em, 'opportunity', opportunity, buyer);
  requireVersion(opportunity, expectedVersion);
  return { opportunity, buyer };
}

/**
 * Writes what the state machine decided, and its consequences: the name of the event, the conversion of the customer, the counter of
 * active opportunities.
 * @param metadata added to the event of a change of status
 */
export async function moveTo(
  tx: WriteContext,
  { opportunity, buyer }: OwnOpportunity,
  next: Lifecycle,
  metadata: AuditValues = {},
): Promise<void> {
  const before = opportunity.status;
  const step = stepBetween(before, next.status);
  Object.assign(opportunity, next);
  if (step) nameAction(opportunity, step, metadata);
  if (step === 'won' && buyer) await convertBuyer(tx, buyer);
  countActive(tx, tx.em, isActive(before), isActive(next.status));
}

/** Changes the counter of active opportunities when the transaction commits; see `reserveCapacity`. */
export function countActive(ctx: RequestContext, em: EntityManager, before: boolean, after: boolean): void {
  if (before === after) return;
  if (after) reserveCapacity(em, ctx.tenant.limits, 'active_opportunities', 1);
  else releaseCapacity(em, 'active_opportunities', 1);
}
