/** Rejections for lack of rights: their events, and how those of one request are written together before its answer. */
import type { Call, RequestContext } from '../../access/identity/request-context.js';
import { ForbiddenError } from '../../access/rights/permissions.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import type { AppError } from '../../platform/errors/errors.js';
import { isUuid } from '../../platform/values/ids.js';
import { OwnSlot } from '../../platform/values/own-values.js';
import { isAuditEntityType, type AuditEntityType } from './audit-entity-types.js';
import { recordEvents, type EventInput } from './audit-event.js';
import { originOf } from './origin.js';

/** The event of one rejection. @param calledId the record that the operation was called with, if any */
export function rejectionEvent({ actor }: RequestContext, error: AppError, calledId?: string): EventInput {
  return { action: 'access.denied', errorCode: error.code, ...subjectOf(actor.tenantId, error, calledId) };
}

/** Type and id as in the record's own events, so that its history shows the rejection: `customer:delete` is about a customer. */
function subjectOf(
  tenantId: string,
  error: AppError,
  calledId = '',
): Pick<EventInput, 'entityType' | 'entityId' | 'description'> {
  const permission = error.details?.permission;
  if (typeof permission !== 'string') return { entityType: 'request', entityId: storedId(calledId) };
  const { recordType, id = calledId } = recordOf(error, permission);
  return {
    entityType: recordType,
    entityId: recordType === 'tenant' ? tenantId : storedId(id),
    description: permission,
  };
}

/** What rights are about where it is not the first word of their name: `key:manage`. */
const SUBJECTS: Readonly<Record<string, AuditEntityType>> = {
  key: 'api_key',
  provider: 'identity_provider',
};

function recordOf(error: AppError, permission: string): { readonly recordType: AuditEntityType; readonly id?: string } {
  const known = error instanceof ForbiddenError ? error.record : undefined;
  const subject = permission.replace(/:.*/, '');
  const recordType = SUBJECTS[subject] ?? subject;
  return known ?? { recordType: isAuditEntityType(recordType) ? recordType : 'request' };
}

/** Callers may write ids in any case; events store them like the records. */
function storedId(id: string): string | null {
  return isUuid(id) ? id.toLowerCase() : id === '' ? null : id;
}

/** All rejections of a request for one permission on one type of record. */
interface RejectionGroup {
  readonly first: EventInput;
  count: number;
  readonly recordIds: Set<string>;
}

interface RequestRejections {
  readonly ctx: RequestContext;
  readonly groups: Map<string, RejectionGroup>;
  isRecorded: boolean;
}

const ofRequest = new OwnSlot<RequestRejections>();

/**
 * Keeps a rejection for `recordRejections`, since one document can have dozens of rejected fields. A rejection after the answer, which
 * happens when another field failed first, is written at once.
 */
export async function noteRejection(ctx: RequestContext, error: AppError, calledId?: string): Promise<void> {
  const { lasting } = ctx.cache;
  const known = ofRequest.get(lasting) ?? ofRequest.set(lasting, { ctx, groups: new Map(), isRecorded: false });
  const event = rejectionEvent(ctx, error, calledId);
  const key = `${event.description ?? ''} ${event.entityType}`;
  const group = known.groups.get(key);
  if (group) addTo(group, event);
  else {
    known.groups.set(key, addTo({ first: event, count: 0, recordIds: new Set() }, event));
    if (known.isRecorded) await recordTogether(ctx, [event]);
  }
}

function addTo(group: RejectionGroup, { entityId }: EventInput): RejectionGroup {
  group.count += 1;
  if (entityId !== null) group.recordIds.add(entityId);
  return group;
}

/**
 * Writes one event per permission and type of record that the request was rejected for, in one transaction.
 * A request without a rejection, or without a signed-in caller, has nothing to write.
 */
export async function recordRejections({ cache }: Pick<Call, 'cache'>): Promise<void> {
  const known = ofRequest.get(cache.lasting);
  if (!known || known.isRecorded) return;
  known.isRecorded = true;
  await recordTogether(known.ctx, [...known.groups.values()].map(eventOf));
}

/** The event of the first rejection. For several, it holds their number and the ids of their records. */
function eventOf({ first, count, recordIds }: RejectionGroup): EventInput {
  return count === 1 ? first : { ...first, newValue: { rejections: count, record_ids: [...recordIds] } };
}

function recordTogether(ctx: RequestContext, events: readonly EventInput[]): Promise<void> {
  return inTenantTransaction(ctx.database, ctx.actor.tenantId, (em) => {
    recordEvents(em, originOf(ctx), events);
    return Promise.resolve();
  });
}
