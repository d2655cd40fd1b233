/** The daily work of the demo's sales teams: what was done and logged, what is planned, and what is due. */
import type { Faker } from '@faker-js/faker';
import type { ActivityType } from '../crm/activity/activity-enums.js';
import type { Activity } from '../crm/activity/activity.entity.js';
import type { DemoContact } from './demo-contacts.js';
import { makeDemoId } from './demo-customers.js';
import { pickWeighted, sometimes } from './demo-firm.js';
import {
  DAY_MS,
  eveningAfter,
  HOUR_MS,
  instantText,
  makeMomentAtWork,
  MINUTE_MS,
  nextQuarterHour,
} from './demo-moments.js';
import { listOccasions, type Occasion, type Occasions } from './demo-occasions.js';
import { DEMO_ENDS_AT, type DemoTenant } from './demo-tenants.js';
import type { Scenes } from './demo-words.js';

export type DemoActivity = Omit<Activity, symbol>;

interface ActivitySources extends Occasions {
  readonly tenant: DemoTenant;
  readonly scenes: Scenes;
  /** Those who do the work. */
  readonly userIds: readonly string[];
}

const TYPES = { CALL: 26, EMAIL: 24, MEETING: 14, TASK: 18, NOTE: 8, FOLLOW_UP: 10 };
/** Percentage of activities that are about a sale; the others are about the customer. */
const ABOUT_SALES = 62;

