/** The frozen JSON of the audit log. */
import { Role } from '../../access/identity/user.entity.js';
import type { JsonSchema } from '../../platform/values/json-schema.js';
import { restSerializer } from '../../platform/rest/serializer.js';
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

const VALUES = 'members in the names of REST';

export const auditEventSerializer = restSerializer<AuditEventRecord>('AuditEvent', [
  { name: 'id', from: 'id', type: 'uuid', description: 'Id of the event.' },
  { name: 'action', from: 'action', type: 'text', description: 'What happened, e.g. `customer.updated`.' },
  { name: 'entity_type', from: 'entityType', type: 'text', description: 'Kind of the record, e.g. `customer`.' },
  {
    name: 'entity_id',
    from: 'entityId',
    type: 'text',
    nullable: true,
    description: 'Id of the record; null when it was about none.',
  },
  {
    name: 'user_id',
    from: 'userId',
    type: 'uuid',
    nullable: true,
    description: 'Id of the user who did it; null for an operator, and for somebody who could not sign in.',
  },
  {
    name: 'user_email',
    from: 'userEmail',
    type: 'text',
    nullable: true,
    description: 'E-mail address of that user then, or the one that was tried at sign-in.',
  },
  {
    name: 'user_role',
    from: 'userRole',
    type: 'text',
    nullable: true,
    enum: Object.values(Role),
    description: 'Role of that user then.',
  },
  { name: 'request_id', from: 'requestId', type: 'text', description: 'Request that did it; `request_id` of errors.' },
  { name: 'ip_address', from: 'ipAddress', type: 'text', nullable: true, description: 'Where the request came from.' },
  { name: 'description', from: 'description', type: 'text', nullable: true, description: 'What was asked for.' },
  { name: 'old_value', from: 'oldValue', type: 'json', nullable: true, description: `Before: ${VALUES}.` },
  { name: 'new_value', from: 'newValue', type: 'json', nullable: true, description: `After: ${VALUES}.` },
  {
    name: 'diff',
    from: 'diff',
    type: 'json',
    nullable: true,
    description: 'The members that differ: `{"city": {"old": "Lyon", "new": "Lille"}}`.',
  },
  { name: 'success', from: 'success', type: 'boolean', description: 'false for what was rejected.' },
  { name: 'error_code', from: 'errorCode', type: 'text', nullable: true, description: 'Why it was rejected.' },
  { name: 'created_at', from: 'createdAt', type: 'instant', description: 'When it happened.' },
]);

const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** Of `GET /v1/audit/logs`. */
export const auditLogSchema: JsonSchema = object({
  logs: { type: 'array', items: auditEventSerializer.schema },
  total: { ...COUNT, description: 'Events on all pages.' },
  page: { type: 'integer', minimum: 1 },
  page_size: { type: 'integer', minimum: 1, maximum: 500 },
  total_is_exact: { type: 'boolean', description: 'Whether `total` is the whole number.' },
});

const SEQ: JsonSchema = { type: 'integer', minimum: 1 };

/** Of `GET /v1/audit/verify`. */
export const auditCheckSchema: JsonSchema = object({
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
    ...object({ seq: SEQ, hash: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
    type: ['object', 'null'],
    description:
      'The last seal that was checked: up to it the chain is proved. Keep it outside, and send it back later as `head`. null before the first seal.',
  },
  problem_count: { ...COUNT, description: 'How much was found; the search ends at a thousand.' },
  problems: {
    type: 'array',
    maxItems: 100,
    description: 'The first hundred, in the order of the trail.',
    items: object({
      kind: { type: 'string', description: 'Stable word for programs, e.g. `event_edited`.' },
      seq: { ...SEQ, type: ['integer', 'null'], description: 'The seal that it is in.' },
      event_id: { type: ['string', 'null'], description: 'The event that it is about.' },
      message: { type: 'string', description: 'A sentence for people, in the language of the request.' },
    }),
  },
});
