import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import type { ErasableValues, PermanentValues, SealValues } from './chain-digest.js';

/** When the database stored the row, by the database's clock; null for rows that are older than this column. */
interface Recorded {
  readonly recorded_at: string | null;
}

/** A stored event, digests and salt in hexadecimal. Without a salt its values were erased. */
export interface StoredEvent extends PermanentValues, ErasableValues, Recorded {
  readonly salt: string | null;
  readonly values_digest: string;
  readonly digest: string;
}

export interface StoredSeal extends SealValues, Recorded {
  readonly hash: string;
}

/** An event without a seal. */
export interface WaitingEvent {
  readonly id: string;
  readonly isQueued: boolean;
  /** Whether a running sealer would have sealed it by now. */
  readonly isOverdue: boolean;
}

/** A page of this size stays below the statement timeout and is read in a few milliseconds. */
const SEALS_PER_PAGE = 200;
const SEALED_EVENTS_PER_PAGE = 1000;
/** Events are sealed within a second or so. After a minute, or when the time is unknown, an event without a seal is a problem. */
const OVERDUE = rawSql(`(e.recorded_at IS NULL OR e.recorded_at < clock_timestamp() - interval '1 minute')`);

const EVENT_COLUMNS =
  rawSql(`tenant_id, id, created_at, recorded_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id,
  success, error_code, changed_fields, api_key_id, on_behalf, user_email, ip_address, description, old_value, new_value,
  encode(salt, 'hex') AS salt,
  encode(values_digest, 'hex') AS values_digest, encode(digest, 'hex') AS digest`);

/** The events of these ids that exist, in no particular order. */
export function findEvents(reader: TenantReader, ids: readonly string[]): Promise<StoredEvent[]> {
  return reader.rows<StoredEvent>(
    sql`SELECT ${EVENT_COLUMNS} FROM audit_events WHERE tenant_id = ${reader.tenantId} AND id = ANY(${ids}::uuid[])`,
  );
}

/** The next seals after a number, in order, at least one and up to a page of events; empty at the end. */
export async function findSeals(reader: TenantReader, afterSeq: number): Promise<StoredSeal[]> {
  type Row = Omit<StoredSeal, 'event_digests'> & { readonly event_digests: string };
  const rows = await reader.rows<Row>(sql`
    SELECT tenant_id, seq, event_ids, encode(event_digests, 'hex') AS event_digests,
      encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash, sealed_at, recorded_at
    FROM (SELECT next.*, sum(cardinality(event_ids)) OVER (ORDER BY seq) - cardinality(event_ids) AS events_before
      FROM (SELECT * FROM audit_seals WHERE tenant_id = ${reader.tenantId} AND seq > ${afterSeq} ORDER BY seq LIMIT ${SEALS_PER_PAGE}) next) counted
    WHERE events_before < ${SEALED_EVENTS_PER_PAGE} ORDER BY seq`);
  return rows.map((row) => ({ ...row, event_digests: row.event_digests.match(/.{64}/g) ?? [] }));
}

/**
 * A fast hint that rows of some audit log were edited or removed. The log is append-only, so PostgreSQL's counts of updates and deletions
 * change only when a person is erased. The counts lag by a moment, and a superuser can reset them.
 */
export async function readTouches(reader: TenantReader): Promise<string> {
  const [row] = await reader.rows<{ readonly touches: string }>(sql`
    SELECT coalesce(sum(n_tup_upd + n_tup_del), 0)::text AS touches FROM pg_stat_user_tables
    WHERE schemaname = 'public' AND relname IN ('audit_events', 'audit_seals')`);
  return row?.touches ?? '';
}

/** @returns the hash of the seal with this number, undefined when there is none */
export async function findSealHash(reader: TenantReader, seq: number): Promise<string | undefined> {
  const [row] = await reader.rows<{ readonly hash: string }>(sql`
    SELECT encode(hash, 'hex') AS hash FROM audit_seals WHERE tenant_id = ${reader.tenantId} AND seq = ${seq}`);
  return row?.hash;
}

/** The ids of the next events after one, in their order; empty at the end. */
export async function findEventIds(reader: TenantReader, afterId: string, limit: number): Promise<string[]> {
  const rows = await reader.rows<{ readonly id: string }>(sql`
    SELECT id FROM audit_events WHERE tenant_id = ${reader.tenantId} AND id > ${afterId}::uuid ORDER BY id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** State of these events, all from one snapshot: an event is queued in its own transaction, and sealing it removes it from the queue. */
export function findWaiting(reader: TenantReader, ids: readonly string[]): Promise<WaitingEvent[]> {
  return reader.rows<WaitingEvent>(sql`
    SELECT e.id, ${OVERDUE} AS "isOverdue",
      EXISTS (SELECT FROM audit_unsealed u WHERE u.tenant_id = ${reader.tenantId} AND u.event_id = e.id) AS "isQueued"
    FROM audit_events e WHERE e.tenant_id = ${reader.tenantId} AND e.id = ANY(${ids}::uuid[])`);
}

/** The first seal that holds each id, up to `upToSeq`. Reads all seals up to that one, so call it rarely and with few ids. */
export async function findFirstSeals(
  reader: TenantReader,
  ids: readonly string[],
  upToSeq: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows<{ readonly id: string; readonly seq: number }>(sql`
    SELECT u.id, min(s.seq) AS seq FROM audit_seals s, unnest(s.event_ids) u (id)
    WHERE s.tenant_id = ${reader.tenantId} AND s.seq <= ${upToSeq} AND u.id = ANY(${ids}::uuid[]) GROUP BY u.id`);
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** Ids in the sealer's queue whose event is gone. */
export async function findQueuedWithoutEvent(reader: TenantReader): Promise<string[]> {
  const rows = await reader.rows<{ readonly id: string }>(sql`
    SELECT u.event_id AS id FROM audit_unsealed u WHERE u.tenant_id = ${reader.tenantId} AND NOT EXISTS
      (SELECT FROM audit_events e WHERE e.tenant_id = ${reader.tenantId} AND e.id = u.event_id) ORDER BY u.event_id LIMIT 1000`);
  return rows.map(({ id }) => id);
}
