/**
 * What the conditions of a field cost: those of its filters, and its searches. A condition costs what it makes PostgreSQL do with all
 * rows of a large tenant; what it matches does not matter. docs/query-cost.md has the formula and the measurements.
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
import { costOfFilter, costPerConditionOf, costPerValueOf } from '../graphql-schema/condition-cost.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';
import type { SelectedField } from './selection.js';

/** What the conditions of a field cost, with the values of one request. */
export type ConditionCounter = (variables: CoercedVariables) => number;

/** To go through the rows of a list for a filter that no index answers. */
const FILTER = 150;
/** To look for records that lead to another record, whatever is asked of that one. */
const RELATION = 500;
/** What stands inside a relation may be asked of more records than there are in the list. */
const PER_RELATION = 2;
/** Arguments that are texts to search for, of a list and of all record types at once. */
const SEARCHES: Readonly<Partial<Record<string, number>>> = { search: 700, query: 940 };
/** A list of more values is rejected by the filter itself. */
const MAX_VALUES = 100;
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** @returns undefined for a field without conditions, which is nearly every field */
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

/** Counted once where it holds no variables, which is a number, and for each request otherwise. */
type Cost = number | ConditionCounter;

/** @returns undefined for an argument that is no condition, or none that costs anything */
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

/** A value that no object literal stands around. */
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

/** Of a value in a document, of this type or a list of such: as `costOfValue` will find it, once its variables are known. */
function costOfNode(type: GraphQLInputObjectType, node: ValueNode, place: Place): Cost {
  if (node.kind === Kind.VARIABLE) return (variables) => costOfValue(type, variables[node.name.value], place);
  if (node.kind === Kind.LIST) return sumOf(node.values.map((item) => costOfNode(type, item, place)));
  if (node.kind !== Kind.OBJECT) return 0;
  const fields = type.getFields();
  return sumOf(
    node.fields.map(({ name, value }) => {
      const field = fields[name.value];
      return field && value.kind !== Kind.NULL ? costOfFieldNode(field, value, place) : 0;
    }),
  );
}

function costOfFieldNode(field: GraphQLInputField, node: ValueNode, place: Place): Cost {
  if (node.kind === Kind.VARIABLE) {
    return (variables) => {
      const value = variables[node.name.value];
      return isGiven(value) ? costOfField(field, value, place) : 0;
    };
  }
  const { cost, inside } = partsOf(field, place, () => (node.kind === Kind.LIST ? node.values : node));
  return inside ? sumOf([cost, costOfNode(inside.type, node, inside.place)]) : cost;
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Where in a filter. */
interface Place {
  /** How many times what stands here counts. */
  readonly factor: number;
  /** What each condition here costs beside its values. */
  readonly perCondition: number;
}

const AT_ROOT: Place = { factor: 1, perCondition: 0 };

/** @param value of this type, or a list of such */
function costOfValue(type: GraphQLInputObjectType, value: unknown, place: Place): number {
  if (Array.isArray(value)) return value.reduce<number>((cost, one) => cost + costOfValue(type, one, place), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const fields = type.getFields();
  let cost = 0;
  for (const [name, inner] of Object.entries(value)) {
    const field = fields[name];
    if (field && isGiven(inner)) cost += costOfField(field, inner, place);
  }
  return cost;
}

function costOfField(field: GraphQLInputField, value: unknown, place: Place): number {
  const { cost, inside } = partsOf(field, place, () => value);
  return inside ? cost + costOfValue(inside.type, value, inside.place) : cost;
}

/** What a field that is given costs by itself, and what is to be counted inside of it. */
interface Parts {
  readonly cost: number;
  readonly inside?: { readonly type: GraphQLInputObjectType; readonly place: Place };
}

/** @param values one, or a list */
function partsOf(field: GraphQLInputField, { factor, perCondition }: Place, values: () => unknown): Parts {
  const perValue = costPerValueOf(field);
  if (perValue !== undefined) return { cost: factor * (perCondition + perValue * countValues(values())) };
  const type = getNamedType(field.type);
  if (!isInputObjectType(type)) return { cost: 0 };
  const isRelation = isFilter(type) && !CONNECTIVES.has(field.name);
  return isRelation
    ? { cost: factor * RELATION, inside: { type, place: { factor: factor * PER_RELATION, perCondition: 0 } } }
    : { cost: 0, inside: { type, place: { factor, perCondition: costPerConditionOf(field) } } };
}

function countValues(value: unknown): number {
  return Array.isArray(value) ? Math.min(value.length, MAX_VALUES) : 1;
}

/** The operators of one column. */
function isOperators(type: GraphQLInputObjectType): boolean {
  return Object.values(type.getFields()).some((field) => costPerValueOf(field) !== undefined);
}

/** A filter of a record type: it has columns. Where one filter leads to another, there is a relation. */
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

/** Types live as long as the schema. */
function remembered(ask: (type: GraphQLInputObjectType) => boolean): (type: GraphQLInputObjectType) => boolean {
  const known = new WeakMap<GraphQLInputObjectType, boolean>();
  return (type) => {
    let answer = known.get(type);
    if (answer === undefined) known.set(type, (answer = ask(type)));
    return answer;
  };
}
