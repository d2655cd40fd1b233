/** One operator input per scalar type, and the input of a list of related records: the same for every record type. */
import 'reflect-metadata';
import type { GraphQLScalarType } from 'graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { FilterClass, FilterColumn, RelatedType } from './filter-columns.js';
import { leavePlain } from '../graphql-schema/plain-inputs.js';
import { CostsPerValue } from '../graphql-schema/query-cost.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../graphql-schema/scalars.js';

/** What TypeGraphQL takes as the type of a single value. */
type FieldValue = typeof String | typeof Boolean | typeof ID | GraphQLScalarType | Readonly<Record<string, string>>;

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
  contains: 'Has this text in it; case and accents do not matter. At most 5 in one filter.',
  has: 'A list with this value in it.',
  hasAny: 'A list with at least one of these values in it; at most 100.',
  hasAll: 'A list with all of these values in it; at most 100.',
  startsWith: 'Begins with this text, case and accents as written.',
  isNull: 'true: without a value; false: with one. The other operators take no null.',
} as const;

export type Operator = keyof typeof DESCRIPTIONS;

const EQUALITY: readonly Operator[] = ['eq', 'neq', 'in', 'notIn', 'isNull'];
const COMPARISON: readonly Operator[] = [...EQUALITY, 'gt', 'gte', 'lt', 'lte', 'between'];
const YES_OR_NO: readonly Operator[] = ['eq', 'neq', 'isNull'];
const LISTS: ReadonlySet<Operator> = new Set(['in', 'notIn', 'between', 'hasAny', 'hasAll']);

/** The operators of one field, as a caller sent them. */
export type OperatorValues = Readonly<Partial<Record<Operator, unknown>>>;

/** Of every filter and order by the time of the last change: such a watermark misses what commits late. */
export const UPDATED_AT_NOTE =
  'It is when the change was made, not when it became visible: who asks for what is newer than the last time misses changes that commit late. To follow changes use `changes` (REST: /v1/commercial/changes).';

/** What a condition costs for each value; docs/query-cost.md says how it was measured. */
const COMPARISON_COST = 5;
const TEXT_COMPARISON_COST = 30;
/** Of operators that do more than compare. */
const OPERATOR_COSTS: Readonly<Partial<Record<Operator, number>>> = { startsWith: 80, contains: 700 };

/** The PostgreSQL type of the columns that such operators compare; text for String and enums. */
const COLUMN_TYPES: ReadonlyMap<FieldValue, FilterColumn['type']> = new Map<FieldValue, FilterColumn['type']>([
  [ID, 'uuid'],
  [Boolean, 'boolean'],
  [Int, 'integer'],
  [DecimalScalar, 'numeric'],
  [DateScalar, 'date'],
  [DateTimeScalar, 'timestamptz'],
]);

/** The operators of one type of column. */
export interface OperatorInput extends FilterClass {
  readonly columnType: FilterColumn['type'];
  /** Whether it has `contains`, which needs the search index. */
  readonly isSearched: boolean;
}

/** Makes an input type with the operators; TypeGraphQL needs a class, its fields are plain. */
function operatorInput(
  name: string,
  description: string,
  type: FieldValue,
  operators: readonly Operator[],
): OperatorInput {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its fields are declared in the loop below
  class Operators {
    static readonly columnType = COLUMN_TYPES.get(type) ?? 'text';
    static readonly isSearched = operators.includes('contains');
  }
  const comparisonCost = type === String ? TEXT_COMPARISON_COST : COMPARISON_COST;
  for (const operator of operators) {
    const valueType = operator === 'isNull' ? Boolean : type;
    Field(() => (LISTS.has(operator) ? [type] : valueType), { nullable: true, description: DESCRIPTIONS[operator] })(
      Operators.prototype,
      operator,
    );
    CostsPerValue(OPERATOR_COSTS[operator] ?? comparisonCost)(Operators.prototype, operator);
  }
  InputType(name, { description })(Operators);
  leavePlain(Operators);
  return Operators;
}

const TEXT_OPERATORS: readonly Operator[] = [...EQUALITY, 'startsWith'];
const SEARCHED = 'Conditions on a text that the search index covers.';
export const TextFilter = operatorInput('TextFilter', 'Conditions on a text.', String, TEXT_OPERATORS);
export const SearchedTextFilter = operatorInput('SearchedTextFilter', SEARCHED, String, [
  ...TEXT_OPERATORS,
  'contains',
]);
export const TextListFilter = operatorInput('TextListFilter', 'Conditions on a list of texts.', String, [
  'has',
  'hasAny',
  'hasAll',
]);
/** Comparing texts of up to 20 000 characters would read each from where PostgreSQL keeps it, beside its row. */
export const PresenceFilter = operatorInput('PresenceFilter', 'Whether a long text is there.', String, ['isNull']);
export const IdFilter = operatorInput('IdFilter', 'Conditions on an id.', ID, EQUALITY);
export const BooleanFilter = operatorInput('BooleanFilter', 'Conditions on a yes or no.', Boolean, YES_OR_NO);
export const DecimalFilter = operatorInput(
  'DecimalFilter',
  'Conditions on an exact number.',
  DecimalScalar,
  COMPARISON,
);
export const IntFilter = operatorInput('IntFilter', 'Conditions on a whole number.', Int, COMPARISON);
export const DateFilter = operatorInput('DateFilter', 'Conditions on a calendar date.', DateScalar, COMPARISON);
export const DateTimeFilter = operatorInput('DateTimeFilter', 'Conditions on an instant.', DateTimeScalar, COMPARISON);

/** Operators for an enum that is registered already: `enumFilter('CustomerTypeFilter', CustomerType, 'a customer type')`. */
export function enumFilter(name: string, values: Readonly<Record<string, string>>, meaning: string): OperatorInput {
  return operatorInput(name, `Conditions on ${meaning}.`, values, EQUALITY);
}

/** Conditions on records that belong to another one. */
export interface RelatedListInput extends FilterClass {
  readonly target: RelatedType;
}

const SOME = 'There is at least one for which this holds; {} asks for any.';
const NONE = 'There is not one for which this holds; {} asks for none at all.';

/** Conditions on the records of a type that belong to another record: `{ some: …, none: … }`, both hold together. */
export function relatedListFilter(name: string, plural: string, target: RelatedType): RelatedListInput {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its fields are declared below
  class RelatedList {
    static readonly target = target;
  }
  const itself = (): FilterClass => target.input;
  Field(itself, { nullable: true, description: SOME })(RelatedList.prototype, 'some');
  Field(itself, { nullable: true, description: NONE })(RelatedList.prototype, 'none');
  InputType(name, { description: `Conditions on the ${plural} of a record, deleted ones aside.` })(RelatedList);
  leavePlain(RelatedList);
  return RelatedList;
}