/** All activities of a tenant, in the order in which they were entered. */
export function makeDemoActivities(faker: Faker, given: ActivitySources): DemoActivity[] {
  const { sales, visits } = listOccasions(given);
  const activities = Array.from({ length: given.tenant.activities }, () => {
    const isAboutSale = faker.number.int({ min: 1, max: 100 }) <= ABOUT_SALES;
    return makeActivity(faker, given, faker.helpers.arrayElement(isAboutSale ? sales : visits));
  });
  return activities.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

function makeActivity(faker: Faker, { tenant, scenes, userIds }: ActivitySources, occasion: Occasion): DemoActivity {
  const type = pickWeighted(faker, TYPES);
  const createdAtMs = makeMomentAtWork(faker, occasion.fromMs, occasion.toMs);
  const contact = pickContact(faker, type, occasion.contacts, createdAtMs);
  const [subject, description] = faker.helpers.arrayElement(scenes[occasion.phaseAt(createdAtMs)][type]);
  const fill = (text: string): string => fillIn(text, occasion, contact);
  const doer = occasion.ownerId ?? faker.helpers.arrayElement(userIds);
  return {
    tenantId: tenant.id,
    id: makeDemoId(faker, createdAtMs),
    customerId: occasion.customer.id,
    opportunityId: occasion.opportunity?.id ?? null,
    contactId: contact?.id ?? null,
    type,
    subject: fill(subject),
    description: sometimes(faker, 80, fill(description)),
    ...makeCourse(faker, type, occasion, createdAtMs),
    assignedToId: sometimes(faker, 95, doer),
    createdById: doer,
    createdAt: instantText(createdAtMs),
    deletedAt: null,
    deletedWith: null,
  };
}

/** A contact who existed at that moment and accepts this type of activity; mostly the main contact. */
function pickContact(
  faker: Faker,
  type: ActivityType,
  contacts: readonly DemoContact[],
  atMs: number,
): DemoContact | null {
  const able = contacts.filter(
    (one) =>
      Date.parse(one.createdAt) <= atMs && !(type === 'CALL' && one.doNotCall) && !(type === 'EMAIL' && one.doNotEmail),
  );
  const percent = type === 'TASK' || type === 'NOTE' ? 45 : 85;
  const [first] = able;
  if (!first) return null;
  const likely = faker.helpers.weightedArrayElement(able.map((value) => ({ value, weight: value === first ? 3 : 1 })));
  return sometimes(faker, percent, likely);
}

function fillIn(text: string, { customer, opportunity }: Occasion, contact: DemoContact | null): string {
  const name = contact ? `${contact.title ?? ''} ${contact.lastName}`.trim() : customer.name;
  return text.replace('{name}', name).replace('{offer}', opportunity?.name ?? '');
}

/** When an activity takes place, is due and was completed, in milliseconds. */
interface Course {
  readonly dateMs: number;
  readonly dueMs: number | null;
  readonly minutes: number | null;
  readonly completedMs: number | null;
}

type CourseFields = Pick<
  Activity,
  'date' | 'dueDate' | 'durationMinutes' | 'isCompleted' | 'completedAt' | 'updatedAt' | 'version'
>;

function makeCourse(faker: Faker, type: ActivityType, occasion: Occasion, createdAtMs: number): CourseFields {
  const { dateMs, dueMs, minutes, completedMs } = chooseCourse(faker, type)(faker, type, occasion, createdAtMs);
  const doneMs = completedMs ?? createdAtMs;
  const isEdited = faker.datatype.boolean(0.1);
  return {
    date: instantText(dateMs),
    dueDate: dueMs === null ? null : instantText(dueMs),
    durationMinutes: minutes,
    isCompleted: completedMs !== null,
    completedAt: completedMs === null ? null : instantText(completedMs),
    updatedAt: instantText(isEdited ? faker.number.int({ min: doneMs, max: DEMO_ENDS_AT }) : doneMs),
    version: 1 + Number(completedMs !== null) + Number(isEdited),
  };
}

type MakeCourse = (faker: Faker, type: ActivityType, occasion: Occasion, createdAtMs: number) => Course;

function chooseCourse(faker: Faker, type: ActivityType): MakeCourse {
  if (type === 'TASK' || type === 'FOLLOW_UP') return makeDue;
  return type === 'MEETING' || (type === 'CALL' && faker.datatype.boolean(0.15)) ? makePlanned : makeLogged;
}

/** An activity that was entered and completed right after it took place. */
function makeLogged(faker: Faker, type: ActivityType, _occasion: Occasion, createdAtMs: number): Course {
  const minutes = type === 'CALL' ? faker.number.int({ min: 3, max: 40 }) : null;
  const completedMs = Math.min(DEMO_ENDS_AT, createdAtMs + faker.number.int({ min: 1000, max: 4 * MINUTE_MS }));
  return { dateMs: toMinute(createdAtMs - (minutes ?? 0) * MINUTE_MS), dueMs: null, minutes, completedMs };
}

/** An appointment some days ahead. A few past ones are not completed yet. */
function makePlanned(faker: Faker, type: ActivityType, { isOverSince, toMs }: Occasion, createdAtMs: number): Course {
  const isOver = isOverSince(createdAtMs);
  const latestMs = isOver ? toMs : createdAtMs + 25 * DAY_MS;
  const dateMs = nextQuarterHour(makeMomentAtWork(faker, createdAtMs, latestMs));
  const minutes = faker.helpers.arrayElement(type === 'CALL' ? [15, 20, 30] : [30, 45, 60, 60, 90, 120]);
  const endMs = dateMs + minutes * MINUTE_MS;
  const isDone = isOver || (endMs <= DEMO_ENDS_AT && faker.datatype.boolean(0.95));
  const tickedMs = endMs + faker.number.int({ min: MINUTE_MS, max: 2 * HOUR_MS });
  return { dateMs, dueMs: null, minutes, completedMs: isDone ? Math.min(DEMO_ENDS_AT, tickedMs) : null };
}

/** A task that is due at the end of a working day. Open tasks are due before and after the end of the demo. */
function makeDue(faker: Faker, _type: ActivityType, { isOverSince }: Occasion, createdAtMs: number): Course {
  const dueMs = eveningAfter(createdAtMs, faker.number.int({ min: 1, max: 28 }));
  const isDone = isOverSince(createdAtMs) || faker.datatype.boolean(chanceOfDone(dueMs));
  const latestMs = Math.min(DEMO_ENDS_AT, dueMs + 4 * DAY_MS);
  const completedMs = isDone ? makeMomentAtWork(faker, createdAtMs, latestMs) : null;
  return { dateMs: toMinute(createdAtMs), dueMs, minutes: null, completedMs };
}

function chanceOfDone(dueMs: number): number {
  if (dueMs > DEMO_ENDS_AT) return 0.2;
  return dueMs > DEMO_ENDS_AT - 30 * DAY_MS ? 0.6 : 0.97;
}

function toMinute(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}
