/** One description per record type, and the statements that read it: single records, pages, counts, pages per parent. */
import type { Filter, FilterColumns } from './filter-columns.js';
import { filterSql } from './filters.js';
import { getOrMake } from '../values/get-or-make.js';
import { toRestName } from '../values/text.js';
import { orderedSql, pageRowsSql, type OrderedPage, type PagedList } from './page-rows.js';
import { joinSql, rawSql, sql, type Sql } from '../postgres/sql.js';
import { searchSql, type FoundTexts, type SearchedText, type TextLookup } from './text-conditions.js';

type PropertyOf<Row> = keyof Row & string;

/**
 * A list of properties that the compiler rejects where one of the row is missing:
 * `everyPropertyOf<ContactRow>()(['id', 'firstName'])`. Two calls, since the row is named and the list is inferred.
 */
export function everyPropertyOf<Row extends object>() {
  return <const Listed extends readonly PropertyOf<Row>[]>(listed: Listed & Complete<Row, Listed[number]>): Listed =>
    listed;
}

type Complete<Row extends object, Listed> = [Exclude<PropertyOf<Row>, Listed>] extends [never]
  ? unknown
  : { readonly notListed: Exclude<PropertyOf<Row>, Listed> };

/** What reads know of a record type. Properties are the columns' names in camel case. */
export interface RecordTable<Row extends object> {
  readonly name: string;
  /** Of the table in every statement: `k`. */
  readonly alias: string;
  /** Every published field, in the order of REST answers. */
  readonly properties: readonly PropertyOf<Row>[];
  /** Properties that are no columns: SQL over the alias. */
  readonly computed?: Readonly<Partial<Record<PropertyOf<Row>, string>>>;
  /** Its rows are never deleted, and have no `deleted_at`. */
  readonly isPermanent?: true;
  /** A further condition of single reads, for rows that are there as long as another one is. */
  readonly visible?: (tenantId: string) => Sql;
  readonly filterColumns: FilterColumns;
  /** GraphQL field → the properties that its resolver needs, where the names differ: `{ customer: ['customerId'] }`. */
  readonly references: Readonly<Record<string, readonly PropertyOf<Row>[]>>;
  /** What its lists filter by when nobody asks for a filter. */
  readonly usualFilter?: Filter;
  /** Absent where there is nothing to be searched. */
  readonly searched?: SearchedText;
  /** The condition that a row is the user's own. */
  readonly owned: (tenantId: string, userId: string) => Sql;
}

/** Which records. */
export interface RecordSelection {
  readonly filter?: Filter | null | undefined;
  /** Case- and accent-insensitive substring of the searched text. */
  readonly search?: string | null | undefined;
  /** Deleted records in place of live ones. */
  readonly deleted?: boolean | undefined;
  /** Only this user's own. */
  readonly ownerId?: string | undefined;
  /** Which rows hold the texts of filter and search, where that was looked up. */
  readonly found?: FoundTexts | undefined;
}

/** Which of them, in which order, and what of each. */
export interface RecordListQuery<Row extends object> extends RecordSelection, OrderedPage {
  readonly properties: readonly PropertyOf<Row>[];
  readonly withRows: boolean;
  readonly withTotal: boolean;
  /** Pages to be read in the same round trip, below so many of the first records: the page may be one longer than what is shown. */
  readonly children?: { readonly parents: number; readonly pages: readonly ChildPages[] };
}

/** Makes the statement of the pages below some parents. @param parents a source of rows with an `id`, e.g. `unnest(…) AS parent (id)` */
export type ChildPages = (parents: Sql) => Sql;

/** A record below a parent. */
export type OfParent<Row> = Row & { readonly parentId: string };

export interface RecordList<Row extends object> {
  /** In reading direction; a caller who asks for one more than it needs sees whether there are more. */
  readonly rows: readonly Row[];
  /** undefined unless it was asked for. */
  readonly total: number | undefined;
  /** Whether counting came to its end: a list that is filtered or searched is counted so far and no further. */
  readonly isTotalExact?: boolean;
  /** Rows of the child pages asked for, in their order; absent where they were not read along. */
  readonly children?: readonly (readonly OfParent<object>[])[];
}

/** By the list itself, which lives as long as the document that it was made for. */
const selectLists = new WeakMap<readonly string[], Sql>();

/** `k.id, k.first_name AS "firstName"`: only what the caller will look at. */
export function selectListSql<Row extends object>(
  { alias, computed }: RecordTable<Row>,
  properties: readonly PropertyOf<Row>[],
): Sql {
  return getOrMake(selectLists, properties, () => {
    const columns = properties.map((property) => {
      const column = toRestName(property);
      const expression = computed?.[property] ?? `${alias}.${column}`;
      return column === property ? expression : `${expression} AS "${property}"`;
    });
    return rawSql(columns.join(', '));
  });
}

/** The same of a page, whose deleted records say when they were deleted. */
function pageSelectListSql<Row extends object>(table: RecordTable<Row>, query: RecordListQuery<Row>): Sql {
  const selectList = selectListSql(table, query.properties);
  return query.deleted ? sql`${selectList}, ${rawSql(table.alias)}.deleted_at AS "deletedAt"` : selectList;
}

