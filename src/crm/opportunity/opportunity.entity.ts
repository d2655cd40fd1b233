import { OptionalProps } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { ExactDecimalType, InstantType, JsonListType, TextListType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateScalar, DateTimeScalar, DecimalScalar, JsonScalar } from '../../platform/graphql-schema/scalars.js';
import { OpportunityStatus } from './opportunity-enums.js';

/** A sale in progress. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A sale in progress, won or lost.' })
@Entity({ tableName: 'opportunities' })
export class Opportunity extends TenantOwned {
  [OptionalProps]?: 'weightedAmount';

  /** Id of the customer, for good; published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  @Field(() => String, {
    description: 'Unique within the company among opportunities that are not deleted; never changes.',
  })
  @Property({ type: 'text' })
  code!: string;

  @Field(() => String, { description: 'What the sale is about.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Description.' })
  @Property({ type: 'text', nullable: true })
  description: string | null = null;

  @Field(() => OpportunityStatus, { description: 'Where the sale stands.' })
  @Property({ type: 'text' })
  status!: OpportunityStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Free-form label; the step of the sale is `status`.',
  })
  @Property({ type: 'text', nullable: true })
  stage: string | null = null;

  @Field(() => Int, { description: 'Chance of winning in percent, 0 to 100.' })
  @Property({ type: 'integer' })
  probability!: number;

  @Field(() => DecimalScalar, { description: 'Value of the sale, in its currency.' })
  @Property({ type: ExactDecimalType })
  amount!: string;

  @Field(() => DecimalScalar, {
    description: 'amount × probability / 100, rounded to two decimals, halves away from zero.',
  })
  @Property({ type: ExactDecimalType, generated: '(round(amount * probability / 100, 2)) stored' })
  weightedAmount!: string;

  @Field(() => String, { description: 'ISO 4217, e.g. EUR.' })
  @Property({ type: 'text' })
  currency!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which the sale is expected to be closed.' })
  @Property({ type: 'date', nullable: true })
  expectedCloseDate: string | null = null;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which the sale was won or lost; null while active.' })
  @Property({ type: 'date', nullable: true })
  actualCloseDate: string | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @Field(() => String, { nullable: true, description: 'Team.' })
  @Property({ type: 'text', nullable: true })
  team: string | null = null;

  @Field(() => String, { nullable: true, description: 'Where the sale came from.' })
  @Property({ type: 'text', nullable: true })
  source: string | null = null;

  @Field(() => String, { nullable: true, description: 'Campaign that brought it.' })
  @Property({ type: 'text', nullable: true })
  campaign: string | null = null;

  @Field(() => [String], { description: 'Names of competitors.' })
  @Property({ type: TextListType })
  competitors!: string[];

  @Field(() => [JsonScalar], { description: 'Products concerned, each in a form that the company chooses.' })
  @Property({ type: JsonListType })
  products!: unknown[];

  @Field(() => String, { nullable: true, description: 'Notes.' })
  @Property({ type: 'text', nullable: true })
  notes: string | null = null;

  @Field(() => String, { nullable: true, description: 'What to do next.' })
  @Property({ type: 'text', nullable: true })
  nextSteps: string | null = null;

  @Field(() => String, { nullable: true, description: 'Why it was won; null unless WON.' })
  @Property({ type: 'text', nullable: true })
  winReason: string | null = null;

  @Field(() => String, { nullable: true, description: 'Why it was lost; null unless LOST.' })
  @Property({ type: 'text', nullable: true })
  lossReason: string | null = null;

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
