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

function conditionsSql(tenantId: string, { filter, search }: AuditLogSelection): Sql {
  const conditions = [sql`e.tenant_id = ${tenantId}`];
  const filtered = filter && filterSql(tenantId, filter, AUDIT_FILTER_COLUMNS);
  if (filtered) conditions.push(filtered);
  // Repeated without a parameter: otherwise a generic plan could not use the partial index of failures.
  if (filter?.success?.eq === false) conditions.push(sql`NOT e.success`);
  if (search) conditions.push(sql`e.search_text LIKE app.like_pattern(${search})`);
  return joinSql(conditions, ' AND ');
}

function rowsSql(query: Omit<Page, 'withRows' | 'withTotal'>, where: Sql): Sql {
  const beyond = query.after ? sql` AND ${afterSql(NEWEST_FIRST, query.after)}` : sql``;
  const offset = query.offset ? sql` OFFSET ${query.offset}` : sql``;
  return sql`SELECT ${selectListSql(auditEventTable, query.properties)} FROM audit_events e WHERE ${where}${beyond}
    ORDER BY ${orderBySql(NEWEST_FIRST)} LIMIT ${query.limit}${offset}`;
}

/** One page and, when wanted, the total, in one round trip. */
export function listAuditEvents(reader: TenantReader, query: AuditLogQuery): Promise<RecordList<AuditEventRow>> {
  const where = conditionsSql(reader.tenantId, query);
  return readPage(
    reader,
    query,
    () => rowsSql(query, where),
    () => sql`SELECT count(*)::integer AS total FROM audit_events e WHERE ${where}`,
  );
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
