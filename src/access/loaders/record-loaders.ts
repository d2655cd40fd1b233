/** Loads related records: one statement per field and arguments, for any number of parents. */
import DataLoader from 'dataloader';
import {
  countsPerParentSql,
  pagesPerParent,
  parentsByIds,
  recordSql,
  type OfParent,
  type RecordList,
  type RecordListQuery,
  type RecordTable,
} from '../../platform/lists/record-table.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import { combinedReaderOf } from './combined-reader.js';
import type { RequestContext } from '../identity/request-context.js';
import { requestCache } from './request-cache.js';

/** By table and properties. */
const loadersOf = requestCache(() => new Map<string, unknown>());

function loaderOf<Value>(
  ctx: RequestContext,
  key: string,
  load: (ids: readonly string[]) => Promise<Value[]>,
): DataLoader<string, Value> {
  const ofRequest = loadersOf(ctx);
  // A key names the table and the properties, and so the type of the values.
  let loader = ofRequest.get(key) as DataLoader<string, Value> | undefined;
  if (!loader) ofRequest.set(key, (loader = new DataLoader(load)));
  return loader;
}

/** @returns the live record, null when there is none in this tenant */
export function loadRecord<Row extends { readonly id: string }>(
  ctx: RequestContext,
  table: RecordTable<Row>,
  id: string,
  properties: readonly (keyof Row & string)[],
): Promise<Row | null> {
  const key = `${table.name} ${properties.join()}`;
  return loaderOf(ctx, key, async (ids) => {
    const reader = combinedReaderOf(ctx);
    const condition = sql`${rawSql(table.alias)}.id = ANY (${ids}::uuid[])`;
    const rows = await reader.rows<Row>(recordSql(table, reader.tenantId, condition, properties, 'live'));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((one) => byId.get(one) ?? null);
  }).load(id);
}

/** Which records belong to the parent: the table's column that holds the parent's id, e.g. `customer_id`. */
export interface ChildList<Row extends object> {
  readonly table: RecordTable<Row>;
  readonly column: string;
}

/** By the query, which is the same object for all parents of a field. */
const pageLoadersOf = requestCache(() => new Map<object, unknown>());

/** @returns the page below this parent. One statement reads the pages of all parents with the same query */
export function loadPage<Row extends object>(
  ctx: RequestContext,
  children: ChildList<Row>,
  parentId: string,
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>> {
  // A query belongs to one table, and so does its loader.
  const ofRequest = pageLoadersOf(ctx);
  let loader = ofRequest.get(query) as DataLoader<string, RecordList<Row>> | undefined;
  if (!loader) {
    loader = new DataLoader((parentIds) => readPages(ctx, children, parentIds, query));
    ofRequest.set(query, loader);
  }
  return loader.load(parentId);
}

async function readPages<Row extends object>(
  ctx: RequestContext,
  { table, column }: ChildList<Row>,
  parentIds: readonly string[],
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>[]> {
  const reader = combinedReaderOf(ctx);
  const { tenantId } = reader;
  const [rows, totals] = await Promise.all([
    query.withRows
      ? reader.rows<OfParent<Row>>(pagesPerParent(table, tenantId, column, query)(parentsByIds(parentIds)))
      : [],
    query.withTotal
      ? reader.rows<OfParent<{ total: number }>>(countsPerParentSql(table, tenantId, column, parentIds, query))
      : undefined,
  ]);
  return listsOf(parentIds, rows, totals);
}

/** @returns the list of each parent. @param totals undefined if nobody asked; a parent without a row has none */
export function listsOf<Row extends object>(
  parentIds: readonly string[],
  rows: readonly OfParent<Row>[],
  totals: readonly OfParent<{ readonly total: number }>[] | undefined,
): RecordList<Row>[] {
  const rowsOf = Map.groupBy(rows, ({ parentId }) => parentId);
  const totalOf = totals && new Map(totals.map(({ parentId, total }) => [parentId, total]));
  return parentIds.map((id) => ({ rows: rowsOf.get(id) ?? [], total: totalOf && (totalOf.get(id) ?? 0) }));
}
