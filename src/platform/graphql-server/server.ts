/** Apollo Server with our errors, limits and executor. routes.ts connects it to HTTP. */
import { ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { getOperationAST, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { AppError } from '../errors/errors.js';
import { errorAnswer, finishAnswer, type GraphqlAnswer } from './answer.js';
import { DEFAULT_DOCUMENTS, Documents, type DocumentsOptions } from './documents.js';
import { explainError, GET_IS_FOR_QUERIES, type GraphqlErrorFormatting } from './errors.js';
import { createCompilingExecutor } from '../graphql-plan/executor.js';
import { createInterpretingExecutor } from '../graphql-plan/interpreter.js';
import type { GraphqlParameters } from './http.js';
import { createIdentification, isIdentified, type Identification } from './identification.js';
import { knownOperationTypes } from './operation-types.js';
import {
  DEFAULT_GRAPHQL_LIMITS,
  requireFewValues,
  requireSmallStructure,
  tooLarge,
  type GraphqlLimits,
} from '../graphql-limits/structure.js';
import { MAX_JSON_VALUES, type JsonLimit } from '../values/json-body.js';
import {
  createPipelinePlugin,
  startRequestState,
  type RequestStateHolder,
  type GraphqlContext,
  type PipelineOptions,
} from './pipeline.js';

export interface GraphqlServerOptions {
  readonly schema: GraphQLSchema;
  /** Whether the schema may be read: by everybody, by nobody, or by callers who are identified. */
  readonly introspection: boolean | 'signed-in';
  /** Execute operations by plans that are made once per document. Responses are the same without plans. */
  readonly compile: boolean;
  /** Root fields that need no actor, e.g. `Mutation.login`. */
  readonly publicFields?: ReadonlySet<string>;
  readonly formatting: GraphqlErrorFormatting;
  /** Limits that are not given have their default. */
  readonly limits?: Partial<GraphqlLimits>;
  readonly documents?: Partial<DocumentsOptions>;
  readonly beforeErrors?: PipelineOptions['beforeErrors'];
  readonly onOperation?: PipelineOptions['onOperation'];
}

export interface GraphqlServer {
  readonly formatting: GraphqlErrorFormatting;
  /** Limit for request bodies. */
  readonly jsonLimit: JsonLimit;
  /** Responds to one request whose parameters have been read. Never throws. */
  readonly answer: (parameters: GraphqlParameters, request: AnswerOptions) => Promise<GraphqlAnswer>;
  readonly stop: () => Promise<void>;
}

interface AnswerOptions {
  readonly context: GraphqlContext;
  readonly isGet: boolean;
  readonly isPreflighted: boolean;
  readonly wantsCost: boolean;
}

/** Apollo only uses the method, to reject mutations by GET. */
const GET_REQUEST: HTTPGraphQLRequest = { method: 'GET', headers: new HeaderMap(), search: '', body: undefined };

const SILENT_LOGGER = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Errors reach onInternalError through Apollo's hooks.
}

/** Starts Apollo. `stop` ends it. */
export async function createGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { schema, formatting, publicFields = new Set<string>() } = options;
  const limits = { ...DEFAULT_GRAPHQL_LIMITS, ...options.limits };
  const documents = new Documents({ ...DEFAULT_DOCUMENTS, ...options.documents });
  const identification = createIdentification(publicFields, options.introspection !== 'signed-in');
  const checks = { identification, maxCost: limits.cost };
  const interpret = createInterpretingExecutor(schema);
  const execute = options.compile ? createCompilingExecutor(schema) : interpret;
  const servers: Servers = {
    forIdentified: createApollo(options, { ...checks, execute }, documents),
    forNobody: createApollo(options, { ...checks, execute: interpret }, NOTHING_KEPT),
  };
  const apollos = [servers.forIdentified, servers.forNobody];
  await Promise.all(apollos.map((apollo) => apollo.start()));
  const machinery: Machinery = { servers, documents, identification, formatting, limits };
  return {
    formatting,
    jsonLimit: jsonLimitOf(limits),
    stop: async () => {
      await Promise.all(apollos.map((apollo) => apollo.stop()));
    },
    answer: (parameters, request) => answerThrough(machinery, parameters, request),
  };
}

