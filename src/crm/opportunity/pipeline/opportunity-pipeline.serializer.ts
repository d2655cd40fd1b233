/** The JSON of the pipeline in REST. */
import type { JsonSchema } from '../../../platform/values/json-schema.js';
import { restSerializer } from '../../../platform/rest/serializer.js';
import { OpportunityStatus } from '../opportunity-enums.js';
import type { PipelineTotalRow } from './opportunity-pipeline.query.js';

export const pipelineTotalSerializer = restSerializer<PipelineTotalRow>('PipelineTotal', [
  {
    name: 'status',
    from: 'key',
    type: 'text',
    enum: Object.values(OpportunityStatus),
    description: 'Status, in its order from NEW to LOST.',
  },
  { name: 'currency', from: 'currency', type: 'text', description: 'ISO 4217; nothing adds two currencies.' },
  { name: 'count', from: 'count', type: 'integer', description: 'How many opportunities.' },
  { name: 'amount', from: 'amount', type: 'money', description: 'Sum of their amounts.' },
  { name: 'weighted_amount', from: 'weightedAmount', type: 'money', description: 'Sum of their weighted amounts.' },
]);

/** `items` as lists have it, all of them at once. */
export const pipelineSchema: JsonSchema = {
  type: 'object',
  properties: {
    as_of: {
      type: 'string',
      format: 'date',
      description: 'The day that the sums are of, in the time zone of the company.',
    },
    items: { type: 'array', items: pipelineTotalSerializer.schema },
  },
  required: ['as_of', 'items'],
  additionalProperties: false,
};
