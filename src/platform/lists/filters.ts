/** Filters as SQL: fields with operators, relations to other record types, and the three connectives; the same for every entity. */
import { validationError, type AppError, type Sentence } from '../errors/errors.js';
import type { Operator, OperatorValues } from './filter-inputs.js';
import { isUuid, NOT_AN_ID } from '../values/ids.js';
import {
  toCaseless,
  type Filter,
  type FilterColumn,
  type FilterColumns,
  type FilterRelation,
  type RelatedList,
} from './filter-columns.js';
import { MAX_LOOKED_UP, readLookedUpText } from '../input/looked-up-text.js';
import { joinSql, rawSql, sql, type Sql, type SqlValue } from '../postgres/sql.js';
import { OPERATORS } from './filter-operators.js';
import type { FoundTexts } from './text-conditions.js';

/** The filter for records whose fields have these values; null and undefined are no condition. */
export function equalTo(
  fields: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Filter & Readonly<Record<string, OperatorValues | null>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === null || value === undefined ? null : { eq: value }]),
  );
}

/** A filter of more conditions, or a list of more values, is rejected before any SQL. A relation is a condition as well. */
const MAX_CONDITIONS = 100;
/** Each `contains` looks into a text of every row that is left. */
const MAX_CONTAINS = 5;
/** How many relations may follow each other: `contacts(filter: { customer: { opportunities: … } })`. */
const MAX_RELATIONS = 2;

/** A position in a filter, and what its SQL depends on. */
interface Position {
  readonly tenantId: string;
  readonly columns: FilterColumns;
  /** Shared by the whole filter. */
  readonly budget: { conditions: number; contains: number };
  /** From the root: `filter`, `customer`, `contacts`, `some`. */
  readonly path: readonly string[];
  /** Relations on that path. */
  readonly depth: number;
  /** Rows that hold its texts, as looked up; undefined below a negation, where the lookup does not help. */
  readonly found: FoundTexts | undefined;
}

/**
 * @param tenantId whose records relations lead to; the filtered ones themselves are the caller's care
 * @param found which rows hold its texts, where that was looked up
 * @returns the condition, or undefined when the filter asks for nothing
 * @throws AppError VALIDATION_FAILED for a malformed id, a list over 100, more than 100 conditions or 5 `contains`, or a third relation
 */
export function filterSql(
  tenantId: string,
  filter: Filter,
  columns: FilterColumns,
  found?: FoundTexts,
): Sql | undefined {
  const budget = { conditions: 0, contains: 0 };
  return conditionSql(filter, { tenantId, columns, budget, path: ['filter'], depth: 0, found });
}

/**
 * A condition that no row meets. What contains it is folded to it before any SQL: Citus cannot distribute `EXISTS (… AND FALSE)`.
 */
const NEVER = sql`FALSE`;

function conditionSql(filter: Filter, position: Position): Sql | undefined {
  const conditions: Sql[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    const condition = connectiveSql(name, value, position) ?? fieldSql(name, value, position);
    if (condition) conditions.push(condition);
  }
  return allSql(conditions);
}

function connectiveSql(name: string, value: unknown, position: Position): Sql | undefined {
  if (name === 'not') {
    const inner = conditionSql(value as Filter, { ...position, found: undefined });
    if (inner === NEVER) return undefined;
    // A condition on a missing value is unknown, and its negation is meant to include it.
    return inner ? sql`(${inner}) IS NOT TRUE` : undefined;
  }
  if (name !== 'and' && name !== 'or') return undefined;
  const parts = (value as readonly Filter[]).map((part, index) => {
    // A part that asks for nothing costs text and time as well.
    if (index >= MAX_CONDITIONS) throw rejection([...position.path, name], 'TOO_MANY_ITEMS', TOO_MANY);
    return conditionSql(part, position);
  });
  return name === 'or' ? anySql(parts) : allSql(parts);
}

/** An empty `or` matches nothing. An `or` with a part without conditions has none itself, also below a `not`; `filterForm` agrees. */
function anySql(parts: readonly (Sql | undefined)[]): Sql | undefined {
  const asking = parts.filter((part) => part !== undefined);
  if (asking.length < parts.length) return undefined;
  const possible = asking.filter((part) => part !== NEVER);
  return possible.length === 0 ? NEVER : sql`(${joinSql(possible, ' OR ')})`;
}

function allSql(parts: readonly (Sql | undefined)[]): Sql | undefined {
  const asking = parts.filter((part) => part !== undefined);
  if (asking.includes(NEVER)) return NEVER;
  return asking.length === 0 ? undefined : sql`(${joinSql(asking, ' AND ')})`;
}

function fieldSql(name: string, value: unknown, position: Position): Sql | undefined {
  const field = position.columns[name];
  if (!field) return undefined;
  const inside = { ...position, path: [...position.path, name] };
  if ('target' in field) return relationSql(field, value as Filter & RelatedList, inside);
  return columnSql(field, value as OperatorValues, inside);
}

function columnSql(column: FilterColumn, operators: OperatorValues, position: Position): Sql {
  const conditions = Object.entries(operators)
    .filter(([, value]) => value !== undefined)
    .map(([operator, value]) => {
      requireSound(column, operator as Operator, value, position);
      const operand = readOperand(column, value, [...position.path, operator]);
      // An operand has the type of its field's operator input.
      return OPERATORS[operator as Operator](column, operand as SqlValue, position.found);
    });
  // Programs write `{ eq: x }` with an `x` that they do not have: the whole list is not what they want.
  if (conditions.length === 0) throw rejection(position.path, 'REQUIRED', NO_OPERATOR);
  return joinSql(conditions, ' AND ');
}

