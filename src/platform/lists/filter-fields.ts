/** Decorators of a filter's fields: each declares the GraphQL field and its column or relation. */
import { Field, InputType } from 'type-graphql';
import { leavePlain } from '../graphql-schema/plain-inputs.js';
import { CostsPerCondition } from '../graphql-schema/query-cost.js';
import { toRestName } from '../values/text.js';
import {
  declareField,
  type FieldSource,
  type FilterClass,
  type FilterColumn,
  type RelatedType,
} from './filter-columns.js';
import type { OperatorInput, RelatedListInput } from './filter-inputs.js';

/** The input of a filter: the fields of the class, and `and`, `or` and `not`. @param plural what it filters */
export function FilterInput(plural: string): (Filter: FilterClass) => void {
  return (Filter) => {
    const connective = (name: string, type: () => FilterClass | [FilterClass], description: string): void => {
      Field(type, { nullable: true, description })(Filter.prototype, name);
    };
    connective('and', () => [Filter], 'All of these.');
    connective('or', () => [Filter], 'At least one of these.');
    connective('not', () => Filter, 'Not this.');
    InputType({ description: `Conditions on ${plural}. All fields of one object must hold (and).` })(Filter);
    leavePlain(Filter);
  };
}

/** Additional cost of a condition that ignores case: PostgreSQL lower-cases the value of each row. */
const CASELESS_COST = 100;

/**
 * A condition on the column that has the field's name. The input of its operators says of which type the column is, and whether
 * the search index covers it.
 */
export function ColumnCondition(
  operators: OperatorInput,
  description: string,
  options: Partial<Pick<FilterColumn, 'type' | 'form' | 'ignoresCase' | 'isAllSearched'>> = {},
): PropertyDecorator {
  const { columnType: type, isSearched } = operators;
  const condition = decorate(
    () => operators,
    description,
    (name) => (searched) => {
      const column = `${searched.alias}.${toRestName(name)}`;
      return {
        type,
        ...options,
        column: options.ignoresCase ? caselessSql(column) : column,
        ...(isSearched ? { searched } : {}),
      };
    },
  );
  return (prototype, key) => {
    condition(prototype, key);
    if (options.ignoresCase) CostsPerCondition(CASELESS_COST)(prototype, key);
  };
}

/** A condition on the record whose id the row has in `<field>_id`. */
export function RecordCondition(target: RelatedType, description: string): PropertyDecorator {
  const source =
    (name: string): FieldSource =>
    ({ alias }) => ({
      target,
      column: 'id',
      equals: `${alias}.${toRestName(name)}_id`,
      toMany: false,
    });
  return decorate(() => target.input, description, source);
}

/** Conditions on the records that have the row's id in `column`. */
export function ListCondition(input: RelatedListInput, column: string, description: string): PropertyDecorator {
  const { target } = input;
  return decorate(
    () => input,
    description,
    () =>
      ({ alias }) => ({ target, column, equals: `${alias}.id`, toMany: true }),
  );
}

function decorate(
  type: () => FilterClass,
  description: string,
  sourceOf: (name: string) => FieldSource,
): PropertyDecorator {
  return (prototype, key) => {
    Field(type, { nullable: true, description })(prototype, key);
    declareField(prototype, String(key), sourceOf(String(key)));
  };
}

/** A column in lower case, with σ for ς, independent of the server's locale. `toCaseless` does the same for operands. */
function caselessSql(column: string): string {
  return `replace(lower(${column} COLLATE "und-x-icu"), 'ς', 'σ')`;
}
