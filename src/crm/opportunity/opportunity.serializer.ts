/** The JSON of an opportunity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restSerializer } from '../../platform/rest/serializer.js';
import { OpportunityStatus } from './opportunity-enums.js';
import type { TransitionRow } from './opportunity-transition.query.js';
import type { OpportunityRow } from './opportunity.query.js';

const STATUSES = Object.values(OpportunityStatus);

export const opportunitySerializer = restSerializer<OpportunityRow>('Opportunity', [
  { name: 'id', from: 'id', type: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'code', from: 'code', type: 'text', description: 'Unique within the company; never changes.' },
  { name: 'customer_id', from: 'customerId', type: 'uuid', description: 'Id of the customer; never changes.' },
  { name: 'name', from: 'name', type: 'text', description: 'What the sale is about.' },
  { name: 'description', from: 'description', type: 'text', nullable: true, description: 'Description.' },
  { name: 'status', from: 'status', type: 'text', enum: STATUSES, description: 'Where the sale stands.' },
  {
    name: 'stage',
    from: 'stage',
    type: 'text',
    nullable: true,
    description: "Free label of the company's own; the step of the sale is `status`.",
  },
  { name: 'probability', from: 'probability', type: 'integer', description: 'Chance of winning in percent.' },
  { name: 'amount', from: 'amount', type: 'money', description: 'Value of the sale, in its currency.' },
  {
    name: 'weighted_amount',
    from: 'weightedAmount',
    type: 'money',
    description: 'amount × probability / 100, rounded to two decimals.',
  },
  { name: 'currency', from: 'currency', type: 'text', description: 'ISO 4217.' },
  {
    name: 'expected_close_date',
    from: 'expectedCloseDate',
    type: 'date',
    nullable: true,
    description: 'Day on which the sale is expected to be closed.',
  },
  {
    name: 'actual_close_date',
    from: 'actualCloseDate',
    type: 'date',
    nullable: true,
    description: 'Day on which the sale was won or lost.',
  },
  {
    name: 'assigned_to',
    from: 'assignedToId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the responsible user.',
  },
  { name: 'team', from: 'team', type: 'text', nullable: true, description: 'Team.' },
  { name: 'source', from: 'source', type: 'text', nullable: true, description: 'Where the sale came from.' },
  { name: 'campaign', from: 'campaign', type: 'text', nullable: true, description: 'Campaign that brought it.' },
  { name: 'competitors', from: 'competitors', type: 'textList', description: 'Names of competitors.' },
  { name: 'products', from: 'products', type: 'json', description: "Products concerned: a list of the company's own." },
  { name: 'notes', from: 'notes', type: 'text', nullable: true, description: 'Notes.' },
  { name: 'next_steps', from: 'nextSteps', type: 'text', nullable: true, description: 'What to do next.' },
  { name: 'win_reason', from: 'winReason', type: 'text', nullable: true, description: 'Why it was won.' },
  { name: 'loss_reason', from: 'lossReason', type: 'text', nullable: true, description: 'Why it was lost.' },
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

export const transitionSerializer = restSerializer<TransitionRow>('OpportunityTransition', [
  { name: 'version', from: 'version', type: 'integer', description: 'Version of the opportunity after the change.' },
  {
    name: 'from_status',
    from: 'fromStatus',
    type: 'text',
    nullable: true,
    enum: STATUSES,
    description: 'null when it was created or restored.',
  },
  {
    name: 'to_status',
    from: 'toStatus',
    type: 'text',
    nullable: true,
    enum: STATUSES,
    description: 'null when it was deleted.',
  },
  { name: 'probability', from: 'probability', type: 'integer', description: 'Afterwards, in percent.' },
  { name: 'amount', from: 'amount', type: 'money', description: 'Afterwards, in the currency.' },
  { name: 'weighted_amount', from: 'weightedAmount', type: 'money', description: 'amount × probability / 100.' },
  { name: 'currency', from: 'currency', type: 'text', description: 'Afterwards: ISO 4217.' },
  { name: 'changed_at', from: 'changedAt', type: 'instant', description: 'When.' },
  {
    name: 'changed_by',
    from: 'changedBy',
    type: 'uuid',
    nullable: true,
    description: "Id of the user who did it; null if it was none of the company's.",
  },
]);