function relationSql(relation: FilterRelation, value: Filter & RelatedList, position: Position): Sql | undefined {
  if (!relation.toMany) return existsSql(relation, value, position);
  const { some, none } = value;
  const { target } = relation;
  if (some === undefined && none === undefined) throw rejection(position.path, 'REQUIRED', NO_QUANTIFIER);
  const conditions: Sql[] = [];
  if (some)
    conditions.push(existsSql(relation, target.listed(some), { ...position, path: [...position.path, 'some'] }));
  const negated = { ...position, path: [...position.path, 'none'], found: undefined };
  if (none) {
    const exists = existsSql(relation, target.listed(none), negated);
    if (exists !== NEVER) conditions.push(sql`NOT ${exists}`);
  }
  return allSql(conditions);
}

/** True when such a record exists and matches the filter. The alias contains the depth, so no two on one path are equal. */
function existsSql({ target, column, equals }: FilterRelation, filter: Filter, position: Position): Sql {
  const { tenantId, budget } = position;
  const depth = position.depth + 1;
  budget.conditions += 1;
  if (depth > MAX_RELATIONS) throw rejection(position.path, 'TOO_DEEP', TOO_DEEP);
  if (budget.conditions > MAX_CONDITIONS) throw rejection(position.path, 'TOO_MANY_ITEMS', TOO_MANY);
  const name = `${target.alias}${depth}`;
  const alias = rawSql(name);
  const condition = conditionSql(filter, { ...position, columns: target.columns(name), depth });
  if (condition === NEVER) return NEVER;
  return sql`EXISTS (SELECT 1 FROM ${rawSql(target.table)} ${alias} WHERE ${alias}.tenant_id = ${tenantId}
    AND ${alias}.deleted_at IS NULL AND ${alias}.${rawSql(column)} = ${rawSql(equals)}${condition ? sql` AND ${condition}` : sql``})`;
}

/** What a column is compared with: a text, or each of a list, as it would be stored. @throws AppError VALIDATION_FAILED (TOO_LONG) */
export function readOperand(column: FilterColumn, value: unknown, path: readonly (string | number)[]): unknown {
  return column.type === 'text' ? readTexts(column, value, path) : value;
}

function readTexts(column: FilterColumn, value: unknown, path: readonly (string | number)[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => readTexts(column, item, [...path, index]));
  if (typeof value !== 'string') return value;
  const text = readLookedUpText(value, { form: column.form ?? 'free', max: MAX_LOOKED_UP }, path);
  return column.ignoresCase ? toCaseless(text) : text;
}

const TOO_MANY: Sentence = {
  fr: 'Trop de conditions ou de valeurs (100 au plus).',
  en: 'Too many conditions or values (100 at most).',
};
const TOO_MANY_CONTAINS: Sentence = {
  fr: `Un filtre a au plus ${MAX_CONTAINS} conditions « contains ».`,
  en: `A filter has at most ${MAX_CONTAINS} \`contains\` conditions.`,
};
const NULL_OPERAND: Sentence = {
  fr: 'Un opérateur ne se compare pas à null : « isNull: true » demande les enregistrements sans valeur.',
  en: 'An operand cannot be null: `isNull: true` asks for records without a value.',
};
const NO_OPERATOR: Sentence = {
  fr: 'Un opérateur est attendu ; « isNull » demande si une valeur existe.',
  en: 'An operator is expected; `isNull` asks whether there is a value.',
};
const NO_QUANTIFIER: Sentence = { fr: '« some » ou « none » est attendu.', en: '`some` or `none` is expected.' };
const NOT_A_PAIR: Sentence = { fr: '« between » attend deux valeurs.', en: '`between` takes two values.' };

const TOO_DEEP: Sentence = {
  fr: 'Un filtre passe par deux relations au plus, par exemple contacts → client → opportunités.',
  en: 'A filter goes through two relations at most, for example contacts → customer → opportunities.',
};

function rejection(path: readonly string[], code: string, message: Sentence): AppError {
  return validationError([{ path, code, message }]);
}

function requireSound(column: FilterColumn, operator: Operator, value: unknown, { budget, path }: Position): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isHalf = operator === 'between' && values.length !== 2;
  const holdsIds = column.type === 'uuid' && operator !== 'isNull';
  const here = [...path, operator];
  if (value === null) throw rejection(here, 'REQUIRED', NULL_OPERAND);
  takeFrom(budget, operator, values.length, here);
  if (isHalf) throw rejection(here, 'INVALID_FORMAT', NOT_A_PAIR);
  if (holdsIds && !values.every((item) => isUuid(String(item)))) throw rejection(here, 'INVALID_UUID', NOT_AN_ID);
}

function takeFrom(budget: Position['budget'], operator: Operator, values: number, here: readonly string[]): void {
  budget.conditions += 1;
  if (operator === 'contains') budget.contains += 1;
  if (Math.max(budget.conditions, values) > MAX_CONDITIONS) throw rejection(here, 'TOO_MANY_ITEMS', TOO_MANY);
  if (budget.contains > MAX_CONTAINS) throw rejection(here, 'TOO_MANY_ITEMS', TOO_MANY_CONTAINS);
}
