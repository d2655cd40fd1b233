/** Reads of the change feed: the events of records in the order of their seals. */
import type { RecordType } from '../../access/rights/record-types.js';
import { IS_RECORD_CHANGE } from '../../audit/seals/record-change.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';

/** One change, in wire form. The audit log has the values before and after. */
export interface ChangeRow extends ChangePosition {
  /** Of the audit event. */
  readonly id: string;
  readonly type: RecordType;
  readonly recordId: string;
  readonly action: string;
  readonly userId: string | null;
  readonly at: string;
  readonly cascades: boolean;
  /** Columns that an update changed; null where the record as a whole is new, gone or back, and in older events. */
  readonly fields: readonly string[] | null;
}

/** A position in the feed: a seal, and the position of an event in it, from 1. */
export interface ChangePosition {
  readonly seq: number;
  readonly position: number;
}

export interface ChangePage {
  readonly rows: readonly ChangeRow[];
  /** How far was read: the position of the last row, or further if no change follows it. */
  readonly end: ChangePosition;
  readonly hasMore: boolean;
}

/** How much one page reads at most. Seals hold sign-ins, exports and errors too. */
const EVENTS_PER_PAGE = 1000;
const SEALS_PER_PAGE = 200;

const CASCADES = rawSql(`e.action IN ('customer.deleted', 'customer.restored')`);

type FoundRow = ChangeRow & { readonly endSeq: number; readonly endPosition: number; readonly hasMoreSeals: boolean };
/** A row that holds the end only. */
type EmptyRow = Omit<FoundRow, 'id'> & { readonly id: null };

/** Where the feed ends now. What is committed and not yet sealed comes after it. */
export async function findLatest(reader: TenantReader): Promise<ChangePosition> {
  const [head] = await reader.rows<ChangePosition>(sql`SELECT seq, octet_length(event_digests) / 32 AS position
    FROM audit_seals WHERE tenant_id = ${reader.tenantId} ORDER BY seq DESC LIMIT 1`);
  return head ?? { seq: 0, position: 0 };
}

/** Which changes of the feed are wanted. */
export interface ChangeSelection {
  readonly after: ChangePosition;
  readonly size: number;
  /** null: all. */
  readonly recordTypes: readonly RecordType[] | null;
}

/** The next changes after a position, at most `size`. More may follow a page that has fewer, or none. */
export async function listChanges(reader: TenantReader, selection: ChangeSelection): Promise<ChangePage> {
  const { after, size } = selection;
  const found = await reader.rows<FoundRow | EmptyRow>(pageSql(reader.tenantId, selection, size + 1));
  const rows = found.filter((row) => row.id !== null);
  if (rows.length > size) {
    const shown = rows.slice(0, size);
    return { rows: shown, end: shown.at(-1) ?? after, hasMore: true };
  }
  const [any] = found;
  const end = any ? { seq: any.endSeq, position: any.endPosition } : after;
  return { rows, end, hasMore: any?.hasMoreSeals === true };
}

/**
 * Seals have no gaps, and each is committed after the one before it, so what precedes a position never changes. A digest has 32 bytes,
 * so the length of the column tells the number of a seal's events. LIMIT 1 keeps a look-up by primary key for each event.
 */
function pageSql(
  tenantId: string,
  { after: { seq, position }, recordTypes }: ChangeSelection,
  limit: number,
): ReturnType<typeof sql> {
  const wanted = recordTypes ? sql` AND e.entity_type = ANY (${recordTypes}::text[])` : sql``;
  return sql`WITH entry AS MATERIALIZED (
      SELECT s.seq, u.position, u.id
      FROM (SELECT n.seq, n.event_ids, sum(octet_length(n.event_digests) / 32) OVER (ORDER BY n.seq) - octet_length(n.event_digests) / 32 AS earlier
        FROM (SELECT * FROM audit_seals WHERE tenant_id = ${tenantId} AND seq >= ${seq} ORDER BY seq LIMIT ${SEALS_PER_PAGE}) n) s,
        unnest(s.event_ids) WITH ORDINALITY u (id, position)
      WHERE s.earlier < ${EVENTS_PER_PAGE + Math.min(position, EVENTS_PER_PAGE)} AND (s.seq > ${seq} OR u.position > ${position})),
    item AS (
      SELECT p.seq, p.position, e.id, e.entity_type AS type, e.entity_id AS "recordId", e.action, e.user_id AS "userId",
        e.created_at AS at, ${CASCADES} AS cascades, e.changed_fields AS fields
      FROM (SELECT * FROM entry ORDER BY seq, position) p,
        LATERAL (SELECT * FROM audit_events WHERE tenant_id = ${tenantId} AND id = p.id LIMIT 1) e
      WHERE ${IS_RECORD_CHANGE}${wanted} ORDER BY p.seq, p.position LIMIT ${limit})
    SELECT item.*, last.seq AS "endSeq", last.position AS "endPosition",
      EXISTS (SELECT FROM audit_seals WHERE tenant_id = ${tenantId} AND seq > last.seq) AS "hasMoreSeals"
    FROM (SELECT seq, position FROM entry ORDER BY seq DESC, position DESC LIMIT 1) last LEFT JOIN item ON true
    ORDER BY item.seq, item.position`;
}
