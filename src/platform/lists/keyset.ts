/** Orders and keyset pagination, without OFFSET. Each row has one position in an order; positions may contain nulls. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isCalendarDate, toUtcInstant } from '../values/calendar.js';
import { AppError } from '../errors/errors.js';
import { isUuid } from '../values/ids.js';
import { isStorable } from '../values/text.js';
import { joinSql, rawSql, sql, type Sql, type SqlValue } from '../postgres/sql.js';

/** How a column's values compare and are written in a cursor. */
export type OrderColumnType = 'text' | 'instant' | 'date' | 'decimal' | 'integer' | 'boolean' | 'uuid';

/** A column that lists can be ordered by. */
export interface OrderColumn {
  readonly column: string;
  /** The row's field that holds the value. */
  readonly property: string;
  readonly type: OrderColumnType;
  readonly nullable?: true;
  /** Whether its index holds only rows with a value. */
  readonly isIndexedWithoutNulls?: true;
}

/** One key of an order. The last key of every order must be unique and without nulls (`id`). */
export interface OrderKey extends OrderColumn {
  readonly direction: 'ASC' | 'DESC';
  readonly nulls: 'FIRST' | 'LAST';
}

export type Position = readonly (string | number | boolean | null)[];

/** By column type: the cast of a value, and whether a value in a cursor is one of the type. */
const TYPES: Readonly<Record<OrderColumnType, { readonly cast: string; readonly holds: (value: unknown) => boolean }>> =
  {
    text: { cast: '', holds: isText(isStorable) },
    instant: { cast: '::timestamptz', holds: isText((value) => toUtcInstant(value) === value) },
    date: { cast: '::date', holds: isText(isCalendarDate) },
    decimal: { cast: '::numeric', holds: isText((value) => /^-?\d{1,15}(\.\d{1,6})?$/.test(value)) },
    integer: { cast: '::bigint', holds: Number.isSafeInteger },
    boolean: { cast: '::boolean', holds: (value) => typeof value === 'boolean' },
    uuid: { cast: '::uuid', holds: isText((value) => isUuid(value) && value === value.toLowerCase()) },
  };

function isText(test: (value: string) => boolean): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && test(value);
}

/** The order read from its end to its beginning. */
export function reverseOrder(keys: readonly OrderKey[]): OrderKey[] {
  return keys.map((key) => ({
    ...key,
    direction: key.direction === 'ASC' ? 'DESC' : 'ASC',
    nulls: key.nulls === 'FIRST' ? 'LAST' : 'FIRST',
  }));
}

/** `c.name, c.id DESC` … PostgreSQL's default order of nulls is omitted, so that plain indexes serve it. */
export function orderBySql(keys: readonly OrderKey[]): Sql {
  const parts = keys.map((key) => {
    const native = key.direction === 'ASC' ? 'LAST' : 'FIRST';
    const nulls = key.nullable && key.nulls !== native ? ` NULLS ${key.nulls}` : '';
    return `${key.column}${key.direction === 'DESC' ? ' DESC' : ''}${nulls}`;
  });
  return rawSql(parts.join(', '));
}

/** The condition that a row comes strictly after the position. */
export function afterSql(keys: readonly OrderKey[], position: Position): Sql {
  const plain = keys.every((key) => !key.nullable && key.direction === keys[0]?.direction);
  if (plain) return rowComparison(keys, position);
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((before, i) => equals(before, position[i] ?? null));
    return sql`(${joinSql([...equal, follows(key, position[index] ?? null)], ' AND ')})`;
  });
  return sql`(${joinSql(alternatives, ' OR ')})`;
}

/** `(name, id) > ($1, $2)`: the form that an index in this order starts at. */
function rowComparison(keys: readonly OrderKey[], position: Position): Sql {
  const columns = rawSql(keys.map((key) => key.column).join(', '));
  const values = joinSql(
    keys.map((key, index) => valueSql(key, position[index] ?? null)),
    ', ',
  );
  return sql`(${columns}) ${rawSql(keys[0]?.direction === 'DESC' ? '<' : '>')} (${values})`;
}

function valueSql(key: OrderKey, value: SqlValue): Sql {
  return sql`${value}${rawSql(TYPES[key.type].cast)}`;
}

function equals(key: OrderKey, value: SqlValue): Sql {
  const column = rawSql(key.column);
  return value === null ? sql`${column} IS NULL` : sql`${column} = ${valueSql(key, value)}`;
}

function follows(key: OrderKey, value: SqlValue): Sql {
  const column = rawSql(key.column);
  if (value === null) return key.nulls === 'LAST' ? sql`FALSE` : sql`${column} IS NOT NULL`;
  const beyond = sql`${column} ${rawSql(key.direction === 'ASC' ? '>' : '<')} ${valueSql(key, value)}`;
  return key.nullable && key.nulls === 'LAST' ? sql`(${beyond} OR ${column} IS NULL)` : beyond;
}

const INVALID = {
  fr: "Ce curseur n'est pas valable ici : il appartient à une autre liste, un autre filtre ou un autre tri.",
  en: 'This cursor is not valid here: it belongs to another list, filter or order.',
};

/**
 * What a cursor is bound to: tenant, list, filter and order. Used elsewhere it is INVALID_CURSOR.
 * @param parts JSON values that make the list what it is
 */
export function cursorScope(...parts: readonly unknown[]): string {
  const text = JSON.stringify(parts);
  let scope = scopes.get(text);
  if (scope === undefined) {
    scope = createHash('sha256').update(JSON.stringify(parts, inOrderOfNames)).digest('base64url').slice(0, 16);
    if (text.length <= MAX_KEPT_LENGTH) scopes.set(text, scope);
  }
  return scope;
}

/** Scopes of lists that are read repeatedly. Those of long filters are not kept. */
const MAX_KEPT_LENGTH = 2000;
const scopes = new LRUCache<string, string>({ max: 1000 });

/** The order of the fields of a filter does not matter. */
function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * An order as a part of a scope. Cursors that clients hold were made with the name `kind` for the type, so it stays: another name would
 * make each of them INVALID_CURSOR.
 */
export function orderForm(order: readonly OrderKey[]): readonly object[] {
  return order.map((key) => {
    const { column, property, nullable, direction, nulls, type: kind } = key;
    return nullable
      ? { column, property, nullable, direction, nulls, kind }
      : { column, property, direction, nulls, kind };
  });
}

/** Deleted records as a part of a scope: nothing for live ones, whose cursors clients hold. */
export function deletedForm(deleted: boolean | undefined): readonly string[] {
  return deleted ? ['deleted'] : [];
}

/** Opaque text for the row's position in the order. */
export function encodeCursor(scope: string, keys: readonly OrderKey[], row: Readonly<Record<string, unknown>>): string {
  const values = keys.map((key) => row[key.property] ?? null);
  return Buffer.from(JSON.stringify([scope, ...values])).toString('base64url');
}

/** @returns the position that a cursor of the same scope stands for @throws AppError INVALID_CURSOR */
export function decodeCursor(scope: string, keys: readonly OrderKey[], cursor: string): Position {
  const [cursorsScope, ...values] = parseCursor(cursor);
  const valid =
    cursorsScope === scope &&
    values.length === keys.length &&
    keys.every((key, index) => isValueOf(key, values[index]));
  if (!valid) throw new AppError('INVALID_CURSOR', INVALID);
  return values as Position;
}

function parseCursor(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** A caller can forge a cursor, so its values must be of the columns' types. */
function isValueOf(key: OrderKey, value: unknown): boolean {
  return value === null ? key.nullable === true : TYPES[key.type].holds(value);
}