/** A body with more values than its variables may have gets the same error as such variables. */
function jsonLimitOf({ values }: GraphqlLimits): JsonLimit {
  return { values: Math.max(MAX_JSON_VALUES, 2 * values), error: () => tooLarge('values', values) };
}

type Apollo = ApolloServer<RequestStateHolder>;

/** Documents of unidentified callers are parsed, validated and interpreted each time. They cannot fill the caches or evict entries. */
interface Servers {
  readonly forIdentified: Apollo;
  readonly forNobody: Apollo;
}

const NOTHING_KEPT = {
  parsed: null,
  persisted: {
    get: () => Promise.resolve(undefined),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  },
};

function createApollo(
  { schema, formatting, introspection, beforeErrors, onOperation }: GraphqlServerOptions,
  steps: Pick<PipelineOptions, 'identification' | 'execute' | 'maxCost'>,
  { parsed, persisted }: Pick<Documents, 'parsed' | 'persisted'> | typeof NOTHING_KEPT,
): Apollo {
  return new ApolloServer<RequestStateHolder>({
    schema,
    // Callers who are not identified were rejected before, where they may not read the schema.
    introspection: introspection !== false,
    documentStore: parsed,
    persistedQueries: { cache: persisted },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createPipelinePlugin({ schema, formatting, beforeErrors, onOperation, ...steps }),
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationOptions: { hideSuggestions: true },
    validationRules: [knownOperationTypes],
    logger: SILENT_LOGGER,
  });
}

interface Machinery {
  readonly servers: Servers;
  readonly documents: Documents;
  readonly identification: Identification;
  readonly formatting: GraphqlErrorFormatting;
  readonly limits: GraphqlLimits;
}

async function answerThrough(
  machinery: Machinery,
  parameters: GraphqlParameters,
  options: AnswerOptions,
): Promise<GraphqlAnswer> {
  const { servers, formatting, limits } = machinery;
  const { context, isGet, isPreflighted, wantsCost } = options;
  const requestState = startRequestState(context, isPreflighted);
  const request = isGet ? { ...parameters, http: GET_REQUEST } : parameters;
  try {
    // Not in a hook of Apollo, because none before validation can reject. Persisted texts were checked when they were registered.
    if (parameters.query !== undefined) checkText(machinery, parameters.query, parameters, options);
    requireFewValues(parameters.variables, limits.values);
    const apollo = isIdentified(context) ? servers.forIdentified : servers.forNobody;
    const { body } = await apollo.executeOperation(request, { contextValue: { requestState } });
    if (body.kind === 'incremental') throw new Error('The schema has no @defer: Apollo cannot answer in parts');
    return await finishAnswer(requestState, body.singleResult, { limits, formatting, wantsCost });
  } catch (error) {
    return errorAnswer(requestState.rejections ?? [explainError(error, context, formatting)]);
  }
}

/**
 * Limit of tokens for unidentified callers, since validation takes up to quadratic time. Sign-in and introspection, their longest
 * documents, have 200.
 */
const TOKENS_OF_NOBODY = 600;

/** @throws AppError for a text that is too large, and before validation for an operation that needs an actor the caller lacks */
function checkText(
  { documents, identification, limits }: Machinery,
  text: string,
  { operationName }: GraphqlParameters,
  options: AnswerOptions,
): void {
  if (isIdentified(options.context)) {
    if (!documents.knows(text)) requireSmallStructure(text, limits);
    return;
  }
  const document = requireSmallStructure(text, limits);
  // A syntax error, which Apollo reports.
  if (document === undefined) return;
  requirePublic(identification, document, operationName, options);
  requireSmallStructure(text, { ...limits, tokens: Math.min(limits.tokens, TOKENS_OF_NOBODY) });
}

function requirePublic(
  { requireMeta, requireActor }: Identification,
  document: DocumentNode,
  operationName: string | undefined,
  { context, isGet, isPreflighted }: AnswerOptions,
): void {
  const operation = getOperationAST(document, operationName) ?? undefined;
  // The schema has no subscriptions; validation rejects them for any caller.
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return;
  if (isGet && operation?.operation === OperationTypeNode.MUTATION)
    throw new AppError('METHOD_NOT_ALLOWED', GET_IS_FOR_QUERIES);
  if (!isPreflighted) requireMeta(operation, document);
  requireActor(operation, document, context);
}
