/**
 * Runs the root fields of a planned operation. Queries: all of them at once, each to its own end, so that which errors an answer holds
 * does not depend on which field was the fastest; graphql-js would answer when the first one fails that may not be null.
 */
import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
import { inDocumentOrder } from './error-order.js';
import { CollectedErrors, isPromise, type Path, type Run } from './execution.js';
import type { FieldPlan, OperationPlan } from './plan.js';
import { runField, type Data } from './runner.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** An execution, and whether a root field failed that may not be null. */
interface Operation {
  readonly run: Run;
  readonly data: Data;
  isNulled: boolean;
}

/** Runs the planned operation with variables that are coerced already. */
export function runPlan(
  plan: OperationPlan,
  variables: CoercedVariables,
  contextValue: unknown,
): ExecutionResult | Promise<ExecutionResult> {
  const run: Run = { plan, contextValue, variables, errors: new CollectedErrors(), argumentsByField: new Map() };
  const operation: Operation = { run, data: {}, isNulled: false };
  const isSerial = plan.operation.operation === OperationTypeNode.MUTATION;
  const pending = isSerial ? runInTurn(operation) : runAtOnce(operation);
  return pending === undefined ? resultOf(operation) : pending.then(() => resultOf(operation));
}

function resultOf({ run, data, isNulled }: Operation): ExecutionResult {
  const { errors } = run.errors;
  const answered = isNulled ? null : data;
  if (errors.length === 0) return { data: answered };
  const { operation, fragments } = run.plan;
  return { errors: inDocumentOrder(errors, operation, fragments), data: answered };
}

/** @returns undefined when nothing is to be waited for */
function runAtOnce(operation: Operation): Promise<unknown> | undefined {
  let pending: Promise<void>[] | undefined;
  for (const field of operation.run.plan.root.fields) {
    const settled = runRootField(operation, field);
    if (settled !== undefined) (pending ??= []).push(settled);
  }
  return pending?.length === 1 ? pending[0] : pending && Promise.all(pending);
}

/** Mutations: the next one starts when the one before it is complete, and not at all after a failure that nulls everything. */
function runInTurn(operation: Operation): Promise<void> | undefined {
  let previous: Promise<void> | undefined;
  for (const field of operation.run.plan.root.fields) {
    const step = (): Promise<void> | undefined => (operation.isNulled ? undefined : runRootField(operation, field));
    previous = previous === undefined ? step() : previous.then(step);
  }
  return previous;
}

/**
 * Never rejects. A failure is noted as many turns of promises after it happened as in graphql-js, which executes a root field by itself:
 * errors below it that come in between are in the answer of both.
 */
function runRootField(operation: Operation, field: FieldPlan): Promise<void> | undefined {
  const { run, data } = operation;
  const { responseName, typename, parentType } = field;
  const path: Path = { prev: undefined, key: responseName, typename: parentType.name };
  try {
    const value = typename ?? runField(run, field, undefined, path);
    // Fields have their places before they have their values.
    data[responseName] = value;
    if (!isPromise(value)) return undefined;
    const isSerial = run.plan.operation.operation === OperationTypeNode.MUTATION;
    const completed = isSerial
      ? value.then((settled) => {
          data[responseName] = settled;
        })
      : Promise.all([value]).then(([settled]) => {
          data[responseName] = settled;
        });
    return completed.catch((error: unknown) => {
      noteFailure(operation, path, error);
    });
  } catch (error) {
    noteFailure(operation, path, error);
    return undefined;
  }
}

function noteFailure(operation: Operation, path: Path, error: unknown): void {
  // runField throws nothing that it has not located.
  operation.run.errors.add(error as GraphQLError, path);
  operation.isNulled = true;
}
