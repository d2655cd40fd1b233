/**
 * What the conditions of a field cost: those of its filters, and its searches. A condition costs what it makes PostgreSQL do with all
 * rows of a large tenant; what it matches does not matter. docs/query-cost.md has the formula and the measurements.
 */
import {
  BREAK,
  getNamedType,
  isInputObjectType,
  Kind,
  valueFromAST,
  visit,
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
/** Arguments that are texts to search for, of a list and of all kinds of record at once. */
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

/** What holds no variables is counted now, and never again. */
function planArgument(argument: GraphQLArgument, given: ValueNode | undefined): ConditionCounter | undefined {
  const costOf = argumentCost(argument);
  if (costOf === undefined) return undefined;
  if (given && holdsVariable(given)) return (variables) => costOf(readArgument(argument, given, variables));
  const cost = costOf(readArgument(argument, given, {}));
  return cost === 0 ? undefined : () => cost;
}

/** As resolvers will be given it. */
function readArgument(
  { type, defaultValue }: GraphQLArgument,
  given: ValueNode | undefined,
  variables: CoercedVariables,
): unknown {
  if (given === undefined) return defaultValue;
  if (given.kind !== Kind.VARIABLE) return valueFromAST(given, type, variables);
  const name = given.name.value;
  return Object.hasOwn(variables, name) ? variables[name] : defaultValue;
}

function holdsVariable(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** @returns undefined for an argument that is no condition */
function argumentCost({ name, type }: GraphQLArgument): ((value: unknown) => number) | undefined {
  const search = SEARCHES[name];
  const named = getNamedType(type);
  if (search !== undefined && !isInputObjectType(named))
    return (value) => (isGiven(value) && value !== '' ? search : 0);
  if (!isInputObjectType(named) || !holdsConditions(named)) return undefined;
  const around = isFilter(named) ? (costOfFilter(named) ?? FILTER) : 0;
  return (value) => {
    const cost = costOfValue(named, value, AT_ROOT);
    return cost === 0 ? 0 : around + cost;
  };
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

function costOfField(field: GraphQLInputField, value: unknown, { factor, perCondition }: Place): number {
  const perValue = costPerValueOf(field);
  if (perValue !== undefined) return factor * (perCondition + perValue * countValues(value));
  const type = getNamedType(field.type);
  if (!isInputObjectType(type)) return 0;
  const isRelation = isFilter(type) && !CONNECTIVES.has(field.name);
  if (!isRelation) return costOfValue(type, value, { factor, perCondition: costPerConditionOf(field) });
  return factor * RELATION + costOfValue(type, value, { factor: factor * PER_RELATION, perCondition: 0 });
}

function countValues(value: unknown): number {
  return Array.isArray(value) ? Math.min(value.length, MAX_VALUES) : 1;
}

/** The operators of one column. */
function isOperators(type: GraphQLInputObjectType): boolean {
  return Object.values(type.getFields()).some((field) => costPerValueOf(field) !== undefined);
}

/** A filter of a kind of record: it has columns. Where one filter leads to another, there is a relation. */
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
