import { OptionalProps } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { PublishedColumn } from '../record/published-column.js';
import { OpportunityStatus } from './opportunity-enums.js';

/** A sale in progress. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A sale in progress, won or lost.' })
@Entity({ tableName: 'opportunities' })
export class Opportunity extends TenantOwned {
  [OptionalProps]?: 'weightedAmount';

  /** Id of the customer; never changes. Published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  @PublishedColumn('text', 'Unique within the company among opportunities that are not deleted; never changes.')
  code!: string;

  @PublishedColumn('text', 'What the sale is about.')
  name!: string;

  @PublishedColumn('text', 'Description.', { nullable: true })
  description: string | null = null;

  @PublishedColumn(OpportunityStatus, 'Where the sale stands.')
  status!: OpportunityStatus;

  @PublishedColumn('text', 'Free-form label; the step of the sale is `status`.', { nullable: true })
  stage: string | null = null;

  @PublishedColumn('integer', 'Chance of winning in percent, 0 to 100.')
  probability!: number;

  @PublishedColumn('decimal', 'Value of the sale, in its currency.')
  amount!: string;

  @PublishedColumn('decimal', 'amount × probability / 100, rounded to two decimals, halves away from zero.', {
    generated: '(round(amount * probability / 100, 2)) stored',
  })
  weightedAmount!: string;

  @PublishedColumn('text', 'ISO 4217, e.g. EUR.')
  currency!: string;

  @PublishedColumn('date', 'Day on which the sale is expected to be closed.', { nullable: true })
  expectedCloseDate: string | null = null;

  @PublishedColumn('date', 'Day on which the sale was won or lost; null while active.', { nullable: true })
  actualCloseDate: string | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @PublishedColumn('text', 'Team.', { nullable: true })
  team: string | null = null;

  @PublishedColumn('text', 'Where the sale came from.', { nullable: true })
  source: string | null = null;

  @PublishedColumn('text', 'Campaign that brought it.', { nullable: true })
  campaign: string | null = null;

  @PublishedColumn('textList', 'Names of competitors.')
  competitors!: string[];

  @PublishedColumn('jsonList', 'Products concerned, each in a form that the company chooses.')
  products!: unknown[];

  @PublishedColumn('text', 'Notes.', { nullable: true })
  notes: string | null = null;

  @PublishedColumn('text', 'What to do next.', { nullable: true })
  nextSteps: string | null = null;

  @PublishedColumn('text', 'Why it was won; null unless WON.', { nullable: true })
  winReason: string | null = null;

  @PublishedColumn('text', 'Why it was lost; null unless LOST.', { nullable: true })
  lossReason: string | null = null;

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
