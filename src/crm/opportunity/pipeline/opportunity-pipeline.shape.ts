/** The JSON of the pipeline in REST. */
import type { JsonSchema } from '../../../platform/values/json-schema.js';
import { restShape } from '../../../platform/rest/serializer.js';
import { OpportunityStatus } from '../opportunity-enums.js';
import type { PipelineTotalRow } from './opportunity-pipeline.query.js';

export const pipelineTotalShape = restShape<PipelineTotalRow>('PipelineTotal', [
  {
    name: 'status',
    from: 'key',
    kind: 'text',
    enum: Object.values(OpportunityStatus),
    description: 'Status, in its order from NEW to LOST.',
  },
  { name: 'currency', from: 'currency', kind: 'text', description: 'ISO 4217; nothing adds two currencies.' },
  { name: 'count', from: 'count', kind: 'integer', description: 'How many opportunities.' },
  { name: 'amount', from: 'amount', kind: 'money', description: 'Sum of their amounts.' },
  { name: 'weighted_amount', from: 'weightedAmount', kind: 'money', description: 'Sum of their weighted amounts.' },
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
    items: { type: 'array', items: pipelineTotalShape.schema },
  },
  required: ['as_of', 'items'],
  additionalProperties: false,
};
