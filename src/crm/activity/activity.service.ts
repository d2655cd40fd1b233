import type { EntityManager } from '@mikro-orm/postgresql';
import { requireAssignable } from '../../access/rights/assignment.js';
import { authorize } from '../../access/rights/permissions.js';
import { findRecordEvenDeleted } from '../../access/loaders/record-lists.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { isCalendarDate } from '../../platform/values/calendar.js';
import { validationError, type Sentence } from '../../platform/errors/errors.js';
import { MissingRowError } from '../../tenancy/ahead-statements.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { lastSecondOfDay } from '../../platform/values/time-zone.js';
import { authorizeChange } from '../customer/customer-ownership.service.js';
import { lockCustomer } from '../customer/customer.query.js';
import {
  deleteRecord,
  lockRecord,
  newRecord,
  writeRecord,
  type ChangeOptions,
  type RecordModel,
} from '../record/record-change.js';
import { rejectRestoreWithout, rejectUnknown } from '../record/record-errors.js';
import { complete, reopen } from './activity-completion.js';
import { Activity } from './activity.entity.js';
import type { CreateActivityInput, UpdateActivityInput } from './activity.input.js';
import {
  activityTable,
  findSubjectOwners,
  requireSubjects,
  type ActivityRow,
  type Subjects,
} from './activity.query.js';

const ACTIVITY: RecordModel<Activity, ActivityRow> = { Entity: Activity, table: activityTable };

const OTHER_CUSTOMER: Sentence = {
  fr: 'Cette fiche est d’un autre client.',
  en: 'This record is of another customer.',
};

/**
 * @throws AppError FORBIDDEN, NOT_FOUND (customer, opportunity or contact), VALIDATION_FAILED (assignedToId, or an opportunity or
 * contact of another customer)
 */
export async function createActivity(ctx: RequestContext, input: CreateActivityInput): Promise<Changed<ActivityRow>> {
  authorize(ctx, 'activity:create');
  const created = writeRecord(ctx, ACTIVITY, async ({ em }) => {
    await requireAssignable(ctx, em, 'activity', input.assignedToId);
    requireSubjects(em, input);
    const { date, dueDate, ...fields } = input;
    const begin = newRecord(ctx);
    return em.create(Activity, {
      ...fields,
      ...begin,
      date: date ?? begin.createdAt,
      dueDate: dueMoment(ctx, dueDate ?? null),
      isCompleted: false,
    });
  });
  return created.catch((error: unknown) => {
    if (error instanceof MissingRowError) return rejectSubjects(ctx.reader, input);
    throw error;
  });
}

/** @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, VALIDATION_FAILED (assignedToId) */
export function updateActivity(
  ctx: RequestContext,
  id: string,
  input: UpdateActivityInput,
  { expectedVersion, check }: ChangeOptions<ActivityRow> = {},
): Promise<Changed<ActivityRow>> {
  authorize(ctx, 'activity:update');
  return writeRecord(ctx, ACTIVITY, async ({ em }) => {
    const activity = await lockOwnActivity(ctx, em, id, expectedVersion);
    check?.(activity);
    if (input.assignedToId !== activity.assignedToId) await requireAssignable(ctx, em, 'activity', input.assignedToId);
    const { date, dueDate, ...changes } = input;
    if (date !== undefined) activity.date = date ?? new Date().toISOString();
    if (dueDate !== undefined) activity.dueDate = dueMoment(ctx, dueDate);
    return em.assign(activity, changes);
  });
}

/** A completed activity is returned unchanged. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export function completeActivity(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<ActivityRow>> {
  return changeCompletion(ctx, id, expectedVersion, 'completed');
}

/** An open activity is returned unchanged. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export function reopenActivity(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<ActivityRow>> {
  return changeCompletion(ctx, id, expectedVersion, 'reopened');
}

function changeCompletion(
  ctx: RequestContext,
  id: string,
  expectedVersion: ExpectedVersion | undefined,
  action: 'completed' | 'reopened',
): Promise<Changed<ActivityRow>> {
  authorize(ctx, 'activity:update');
  return writeRecord(ctx, ACTIVITY, async ({ em }) => {
    const activity = await lockOwnActivity(ctx, em, id, expectedVersion);
    nameAction(activity, action);
    const next = action === 'completed' ? complete(activity, new Date().toISOString()) : reopen();
    return em.assign(activity, next);
  });
}

/** A soft deletion. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export function deleteActivity(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<ActivityRow>> {
  authorize(ctx, 'activity:delete');
  return writeRecord(ctx, ACTIVITY, ({ em }) => deleteRecord(em, ACTIVITY, id, expectedVersion));
}

/** A live activity is returned unchanged. @throws AppError FORBIDDEN, NOT_FOUND, ILLEGAL_TRANSITION (its customer is deleted) */
export async function restoreActivity(ctx: RequestContext, id: string): Promise<Changed<ActivityRow>> {
  authorize(ctx, 'activity:restore');
  const { customerId } = (await findRecordEvenDeleted(ctx.reader, activityTable, id)) ?? rejectUnknown('activity');
  return writeRecord(ctx, ACTIVITY, async ({ em }) => {
    // The customer is locked first, as its deletion and restoration do, so that these cannot deadlock.
    const customer = await lockCustomer(em, customerId, 'shared');
    if (!customer) rejectRestoreWithout(customerId);
    const activity = await lockRecord(em, ACTIVITY, id, 'any');
    return em.assign(activity, { deletedAt: null, deletedWith: null });
  });
}

/** Says which record of a new activity is not live or not of its customer. @throws AppError NOT_FOUND, VALIDATION_FAILED */
async function rejectSubjects(reader: TenantReader, subjects: Subjects): Promise<never> {
  const { customerId, opportunityId, contactId } = subjects;
  const owners = await findSubjectOwners(reader, subjects);
  if (!owners) rejectUnknown('customer');
  if (opportunityId && owners.opportunity === null) rejectUnknown('opportunity');
  if (contactId && owners.contact === null) rejectUnknown('contact');
  const others = [
    { path: ['opportunityId'], owner: owners.opportunity },
    { path: ['contactId'], owner: owners.contact },
  ].filter(({ owner }) => owner !== null && owner !== customerId);
  // Nothing is wrong any more: what was missing has just been restored.
  if (others.length === 0) rejectUnknown('customer');
  throw validationError(others.map(({ path }) => ({ path, code: 'OTHER_CUSTOMER', message: OTHER_CUSTOMER })));
}

async function lockOwnActivity(
  ctx: RequestContext,
  em: EntityManager,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Activity> {
  const activity = await lockRecord(em, ACTIVITY, id, 'live');
  await authorizeChange(ctx, em, 'activity', activity);
  requireVersion(activity, expectedVersion);
  return activity;
}

/** A date without a time is due at the last second of that day, in the company's time zone. */
function dueMoment(ctx: RequestContext, dueDate: string | null): string | null {
  return dueDate !== null && isCalendarDate(dueDate) ? lastSecondOfDay(dueDate, ctx.tenant.timeZone) : dueDate;
}
