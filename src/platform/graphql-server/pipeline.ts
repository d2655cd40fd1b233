/** Our steps in Apollo's request pipeline: identify the caller, coerce the variables, estimate the cost, execute. */
import type {
  ApolloServerPlugin,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestListener,
} from '@apollo/server';
import {
  locatedError,
  OperationTypeNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { AppError, type Language, type Sentence } from '../errors/errors.js';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './errors.js';
import type { Executor } from '../graphql-plan/interpreter.js';
import { createCosting, type CostEstimate, type OperationCost } from '../graphql-limits/cost.js';
import type { Identification } from './identification.js';
import { nameOf } from './operation-names.js';
import { coerceVariables, type CoercedVariables } from '../graphql-schema/variables.js';

/** The part of the application's context that this transport uses. Resolvers receive the same object. */
export interface GraphqlContext {
  readonly requestId: string;
  readonly language: Language;
  /** undefined or null: the caller is not identified. */
  readonly actor?: unknown;
  /** The reason why the caller is not identified. It is thrown when the operation needs an actor; public root fields ignore it. */
  readonly rejection?: AppError | undefined;
}

/** The state of one request. Apollo copies the context object, so the state is an object inside it. */
export interface RequestState {
  readonly context: GraphqlContext;
  /** false: a page of another site may have sent the request. */
  readonly isPreflighted: boolean;
  variables: CoercedVariables;
  isMutation: boolean;
  /** Set once the operation is known. */
  cost: OperationCost | undefined;
  /** The estimate of `cost` for the variables. */
  estimate: CostEstimate;
  /** Set when the request was rejected before execution. */
  rejections: readonly ExplainedError[] | undefined;
  /** Set when the whole execution failed for lack of capacity. */
  status: number | undefined;
  retryAfterSeconds: number | undefined;
}

/** The state at the start of a request. */
export function startRequestState(context: GraphqlContext, isPreflighted: boolean): RequestState {
  return {
    context,
    isPreflighted,
    variables: {},
    isMutation: false,
    cost: undefined,
    estimate: { objects: 0, conditions: 0 },
    rejections: undefined,
    status: undefined,
    retryAfterSeconds: undefined,
  };
}

export interface RequestStateHolder {
  readonly requestState: RequestState;
}

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Executor;
  readonly formatting: GraphqlErrorFormatting;
  readonly identification: Identification;
  readonly maxCost: number;
  /** Called with the name of an operation, see `nameOf`, once its caller is identified. */
  readonly onOperation?: ((name: string, context: GraphqlContext) => void) | undefined;
  /** Called before the errors of an operation are sent. If it fails, its error replaces each FORBIDDEN. */
  readonly beforeErrors?: ((context: GraphqlContext) => Promise<void>) | undefined;
}

type Listener = GraphQLRequestListener<RequestStateHolder>;
/** `operation` is absent when the document has no operation of the requested name. */
type ResolvedState = GraphQLRequestContextDidResolveOperation<RequestStateHolder>;
type ExecutionState = GraphQLRequestContextResponseForOperation<RequestStateHolder>;

/** Codes for lack of capacity. When all of an execution failed with one of them, it sets the HTTP status. */
const CAPACITY_CODES: ReadonlySet<string> = new Set(['UNAVAILABLE', 'RATE_LIMITED']);

const UNKNOWN_OPERATION: Sentence = {
  fr: "Le document n'a pas d'opération de ce nom, ou en a plusieurs sans qu'un nom soit donné.",
  en: 'The document has no operation of that name, or has several and no name is given.',
};

/** The only plugin with hooks, because each hook of each plugin costs a promise per request. */
export function createPipelinePlugin(options: PipelineOptions): ApolloServerPlugin<RequestStateHolder> {
  const { formatting } = options;
  const prepare = createPreparation(options);
  const listener: Listener = {
    // Apollo awaits each hook. An error thrown here becomes the error of the request.
    // eslint-disable-next-line @typescript-eslint/require-await
    didResolveOperation: async (state) => {
      prepare(state);
    },
    responseForOperation: async (state) => {
      const singleResult = await run(state, options);
      return { http: state.response.http, body: { kind: 'single', singleResult } };
    },
    didEncounterErrors: ({ errors, contextValue: { requestState } }) => {
      requestState.rejections = errors.map((error) => explainError(error, requestState.context, formatting));
      return Promise.resolve();
    },
  };
  const started = Promise.resolve(listener);
  return {
    requestDidStart: () => started,
    unexpectedErrorProcessingRequest: ({ error, requestContext }) => {
      const { requestState } = requestContext.contextValue;
      requestState.rejections = [explainError(error, requestState.context, formatting)];
      return Promise.resolve();
    },
  };
}

