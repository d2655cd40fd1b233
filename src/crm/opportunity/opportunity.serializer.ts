/** The JSON of an opportunity in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import {
  date,
  instant,
  integer,
  json,
  money,
  nullable,
  oneOf,
  restSerializer,
  text,
  textList,
  uuid,
} from '../../platform/rest/serializer.js';
import { OpportunityStatus } from './opportunity-enums.js';
import type { TransitionRow } from './opportunity-transition.query.js';
import type { OpportunityRow } from './opportunity.query.js';

const STATUSES = Object.values(OpportunityStatus);

export const opportunitySerializer = restSerializer<OpportunityRow>('Opportunity', {
  id: uuid('Identifier; the same in GraphQL.'),
  code: text('Unique within the company; never changes.'),
  customerId: uuid('Id of the customer; never changes.'),
  name: text('What the sale is about.'),
  description: nullable(text('Description.')),
  status: oneOf(STATUSES, 'Where the sale stands.'),
  stage: nullable(text('Free-form label; the step of the sale is `status`.')),
  probability: integer('Chance of winning in percent.'),
  amount: money('Value of the sale, in its currency.'),
  weightedAmount: money('amount × probability / 100, rounded to two decimals.'),
  currency: text('ISO 4217.'),
  expectedCloseDate: nullable(date('Day on which the sale is expected to be closed.')),
  actualCloseDate: nullable(date('Day on which the sale was won or lost.')),
  assignedToId: nullable(uuid('Id of the responsible user.')),
  team: nullable(text('Team.')),
  source: nullable(text('Where the sale came from.')),
  campaign: nullable(text('Campaign that brought it.')),
  competitors: textList('Names of competitors.'),
  products: json('Products concerned: a list, in a form that the company chooses.'),
  notes: nullable(text('Notes.')),
  nextSteps: nullable(text('What to do next.')),
  winReason: nullable(text('Why it was won.')),
  lossReason: nullable(text('Why it was lost.')),
  createdById: nullable(uuid('Id of the user who created it.')),
  createdAt: instant('When it was created.'),
  updatedAt: instant('When it last changed.'),
  version: integer('Grows by one with every change; the ETag.'),
});

export const transitionSerializer = restSerializer<Omit<TransitionRow, 'id'>>('OpportunityTransition', {
  version: integer('Version of the opportunity after the change.'),
  fromStatus: nullable(oneOf(STATUSES, 'null when it was created or restored.')),
  toStatus: nullable(oneOf(STATUSES, 'null when it was deleted.')),
  probability: integer('Afterwards, in percent.'),
  amount: money('Afterwards, in the currency.'),
  weightedAmount: money('amount × probability / 100.'),
  currency: text('Afterwards: ISO 4217.'),
  changedAt: instant('When it changed.'),
  changedBy: nullable(uuid("Id of the user who did it; null unless it was one of the company's users.")),
});
