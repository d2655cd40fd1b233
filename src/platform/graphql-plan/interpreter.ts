/**
 * The reference executor: graphql-js, which interprets the document for every request. Each root field is executed separately and to its
 * end: concurrently in a query, one after the other in a mutation. In a single execution graphql-js responds as soon as one non-null
 * root field fails, so the errors of a response would depend on timing.
 */
import {
  execute,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
// Decides which fields a selection contains. graphql-js does not export it from its root.
import { collectFields } from 'graphql/execution/collectFields.js';
import { fragmentsOf, type Fragments } from '../graphql-schema/fragments.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';
import { inDocumentOrder } from './error-order.js';
import { isPromise } from './execution.js';

export interface Execution {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Variables as sent by the client, which graphql-js coerces itself. */
  readonly sentVariables: Readonly<Record<string, unknown>> | undefined;
  readonly variables: CoercedVariables;
  readonly contextValue: unknown;
}

export type Executor = (execution: Execution) => ExecutionResult | Promise<ExecutionResult>;

export function createInterpretingExecutor(schema: GraphQLSchema): Executor {
  return (execution) => {
    const fragments = fragmentsOf(execution.document);
    const sort = (result: ExecutionResult): ExecutionResult => {
      const { errors } = result;
      return errors === undefined
        ? result
        : { ...result, errors: inDocumentOrder(errors, execution.operation, fragments) };
    };
    const result = executeApart(schema, execution, fragments);
    return isPromise<ExecutionResult>(result) ? result.then(sort) : sort(result);
  };
}

function executeApart(schema: GraphQLSchema, execution: Execution, fragments: Fragments): ReturnType<Executor> {
  const fields = rootFields(schema, execution, fragments);
  if (fields === undefined) return run(schema, execution, execution.operation);
  if (execution.operation.operation === OperationTypeNode.MUTATION) return executeInTurn(schema, execution, fields);
  const results = fields.map((nodes) => run(schema, execution, only(execution.operation, nodes)));
  const ready = results.filter((result): result is ExecutionResult => !isPromise(result));
  return ready.length === results.length
    ? joinResults(ready)
    : Promise.all(results.map((result) => Promise.resolve(result))).then(joinResults);
}

/** Stops after a failure that makes `data` null. */
async function executeInTurn(
  schema: GraphQLSchema,
  execution: Execution,
  fields: readonly RootField[],
): Promise<ExecutionResult> {
  const results: ExecutionResult[] = [];
  for (const nodes of fields) {
    const result = await run(schema, execution, only(execution.operation, nodes));
    results.push(result);
    if (isNulled(result)) break;
  }
  return joinResults(results);
}

type RootField = readonly FieldNode[];

/** @returns undefined when the fields cannot be executed separately: graphql-js then reports the error */
function rootFields(
  schema: GraphQLSchema,
  { operation, variables }: Execution,
  fragments: Fragments,
): readonly RootField[] | undefined {
  const rootType = schema.getRootType(operation.operation);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION || !isObjectType(rootType)) return undefined;
  try {
    return [...collectFields(schema, fragments, variables, rootType, operation.selectionSet).values()];
  } catch {
    return undefined;
  }
}

/** A copy of the operation with only one of its root fields. */
function only(operation: OperationDefinitionNode, selections: readonly FieldNode[]): OperationDefinitionNode {
  return { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

function run(
  schema: GraphQLSchema,
  { document, operation: whole, sentVariables, contextValue }: Execution,
  operation: OperationDefinitionNode,
): ExecutionResult | Promise<ExecutionResult> {
  const definitions = document.definitions.map((definition) => (definition === whole ? operation : definition));
  return execute({
    schema,
    document: { ...document, definitions },
    contextValue,
    variableValues: sentVariables ?? {},
    operationName: operation.name?.value,
  });
}

function joinResults(results: readonly ExecutionResult[]): ExecutionResult {
  // Without a prototype: a response key may be `__proto__`.
  const data = Object.create(null) as Record<string, unknown>;
  const errors = results.flatMap((result) => result.errors ?? []);
  for (const result of results) Object.assign(data, result.data);
  return { ...(errors.length > 0 && { errors }), data: results.some(isNulled) ? null : data };
}

function isNulled({ data }: ExecutionResult): boolean {
  return data === null || data === undefined;
}
