/** The JSON of the change feed in REST. */
import { RECORD_TYPES } from '../../access/rights/record-types.js';
import type { JsonSchema } from '../../platform/values/json-schema.js';
import { restSerializer } from '../../platform/rest/serializer.js';
import type { PositionedChange } from './change.service.js';
import { CASCADES } from './change.type.js';

export const changeSerializer = restSerializer<PositionedChange>('Change', [
  { name: 'cursor', from: 'cursor', type: 'text', description: 'Place in the feed; good for GraphQL as well.' },
  {
    name: 'id',
    from: 'id',
    type: 'uuid',
    description: 'Id of the audit event; a change that is read twice has the same.',
  },
  { name: 'type', from: 'type', type: 'text', enum: RECORD_TYPES, description: 'Kind of the record.' },
  { name: 'record_id', from: 'recordId', type: 'uuid', description: 'Id of the record; it may be deleted by now.' },
  {
    name: 'action',
    from: 'action',
    type: 'text',
    description: 'What happened, e.g. `customer.updated`; one may be added.',
  },
  { name: 'at', from: 'at', type: 'instant', description: 'When; the order of the feed is another one.' },
  {
    name: 'user_id',
    from: 'userId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the user who did it; null for an operator.',
  },
  { name: 'cascades', from: 'cascades', type: 'boolean', description: CASCADES },
]);

export const changeFeedSchema: JsonSchema = {
  type: 'object',
  properties: {
    items: { type: 'array', items: changeSerializer.schema },
    next_cursor: {
      type: 'string',
      description: 'Never null, not even for an empty page: keep it, and send it as `cursor` to go on.',
    },
    has_more: {
      type: 'boolean',
      description: 'Whether to go on at once. A page may hold fewer than asked, even none, although more follow.',
    },
  },
  required: ['items', 'next_cursor', 'has_more'],
  additionalProperties: false,
};
