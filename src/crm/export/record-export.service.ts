/** CSV files of records: columns, joins, and the division into parts. */
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import { authorizeFilter } from '../../access/rights/filter-rights.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { csvSelectList, type CsvColumn, type CsvDialect } from '../../platform/postgres/csv.js';
import { afterSql, cursorScope, decodeCursor, encodeCursor, type OrderKey } from '../../platform/lists/keyset.js';
import { countSql } from '../../platform/lists/record-count.js';
import {
  conditionsSql,
  pageSql,
  type RecordListQuery,
  type RecordSelection,
} from '../../platform/lists/record-table.js';
import { joinSql, rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { exportCsv, type CsvFile } from './csv-export.service.js';

export interface RecordFile<Row extends { readonly id: string }> {
  readonly table: RecordTypeTable<Row>;
  readonly columns: readonly CsvColumn[];
  /** Types of the other records that columns name. The file takes the right to read them. */
  readonly named: readonly RecordType[];
  /** The table and its joins, each naming the tenant. */
  readonly from: (tenantId: string) => Sql;
  /** Order of the rows within a file. */
  readonly orderBy: Sql;
}

/** One request for an export. */
export interface ExportRequest {
  readonly selection: RecordSelection;
  readonly dialect: CsvDialect;
  /** Set for an export in several files: the first file, or the one that a cursor names. */
  readonly part: { readonly cursor: string | null } | undefined;
  /** The parameters as they were sent, for the audit log. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

/**
 * The records of a selection as a file. A caller who is limited to their own records gets only those.
 *
 * Parts are divided by id, which never changes. Names and dates change between two requests, so a row could be in no part, or in two,
 * if parts were divided by them.
 * @throws AppError FORBIDDEN, INVALID_CURSOR, EXPORT_TOO_LARGE, UNAVAILABLE
 */
export async function exportRecords<Row extends { readonly id: string }>(
  ctx: RequestContext,
  { table, columns, named, from, orderBy }: RecordFile<Row>,
  { selection, dialect, part, metadata, signal }: ExportRequest,
): Promise<CsvFile> {
  const grant = authorize(ctx, `${table.recordType}:export`);
  for (const recordType of named) authorize(ctx, `${recordType}:read`);
  authorizeFilter(ctx, table.filterColumns, selection.filter);
  const { name: resource } = table;
  const { tenantId, userId } = ctx.actor;
  const held: RecordSelection = { ...selection, ownerId: grant === 'own' ? userId : undefined };
  const byId = idOrder(table.alias);
  const scope = cursorScope(tenantId, 'export', resource, selection.filter, selection.search ?? null);
  const after = part?.cursor ? decodeCursor(scope, byId, part.cursor) : undefined;
  const rest = [conditionsSql(table, tenantId, held), ...(after ? [afterSql(byId, after)] : [])];
  return exportCsv(ctx, {
    resource,
    columns,
    dialect,
    metadata,
    signal,
    count: countSql(table, tenantId, held),
    rows: (limit, lastId) => {
      const conditions = lastId === undefined ? rest : [...rest, sql`${rawSql(table.alias)}.id <= ${lastId}::uuid`];
      return sql`SELECT ${csvSelectList(columns, dialect)} FROM ${from(tenantId)}
        WHERE ${joinSql(conditions, ' AND ')} ORDER BY ${orderBy} LIMIT ${limit}`;
    },
    part: part && {
      end: (limit) => pageSql(table, tenantId, lastAndNext({ ...held, order: byId, after, offset: limit - 1 })),
      cursorAfter: (id) => encodeCursor(scope, byId, { id }),
    },
  });
}

type WithId = Readonly<Record<'id', string>>;

/** The last id of a part, and the next one. */
function lastAndNext(
  part: RecordSelection & Pick<RecordListQuery<WithId>, 'order' | 'after' | 'offset'>,
): RecordListQuery<WithId> {
  return { ...part, properties: ['id'], limit: 2, withRows: true, withTotal: false };
}

function idOrder(alias: string): readonly OrderKey[] {
  return [{ column: `${alias}.id`, property: 'id', type: 'uuid', direction: 'ASC', nulls: 'LAST' }];
}
