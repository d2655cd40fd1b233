/** Runs one operation whose variables are already coerced. */
import {
  execute,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { CoercedVariables } from './graphql-variables.js';

export interface Execution {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As sent: graphql-js coerces them itself. */
  readonly sentVariables: Readonly<Record<string, unknown>> | undefined;
  readonly variables: CoercedVariables;
  readonly contextValue: unknown;
}

export type Executor = (execution: Execution) => ExecutionResult | Promise<ExecutionResult>;

/** The reference: graphql-js, which reads the document anew for every request. */
export function createInterpretingExecutor(schema: GraphQLSchema): Executor {
  return ({ document, operation, sentVariables, contextValue }) =>
    execute({
      schema,
      document,
      contextValue,
      variableValues: sentVariables ?? {},
      operationName: operation.name?.value,
    });
}
