import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { PublishedColumn } from '../record/published-column.js';
import { ActivityType } from './activity-enums.js';

/** Something that was or will be done about a customer. */
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A call, an e-mail, a meeting, a task, a note or a follow-up about a customer.',
})
@Entity({ tableName: 'activities' })
export class Activity extends TenantOwned {
  /** Id of the customer; never changes. Published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  /** Id of one of the customer's opportunities; never changes. Published by a field resolver. */
  @Property({ type: 'uuid', nullable: true })
  opportunityId: string | null = null;

  /** Id of one of the customer's contacts; never changes. Published by a field resolver. */
  @Property({ type: 'uuid', nullable: true })
  contactId: string | null = null;

  @PublishedColumn(ActivityType, 'What it is; never changes.')
  type!: ActivityType;

  @PublishedColumn('text', 'What it is about.')
  subject!: string;

  @PublishedColumn('text', 'Description.', { nullable: true })
  description: string | null = null;

  @PublishedColumn('instant', 'When it took place, or will.')
  date!: string;

  @PublishedColumn('instant', 'When it must be done by.', { nullable: true })
  dueDate: string | null = null;

  @PublishedColumn('integer', 'How long it took, in minutes.', { nullable: true })
  durationMinutes: number | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @PublishedColumn('boolean', 'Whether it is done.')
  isCompleted!: boolean;

  @PublishedColumn('instant', 'When it was completed; null while open.', { nullable: true })
  completedAt: string | null = null;

  /** Id of the user who created the record; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @PublishedColumn('instant', 'When the record was created.')
  createdAt!: string;

  @PublishedColumn('instant', 'When the record last changed.')
  updatedAt!: string;

  /** Set while the record is deleted. */
  @Property({ type: InstantType, nullable: true })
  deletedAt: string | null = null;

  /** Id of the customer with which the record was deleted. */
  @Property({ type: 'uuid', nullable: true })
  deletedWith: string | null = null;

  @PublishedColumn('integer', 'Grows by one with every change; send it back as expectedVersion.')
  version!: number;
}
