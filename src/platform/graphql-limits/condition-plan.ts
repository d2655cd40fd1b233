/**
 * The cost of the filters and searches of a field. The cost of a condition is the work of PostgreSQL on all rows of a large tenant,
 * however many rows match. docs/query-cost.md has the formula and the measurements.
 */
import {
  getNamedType,
  isInputObjectType,
  Kind,
  valueFromAST,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type ValueNode,
} from 'graphql';
import { costOfFilter, costPerConditionOf, costPerValueOf } from '../graphql-schema/query-cost.js';
import { getOrMake } from '../values/get-or-make.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';
import type { SelectedField } from './selection.js';

/** @returns the cost of a field's conditions with the variables of one request */
export type ConditionCounter = (variables: CoercedVariables) => number;

/** Cost of a filter: it reads the rows of a list without an index. */
const FILTER = 150;
/** Cost of a condition on a relation: it searches the related records, whatever the condition inside it. */
const RELATION = 500;
/** Factor for conditions inside a relation: there may be more related records than records in the list. */
const PER_RELATION = 2;
/** Cost of the search arguments: `search` of a list, `query` of the search over all record types. */
const SEARCHES: Readonly<Partial<Record<string, number>>> = { search: 700, query: 940 };
/** The filter itself rejects longer lists of values. */
const MAX_VALUES = 100;
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** @returns undefined for a field without conditions, as nearly all fields are */
export function planConditions({
  node,
  definition,
}: Pick<SelectedField, 'node' | 'definition'>): ConditionCounter | undefined {
  const counters = definition.args.flatMap((argument) => {
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    return planArgument(argument, given) ?? [];
  });
  const [only, ...others] = counters;
  if (only === undefined || others.length === 0) return only;
  return (variables) => counters.reduce((cost, count) => cost + count(variables), 0);
}

/** A number when the value contains no variables, otherwise a function that is called for each request. */
type Cost = number | ConditionCounter;

/** @returns undefined for an argument that is not a condition or costs nothing */
function planArgument(argument: GraphQLArgument, given: ValueNode | undefined): ConditionCounter | undefined {
  const named = getNamedType(argument.type);
  if (!isInputObjectType(named)) return counterOf(searchCost(argument, given), 0);
  if (!holdsConditions(named)) return undefined;
  const around = isFilter(named) ? (costOfFilter(named) ?? FILTER) : 0;
  return counterOf(
    given && given.kind !== Kind.VARIABLE
      ? costOfNode(named, given, AT_ROOT)
      : costOfGiven(argument, given, (value) => costOfValue(named, value, AT_ROOT)),
    around,
  );
}

function searchCost(argument: GraphQLArgument, given: ValueNode | undefined): Cost {
  const search = SEARCHES[argument.name];
  if (search === undefined) return 0;
  return costOfGiven(argument, given, (value) => (isGiven(value) && value !== '' ? search : 0));
}

/** The cost of an argument that is absent, a variable or a literal without objects. */
function costOfGiven(
  { type, defaultValue }: GraphQLArgument,
  given: ValueNode | undefined,
  costOf: (value: unknown) => number,
): Cost {
  if (given === undefined) return costOf(defaultValue);
  if (given.kind !== Kind.VARIABLE) return costOf(valueFromAST(given, type));
  const name = given.name.value;
  return (variables) => costOf(Object.hasOwn(variables, name) ? variables[name] : defaultValue);
}

function counterOf(cost: Cost, around: number): ConditionCounter | undefined {
  if (typeof cost !== 'number') {
    return (variables) => {
      const inner = cost(variables);
      return inner === 0 ? 0 : around + inner;
    };
  }
  return cost === 0 ? undefined : () => around + cost;
}

function sumOf(costs: readonly Cost[]): Cost {
  const counters = costs.filter((cost) => typeof cost !== 'number');
  const known = costs.reduce<number>((sum, cost) => (typeof cost === 'number' ? sum + cost : sum), 0);
  if (counters.length === 0) return known;
  return (variables) => counters.reduce((sum, count) => sum + count(variables), known);
}

/**
 * The cost of a literal of this type or of a list of it. Agrees with `costOfValue`, which takes the value that the literal stands for.
 */
