/** Reads of the audit log, newest first: plain rows of one tenant. Each statement names the tenant. */
import { readPage } from '../../access/loaders/record-lists.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { Role } from '../../access/identity/user.entity.js';
import { filterSql } from '../../platform/lists/filters.js';
import { afterSql, orderBySql, type OrderKey } from '../../platform/lists/keyset.js';
import {
  selectListSql,
  type RecordList,
  type RecordListQuery,
  type RecordTable,
} from '../../platform/lists/record-table.js';
import { joinSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { validationError, type Sentence } from '../../platform/errors/errors.js';
import { MAX_COUNTED } from '../../platform/lists/record-count.js';
import type { AuditEntityType } from '../events/audit-entity-types.js';
import type { AuditValues } from '../events/audit-event.js';
import { AUDIT_FILTER_COLUMNS, type AuditFilter } from './audit-log.filter.js';

/** The published columns of an event, as the reader returns them. */
export interface AuditEventRow {
  readonly id: string;
  readonly action: string;
  readonly entityType: AuditEntityType;
  readonly entityId: string | null;
  readonly userId: string | null;
  readonly userEmail: string | null;
  readonly userRole: Role | null;
  readonly requestId: string;
  readonly ipAddress: string | null;
  readonly description: string | null;
  readonly oldValue: AuditValues | null;
  readonly newValue: AuditValues | null;
  readonly success: boolean;
  readonly errorCode: string | null;
  readonly apiKeyId: string | null;
  readonly onBehalf: boolean;
  readonly createdAt: string;
}

/** Single events, and what a selection needs. The log's own conditions are below. */
export const auditEventTable: RecordTable<AuditEventRow> = {
  name: 'audit_events',
  alias: 'e',
  properties: [
    'id', 'action', 'entityType', 'entityId', 'userId', 'userEmail', 'userRole', 'requestId', 'ipAddress', 'description',
    'oldValue', 'newValue', 'success', 'errorCode', 'apiKeyId', 'onBehalf', 'createdAt',
  ],
  computed: { onBehalf: 'coalesce(e.on_behalf, false)' },
  isPermanent: true,
  filterColumns: AUDIT_FILTER_COLUMNS,
  references: { actor: ['userId'], changes: ['entityType', 'oldValue', 'newValue'] },
  owned: () => sql`FALSE`,
}; // prettier-ignore

/** The only order of the log. */
export const NEWEST_FIRST: readonly OrderKey[] = [
  { column: 'e.created_at', property: 'createdAt', type: 'instant', direction: 'DESC', nulls: 'LAST' },
  { column: 'e.id', property: 'id', type: 'uuid', direction: 'DESC', nulls: 'LAST' },
];

export interface AuditLogSelection {
  readonly filter?: AuditFilter | null | undefined;
  /** A part of the action, record id, e-mail, IP address, description or request id. Ignores case and accents. */
  readonly search?: string | null | undefined;
}

type Page = Pick<
  RecordListQuery<AuditEventRow>,
  'properties' | 'limit' | 'offset' | 'after' | 'withRows' | 'withTotal'
>;

export type AuditLogQuery = AuditLogSelection & Page;

function conditionsSql(tenantId: string, { filter }: AuditLogSelection): Sql {
  const conditions = [sql`e.tenant_id = ${tenantId}`];
  const filtered = filter && filterSql(tenantId, filter, AUDIT_FILTER_COLUMNS);
  if (filtered) conditions.push(filtered);
  // Repeated without a parameter: otherwise a generic plan could not use the partial index of failures.
  if (filter?.success?.eq === false) conditions.push(sql`NOT e.success`);
  return joinSql(conditions, ' AND ');
}

function rowsSql(query: Omit<Page, 'withRows' | 'withTotal'>, where: Sql): Sql {
  const beyond = query.after ? sql` AND ${afterSql(NEWEST_FIRST, query.after)}` : sql``;
  const offset = query.offset ? sql` OFFSET ${query.offset}` : sql``;
  return sql`SELECT ${selectListSql(auditEventTable, query.properties)} FROM audit_events e WHERE ${where}${beyond}
    ORDER BY ${orderBySql(NEWEST_FIRST)} LIMIT ${query.limit}${offset}`;
}

/** One page and, when wanted, the total, in one round trip. @throws AppError VALIDATION_FAILED for a search that would read too many events */
export function listAuditEvents(reader: TenantReader, query: AuditLogQuery): Promise<RecordList<AuditEventRow>> {
  const { tenantId } = reader;
  const { search, offset = 0 } = query;
  const where = conditionsSql(tenantId, query);
  if (search) return searchEvents(reader, { ...query, search }, where);
  return readPage(
    reader,
    query,
    () => (offset < DEEP_OFFSET ? rowsSql(query, where) : deepRowsSql(tenantId, query, where)),
    () => sql`SELECT count(*)::integer AS total FROM audit_events e WHERE ${where}`,
  );
}

/** From here on the events before a page are passed over in the index alone. */
const DEEP_OFFSET = 1000;

/** LATERAL … LIMIT 1 keeps a nested loop, in the order of the ids, under a generic plan. */
function deepRowsSql(tenantId: string, query: Page, where: Sql): Sql {
  const ids = rowsSql({ ...query, properties: ['id'] }, where);
  return sql`SELECT event.* FROM (${ids}) page, LATERAL (SELECT ${selectListSql(auditEventTable, query.properties)} FROM audit_events e
    WHERE e.tenant_id = ${tenantId} AND e.id = page.id LIMIT 1) event`;
}

/** A search looks at so many events, the newest that the filter leaves: their text is in no index. */
const MAX_SEARCHED = 100_000;

const TOO_BROAD: Sentence = {
  fr: `Cette recherche lirait plus de ${MAX_SEARCHED} événements : ajoutez une période plus courte (from_date), une action, un utilisateur ou un enregistrement.`,
  en: `This search would read more than ${MAX_SEARCHED} events: add a shorter period (from_date), an action, a user or a record.`,
};

async function searchEvents(
  reader: TenantReader,
  query: AuditLogQuery & { readonly search: string },
  where: Sql,
): Promise<RecordList<AuditEventRow>> {
  const newest = orderBySql(NEWEST_FIRST);
  // In a subquery, so that the text is folded once and not for each event.
  const matching = sql`(SELECT e.* FROM audit_events e WHERE ${where} ORDER BY ${newest} LIMIT ${MAX_SEARCHED}) e
    WHERE e.search_text LIKE (SELECT app.like_pattern(${query.search}))`;
  const results = await reader.batch([
    sql`SELECT ${selectListSql(auditEventTable, query.properties)} FROM ${matching}
      ORDER BY ${newest} LIMIT ${query.limit} OFFSET ${query.offset ?? 0}`,
    sql`SELECT count(*)::integer AS total FROM (SELECT FROM ${matching} LIMIT ${MAX_COUNTED + 1}) counted`,
    sql`SELECT count(*)::integer AS total FROM (SELECT FROM audit_events e WHERE ${where} LIMIT ${MAX_SEARCHED + 1}) read`,
  ]);
  // The reader returns rows in the form of their statements.
  const rows = results[0] as unknown as AuditEventRow[];
  const [counted, read] = results.slice(1).map((one) => (one as unknown as { total: number }[])[0]?.total ?? 0);
  const isWhole = (read ?? 0) <= MAX_SEARCHED;
  if (!isWhole && rows.length < query.limit) {
    throw validationError([{ path: ['search_text'], code: 'OUT_OF_RANGE', message: TOO_BROAD }]);
  }
  const total = Math.min(counted ?? 0, MAX_COUNTED);
  return { rows, total, isTotalExact: isWhole && counted === total };
}

/** What is read of the history of each of several records. */
export interface HistoryQuery extends Omit<Page, 'offset'> {
  readonly entityType: string;
}

/** The newest events of each record in one statement; each row has its `parentId`. */
export function historiesSql(tenantId: string, entityIds: readonly string[], query: HistoryQuery): Sql {
  const ofRecord = sql`e.tenant_id = ${tenantId} AND e.entity_id = parent.id AND e.entity_type = ${query.entityType}`;
  return sql`SELECT parent.id AS "parentId", event.* FROM unnest(${entityIds}::text[]) AS parent (id),
    LATERAL (${rowsSql(query, ofRecord)}) event`;
}

/** The number of events of each record, as `parentId` and `total`; no row for a record without events. */
export function historyCountsSql(
  tenantId: string,
  entityIds: readonly string[],
  { entityType }: Pick<HistoryQuery, 'entityType'>,
): Sql {
  return sql`SELECT e.entity_id AS "parentId", count(*)::integer AS total FROM audit_events e
    WHERE e.tenant_id = ${tenantId} AND e.entity_id = ANY (${entityIds}::text[]) AND e.entity_type = ${entityType}
    GROUP BY e.entity_id`;
}
