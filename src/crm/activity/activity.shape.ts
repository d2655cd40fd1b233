/** The JSON of an activity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restShape } from '../../platform/rest/serializer.js';
import { ActivityType } from './activity-enums.js';
import type { ActivityRow } from './activity.query.js';

export const activityShape = restShape<ActivityRow>('Activity', [
  { name: 'id', from: 'id', kind: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'customer_id', from: 'customerId', kind: 'uuid', description: 'Id of the customer; never changes.' },
  {
    name: 'opportunity_id',
    from: 'opportunityId',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the opportunity, which may be deleted meanwhile; never changes.',
  },
  {
    name: 'contact_id',
    from: 'contactId',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the contact, who may be deleted meanwhile; never changes.',
  },
  {
    name: 'type',
    from: 'type',
    kind: 'text',
    enum: Object.values(ActivityType),
    description: 'What it is; never changes.',
  },
  { name: 'subject', from: 'subject', kind: 'text', description: 'What it is about.' },
  { name: 'description', from: 'description', kind: 'text', nullable: true, description: 'Description.' },
  { name: 'date', from: 'date', kind: 'instant', description: 'When it took place, or will.' },
  { name: 'due_date', from: 'dueDate', kind: 'instant', nullable: true, description: 'When it must be done by.' },
  {
    name: 'duration_minutes',
    from: 'durationMinutes',
    kind: 'integer',
    nullable: true,
    description: 'How long it took, in minutes.',
  },
  {
    name: 'assigned_to',
    from: 'assignedToId',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the responsible user.',
  },
  { name: 'is_completed', from: 'isCompleted', kind: 'boolean', description: 'Whether it is done.' },
  {
    name: 'completed_at',
    from: 'completedAt',
    kind: 'instant',
    nullable: true,
    description: 'When it was completed; null while open.',
  },
  {
    name: 'created_by',
    from: 'createdById',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the user who created it.',
  },
  { name: 'created_at', from: 'createdAt', kind: 'instant', description: 'When it was created.' },
  { name: 'updated_at', from: 'updatedAt', kind: 'instant', description: 'When it last changed.' },
  { name: 'version', from: 'version', kind: 'integer', description: 'Grows by one with every change; the ETag.' },
]);
