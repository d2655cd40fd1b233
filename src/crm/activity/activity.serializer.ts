/** The JSON of an activity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import {
  boolean,
  instant,
  integer,
  nullable,
  oneOf,
  restSerializer,
  text,
  uuid,
} from '../../platform/rest/serializer.js';
import { ActivityType } from './activity-enums.js';
import type { ActivityRow } from './activity.query.js';

export const activitySerializer = restSerializer<ActivityRow>('Activity', {
  id: uuid('Identifier; the same in GraphQL.'),
  customerId: uuid('Id of the customer; never changes.'),
  opportunityId: nullable(uuid('Id of the opportunity, which may be deleted meanwhile; never changes.')),
  contactId: nullable(uuid('Id of the contact, who may be deleted meanwhile; never changes.')),
  type: oneOf(Object.values(ActivityType), 'What it is; never changes.'),
  subject: text('What it is about.'),
  description: nullable(text('Description.')),
  date: instant('When it took place, or will.'),
  dueDate: nullable(instant('When it must be done by.')),
  durationMinutes: nullable(integer('How long it took, in minutes.')),
  assignedToId: nullable(uuid('Id of the responsible user.')),
  isCompleted: boolean('Whether it is done.'),
  completedAt: nullable(instant('When it was completed; null while open.')),
  createdById: nullable(uuid('Id of the user who created it.')),
  createdAt: instant('When it was created.'),
  updatedAt: instant('When it last changed.'),
  version: integer('Grows by one with every change; the ETag.'),
});
