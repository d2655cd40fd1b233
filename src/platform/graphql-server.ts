/** Apollo Server with our errors, limits and executor inside; graphql-routes.ts puts it behind HTTP. */
import { ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './graphql-errors.js';
import { createCompilingExecutor, createInterpretingExecutor } from './graphql-executor.js';
import type { GraphqlParameters } from './graphql-http.js';
import { createPipelinePlugin, type Exchange, type ExchangeHolder, type GraphqlContext } from './graphql-pipeline.js';

export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Runs operations through plans made once per document; the answers are the same without. */
  readonly compile: boolean;
  /** Root fields that need no actor, as `Mutation.login`. */
  readonly publicFields?: ReadonlySet<string>;
  readonly formatting: GraphqlErrorFormatting;
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
  const execute = options.compile ? createCompilingExecutor(schema) : createInterpretingExecutor(schema);
  const apollo = new ApolloServer<ExchangeHolder>({
    schema,
    introspection: options.introspection,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createPipelinePlugin({ schema, formatting, publicFields, execute }),
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
    answer: (parameters, request) => answerThrough(apollo, parameters, request, formatting),
  };
}

async function answerThrough(
  apollo: ApolloServer<ExchangeHolder>,
  parameters: GraphqlParameters,
  { context, isGet, isPreflighted, wantsCost }: AnswerOptions,
  formatting: GraphqlErrorFormatting,
): Promise<GraphqlAnswer> {
  const exchange: Exchange = {
    context,
    wantsCost,
    isPreflighted,
    variables: {},
    refusals: undefined,
    status: undefined,
    retryAfterSeconds: undefined,
  };
  const request = isGet ? { ...parameters, http: GET_REQUEST } : parameters;
  try {
    const { body } = await apollo.executeOperation(request, { contextValue: { exchange } });
    if (exchange.refusals !== undefined) return refuse(exchange.refusals);
    if (body.kind === 'incremental') throw new Error('The schema has no @defer: Apollo cannot answer in parts');
    return { status: exchange.status ?? 200, result: body.singleResult, retryAfterSeconds: exchange.retryAfterSeconds };
  } catch (error) {
    return refuse([explainError(error, context, formatting)]);
  }
}

function refuse(refusals: readonly ExplainedError[]): GraphqlAnswer {
  const [first] = refusals;
  return {
    status: first?.status ?? 500,
    result: { errors: refusals.map(({ error }) => error) },
    retryAfterSeconds: first?.retryAfterSeconds,
  };
}
