/**
 * Executes the root fields of a planned operation. The root fields of a query run concurrently, and all of them run to their end, so the
 * errors of a response do not depend on timing. (graphql-js would respond as soon as one non-null root field fails.)
 */
import { OperationTypeNode, type ExecutionResult, type GraphQLError } from 'graphql';
import { inDocumentOrder } from './error-order.js';
import { CollectedErrors, isPromise, type Path, type Run } from './execution.js';
import type { FieldPlan, OperationPlan } from './plan.js';
import { runField, type Data } from './runner.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** An execution. `isNulled` is set when a non-null root field has failed. */
interface Operation {
  readonly run: Run;
  readonly data: Data;
  isNulled: boolean;
}

/** Executes the planned operation with variables that are already coerced. */
export function runPlan(
  plan: OperationPlan,
  variables: CoercedVariables,
  contextValue: unknown,
): ExecutionResult | Promise<ExecutionResult> {
  const run: Run = { plan, contextValue, variables, errors: new CollectedErrors() };
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

/** @returns undefined when all fields completed synchronously */
function runAtOnce(operation: Operation): Promise<unknown> | undefined {
  let pending: Promise<void>[] | undefined;
  for (const field of operation.run.plan.root.fields) {
    const settled = runRootField(operation, field);
    if (settled !== undefined) (pending ??= []).push(settled);
  }
  return pending?.length === 1 ? pending[0] : pending && Promise.all(pending);
}

/** For mutations: each field starts when the previous one is complete, and none starts after a failure that makes `data` null. */
function runInTurn(operation: Operation): Promise<void> | undefined {
  let previous: Promise<void> | undefined;
  for (const field of operation.run.plan.root.fields) {
    const step = (): Promise<void> | undefined => (operation.isNulled ? undefined : runRootField(operation, field));
    previous = previous === undefined ? step() : previous.then(step);
  }
  return previous;
}

/**
 * Never rejects. A failure is recorded after the same number of promise ticks as in graphql-js. Errors below the field that occur in the
 * meantime therefore appear in the responses of both.
 */
function runRootField(operation: Operation, field: FieldPlan): Promise<void> | undefined {
  const { run, data } = operation;
  const { responseName, typename, parentType } = field;
  const path: Path = { prev: undefined, key: responseName, typename: parentType.name };
  try {
    const value = typename ?? runField(run, field, undefined, path);
    // Assigned now, even if it is a promise: this fixes the order of the keys.
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
  // runField only throws located errors.
  operation.run.errors.add(error as GraphQLError, path);
  operation.isNulled = true;
}
