/** Writes a transition for every flushed change of a field that the pipeline sums or groups by. */
import {
  ChangeSetType,
  type AnyEntity,
  type ChangeSet,
  type EventSubscriber,
  type FlushEventArgs,
} from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { findOrigin } from '../../audit/events/origin.js';
import { recordTransition, type RecordedTransition } from './opportunity-transition.query.js';
import type { OpportunityStatus } from './opportunity-enums.js';
import { Opportunity } from './opportunity.entity.js';

/** The fields that the pipeline reads; `deletedAt` says whether the opportunity is part of it. */
const SEEN = ['status', 'amount', 'probability', 'currency', 'deletedAt'];

export class TransitionSubscriber implements EventSubscriber {
  onFlush({ em, uow }: FlushEventArgs): void {
    for (const change of uow.getChangeSets()) {
      const { entity } = change;
      if (!(entity instanceof Opportunity) || !isSeen(change)) continue;
      if (!isSqlManager(em)) throw new Error('Transitions need the entity manager of PostgreSQL.');
      const changedBy = changedByOf(em);
      const fromStatus = statusBefore(change);
      // A function: the version is stamped later in the flush.
      recordTransition(em, () => toTransition(entity, fromStatus, changedBy));
    }
  }
}

function isSqlManager(em: object): em is EntityManager {
  return em instanceof EntityManager;
}

function isSeen({ type, payload }: ChangeSet<AnyEntity>): boolean {
  return type === ChangeSetType.CREATE || SEEN.some((property) => property in payload);
}

/** null if the opportunity is new or was deleted. */
function statusBefore({ originalEntity }: ChangeSet<AnyEntity>): OpportunityStatus | null {
  const before: Partial<Record<'status' | 'deletedAt', unknown>> = originalEntity ?? {};
  const isThere = before.status !== undefined && (before.deletedAt ?? null) === null;
  // The ORM's snapshot holds the value of the column, whose CHECK lists the same values.
  return isThere ? (before.status as OpportunityStatus) : null;
}

function toTransition(
  { id, version, status, probability, amount, currency, updatedAt, deletedAt }: Opportunity,
  fromStatus: OpportunityStatus | null,
  changedBy: string | null,
): RecordedTransition {
  const toStatus = deletedAt === null ? status : null;
  return {
    opportunityId: id,
    version,
    fromStatus,
    toStatus,
    probability,
    amount,
    currency,
    changedAt: updatedAt,
    changedBy,
  };
}

function changedByOf(em: EntityManager): string | null {
  const actor = findOrigin(em)?.actor;
  return actor && 'userId' in actor ? actor.userId : null;
}
