/** Reads of the audit log, newest first: plain rows through the tenant-bound reader, each statement naming its tenant. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { Role } from '../../access/identity/user.entity.js';
import { isCalendarDate } from '../../platform/values/calendar.js';
import type { OperatorValues } from '../../platform/lists/filter-inputs.js';
import type { Filter } from '../../platform/lists/filter-columns.js';
import { filterSql } from '../../platform/lists/filters.js';
import { toRestName } from '../../platform/values/text.js';
import { afterSql, orderBySql, type OrderKey, type Position } from '../../platform/lists/keyset.js';
import { joinSql, rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { AuditEntityType } from '../events/audit-entity-types.js';
import type { AuditValues } from '../events/audit-event.js';
import { AUDIT_FILTER_COLUMNS } from './audit-log.filter.js';

/** What is published of an event, in wire form. */
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
  readonly createdAt: string;
}

export type AuditEventProperty = keyof AuditEventRow;

export const AUDIT_EVENT_PROPERTIES = [
  'id', 'action', 'entityType', 'entityId', 'userId', 'userEmail', 'userRole', 'requestId', 'ipAddress', 'description',
  'oldValue', 'newValue', 'success', 'errorCode', 'createdAt',
] as const satisfies readonly AuditEventProperty[]; // prettier-ignore

/** The only order of the log. */
export const NEWEST_FIRST: readonly OrderKey[] = [
  { column: 'e.created_at', property: 'createdAt', type: 'instant', direction: 'DESC', nulls: 'LAST' },
  { column: 'e.id', property: 'id', type: 'uuid', direction: 'DESC', nulls: 'LAST' },
];

/** Both ends included. A date is the whole day in the time zone, an instant itself. */
export interface AuditPeriod {
  readonly from: string | null | undefined;
  readonly to: string | null | undefined;
  readonly timeZone: string;
}

export interface AuditLogSelection {
  readonly filter?: (Filter & { readonly success?: OperatorValues | null }) | null | undefined;
  readonly period?: AuditPeriod | undefined;
  /** Part of action, record's id, e-mail, address, description or request's id; case and accents do not matter. */
  readonly search?: string | null | undefined;
}

export interface AuditLogQuery extends AuditLogSelection {
  readonly properties: readonly AuditEventProperty[];
  readonly limit: number;
  readonly offset?: number;
  readonly after?: Position | undefined;
  readonly withRows: boolean;
  readonly withTotal: boolean;
}

export interface AuditLogPage {
  readonly rows: readonly AuditEventRow[];
  /** undefined unless it was asked for. */
  readonly total: number | undefined;
}

/** By the list itself, which lives as long as the document that it was made for. */
const selectLists = new WeakMap<readonly AuditEventProperty[], Sql>();

function selectList(properties: readonly AuditEventProperty[]): Sql {
  let list = selectLists.get(properties);
  if (!list) {
    list = rawSql(properties.map((property) => `e.${toRestName(property)} AS "${property}"`).join(', '));
    selectLists.set(properties, list);
  }
  return list;
}

function conditionsSql(tenantId: string, { filter, period, search }: AuditLogSelection): Sql {
  const conditions = [sql`e.tenant_id = ${tenantId}`, ...(period ? periodSql(period) : [])];
  const filtered = filter && filterSql(tenantId, filter, AUDIT_FILTER_COLUMNS);
  if (filtered) conditions.push(filtered);
  // Said without a parameter as well, or a prepared plan could not know that the index of failures will do.
  if (filter?.success?.eq === false) conditions.push(sql`NOT e.success`);
  if (search) conditions.push(sql`e.search_text LIKE app.like_pattern(${search})`);
  return joinSql(conditions, ' AND ');
}

