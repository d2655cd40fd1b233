/** The JSON of an activity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restSerializer } from '../../platform/rest/serializer.js';
import { ActivityType } from './activity-enums.js';
import type { ActivityRow } from './activity.query.js';

export const activitySerializer = restSerializer<ActivityRow>('Activity', [
  { name: 'id', from: 'id', type: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'customer_id', from: 'customerId', type: 'uuid', description: 'Id of the customer; never changes.' },
  {
    name: 'opportunity_id',
    from: 'opportunityId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the opportunity, which may be deleted meanwhile; never changes.',
  },
  {
    name: 'contact_id',
    from: 'contactId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the contact, who may be deleted meanwhile; never changes.',
  },
  {
    name: 'type',
    from: 'type',
    type: 'text',
    enum: Object.values(ActivityType),
    description: 'What it is; never changes.',
  },
  { name: 'subject', from: 'subject', type: 'text', description: 'What it is about.' },
  { name: 'description', from: 'description', type: 'text', nullable: true, description: 'Description.' },
  { name: 'date', from: 'date', type: 'instant', description: 'When it took place, or will.' },
  { name: 'due_date', from: 'dueDate', type: 'instant', nullable: true, description: 'When it must be done by.' },
  {
    name: 'duration_minutes',
    from: 'durationMinutes',
    type: 'integer',
    nullable: true,
    description: 'How long it took, in minutes.',
  },
  {
    name: 'assigned_to',
    from: 'assignedToId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the responsible user.',
  },
  { name: 'is_completed', from: 'isCompleted', type: 'boolean', description: 'Whether it is done.' },
  {
    name: 'completed_at',
    from: 'completedAt',
    type: 'instant',
    nullable: true,
    description: 'When it was completed; null while open.',
  },
  {
    name: 'created_by',
    from: 'createdById',
    type: 'uuid',
    nullable: true,
    description: 'Id of the user who created it.',
  },
  { name: 'created_at', from: 'createdAt', type: 'instant', description: 'When it was created.' },
  { name: 'updated_at', from: 'updatedAt', type: 'instant', description: 'When it last changed.' },
  { name: 'version', from: 'version', type: 'integer', description: 'Grows by one with every change; the ETag.' },
]);