/** The checks before execution. Identification comes first, so unidentified callers learn nothing from the others. */
function createPreparation({
  schema,
  identification,
  maxCost,
  onOperation,
}: PipelineOptions): (state: ResolvedState) => void {
  const { requireActor, requireMeta } = identification;
  const costOf = createCosting(schema);
  return ({ document, operation, request, contextValue: { requestState } }) => {
    if (!requestState.isPreflighted) requireMeta(operation, document);
    requireActor(operation, document, requestState.context);
    if (operation === undefined) throw new AppError('MALFORMED_REQUEST', UNKNOWN_OPERATION);
    onOperation?.(nameOf(operation, document), requestState.context);
    requestState.isMutation = operation.operation === OperationTypeNode.MUTATION;
    requestState.variables = coerceVariables(schema, operation, request.variables);
    requestState.cost = costOf(operation, document);
    requestState.estimate = requestState.cost.estimate(requestState.variables);
    if (requestState.estimate.objects + requestState.estimate.conditions > maxCost)
      throw tooExpensive(requestState.estimate, maxCost);
  };
}

function tooExpensive({ objects, conditions }: CostEstimate, limit: number): AppError {
  const requested = objects + conditions;
  const parts = conditions > 0 ? { objects, conditions } : undefined;
  return new AppError('QUERY_TOO_COMPLEX', costSentence(requested, conditions, limit), {
    details: { requested, ...parts, limit },
  });
}

/** Names the cost of conditions when it is more than half of the total. */
function costSentence(requested: number, conditions: number, limit: number): Sentence {
  if (conditions * 2 <= requested) {
    return {
      fr: `Requête trop coûteuse : son coût est ${requested}, la limite est ${limit}.`,
      en: `Query too complex: its cost is ${requested}, the limit is ${limit}.`,
    };
  }
  return {
    fr: `Requête trop coûteuse : son coût est ${requested}, dont ${conditions} pour ses filtres, recherches et tris ; la limite est ${limit}.`,
    en: `Query too complex: its cost is ${requested}, of which ${conditions} for its filters, searches and orders; the limit is ${limit}.`,
  };
}

async function run(
  { document, operation, request, contextValue: { requestState } }: ExecutionState,
  options: PipelineOptions,
): Promise<FormattedExecutionResult> {
  const { variables, context } = requestState;
  const result = await options.execute({
    document,
    operation,
    sentVariables: request.variables,
    variables,
    contextValue: context,
  });
  return result.errors === undefined
    ? result
    : explainResult(result, await explainErrors(result.errors, requestState, options), requestState);
}

async function explainErrors(
  errors: readonly GraphQLError[],
  { context }: RequestState,
  { formatting, beforeErrors }: PipelineOptions,
): Promise<readonly ExplainedError[]> {
  const explained = errors.map((error) => explainError(error, context, formatting));
  try {
    await beforeErrors?.(context);
    return explained;
  } catch (failure) {
    return explained.map((one, index) => (one.code === 'FORBIDDEN' ? inPlaceOf(errors[index], failure) : one));
  }

  function inPlaceOf(error: GraphQLError | undefined, failure: unknown): ExplainedError {
    return explainError(locatedError(failure, error?.nodes, error?.path), context, formatting);
  }
}

function explainResult(
  result: ExecutionResult,
  explained: readonly ExplainedError[],
  requestState: RequestState,
): FormattedExecutionResult {
  const formatted = explained.map(({ error }) => error);
  const isEmpty = Object.values(result.data ?? {}).every((value) => value === null);
  const [first] = explained;
  if (first === undefined || !isEmpty || !explained.every(({ code }) => code === first.code && isCapacity(code))) {
    return { errors: formatted, data: result.data ?? null };
  }
  requestState.status = first.status;
  requestState.retryAfterSeconds = first.retryAfterSeconds;
  return { errors: formatted };
}

function isCapacity(code: string): boolean {
  return CAPACITY_CODES.has(code);
}