function periodSql({ from, to, timeZone }: AuditPeriod): Sql[] {
  const startOf = (day: Sql): Sql => sql`((${day})::timestamp AT TIME ZONE ${timeZone}::text)`;
  const conditions: Sql[] = [];
  if (from)
    conditions.push(
      isCalendarDate(from)
        ? sql`e.created_at >= ${startOf(sql`${from}::date`)}`
        : sql`e.created_at >= ${from}::timestamptz`,
    );
  if (to)
    conditions.push(
      isCalendarDate(to)
        ? sql`e.created_at < ${startOf(sql`${to}::date + 1`)}`
        : sql`e.created_at <= ${to}::timestamptz`,
    );
  return conditions;
}

function rowsSql(query: Pick<AuditLogQuery, 'properties' | 'limit' | 'offset' | 'after'>, where: Sql): Sql {
  const beyond = query.after ? sql` AND ${afterSql(NEWEST_FIRST, query.after)}` : sql``;
  const offset = query.offset ? sql` OFFSET ${query.offset}` : sql``;
  return sql`SELECT ${selectList(query.properties)} FROM audit_events e WHERE ${where}${beyond}
    ORDER BY ${orderBySql(NEWEST_FIRST)} LIMIT ${query.limit}${offset}`;
}

/** One page and, when wanted, the total, in one round trip. */
export async function listAuditEvents(reader: TenantReader, query: AuditLogQuery): Promise<AuditLogPage> {
  const where = conditionsSql(reader.tenantId, query);
  const page = query.withRows ? [rowsSql(query, where)] : [];
  const count = query.withTotal ? [sql`SELECT count(*)::integer AS total FROM audit_events e WHERE ${where}`] : [];
  if (page.length + count.length === 0) return { rows: [], total: undefined };
  const results = await reader.batch([...page, ...count]);
  // The reader gives rows as the statements made them.
  const rows = page.length > 0 ? (results[0] as unknown as AuditEventRow[]) : [];
  const total = count.length > 0 ? (results.at(-1) as { total: number }[])[0]?.total : undefined;
  return { rows, total };
}

/** @returns the event, undefined when there is none in this tenant */
export async function findAuditEvent(reader: TenantReader, id: string): Promise<AuditEventRow | undefined> {
  const [row] = await reader.rows<AuditEventRow>(
    sql`SELECT ${selectList(AUDIT_EVENT_PROPERTIES)} FROM audit_events e WHERE e.tenant_id = ${reader.tenantId} AND e.id = ${id}`,
  );
  return row;
}

/** @returns those of the events that are there */
export function auditEventsSql(
  tenantId: string,
  ids: readonly string[],
  properties: readonly AuditEventProperty[],
): Sql {
  return sql`SELECT ${selectList(properties)} FROM audit_events e WHERE e.tenant_id = ${tenantId} AND e.id = ANY (${ids}::uuid[])`;
}

/** What of the history of each of several records. */
export interface HistoryQuery {
  readonly entityType: string;
  readonly properties: readonly AuditEventProperty[];
  readonly limit: number;
  readonly after?: Position | undefined;
  readonly withRows: boolean;
  readonly withTotal: boolean;
}

/** The newest events of each record in one statement, each with its `parentId`. */
export function historiesSql(tenantId: string, entityIds: readonly string[], query: HistoryQuery): Sql {
  const ofRecord = sql`e.tenant_id = ${tenantId} AND e.entity_id = parent.id AND e.entity_type = ${query.entityType}`;
  return sql`SELECT parent.id AS "parentId", event.* FROM unnest(${entityIds}::text[]) AS parent (id),
    LATERAL (${rowsSql(query, ofRecord)}) event`;
}

/** How many events each record has, as `parentId` and `total`; no row for one without any. */
export function historyCountsSql(
  tenantId: string,
  entityIds: readonly string[],
  { entityType }: Pick<HistoryQuery, 'entityType'>,
): Sql {
  return sql`SELECT e.entity_id AS "parentId", count(*)::integer AS total FROM audit_events e
    WHERE e.tenant_id = ${tenantId} AND e.entity_id = ANY (${entityIds}::text[]) AND e.entity_type = ${entityType}
    GROUP BY e.entity_id`;
}
