/** One operator input per kind of scalar, and their SQL: the same for every entity. */
import type { GraphQLScalarType } from 'graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import { DateScalar, DateTimeScalar, DecimalScalar } from './scalars.js';
import { validationError, type AppError, type Sentence } from './errors.js';
import { isUuid } from './ids.js';
import { joinSql, rawSql, sql, type Sql, type SqlValue } from './sql.js';

/** What TypeGraphQL takes as the type of a single value. */
type FieldValue = typeof String | typeof Boolean | typeof ID | GraphQLScalarType | Readonly<Record<string, string>>;
type FieldType = () => FieldValue;

const DESCRIPTIONS = {
  eq: 'Equal to.',
  neq: 'Not equal to; records without a value count as different.',
  in: 'One of; at most 100.',
  notIn: 'None of; records without a value count as different.',
  gt: 'After, or greater than.',
  gte: 'At, after, or greater than.',
  lt: 'Before, or less than.',
  lte: 'At, before, or less than.',
  between: 'Two values: from and to, both included.',
  contains: 'Has this text in it; case and accents do not matter.',
  startsWith: 'Begins with this text, case and accents as written.',
  isNull: 'true: without a value; false: with one.',
} as const;

type Operator = keyof typeof DESCRIPTIONS;

const EQUALITY: readonly Operator[] = ['eq', 'neq', 'in', 'notIn', 'isNull'];
const COMPARISON: readonly Operator[] = [...EQUALITY, 'gt', 'gte', 'lt', 'lte', 'between'];
const LISTS: ReadonlySet<Operator> = new Set(['in', 'notIn', 'between']);

/** The operators of one member, as a caller sent them. */
export type OperatorValues = Readonly<Partial<Record<Operator, unknown>>>;

/** Makes an input type with the operators; TypeGraphQL needs a class, its members are plain. */
function operatorInput(
  name: string,
  description: string,
  type: FieldType,
  operators: readonly Operator[],
): new () => object {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its members are declared in the loop below
  class Operators {}
  for (const operator of operators) {
    const list = (): [FieldValue] => [type()];
    const itself = LISTS.has(operator) ? list : type;
    Field(operator === 'isNull' ? () => Boolean : itself, { nullable: true, description: DESCRIPTIONS[operator] })(
      Operators.prototype,
      operator,
    );
  }
  InputType(name, { description })(Operators);
  return Operators;
}

export const TextFilter = operatorInput('TextFilter', 'Conditions on a text.', () => String, [
  ...EQUALITY,
  'startsWith',
]);
export const SearchedTextFilter = operatorInput(
  'SearchedTextFilter',
  'Conditions on a text that the search index covers.',
  () => String,
  [...EQUALITY, 'startsWith', 'contains'],
);
export const IdFilter = operatorInput('IdFilter', 'Conditions on an id.', () => ID, EQUALITY);
export const BooleanFilter = operatorInput('BooleanFilter', 'Conditions on a yes or no.', () => Boolean, ['eq', 'neq']);
export const DecimalFilter = operatorInput(
  'DecimalFilter',
  'Conditions on an exact number.',
  () => DecimalScalar,
  COMPARISON,
);
export const IntFilter = operatorInput('IntFilter', 'Conditions on a whole number.', () => Int, COMPARISON);
export const DateFilter = operatorInput('DateFilter', 'Conditions on a calendar date.', () => DateScalar, COMPARISON);
export const DateTimeFilter = operatorInput(
  'DateTimeFilter',
  'Conditions on an instant.',
  () => DateTimeScalar,
  COMPARISON,
);

/** Operators for an enum that is registered already: `enumFilter('CustomerTypeFilter', CustomerType, 'a customer type')`. */
export function enumFilter(name: string, values: Readonly<Record<string, string>>, noun: string): new () => object {
  return operatorInput(name, `Conditions on ${noun}.`, () => values, EQUALITY);
}

/** How a member of a filter reaches the database. */
export interface FilterColumn {
  readonly column: string;
  /** PostgreSQL type of the column, for casts. */
  readonly type: 'text' | 'uuid' | 'boolean' | 'integer' | 'numeric' | 'date' | 'timestamptz';
  /** `column` is in lower case, and so is what it is compared with. */
  readonly ignoresCase?: true;
  /** The rows whose indexed text holds the query: makes `contains` an index's work. */
  readonly prefilter?: (query: string) => Sql;
}

export type FilterColumns = Readonly<Record<string, FilterColumn>>;

/** Any entity's filter: members with operators, and the three connectives. */
export interface Filter {
  readonly and?: readonly Filter[] | null;
  readonly or?: readonly Filter[] | null;
  readonly not?: Filter | null;
}

/** The filter that each given member has just this value; null and undefined ask for nothing. */
export function equalTo(
  members: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Filter & Readonly<Record<string, OperatorValues | null>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      value === null || value === undefined ? null : { eq: value },
    ]),
  );
}

