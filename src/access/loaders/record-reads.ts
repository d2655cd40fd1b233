/** What a caller reads of any record type: the right is checked, then it is one statement. */
import { propertiesOf } from '../../platform/lists/record-connection.js';
import type { RecordList, RecordListQuery, RecordTable } from '../../platform/lists/record-table.js';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { RequestContext } from '../identity/request-context.js';
import { authorizeFilter } from '../rights/filter-rights.js';
import { authorize } from '../rights/permissions.js';
import type { RecordCollection, RecordType } from '../rights/record-types.js';
import { findRecordBy, listRecords, type RecordKey } from './record-lists.js';
import { loadRecord } from './record-loaders.js';

/** How a record type is read. */
export interface RecordTypeTable<Row extends object> extends RecordTable<Row> {
  readonly recordType: RecordType;
  readonly name: RecordCollection;
  /** A faster way to read some lists. @returns undefined for all others */
  readonly readFast?: (reader: TenantReader, query: RecordListQuery<Row>) => Promise<RecordList<Row>> | undefined;
}

/** @returns undefined for an unknown, deleted or foreign record @throws AppError FORBIDDEN */
export function readRecord<Row extends object>(
  ctx: RequestContext,
  table: RecordTypeTable<Row>,
  key: RecordKey,
  properties?: readonly (keyof Row & string)[],
): Promise<Row | undefined> {
  authorize(ctx, `${table.recordType}:read`);
  return findRecordBy(ctx.reader, table, key, properties);
}

/** Deleted records are for those who may restore them. @throws AppError FORBIDDEN */
export function authorizeList(
  ctx: RequestContext,
  recordType: RecordType,
  { deleted }: { readonly deleted?: boolean | undefined },
): void {
  authorize(ctx, `${recordType}:read`);
  if (deleted) authorize(ctx, `${recordType}:restore`);
}

/** @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter) */
export function readRecords<Row extends { readonly id: string }>(
  ctx: RequestContext,
  table: RecordTypeTable<Row>,
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>> {
  authorizeList(ctx, table.recordType, query);
  authorizeFilter(ctx, table.filterColumns, query.filter);
  return table.readFast?.(ctx.reader, query) ?? listRecords(ctx.reader, table, query);
}

/**
 * A record that another one refers to. One statement loads those of all records of a level.
 * @returns null without an id, and for a deleted record @throws AppError FORBIDDEN
 */
export function loadReferenced<Row extends { readonly id: string }>(
  ctx: RequestContext,
  table: RecordTypeTable<Row>,
  id: string | null,
  selection: Selection,
): Promise<Row | null> | null {
  if (id === null) return null;
  authorize(ctx, `${table.recordType}:read`);
  return loadRecord(ctx, table, id, propertiesOf(table, selection));
}
