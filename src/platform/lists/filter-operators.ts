/** The operators of filters as SQL. */
import { rawSql, sql, type Sql, type SqlValue } from '../postgres/sql.js';
import type { FilterColumn } from './filter-columns.js';
import type { Operator } from './filter-inputs.js';
import { containsSql, type FoundTexts } from './text-conditions.js';

type OperatorSql = (column: FilterColumn, value: SqlValue, found: FoundTexts | undefined) => Sql;

/** The condition that a column meets an operator with a value of the operator's type. */
export const OPERATORS: Readonly<Record<Operator, OperatorSql>> = {
  eq: (column, value) => sql`${nameOf(column)} = ${cast(column, value)}`,
  neq: (column, value) => sql`${nameOf(column)} IS DISTINCT FROM ${cast(column, value)}`,
  in: (column, value) => isOneOf(column, value),
  notIn: (column, value) => sql`(${isOneOf(column, value)}) IS NOT TRUE`,
  gt: (column, value) => sql`${nameOf(column)} > ${cast(column, value)}`,
  gte: (column, value) => sql`${nameOf(column)} >= ${cast(column, value)}`,
  lt: (column, value) => sql`${nameOf(column)} < ${cast(column, value)}`,
  lte: (column, value) => sql`${nameOf(column)} <= ${cast(column, value)}`,
  between: (column, value) => {
    const [from = null, to = null] = Array.isArray(value) ? (value as readonly SqlValue[]) : [];
    return sql`${nameOf(column)} BETWEEN ${cast(column, from)} AND ${cast(column, to)}`;
  },
  isNull: (column, value) => sql`${nameOf(column)} IS ${rawSql(value === true ? 'NULL' : 'NOT NULL')}`,
  has: (column, value) => sql`${nameOf(column)} @> ARRAY[${cast(column, value)}]`,
  hasAny: (column, value) => sql`${nameOf(column)} && ${castList(column, value)}`,
  hasAll: (column, value) => sql`${nameOf(column)} @> ${castList(column, value)}`,
  startsWith: (column, value) => sql`starts_with(${nameOf(column)}, ${value})`,
  contains: (column, value, found) => containsSql(column, String(value), found),
};

function nameOf({ column }: FilterColumn): Sql {
  return rawSql(column);
}

function cast({ type }: FilterColumn, value: SqlValue): Sql {
  return sql`${value}${rawSql(`::${type}`)}`;
}

function castList({ type }: FilterColumn, values: SqlValue): Sql {
  return sql`${values}${rawSql(`::${type}[]`)}`;
}

function isOneOf(column: FilterColumn, values: SqlValue): Sql {
  return sql`${nameOf(column)} = ANY (${castList(column, values)})`;
}
