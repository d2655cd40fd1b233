/** The rows of one page, by whichever way reads the fewest rows of a large tenant. */
import { idsOfCommonText } from './common-text.js';
import { afterSql, orderBySql, reverseOrder, type OrderKey, type Position } from './keyset.js';
import { idsInParts, isReadInParts } from './nullable-order.js';
import { joinSql, rawSql, sql, type Sql } from '../postgres/sql.js';
import type { TextLookup } from './text-conditions.js';

/** What is read of a list. */
export interface OrderedPage {
  readonly order: readonly OrderKey[];
  readonly limit: number;
  readonly offset?: number;
  readonly after?: Position | undefined;
  readonly before?: Position | undefined;
  /** From the end: rows come in reverse order. */
  readonly backward?: boolean;
}

/** The list. */
export interface PagedList {
  readonly name: string;
  readonly alias: string;
  readonly tenantId: string;
  /** The conditions of all rows of the tenant, and of those of the list. */
  readonly ofTenant: Sql;
  readonly where: Sql;
  /** Whether the conditions compare a text that many rows hold, or may hold, and that text if it is the list's search. */
  readonly hasCommonText: boolean;
  readonly search: TextLookup | undefined;
}

/** From here on the rows before a page are passed over by their ids alone, which the index of the order holds. */
const DEEP_OFFSET = 1000;

export function pageRowsSql(list: PagedList, selectList: Sql, page: OrderedPage): Sql {
  const ids = idsSql(list, page);
  return ids ? rowsOfIds(list, selectList, ids) : orderedSql(list, selectList, page);
}

/** @returns undefined where the rows come best from one scan */
function idsSql(list: PagedList, page: OrderedPage): Sql | undefined {
  const { offset = 0, limit } = page;
  const order = page.backward ? reverseOrder(page.order) : page.order;
  const cut = sql` LIMIT ${limit}${offsetSql(page)}`;
  if (isReadInParts(order, (page.after ?? page.before) !== undefined)) {
    const [after, before] = page.backward ? [page.before, page.after] : [page.after, page.before];
    return sql`${idsInParts(fromSql(list), list.where, { order, after, before, most: limit + offset })}${cut}`;
  }
  if (list.hasCommonText) {
    return sql`${idsOfCommonText(list, { order, positions: positionsSql(page), most: limit + offset })}${cut}`;
  }
  return offset < DEEP_OFFSET ? undefined : orderedSql(list, rawSql(`${list.alias}.id`), page);
}

/** From one scan in the list's order. */
export function orderedSql(list: Pick<PagedList, 'name' | 'alias' | 'where'>, selectList: Sql, page: OrderedPage): Sql {
  const order = page.backward ? reverseOrder(page.order) : page.order;
  return sql`SELECT ${selectList} FROM ${fromSql(list)}
    WHERE ${joinSql([list.where, ...positionsSql(page)], ' AND ')} ORDER BY ${orderBySql(order)} LIMIT ${page.limit}${offsetSql(page)}`;
}

function fromSql({ name, alias }: Pick<PagedList, 'name' | 'alias'>): Sql {
  return rawSql(`${name} ${alias}`);
}

function offsetSql({ offset }: OrderedPage): Sql {
  return offset ? sql` OFFSET ${offset}` : sql``;
}

function positionsSql({ order, after, before }: OrderedPage): Sql[] {
  return [...(after ? [afterSql(order, after)] : []), ...(before ? [afterSql(reverseOrder(order), before)] : [])];
}

/** LATERAL … LIMIT 1 keeps a nested loop, in the order of the ids, under a generic plan: it does not know how few they are. */
function rowsOfIds(list: PagedList, selectList: Sql, ids: Sql): Sql {
  const row = rawSql(list.alias);
  return sql`SELECT of_page.* FROM (${ids}) page, LATERAL (SELECT ${selectList} FROM ${fromSql(list)}
    WHERE ${row}.tenant_id = ${list.tenantId} AND ${row}.id = page.id LIMIT 1) of_page`;
}
