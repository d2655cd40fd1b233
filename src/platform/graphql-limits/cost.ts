/**
 * The cost of an operation before it runs: the objects that its answer may hold, each wherever it stands and under whatever
 * alias, and what the conditions of its filters and searches make the database do. Scalars cost nothing. A list holds as many as
 * `first`, `last` or `ids` ask for, otherwise as many as it may hold. No answer holds more objects than its operation costs.
 */
import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { planFields, type CostedField } from './cost-plan.js';
import { countKept } from '../graphql-schema/kept-bytes.js';
import { createFieldSelector } from './selection.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** The cost of one operation, run again and again. */
export interface OperationCost {
  readonly estimate: (variables: CoercedVariables) => CostEstimate;
  /** The objects that an answer holds. */
  readonly count: (data: unknown) => number;
}

/** The cost is the sum of both. */
export interface CostEstimate {
  readonly objects: number;
  readonly conditions: number;
}

/** @returns the cost of an operation, planned once per document */
export function createCosting(
  schema: GraphQLSchema,
): (operation: OperationDefinitionNode, document: DocumentNode) => OperationCost {
  const known = new WeakMap<OperationDefinitionNode, OperationCost>();
  return (operation, document) => {
    let cost = known.get(operation);
    if (cost === undefined) {
      const root = schema.getRootType(operation.operation);
      known.set(operation, (cost = root ? planCost(schema, document, operation, root) : FREE));
    }
    return cost;
  };
}

const NOTHING: CostEstimate = { objects: 0, conditions: 0 };
const FREE: OperationCost = { estimate: () => NOTHING, count: () => 0 };

function planCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
): OperationCost {
  const fields = planFields(createFieldSelector(schema, document), root, [operation.selectionSet]);
  const hasConditions = holdConditions(fields);
  countKept(operation, BYTES_PER_FIELD * (1 + countFields(fields)));
  return {
    estimate: (variables) => ({
      objects: objectsIn(fields, variables),
      conditions: hasConditions ? conditionsIn(fields, variables, 1) : 0,
    }),
    // Asked for by hand, so its names are not kept.
    count: (data) => countObjects(namesOf(fields), data) - 1,
  };
}

/** Measured: 300. */
const BYTES_PER_FIELD = 400;

function countFields(fields: readonly CostedField[]): number {
  return fields.reduce((count, { below }) => count + 1 + countFields(below), 0);
}

function holdConditions(fields: readonly CostedField[]): boolean {
  return fields.some(({ countConditions, below }) => countConditions !== undefined || holdConditions(below));
}

function objectsIn(fields: readonly CostedField[], variables: CoercedVariables): number {
  let cost = 0;
  for (const { countRows, below } of fields) cost += countRows(variables) * (1 + objectsIn(below, variables));
  return cost;
}

/** So many parents share one reading of the table. Parents that an answer has twice are read for once. */
const PARENTS_PER_READING = 100;

/** @param parents under which the fields stand */
function conditionsIn(fields: readonly CostedField[], variables: CoercedVariables, parents: number): number {
  const readings = Math.ceil(parents / PARENTS_PER_READING);
  let cost = 0;
  for (const { countRows, countConditions, below } of fields) {
    if (countConditions && readings > 0) cost += readings * countConditions(variables);
    if (below.length > 0) cost += conditionsIn(below, variables, parents * countRows(variables));
  }
  return cost;
}

/** The names in an answer under which objects stand, each with those of the objects. */
type ObjectNames = ReadonlyMap<string, ObjectNames>;

/**
 * A name may stand for another field on each type of an interface. The fields of all types are joined: GraphQL lets a name
 * stand for objects on every type or on none.
 */
function namesOf(fields: readonly CostedField[]): ObjectNames {
  const byName = Map.groupBy(fields, ({ responseName }) => responseName);
  return new Map([...byName].map(([name, same]) => [name, namesOf(same.flatMap(({ below }) => below))]));
}

/** Objects at one position of an answer, with all below it. */
function countObjects(names: ObjectNames, value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((count, item) => count + countObjects(names, item), 0);
  let count = 1;
  for (const [name, below] of names) count += countObjects(below, Reflect.get(value, name));
  return count;
}
