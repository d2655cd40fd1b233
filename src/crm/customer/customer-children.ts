/** Deletes and restores the records of a customer with it, and keeps counters and the counts of the event. */
import { releaseCapacity, requireCapacity, reserveCapacity } from '../../access/writes/counters.js';
import type { RelatedCounts } from '../../access/writes/change-effects.js';
import type { WriteContext } from '../../access/writes/transaction.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { deleteChildren, restoreChildren, type MovedChildren } from './customer-children.query.js';
import type { Customer } from './customer.entity.js';

/** Deletes a locked, live customer with its live contacts, opportunities and activities, all at the same moment. */
export async function deleteWithChildren({ em, actor, effects }: WriteContext, customer: Customer): Promise<void> {
  const at = new Date().toISOString();
  const taken = await deleteChildren(em, { customerId: customer.id, at, by: actor.userId });
  customer.deletedAt = at;
  effects.counts = countsOf(taken);
  nameAction(customer, 'deleted', effects.counts);
  releaseCapacity(em, 'active_opportunities', taken.activeOpportunities);
}

/**
 * Restores a locked customer with exactly the records that were deleted with it.
 * @throws AppError QUOTA_EXCEEDED (active opportunities, contacts)
 */
export async function restoreWithChildren(
  { em, actor, effects, tenant: { limits } }: WriteContext,
  customer: Customer,
  deletedAt: string,
): Promise<void> {
  const move = { customerId: customer.id, at: new Date().toISOString(), by: actor.userId };
  const restored = await restoreChildren(em, move, deletedAt);
  customer.deletedAt = null;
  effects.counts = countsOf(restored);
  nameAction(customer, 'restored', effects.counts);
  requireCapacity(limits, 'contacts_per_customer', 0, restored.contacts);
  reserveCapacity(em, limits, 'active_opportunities', restored.activeOpportunities);
}

function countsOf({ contacts, opportunities, activities }: MovedChildren): RelatedCounts {
  return { contacts, opportunities, activities };
}
