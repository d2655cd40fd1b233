/** The CSV file of any kind of record: its columns, what it is joined to, and the order that every part of it shares. */
import { authorize, type Permission } from '../../access/rights/permissions.js';
import type { RecordCollection } from '../../access/rights/record-kinds.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { csvSelectList, type CsvColumn, type CsvDialect } from '../../platform/postgres/csv.js';
import { countSql } from '../../platform/lists/record-count.js';
import { conditionsSql, type RecordSelection, type RecordTable } from '../../platform/lists/record-table.js';
import { sql, type Sql } from '../../platform/postgres/sql.js';
import { exportCsv, type CsvFile } from './csv-export.service.js';

export interface RecordFile<Row extends object> {
  readonly resource: RecordCollection;
  readonly permission: Permission;
  readonly table: RecordTable<Row>;
  readonly columns: readonly CsvColumn[];
  /** The table and its joins, each naming the tenant. */
  readonly from: (tenantId: string) => Sql;
  /** Ends in the id, so that the parts of a file neither repeat nor miss a row. */
  readonly orderBy: Sql;
}

/** What an export is asked for. */
export interface ExportRequest {
  readonly selection: RecordSelection;
  readonly dialect: CsvDialect;
  /** Part of a file beyond the limit of rows, from 1. */
  readonly page: number | undefined;
  /** The parameters as they were sent: for the audit trail. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

/**
 * The records of a selection as a file; a caller held to their own records gets those.
 * @throws AppError FORBIDDEN, EXPORT_TOO_LARGE, UNAVAILABLE
 */
export function exportRecords<Row extends object>(
  ctx: RequestContext,
  { resource, permission, table, columns, from, orderBy }: RecordFile<Row>,
  { selection, dialect, page, facts, signal }: ExportRequest,
): Promise<CsvFile> {
  const grant = authorize(ctx, permission);
  const { tenantId, userId } = ctx.actor;
  const held: RecordSelection = { ...selection, ownerId: grant === 'own' ? userId : undefined };
  return exportCsv(ctx, {
    resource,
    columns,
    dialect,
    page,
    facts,
    signal,
    count: countSql(table, tenantId, held),
    rows: ({ limit, offset }) =>
      sql`SELECT ${csvSelectList(columns, dialect)} FROM ${from(tenantId)}
        WHERE ${conditionsSql(table, tenantId, held)} ORDER BY ${orderBy} LIMIT ${limit} OFFSET ${offset}`,
  });
}
