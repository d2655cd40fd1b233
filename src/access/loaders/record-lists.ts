/** Reads of any kind of record through the tenant-bound reader: one round trip each. */
import {
  countSql,
  pageSql,
  parentsOfPage,
  recordSql,
  type OfParent,
  type RecordList,
  type RecordListQuery,
  type RecordTable,
} from '../../platform/lists/record-table.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

/** @returns the live record, undefined when there is none in this tenant */
export function findRecord<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  id: string,
  properties: readonly (keyof Row & string)[] = table.properties,
): Promise<Row | undefined> {
  return findRecordWhere(reader, table, idIs(table, id), properties);
}

/** The same by another key. @param condition e.g. `c.code = …` */
export async function findRecordWhere<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  condition: Sql,
  properties: readonly (keyof Row & string)[] = table.properties,
): Promise<Row | undefined> {
  const [row] = await reader.rows<Row>(recordSql(table, reader.tenantId, condition, properties, 'live'));
  return row;
}

/** The record, deleted or not: what an idempotent retry of a delete answers with. */
export async function findRecordEvenDeleted<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  id: string,
): Promise<Row | undefined> {
  const [row] = await reader.rows<Row>(recordSql(table, reader.tenantId, idIs(table, id), table.properties, 'any'));
  return row;
}

/** One page and, when wanted, the total and the pages below its records, in one round trip. */
export async function listRecords<Row extends { readonly id: string }>(
  reader: TenantReader,
  table: RecordTable<Row>,
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>> {
  const { tenantId } = reader;
  const page = query.withRows ? [pageSql(table, tenantId, query)] : [];
  const count = query.withTotal ? [countSql(table, tenantId, query)] : [];
  const children = query.withRows ? childrenSql(table, tenantId, query) : [];
  if (page.length + count.length === 0) return { rows: [], total: undefined };
  // The reader gives rows as the statements made them.
  const results = await reader.batch([...page, ...count, ...children]);
  const rows = page.length > 0 ? (results[0] as unknown as Row[]) : [];
  const total = count.length > 0 ? (results[page.length] as { total: number }[])[0]?.total : undefined;
  return { rows, total, children: results.slice(page.length + count.length) as OfParent<object>[][] };
}

function childrenSql<Row extends { readonly id: string }>(
  table: RecordTable<Row>,
  tenantId: string,
  query: RecordListQuery<Row>,
): Sql[] {
  const { children } = query;
  if (!children) return [];
  const parents = parentsOfPage(table, tenantId, query, children.parents);
  return children.pages.map((childPages) => childPages(parents));
}

function idIs<Row extends object>({ alias }: RecordTable<Row>, id: string): Sql {
  return sql`${rawSql(alias)}.id = ${id}`;
}
