/** The JSON of an opportunity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restShape } from '../../platform/rest/serializer.js';
import { OpportunityStatus } from './opportunity-enums.js';
import type { TransitionRow } from './opportunity-transition.query.js';
import type { OpportunityRow } from './opportunity.query.js';

const STATUSES = Object.values(OpportunityStatus);

export const opportunityShape = restShape<OpportunityRow>('Opportunity', [
  { name: 'id', from: 'id', kind: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'code', from: 'code', kind: 'text', description: 'Unique within the company; never changes.' },
  { name: 'customer_id', from: 'customerId', kind: 'uuid', description: 'Id of the customer; never changes.' },
  { name: 'name', from: 'name', kind: 'text', description: 'What the sale is about.' },
  { name: 'description', from: 'description', kind: 'text', nullable: true, description: 'Description.' },
  { name: 'status', from: 'status', kind: 'text', enum: STATUSES, description: 'Where the sale stands.' },
  {
    name: 'stage',
    from: 'stage',
    kind: 'text',
    nullable: true,
    description: "Free label of the company's own; the step of the sale is `status`.",
  },
  { name: 'probability', from: 'probability', kind: 'integer', description: 'Chance of winning in percent.' },
  { name: 'amount', from: 'amount', kind: 'money', description: 'Value of the sale, in its currency.' },
  {
    name: 'weighted_amount',
    from: 'weightedAmount',
    kind: 'money',
    description: 'amount × probability / 100, rounded to two decimals.',
  },
  { name: 'currency', from: 'currency', kind: 'text', description: 'ISO 4217.' },
  {
    name: 'expected_close_date',
    from: 'expectedCloseDate',
    kind: 'date',
    nullable: true,
    description: 'Day on which the sale is expected to be closed.',
  },
  {
    name: 'actual_close_date',
    from: 'actualCloseDate',
    kind: 'date',
    nullable: true,
    description: 'Day on which the sale was won or lost.',
  },
  {
    name: 'assigned_to',
    from: 'assignedToId',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the responsible user.',
  },
  { name: 'team', from: 'team', kind: 'text', nullable: true, description: 'Team.' },
  { name: 'source', from: 'source', kind: 'text', nullable: true, description: 'Where the sale came from.' },
  { name: 'campaign', from: 'campaign', kind: 'text', nullable: true, description: 'Campaign that brought it.' },
  { name: 'competitors', from: 'competitors', kind: 'textList', description: 'Names of competitors.' },
  { name: 'products', from: 'products', kind: 'json', description: "Products concerned: a list of the company's own." },
  { name: 'notes', from: 'notes', kind: 'text', nullable: true, description: 'Notes.' },
  { name: 'next_steps', from: 'nextSteps', kind: 'text', nullable: true, description: 'What to do next.' },
  { name: 'win_reason', from: 'winReason', kind: 'text', nullable: true, description: 'Why it was won.' },
  { name: 'loss_reason', from: 'lossReason', kind: 'text', nullable: true, description: 'Why it was lost.' },
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

export const transitionShape = restShape<TransitionRow>('OpportunityTransition', [
  { name: 'version', from: 'version', kind: 'integer', description: 'Version of the opportunity after the change.' },
  {
    name: 'from_status',
    from: 'fromStatus',
    kind: 'text',
    nullable: true,
    enum: STATUSES,
    description: 'null when it was created or restored.',
  },
  {
    name: 'to_status',
    from: 'toStatus',
    kind: 'text',
    nullable: true,
    enum: STATUSES,
    description: 'null when it was deleted.',
  },
  { name: 'probability', from: 'probability', kind: 'integer', description: 'Afterwards, in percent.' },
  { name: 'amount', from: 'amount', kind: 'money', description: 'Afterwards, in the currency.' },
  { name: 'weighted_amount', from: 'weightedAmount', kind: 'money', description: 'amount × probability / 100.' },
  { name: 'currency', from: 'currency', kind: 'text', description: 'Afterwards: ISO 4217.' },
  { name: 'changed_at', from: 'changedAt', kind: 'instant', description: 'When.' },
  {
    name: 'changed_by',
    from: 'changedBy',
    kind: 'uuid',
    nullable: true,
    description: "Id of the user who did it; null if it was none of the company's.",
  },
]);
