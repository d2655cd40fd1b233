/**
 * Estimates the cost of an operation before execution: the objects that its response may contain, plus the work of its filters and
 * searches in the database. An object counts once for each of its positions and aliases; scalars cost nothing. A list counts as the
 * number that `first`, `last` or `ids` ask for, otherwise as its bound. No response contains more objects than estimated.
 */
import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { planFields, type CostedField } from './cost-plan.js';
import { countKept } from '../graphql-schema/kept-bytes.js';
import { getOrMake } from '../values/get-or-make.js';
import { createFieldSelector } from './selection.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** The planned cost of one operation. It is reused for each request. */
export interface OperationCost {
  readonly estimate: (variables: CoercedVariables) => CostEstimate;
  /** @returns the number of objects in the response */
  readonly count: (data: unknown) => number;
}

/** The two parts of a cost, which is their sum. */
export interface CostEstimate {
  readonly objects: number;
  readonly conditions: number;
}

/** @returns a function that plans the cost of an operation, once per document */
export function createCosting(
  schema: GraphQLSchema,
): (operation: OperationDefinitionNode, document: DocumentNode) => OperationCost {
  const known = new WeakMap<OperationDefinitionNode, OperationCost>();
  return (operation, document) =>
    getOrMake(known, operation, () => {
      const root = schema.getRootType(operation.operation);
      return root ? planCost(schema, document, operation, root) : FREE;
    });
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
    // Rarely called (only for `X-Cost: 1`), so the names are not cached.
    count: (data) => countObjects(namesOf(fields), data) - 1,
  };
}

/** Memory of a planned field. Measured: 300. */
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

/** Parents that share one scan of the table. A parent that occurs twice in the response is looked up once. */
const PARENTS_PER_READING = 100;

/** @param parents the number of objects that the fields belong to */
function conditionsIn(fields: readonly CostedField[], variables: CoercedVariables, parents: number): number {
  const readings = Math.ceil(parents / PARENTS_PER_READING);
  let cost = 0;
  for (const { countRows, countConditions, below } of fields) {
    if (countConditions && readings > 0) cost += readings * countConditions(variables);
    if (below.length > 0) cost += conditionsIn(below, variables, parents * countRows(variables));
  }
  return cost;
}

/** The response names of the fields that return objects, each with the names inside these objects. */
type ObjectNames = ReadonlyMap<string, ObjectNames>;

/**
 * On an interface, one response name may denote a different field for each type. Their names are merged, because GraphQL requires that
 * such fields all return objects or none does.
 */
function namesOf(fields: readonly CostedField[]): ObjectNames {
  const byName = Map.groupBy(fields, ({ responseName }) => responseName);
  return new Map([...byName].map(([name, same]) => [name, namesOf(same.flatMap(({ below }) => below))]));
}

/** Counts the objects at one position of a response and below it. */
function countObjects(names: ObjectNames, value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((count, item) => count + countObjects(names, item), 0);
  let count = 1;
  for (const [name, below] of names) count += countObjects(below, Reflect.get(value, name));
  return count;
}
