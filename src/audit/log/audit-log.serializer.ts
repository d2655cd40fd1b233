/** The frozen JSON of the audit log. */
import { Role } from '../../access/identity/user.entity.js';
import { objectSchema, type JsonSchema } from '../../platform/values/json-schema.js';
import { boolean, instant, json, nullable, oneOf, restSerializer, text, uuid } from '../../platform/rest/serializer.js';
import { diffOf } from './audit-diff.js';
import type { AuditEventRow } from './audit-log.query.js';

/** A row with its computed field. */
export interface AuditEventRecord extends AuditEventRow {
  readonly diff: ReturnType<typeof diffOf>;
}

/** @returns the row as its JSON is written from */
export function toAuditEventRecord(row: AuditEventRow): AuditEventRecord {
  return { ...row, diff: diffOf(row) };
}

const VALUES = 'fields by their REST names';

export const auditEventSerializer = restSerializer<AuditEventRecord>('AuditEvent', {
  id: uuid('Id of the event.'),
  action: text('What happened, e.g. `customer.updated`.'),
  entityType: text('Type of the record, e.g. `customer`.'),
  entityId: nullable(text('Id of the record; null when it was about none.')),
  userId: nullable(uuid('Id of the user who did it; null for an operator, and for somebody who could not sign in.')),
  userEmail: nullable(text('E-mail address of that user then, or the one that was tried at sign-in.')),
  userRole: nullable(oneOf(Object.values(Role), 'Role of that user then.')),
  requestId: text('Request that did it; `request_id` of errors.'),
  ipAddress: nullable(text('Where the request came from.')),
  description: nullable(text('What was asked for.')),
  oldValue: nullable(json(`Before: ${VALUES}.`)),
  newValue: nullable(json(`After: ${VALUES}.`)),
  diff: nullable(json('The fields that differ: `{"city": {"old": "Lyon", "new": "Lille"}}`.')),
  success: boolean('false for what was rejected.'),
  errorCode: nullable(text('Why it was rejected.')),
  apiKeyId: nullable(uuid('API key that was used; null where none was.')),
  onBehalf: boolean('Whether a service account did it on behalf of the user; `api_key_id` is its key then.'),
  createdAt: instant('When it happened.'),
});

const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

/** Of `GET /v1/audit/logs`. */
export const auditLogSchema: JsonSchema = objectSchema({
  logs: { type: 'array', items: auditEventSerializer.schema },
  total: { ...COUNT, description: 'Events on all pages.' },
  page: { type: 'integer', minimum: 1 },
  page_size: { type: 'integer', minimum: 1, maximum: 500 },
  total_is_exact: { type: 'boolean', description: 'Whether `total` is the whole number.' },
});

const SEQ: JsonSchema = { type: 'integer', minimum: 1 };

/** Of `GET /v1/audit/verify`. */
export const auditCheckSchema: JsonSchema = objectSchema({
  ok: { type: 'boolean', description: 'Whether the chain was checked to its last seal and nothing was found.' },
  complete: {
    type: 'boolean',
    description:
      'false while a long chain is being walked for the first time, or more than ten thousand events came since: ask again.',
  },
  walked_at: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'When the last walk of the whole chain ended in the process that answers; null before the first.',
  },
  seals: { ...COUNT, description: 'Seals checked.' },
  events: { ...COUNT, description: 'Sealed events checked.' },
  head: {
    ...objectSchema({ seq: SEQ, hash: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
    type: ['object', 'null'],
    description:
      'The last seal that was checked: up to it the chain is proved. Keep it outside, and send it back later as `head`. null before the first seal.',
  },
  problem_count: { ...COUNT, description: 'How much was found; the search ends at a thousand.' },
  problems: {
    type: 'array',
    maxItems: 100,
    description: 'The first hundred, in the order of the audit log.',
    items: objectSchema({
      kind: { type: 'string', description: 'Stable word for programs, e.g. `event_edited`.' },
      seq: { ...SEQ, type: ['integer', 'null'], description: 'The seal that it is in.' },
      event_id: { type: ['string', 'null'], description: 'The event that it is about.' },
      message: { type: 'string', description: 'A sentence for people, in the language of the request.' },
    }),
  },
});
