/**
 * Pages in an order whose first key may be null. An index begins at a position, or gives an order, only with the nulls where it has them
 * itself. So the rows with a value and those without are read apart, and the second of both only where the first is too short.
 */
import { joinSql, rawSql, sql, type Sql } from '../postgres/sql.js';
import { afterSql, orderBySql, reverseOrder, type OrderKey, type Position } from './keyset.js';

interface NullablePage {
  /** In reading direction. */
  readonly order: readonly OrderKey[];
  /** What the page lies after in that direction, and before. */
  readonly after: Position | undefined;
  readonly before: Position | undefined;
  /** Rows of the page and those passed over. */
  readonly most: number;
}

/** Whether the order is by one nullable key and the id, and no index gives the page by itself. */
export function isReadInParts(order: readonly OrderKey[], hasPosition: boolean): boolean {
  const [first] = order;
  if (!first?.nullable || order.length !== 2) return false;
  const native = first.direction === 'ASC' ? 'LAST' : 'FIRST';
  return hasPosition || first.nulls !== native || first.isIndexedWithoutNulls === true;
}

type Part = 'values' | 'nulls';

/** The ids of the rows, in their order. @param from the table under its alias @param where the conditions of the list */
export function idsInParts(from: Sql, where: Sql, page: NullablePage): Sql {
  const parts: Part[] = page.order[0]?.nulls === 'FIRST' ? ['nulls', 'values'] : ['values', 'nulls'];
  const [first, second] = parts.flatMap((part) => partSql(part, from, where, page));
  if (!first) return sql`SELECT NULL::uuid AS id WHERE FALSE`;
  if (!second) return sql`SELECT id FROM (${first}) only_part ORDER BY place`;
  return sql`WITH first_part AS MATERIALIZED (${first})
    SELECT id FROM (SELECT 1 AS part, place, id FROM first_part UNION ALL
      SELECT 2, place, id FROM (${second}) second_part WHERE (SELECT count(*) FROM first_part) < ${page.most}) parts
    ORDER BY part, place`;
}

/** @returns nothing where the positions leave nothing of the part */
function partSql(part: Part, from: Sql, where: Sql, { order, after, before, most }: NullablePage): Sql[] {
  const [first, id] = order;
  if (!first || !id) return [];
  const { column, property, type, direction, nulls } = first;
  const keys = part === 'values' ? [{ column, property, type, direction, nulls }, id] : [id];
  const positions = [
    positionSql(part, order, keys, after),
    positionSql(part, reverseOrder(order), reverseOrder(keys), before),
  ];
  if (positions.includes(NOTHING)) return [];
  const asked = positions.filter((position) => position !== undefined);
  const isPart = rawSql(`${first.column} IS ${part === 'values' ? 'NOT NULL' : 'NULL'}`);
  return [
    sql`SELECT id, row_number() OVER () AS place FROM (SELECT ${rawSql(id.column)} FROM ${from}
      WHERE ${joinSql([where, isPart, ...asked], ' AND ')} ORDER BY ${orderBySql(keys)} LIMIT ${most}) ordered`,
  ];
}

const NOTHING = sql`FALSE`;

/** @returns undefined if all of the part comes after the position */
function positionSql(
  part: Part,
  [first]: readonly OrderKey[],
  keys: readonly OrderKey[],
  position: Position | undefined,
): Sql | undefined {
  if (!position) return undefined;
  const isAtNull = position[0] === null;
  if (isAtNull === (part === 'nulls')) return afterSql(keys, isAtNull ? position.slice(1) : position);
  // The position is in the other part: all of this one comes after it, or nothing.
  return (first?.nulls === 'LAST') === (part === 'nulls') ? undefined : NOTHING;
}
