/** The JSON of the pipeline in REST. */
import { objectSchema } from '../../../platform/values/json-schema.js';
import { integer, money, named, oneOf, restSerializer, text } from '../../../platform/rest/serializer.js';
import { OpportunityStatus } from '../opportunity-enums.js';
import type { PipelineTotalRow } from './opportunity-pipeline.query.js';

export const pipelineTotalSerializer = restSerializer<Omit<PipelineTotalRow, 'groups'>>('PipelineTotal', {
  key: named(
    'status',
    oneOf<string | null>(Object.values(OpportunityStatus), 'Status, in its order from NEW to LOST.'),
  ),
  currency: text('ISO 4217; amounts of different currencies are never added up.'),
  count: integer('How many opportunities.'),
  amount: money('Sum of their amounts.'),
  weightedAmount: money('Sum of their weighted amounts.'),
});

/** `items` as lists have it, all of them at once. */
export const pipelineSchema = objectSchema({
  as_of: {
    type: 'string',
    format: 'date',
    description: 'The day that the sums are of, in the time zone of the company.',
  },
  items: { type: 'array', items: pipelineTotalSerializer.schema },
});