function costOfNode(type: GraphQLInputObjectType, node: ValueNode, position: Position): Cost {
  if (node.kind === Kind.VARIABLE) return (variables) => costOfValue(type, variables[node.name.value], position);
  if (node.kind === Kind.LIST) return sumOf(node.values.map((item) => costOfNode(type, item, position)));
  if (node.kind !== Kind.OBJECT) return 0;
  const fields = type.getFields();
  return sumOf(
    node.fields.map(({ name, value }) => {
      const field = fields[name.value];
      return field && value.kind !== Kind.NULL ? costOfFieldNode(field, value, position) : 0;
    }),
  );
}

function costOfFieldNode(field: GraphQLInputField, node: ValueNode, position: Position): Cost {
  if (node.kind === Kind.VARIABLE) {
    return (variables) => {
      const value = variables[node.name.value];
      return isGiven(value) ? costOfField(field, value, position) : 0;
    };
  }
  const { cost, inside } = partsOf(field, position, () => (node.kind === Kind.LIST ? node.values : node));
  return inside ? sumOf([cost, costOfNode(inside.type, node, inside.position)]) : cost;
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** A position in a filter. */
interface Position {
  /** Multiplies each cost at this position. */
  readonly factor: number;
  /** Added for each condition at this position. */
  readonly perCondition: number;
}

const AT_ROOT: Position = { factor: 1, perCondition: 0 };

/** @param value of this type or a list of it */
function costOfValue(type: GraphQLInputObjectType, value: unknown, position: Position): number {
  if (Array.isArray(value)) return value.reduce<number>((cost, one) => cost + costOfValue(type, one, position), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const fields = type.getFields();
  let cost = 0;
  for (const [name, inner] of Object.entries(value)) {
    const field = fields[name];
    if (field && isGiven(inner)) cost += costOfField(field, inner, position);
  }
  return cost;
}

function costOfField(field: GraphQLInputField, value: unknown, position: Position): number {
  const { cost, inside } = partsOf(field, position, () => value);
  return inside ? cost + costOfValue(inside.type, value, inside.position) : cost;
}

/** The cost of a given field by itself, and the type and position of the values inside it. */
interface Parts {
  readonly cost: number;
  readonly inside?: { readonly type: GraphQLInputObjectType; readonly position: Position };
}

/** @param values returns one value or a list */
function partsOf(field: GraphQLInputField, { factor, perCondition }: Position, values: () => unknown): Parts {
  const perValue = costPerValueOf(field);
  if (perValue !== undefined) return { cost: factor * (perCondition + perValue * countValues(values())) };
  const type = getNamedType(field.type);
  if (!isInputObjectType(type)) return { cost: 0 };
  const isRelation = isFilter(type) && !CONNECTIVES.has(field.name);
  return isRelation
    ? { cost: factor * RELATION, inside: { type, position: { factor: factor * PER_RELATION, perCondition: 0 } } }
    : { cost: 0, inside: { type, position: { factor, perCondition: costPerConditionOf(field) } } };
}

function countValues(value: unknown): number {
  return Array.isArray(value) ? Math.min(value.length, MAX_VALUES) : 1;
}

/** True for the operators of a column. */
function isOperators(type: GraphQLInputObjectType): boolean {
  return Object.values(type.getFields()).some((field) => costPerValueOf(field) !== undefined);
}

/** True for the filter of a record type, which has columns. A filter inside another one is a relation. */
const isFilter = remembered((type) => inputsOf(type).some(isOperators));

const holdsConditions = remembered((type) => {
  const seen = new Set([type]);
  for (const one of seen) for (const inner of inputsOf(one)) seen.add(inner);
  return [...seen].some(isOperators);
});

function inputsOf(type: GraphQLInputObjectType): GraphQLInputObjectType[] {
  return Object.values(type.getFields())
    .map((field) => getNamedType(field.type))
    .filter(isInputObjectType);
}

/** Caches the answer for each type: types live as long as the schema. */
function remembered(ask: (type: GraphQLInputObjectType) => boolean): (type: GraphQLInputObjectType) => boolean {
  const known = new WeakMap<GraphQLInputObjectType, boolean>();
  return (type) => getOrMake(known, type, ask);
}
