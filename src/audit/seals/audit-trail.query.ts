import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import type { ErasableValues, PermanentValues, SealValues } from './trail-digest.js';

/** A stored event, digests and salt in hexadecimal. Without a salt its values were erased. */
export interface StoredEvent extends PermanentValues, ErasableValues {
  readonly salt: string | null;
  readonly values_digest: string;
  readonly digest: string;
}

export interface StoredSeal extends SealValues {
  readonly hash: string;
}

/** The least that finds events which are in no seal. */
export interface EventPosition {
  readonly id: string;
  readonly created_at: string;
}

/** Few enough to stay below the statement time limit, and to be read in a few milliseconds. */
const SEALS_PER_PAGE = 200;
const SEALED_EVENTS_PER_PAGE = 1000;
const POSITIONS_PER_PAGE = 5000;

const EVENT_COLUMNS =
  rawSql(`tenant_id, id, created_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id,
  success, error_code, user_email, ip_address, description, old_value, new_value, encode(salt, 'hex') AS salt,
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
      encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash, sealed_at
    FROM (SELECT next.*, sum(cardinality(event_ids)) OVER (ORDER BY seq) - cardinality(event_ids) AS events_before
      FROM (SELECT * FROM audit_seals WHERE tenant_id = ${reader.tenantId} AND seq > ${afterSeq} ORDER BY seq LIMIT ${SEALS_PER_PAGE}) next) counted
    WHERE events_before < ${SEALED_EVENTS_PER_PAGE} ORDER BY seq`);
  return rows.map((row) => ({ ...row, event_digests: row.event_digests.match(/.{64}/g) ?? [] }));
}

/** @returns the hash of the seal with this number, undefined when there is none */
export async function findSealHash(reader: TenantReader, seq: number): Promise<string | undefined> {
  const [row] = await reader.rows<{ readonly hash: string }>(sql`
    SELECT encode(hash, 'hex') AS hash FROM audit_seals WHERE tenant_id = ${reader.tenantId} AND seq = ${seq}`);
  return row?.hash;
}

/** The next events after one, and up to another, in the order of their ids; empty at the end. */
export function findPositions(reader: TenantReader, afterId: string, upToId: string): Promise<EventPosition[]> {
  return reader.rows<EventPosition>(sql`
    SELECT id, created_at FROM audit_events
    WHERE tenant_id = ${reader.tenantId} AND id > ${afterId}::uuid AND id <= ${upToId}::uuid ORDER BY id LIMIT ${POSITIONS_PER_PAGE}`);
}

/** Ids that wait for the sealer though their event is gone. */
export async function findQueuedWithoutEvent(reader: TenantReader): Promise<string[]> {
  const rows = await reader.rows<{ readonly id: string }>(sql`
    SELECT u.event_id AS id FROM audit_unsealed u WHERE u.tenant_id = ${reader.tenantId} AND NOT EXISTS
      (SELECT FROM audit_events e WHERE e.tenant_id = ${reader.tenantId} AND e.id = u.event_id) ORDER BY u.event_id LIMIT 1000`);
  return rows.map(({ id }) => id);
}