/** A filter of more conditions, or a list of more values, is refused before any SQL. */
const MAX_CONDITIONS = 100;

interface Budget {
  conditions: number;
}

/**
 * @returns the condition, or undefined when the filter asks for nothing
 * @throws AppError VALIDATION_FAILED for a malformed id, a list over 100, or more than 100 conditions
 */
export function filterSql(filter: Filter, columns: FilterColumns, budget: Budget = { conditions: 0 }): Sql | undefined {
  const conditions: Sql[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    const condition =
      connectiveSql(name, value, columns, budget) ?? memberSql(name, columns[name], value as OperatorValues, budget);
    if (condition) conditions.push(condition);
  }
  return conditions.length === 0 ? undefined : sql`(${joinSql(conditions, ' AND ')})`;
}

function connectiveSql(name: string, value: unknown, columns: FilterColumns, budget: Budget): Sql | undefined {
  if (name === 'not') {
    const inner = filterSql(value as Filter, columns, budget);
    // A condition on a missing value is unknown, and its negation is meant to include it.
    return inner ? sql`(${inner}) IS NOT TRUE` : undefined;
  }
  if (name !== 'and' && name !== 'or') return undefined;
  const parts = (value as readonly Filter[]).map((part, index) => {
    // A part that asks for nothing costs text and time as well.
    if (index >= MAX_CONDITIONS)
      throw validationError([{ path: ['filter', name], code: 'TOO_MANY_ITEMS', message: TOO_MANY }]);
    return filterSql(part, columns, budget) ?? sql`TRUE`;
  });
  // An empty `or` matches nothing, an empty `and` everything.
  if (parts.length === 0) return name === 'or' ? sql`FALSE` : undefined;
  return sql`(${joinSql(parts, name === 'or' ? ' OR ' : ' AND ')})`;
}

function memberSql(
  name: string,
  column: FilterColumn | undefined,
  operators: OperatorValues,
  budget: Budget,
): Sql | undefined {
  if (!column) return undefined;
  const conditions = Object.entries(operators)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([operator, value]) => {
      requireSound(name, column, operator as Operator, value, budget);
      return OPERATORS[operator as Operator](column, column.ignoresCase ? toLowerCase(value) : (value as SqlValue));
    });
  return conditions.length === 0 ? undefined : joinSql(conditions, ' AND ');
}

function toLowerCase(value: unknown): SqlValue {
  if (Array.isArray(value)) return value.map((item) => String(item).toLowerCase());
  return typeof value === 'string' ? value.toLowerCase() : (value as SqlValue);
}

const TOO_MANY: Sentence = {
  fr: 'Trop de conditions ou de valeurs (100 au plus).',
  en: 'Too many conditions or values (100 at most).',
};
const NOT_A_PAIR: Sentence = { fr: '« between » attend deux valeurs.', en: '`between` takes two values.' };
const NOT_AN_ID: Sentence = { fr: "Ce n'est pas un identifiant (UUID).", en: 'This is not an id (UUID).' };

function requireSound(name: string, column: FilterColumn, operator: Operator, value: unknown, budget: Budget): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  budget.conditions += 1;
  const isTooMany = Math.max(budget.conditions, values.length) > MAX_CONDITIONS;
  const isHalf = operator === 'between' && values.length !== 2;
  const holdsIds = column.type === 'uuid' && operator !== 'isNull';
  const refuse = (code: string, message: Sentence): AppError =>
    validationError([{ path: ['filter', name, operator], code, message }]);
  if (isTooMany) throw refuse('TOO_MANY_ITEMS', TOO_MANY);
  if (isHalf) throw refuse('INVALID_FORMAT', NOT_A_PAIR);
  if (holdsIds && !values.every((item) => isUuid(String(item)))) throw refuse('INVALID_UUID', NOT_AN_ID);
}

type OperatorSql = (column: FilterColumn, value: SqlValue) => Sql;

const OPERATORS: Readonly<Record<Operator, OperatorSql>> = {
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
  startsWith: (column, value) => sql`starts_with(${nameOf(column)}, ${value})`,
  contains: (column, value) => {
    const query = String(value);
    const match = sql`app.fold(${nameOf(column)}) LIKE app.like_pattern(${query})`;
    return column.prefilter ? sql`(${column.prefilter(query)} AND ${match})` : match;
  },
};

function nameOf({ column }: FilterColumn): Sql {
  return rawSql(column);
}

function cast({ type }: FilterColumn, value: SqlValue): Sql {
  return sql`${value}${rawSql(`::${type}`)}`;
}

function isOneOf(column: FilterColumn, value: SqlValue): Sql {
  return sql`${nameOf(column)} = ANY (${value}${rawSql(`::${column.type}[]`)})`;
}
