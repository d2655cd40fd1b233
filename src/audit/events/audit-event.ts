/** Writes audit events at the end of the transaction that they record. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { atCommit } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { ErrorCode } from '../../platform/errors/errors.js';
import { newId } from '../../platform/values/ids.js';
import { randomBytes } from '../../platform/values/random-bytes.js';
import { joinSql, rawSql, sql, SqlForms, type Sql, type SqlValue } from '../../platform/postgres/sql.js';
import type { AuditEntityType } from './audit-entity-types.js';
import type { AuditActor, AuditOrigin } from './origin.js';
import { digestEvent, digestValues, type ErasableValues, type PermanentValues } from '../seals/chain-digest.js';

/** Values under API names (snake_case). JSON values only, never a secret. */
export type AuditValues = Readonly<Record<string, unknown>>;

/** `recordType.verb` in the past tense, e.g. `customer.created`. Part of the API: clients filter by it. */
export type AuditAction = `${string}.${string}`;

export interface EventInput {
  readonly action: AuditAction;
  readonly entityType: AuditEntityType;
  readonly entityId: string | null;
  /** Set for rejections. */
  readonly errorCode?: ErrorCode;
  readonly description?: string;
  readonly oldValue?: AuditValues;
  readonly newValue?: AuditValues;
  /** Of an update: names of the columns that it changed. */
  readonly changedFields?: readonly string[];
}

const COLUMNS =
  rawSql(`tenant_id, id, created_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id,
  success, error_code, user_email, ip_address, description, old_value, new_value, salt, values_digest, digest,
  changed_fields, api_key_id, on_behalf`);
/** Keeps one message below a few hundred kilobytes, however many records a transaction changes. */
const EVENTS_PER_STATEMENT = 100;

/** Writes one event; see `recordEvents`. Returns a promise, so that it can be the whole work of a transaction. */
export function recordEvent(em: EntityManager, origin: AuditOrigin, input: EventInput): Promise<void> {
  return new Promise((resolve) => {
    recordEvents(em, origin, [input]);
    resolve();
  });
}

/**
 * Writes events and queues them for the sealer when the entity manager's transaction commits.
 * @throws outside of a transaction
 */
export function recordEvents(em: EntityManager, origin: AuditOrigin, inputs: readonly EventInput[]): void {
  const tenantId = tenantOf(em);
  for (let start = 0; start < inputs.length; start += EVENTS_PER_STATEMENT) {
    const page = inputs
      .slice(start, start + EVENTS_PER_STATEMENT)
      .map((input) => completeEvent(tenantId, origin, input));
    const events = page.map(({ values }) => values);
    const queue = page.map(({ id }) => [tenantId, id]);
    const insertEvents = (): Sql => sql`insert into audit_events (${COLUMNS}) values ${tuples(events)}`;
    const queueEvents = (): Sql => sql`insert into audit_unsealed (tenant_id, event_id) values ${tuples(queue)}`;
    atCommit(em, forms.query(`${page.length} events`, events.flat(), insertEvents));
    atCommit(em, forms.query(`${page.length} queued`, queue.flat(), queueEvents));
  }
}

/** At most two for each size of a page. */
const forms = new SqlForms();

function tuples(rows: readonly (readonly SqlValue[])[]): Sql {
  const tuple = (values: readonly SqlValue[]): Sql => {
    const listed = values.map((value) => sql`${value}`);
    return sql`(${joinSql(listed, ', ')})`;
  };
  return joinSql(rows.map(tuple), ', ');
}

interface CompleteEvent {
  readonly id: string;
  /** In the order of `COLUMNS`. */
  readonly values: readonly SqlValue[];
}

function completeEvent(tenantId: string, origin: AuditOrigin, input: EventInput): CompleteEvent {
  const permanent = permanentValues(tenantId, origin, input);
  const erasable = erasableValues(origin, input);
  const salt = randomBytes(16);
  const valuesDigest = digestValues(salt, erasable);
  const { tenant_id, id, created_at, actor_kind, user_id, user_role } = permanent;
  const { action, entity_type, entity_id, request_id, success, error_code, api_key_id, on_behalf } = permanent;
  const { user_email, ip_address, description, old_value, new_value } = erasable;
  const digest = Buffer.from(digestEvent(permanent, valuesDigest), 'hex');
  // prettier-ignore
  const values = [
    tenant_id, id, created_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id, success, error_code,
    user_email, ip_address, description, jsonText(old_value), jsonText(new_value), salt, Buffer.from(valuesDigest, 'hex'), digest,
    permanent.changed_fields ?? null, api_key_id, on_behalf,
  ];
  return { id, values };
}

function permanentValues(tenantId: string, { actor, requestId }: AuditOrigin, input: EventInput): PermanentValues {
  return {
    tenant_id: tenantId,
    id: newId(),
    created_at: new Date().toISOString(),
    ...permanentActor(actor),
    action: input.action,
    entity_type: input.entityType,
    entity_id: input.entityId,
    request_id: requestId,
    success: input.errorCode === undefined,
    error_code: input.errorCode ?? null,
    ...(input.changedFields && { changed_fields: input.changedFields }),
  };
}

function permanentActor(
  actor: AuditActor,
): Pick<PermanentValues, 'actor_kind' | 'user_id' | 'user_role' | 'api_key_id' | 'on_behalf'> {
  const actor_kind = actor.type;
  if (!('userId' in actor)) return { actor_kind, user_id: null, user_role: null, api_key_id: null, on_behalf: null };
  const { userId: user_id, role: user_role, apiKey } = actor;
  return { actor_kind, user_id, user_role, api_key_id: apiKey?.id ?? null, on_behalf: apiKey?.account ? true : null };
}

function erasableValues({ actor, ipAddress }: AuditOrigin, input: EventInput): ErasableValues {
  return {
    user_email: emailOf(actor),
    ip_address: ipAddress,
    description: input.description ?? null,
    old_value: input.oldValue ?? null,
    new_value: input.newValue ?? null,
  };
}

function emailOf(actor: AuditActor): string | null {
  return actor.type === 'operator' ? null : (actor.email ?? null);
}

function jsonText(values: AuditValues | null): string | null {
  return values && JSON.stringify(values);
}
