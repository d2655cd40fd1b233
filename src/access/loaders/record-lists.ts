/** Reads of any record type through the tenant-bound reader: one round trip each, or two if a text is searched. */
import { isFoundInMany, MAX_COUNTED, readTotal, totalSql } from '../../platform/lists/record-count.js';
import {
  conditionsSql,
  pageSql,
  parentsOfPage,
  recordSql,
  type OfParent,
  type RecordList,
  type RecordListQuery,
  type RecordSelection,
  type RecordTable,
} from '../../platform/lists/record-table.js';
import type { FoundTexts, TextLookup } from '../../platform/lists/text-conditions.js';
import { foundTexts, lookupSql, textLookups } from '../../platform/lists/text-lookups.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

/** What identifies a record: its id, or its code if it has one. */
export type RecordKey = { readonly id: string } | { readonly code: string };

/** @returns the live record, undefined when there is none in this tenant */
export function findRecordBy<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  key: RecordKey,
  properties?: readonly (keyof Row & string)[],
): Promise<Row | undefined> {
  if ('id' in key) return findRecord(reader, table, key.id, properties);
  return findRecordWhere(reader, table, sql`${rawSql(table.alias)}.code = ${key.code}`, properties);
}

/** The same by id. */
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

/** The record, deleted or not: for the idempotent retry of a delete. */
export async function findRecordEvenDeleted<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  id: string,
): Promise<Row | undefined> {
  const [row] = await reader.rows<Row>(recordSql(table, reader.tenantId, idIs(table, id), table.properties, 'any'));
  return row;
}

/**
 * Which rows hold the searched texts, if they are few. Reading the rows compares each text again, so a row that has changed since is not
 * returned by mistake. A row that gets the text in between appears in the next read.
 * @throws AppError VALIDATION_FAILED for an invalid filter, before the look-up
 */
function findTexts<Row extends object>(
  reader: TenantReader,
  table: RecordTable<Row>,
  selection: RecordSelection,
): Promise<FoundTexts | undefined> {
  // The index of texts is one of live records.
  const lookups = selection.deleted ? [] : textLookups(table, selection);
  if (lookups.length > 0) conditionsSql(table, reader.tenantId, selection);
  return lookUp(reader, lookups);
}

/** The same for look-ups that are already known. */
export async function lookUp(reader: TenantReader, lookups: readonly TextLookup[]): Promise<FoundTexts | undefined> {
  if (lookups.length === 0) return undefined;
  const [row] = await reader.rows<Record<string, string | null>>(lookupSql(lookups));
  return row && foundTexts(lookups, row);
}

/** One page and, if selected, the total and the pages below its records, in one round trip. A text search takes one more. */
export async function listRecords<Row extends { readonly id: string }>(
  reader: TenantReader,
  table: RecordTable<Row>,
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>> {
  if (!query.withRows && !query.withTotal) return { rows: [], total: undefined };
  return readList(reader, table, { ...query, found: query.found ?? (await findTexts(reader, table, query)) });
}

async function readList<Row extends { readonly id: string }>(
  reader: TenantReader,
  table: RecordTable<Row>,
  query: RecordListQuery<Row>,
): Promise<RecordList<Row>> {
  const { tenantId } = reader;
  const page = query.withRows ? [pageSql(table, tenantId, query)] : [];
  const count = query.withTotal && !isFoundInMany(table, query) ? [totalSql(table, tenantId, query)] : [];
  const children = query.withRows ? childrenSql(table, tenantId, query) : [];
  // The reader returns rows in the form of their statements.
  const results = await reader.batch([...page, ...count, ...children]);
  const rows = page.length > 0 ? (results[0] as unknown as Row[]) : [];
  const counted = count.length > 0 ? results[page.length] : MORE_THAN_COUNTED;
  return {
    rows,
    ...totalOf(table, query, counted as { total: number }[]),
    children: results.slice(page.length + count.length) as OfParent<object>[][],
  };
}

/** Where the look-up of the search has counted the list already. */
const MORE_THAN_COUNTED = [{ total: MAX_COUNTED + 1 }];

function totalOf<Row extends object>(
  table: RecordTable<Row>,
  query: RecordListQuery<Row>,
  [counted]: readonly { readonly total: number }[],
): Pick<RecordList<Row>, 'total' | 'isTotalExact'> {
  return query.withTotal && counted ? readTotal(table, query, counted.total) : { total: undefined };
}

/**
 * One page and its exact total, as far as they are wanted, in one round trip. For lists whose statements are not `listRecords`'s.
 * @param page the statement of the page; its rows are the caller's type
 * @param count the statement of the total, as `total`
 */
export async function readPage<Row extends object>(
  reader: TenantReader,
  { withRows, withTotal }: Pick<RecordListQuery<Row>, 'withRows' | 'withTotal'>,
  page: () => Sql,
  count: () => Sql,
): Promise<RecordList<Row>> {
  const statements = [...(withRows ? [page()] : []), ...(withTotal ? [count()] : [])];
  const results = statements.length > 0 ? await reader.batch(statements) : [];
  const [counted] = (withTotal ? results.at(-1) : []) as { total: number }[];
  return { rows: withRows ? (results[0] as unknown as Row[]) : [], total: counted?.total };
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
