/** Plans the cost of an operation, once per document: the fields that return objects, their number, and the cost of their conditions. */
import {
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type GraphQLCompositeType,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { planConditions, type ConditionCounter } from './condition-plan.js';
import type { SelectedField, SelectFields } from './selection.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';
import { listBoundOf } from '../graphql-schema/query-cost.js';

/** The size of a page without `first` and `last`, and the largest size that resolvers accept. */
const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** A field that returns objects. Scalars are free and not included. */
export interface CostedField {
  readonly responseName: string;
  /** The largest number of objects that the field can return. */
  readonly countRows: RowCounter;
  /** undefined: the field has no filter and no search. */
  readonly countConditions: ConditionCounter | undefined;
  /** The fields that are selected on each of these objects. */
  readonly below: readonly CostedField[];
}

type RowCounter = (variables: CoercedVariables) => number;

/** The costed fields that the selection sets select on a type. */
export function planFields(
  select: SelectFields,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): readonly CostedField[] {
  return select(type, sets).map((field) => planField(select, field, rowCounter(field)));
}

function planField(select: SelectFields, field: SelectedField, countRows: RowCounter): CostedField {
  const { responseName, type, below } = field;
  const countConditions = planConditions(field);
  if (!isConnection(type)) {
    return { responseName, countRows, countConditions, below: planFields(select, type, below) };
  }
  // The connection itself is one object. Each of its lists contains the whole page, once for each alias.
  const fields = select(type, below).map((field) =>
    planField(select, field, holdsRows(field) ? countRows : rowCounter(field)),
  );
  return { responseName, countRows: () => 1, countConditions, below: fields };
}

function holdsRows({ name }: SelectedField): boolean {
  return name === 'nodes' || name === 'edges';
}

function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type) || !type.name.endsWith('Connection')) return false;
  const { nodes, edges } = type.getFields();
  return nodes !== undefined || edges !== undefined;
}

/**
 * Counts one object for a single field, a page for a connection, and for a list the number that `first`, `last` or `ids` ask for or
 * else its bound. The resolver rejects numbers above the bound, so they add no cost.
 */
function rowCounter(field: SelectedField): RowCounter {
  const { node, definition, type } = field;
  if (!isConnection(type) && !isListType(getNullableType(definition.type))) return () => 1;
  const asked = (node.arguments ?? []).flatMap(({ name, value }) => sizeReaders[name.value]?.(value) ?? []);
  const bound = listBoundOf(definition) ?? MAX_PAGE;
  const otherwise = defaultSize(field, bound);
  return (variables) => {
    const sizes = asked.map((read) => read(variables)).filter((size) => size !== undefined);
    return Math.min(bound, Math.max(0, ...(sizes.length === 0 ? [otherwise] : sizes)));
  };
}

function defaultSize({ definition, type }: SelectedField, bound: number): number {
  const first = definition.args.find(({ name }) => name === 'first');
  if (typeof first?.defaultValue === 'number') return first.defaultValue;
  return first !== undefined || isConnection(type) ? DEFAULT_PAGE : bound;
}

type SizeReader = (variables: CoercedVariables) => number | undefined;

const sizeReaders: Readonly<Partial<Record<string, (value: ValueNode) => SizeReader>>> = {
  first: pageSize,
  last: pageSize,
  ids: listLength,
};

function pageSize(value: ValueNode): SizeReader {
  if (value.kind === Kind.INT) return () => Number(value.value);
  if (value.kind !== Kind.VARIABLE) return () => undefined;
  return (variables) => {
    const size = variables[value.name.value];
    return typeof size === 'number' ? size : undefined;
  };
}

/** A single value counts as a list of one (list input coercion). */
function listLength(value: ValueNode): SizeReader {
  if (value.kind === Kind.LIST) return () => value.values.length;
  if (value.kind !== Kind.VARIABLE) return () => 1;
  return (variables) => {
    const list = variables[value.name.value];
    return Array.isArray(list) ? list.length : undefined;
  };
}