/** `contacts k` */
export function fromSql<Row extends object>({ name, alias }: RecordTable<Row>): Sql {
  return rawSql(`${name} ${alias}`);
}

/** The rows of the tenant that the selection holds: the tenant first, as every statement names it. */
export function conditionsSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  { filter, search, deleted, ownerId, found }: RecordSelection,
): Sql {
  const alias = rawSql(table.alias);
  const conditions = [sql`${alias}.tenant_id = ${tenantId}`];
  if (!table.isPermanent) conditions.push(stateSql(table.alias, deleted));
  const filtered = filter && filterSql(tenantId, filter, table.filterColumns, found);
  if (filtered) conditions.push(filtered);
  if (search) conditions.push(table.searched ? searchSql(table.searched, search, found) : sql`FALSE`);
  if (ownerId !== undefined) conditions.push(table.owned(tenantId, ownerId));
  return joinSql(conditions, ' AND ');
}

function stateSql(alias: string, deleted: boolean | undefined): Sql {
  return rawSql(`${alias}.deleted_at IS ${deleted ? 'NOT NULL' : 'NULL'}`);
}

/**
 * One live record, deleted ones too when asked for: then it says by `deletedAt` which it is.
 * @param condition beside the tenant, e.g. `k.id = …`
 */
export function recordSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  condition: Sql,
  properties: readonly PropertyOf<Row>[],
  which: 'live' | 'any',
): Sql {
  const live = which === 'live' && !table.isPermanent ? rawSql(` AND ${table.alias}.deleted_at IS NULL`) : sql``;
  const visible = which === 'live' && table.visible ? sql` AND ${table.visible(tenantId)}` : sql``;
  const deletedAt = which === 'any' ? rawSql(`, ${table.alias}.deleted_at AS "deletedAt"`) : sql``;
  return sql`SELECT ${selectListSql(table, properties)}${deletedAt} FROM ${fromSql(table)}
    WHERE ${rawSql(table.alias)}.tenant_id = ${tenantId} AND ${condition}${live}${visible}`;
}

/** One page. */
export function pageSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  query: RecordListQuery<Row>,
): Sql {
  return pageRowsSql(listOf(table, tenantId, query), pageSelectListSql(table, query), query);
}

/** The ids of a page's first records as a source of parents. */
export function parentsOfPage<Row extends { readonly id: string }>(
  table: RecordTable<Row>,
  tenantId: string,
  query: RecordListQuery<Row>,
  limit: number,
): Sql {
  const ids = pageRowsSql(listOf(table, tenantId, query), rawSql(`${table.alias}.id`), { ...query, limit });
  return sql`(${ids}) AS parent`;
}

/** Ids as a source of parents. */
export function parentsByIds(ids: readonly string[]): Sql {
  return sql`unnest(${ids}::uuid[]) AS parent (id)`;
}

/**
 * The same page below each of several parents, in one statement: its rows carry their `parentId`. The lateral part is a nested
 * loop, whose inner rows come in their own order.
 * @param column that holds the parent's id, e.g. `customer_id`
 * @throws AppError VALIDATION_FAILED for what is wrong with the filter, before there are any parents
 */
export function pagesPerParent<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  column: string,
  query: RecordListQuery<Row>,
): ChildPages {
  const ofParent = sql`${rawSql(`${table.alias}.${column}`)} = parent.id`;
  const where = joinSql([conditionsSql(table, tenantId, query), ofParent], ' AND ');
  const rows = orderedSql({ ...table, where }, pageSelectListSql(table, query), query);
  return (parents) => sql`SELECT parent.id AS "parentId", child.* FROM ${parents}, LATERAL (${rows}) child`;
}

/** The same for counts: `parentId` and `total`, no row for a parent without any. */
export function countsPerParentSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  column: string,
  parentIds: readonly string[],
  selection: RecordSelection,
): Sql {
  const parent = rawSql(`${table.alias}.${column}`);
  return sql`SELECT ${parent} AS "parentId", count(*)::integer AS total FROM ${fromSql(table)}
    WHERE ${conditionsSql(table, tenantId, selection)} AND ${parent} = ANY (${parentIds}::uuid[]) GROUP BY ${parent}`;
}

/** @param query the selection, whose rows the page is of */
function listOf<Row extends object>(table: RecordTable<Row>, tenantId: string, query: RecordSelection): PagedList {
  const { name, alias } = table;
  const sought = soughtIn(table, query);
  const search = sought && query.found?.fewOf(sought) ? undefined : sought;
  return {
    name,
    alias,
    tenantId,
    // Few lists need it.
    get ofTenant() {
      return conditionsSql(table, tenantId, { deleted: query.deleted });
    },
    where: conditionsSql(table, tenantId, query),
    hasCommonText: search !== undefined || query.found?.hasMany === true,
    search,
  };
}

/** @returns nothing for deleted records: the look-up of a text finds live ones only */
function soughtIn<Row extends object>(
  { searched }: RecordTable<Row>,
  { search, deleted }: RecordSelection,
): TextLookup | undefined {
  return search && searched && !deleted ? { table: searched.table, text: search } : undefined;
}
