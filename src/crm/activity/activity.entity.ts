import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';
import { ActivityType } from './activity-enums.js';

/** Something that was or will be done about a customer. */
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A call, an e-mail, a meeting, a task, a note or a follow-up about a customer.',
})
@Entity({ tableName: 'activities' })
export class Activity extends TenantOwned {
  /** Id of the customer, for good; published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  /** Id of one of the customer's opportunities, for good; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true })
  opportunityId: string | null = null;

  /** Id of one of the customer's contacts, for good; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true })
  contactId: string | null = null;

  @Field(() => ActivityType, { description: 'What it is; never changes.' })
  @Property({ type: 'text' })
  type!: ActivityType;

  @Field(() => String, { description: 'What it is about.' })
  @Property({ type: 'text' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'Description.' })
  @Property({ type: 'text', nullable: true })
  description: string | null = null;

  @Field(() => DateTimeScalar, { description: 'When it took place, or will.' })
  @Property({ type: InstantType })
  date!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it must be done by.' })
  @Property({ type: InstantType, nullable: true })
  dueDate: string | null = null;

  @Field(() => Int, { nullable: true, description: 'How long it took, in minutes.' })
  @Property({ type: 'integer', nullable: true })
  durationMinutes: number | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @Field(() => Boolean, { description: 'Whether it is done.' })
  @Property({ type: 'boolean' })
  isCompleted!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was completed; null while open.' })
  @Property({ type: InstantType, nullable: true })
  completedAt: string | null = null;

  /** Id of the user who created the record; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @Field(() => DateTimeScalar, { description: 'When the record was created.' })
  @Property({ type: InstantType })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the record last changed.' })
  @Property({ type: InstantType })
  updatedAt!: string;

  /** Set while the record is deleted. */
  @Property({ type: InstantType, nullable: true })
  deletedAt: string | null = null;

  /** Id of the customer whose deletion took this record along. */
  @Property({ type: 'uuid', nullable: true })
  deletedWith: string | null = null;

  @Field(() => Int, { description: 'Grows by one with every change; send it back as expectedVersion.' })
  @Property({ type: 'integer' })
  version!: number;
}
