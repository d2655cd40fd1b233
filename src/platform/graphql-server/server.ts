/** Apollo Server with our errors, limits and executor inside; routes.ts puts it behind HTTP. */
import { ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './errors.js';
import { createCompilingExecutor, createInterpretingExecutor } from '../graphql-plan/executor.js';
import type { GraphqlParameters } from './http.js';
import {
  createStructureCheck,
  DEFAULT_GRAPHQL_LIMITS,
  requireFewValues,
  type GraphqlLimits,
} from '../graphql-limits/structure.js';
import {
  createPipelinePlugin,
  startExchange,
  type Exchange,
  type ExchangeHolder,
  type GraphqlContext,
} from './pipeline.js';

export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Runs operations through plans made once per document; the answers are the same without. */
  readonly compile: boolean;
  /** Root fields that need no actor, as `Mutation.login`. */
  readonly publicFields?: ReadonlySet<string>;
  readonly formatting: GraphqlErrorFormatting;
  /** Each one that is not given has its default. */
  readonly limits?: Partial<GraphqlLimits>;
}

export interface GraphqlServer {
  readonly formatting: GraphqlErrorFormatting;
  /** Answers one request whose parameters have been read; never throws. */
  readonly answer: (parameters: GraphqlParameters, request: AnswerOptions) => Promise<GraphqlAnswer>;
  readonly stop: () => Promise<void>;
}

interface AnswerOptions {
  readonly context: GraphqlContext;
  readonly isGet: boolean;
  readonly isPreflighted: boolean;
  readonly wantsCost: boolean;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly result: FormattedExecutionResult;
  readonly retryAfterSeconds: number | undefined;
}

/** Apollo asks only for the method: to refuse mutations by GET. */
const GET_REQUEST: HTTPGraphQLRequest = { method: 'GET', headers: new HeaderMap(), search: '', body: undefined };

const SILENT_LOGGER = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // What Apollo logs reaches onInternalError through its hooks.
}

/** Starts Apollo; `stop` ends it. */
export async function createGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { schema, formatting, publicFields = new Set<string>() } = options;
  const limits = { ...DEFAULT_GRAPHQL_LIMITS, ...options.limits };
  const execute = options.compile ? createCompilingExecutor(schema) : createInterpretingExecutor(schema);
  const checkStructure = createStructureCheck(limits);
  const apollo = new ApolloServer<ExchangeHolder>({
    schema,
    introspection: options.introspection,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createPipelinePlugin({ schema, formatting, publicFields, execute, maxCost: limits.cost }),
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationOptions: { hideSuggestions: true },
    logger: SILENT_LOGGER,
  });
  await apollo.start();
  return {
    formatting,
    stop: () => apollo.stop(),
    answer: (parameters, request) => answerThrough({ apollo, formatting, limits, checkStructure }, parameters, request),
  };
}

interface Machinery {
  readonly apollo: ApolloServer<ExchangeHolder>;
  readonly formatting: GraphqlErrorFormatting;
  readonly limits: GraphqlLimits;
  readonly checkStructure: (text: string) => void;
}

async function answerThrough(
  { apollo, formatting, limits, checkStructure }: Machinery,
  parameters: GraphqlParameters,
  { context, isGet, isPreflighted, wantsCost }: AnswerOptions,
): Promise<GraphqlAnswer> {
  const exchange = startExchange(context, isPreflighted);
  const request = isGet ? { ...parameters, http: GET_REQUEST } : parameters;
  try {
    // Not in a hook of Apollo's: before validation none may refuse. A persisted text has passed when it was registered.
    if (parameters.query !== undefined) checkStructure(parameters.query);
    requireFewValues(parameters.variables, limits.values);
    const { body } = await apollo.executeOperation(request, { contextValue: { exchange } });
    if (body.kind === 'incremental') throw new Error('The schema has no @defer: Apollo cannot answer in parts');
    const answer = answerOf(exchange, body.singleResult);
    return wantsCost ? withCost(answer, exchange, limits.cost) : answer;
  } catch (error) {
    return refuse(exchange.refusals ?? [explainError(error, context, formatting)]);
  }
}

function answerOf(
  { refusals, status = 200, retryAfterSeconds }: Exchange,
  result: FormattedExecutionResult,
): GraphqlAnswer {
  return refusals === undefined ? { status, result, retryAfterSeconds } : refuse(refusals);
}

/** `actual` is what the answer holds, at the same prices. */
function withCost(answer: GraphqlAnswer, { prices, requested, variables }: Exchange, limit: number): GraphqlAnswer {
  if (prices === undefined) return answer;
  const { data } = answer.result;
  const cost = { requested, ...(data === undefined ? undefined : { actual: prices.actual(data, variables) }), limit };
  return { ...answer, result: { ...answer.result, extensions: { cost } } };
}

function refuse(refusals: readonly ExplainedError[]): GraphqlAnswer {
  const [first] = refusals;
  return {
    status: first?.status ?? 500,
    result: { errors: refusals.map(({ error }) => error) },
    retryAfterSeconds: first?.retryAfterSeconds,
  };
}
