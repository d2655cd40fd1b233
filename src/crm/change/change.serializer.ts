/** The JSON of the change feed in REST. */
import { RECORD_TYPES } from '../../access/rights/record-types.js';
import { objectSchema } from '../../platform/values/json-schema.js';
import {
  boolean,
  instant,
  nullable,
  oneOf,
  restSerializer,
  text,
  textList,
  uuid,
  uuidInText,
} from '../../platform/rest/serializer.js';
import type { ChangePosition } from './change.query.js';
import type { PositionedChange } from './change.service.js';
import { CASCADES, FIELDS } from './change.type.js';

export const changeSerializer = restSerializer<Omit<PositionedChange, keyof ChangePosition>>('Change', {
  cursor: text('Position in the feed; GraphQL takes the same cursor.'),
  id: uuid('Id of the audit event, the same each time that the change is read.'),
  type: oneOf(RECORD_TYPES, 'Type of the record.'),
  recordId: uuidInText('Id of the record, which may have been deleted since.'),
  action: text('What happened, e.g. `customer.updated`; more actions may be added.'),
  at: instant('When it happened. The feed is in the order of its cursors, not of this time.'),
  userId: nullable(uuid('Id of the user who did it; null for an operator.')),
  cascades: boolean(CASCADES),
  fields: nullable(textList(FIELDS)),
});

export const changeFeedSchema = objectSchema({
  items: { type: 'array', items: changeSerializer.schema },
  next_cursor: {
    type: 'string',
    description: 'Never null, not even for an empty page: keep it, and send it as `cursor` to go on.',
  },
  has_more: {
    type: 'boolean',
    description: 'Whether to go on at once. A page may hold fewer than asked, even none, although more follow.',
  },
});
