/** From anything thrown on the GraphQL transport to the error that leaves: our code, a sentence in the caller's language, no value that was sent. */
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { AppError, ERROR_CATALOGUE, type Language, type Sentence } from '../errors/errors.js';

/** To whom an error is told. */
export interface Caller {
  readonly requestId: string;
  readonly language: Language;
}

export interface GraphqlErrorFormatting {
  /** Errors hidden in foreign errors, for example PostgreSQL's; undefined when the error is a fault of ours. */
  readonly translate?: (error: unknown) => AppError | undefined;
  /** The cause of an `INTERNAL` error: for the log. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/** What leaves, and what HTTP must know of it. */
export interface ExplainedError {
  readonly error: GraphQLFormattedError;
  readonly code: string;
  /** Of the whole answer, when this error rejects the request before execution. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
}

/** An error that keeps graphql's own English message, or speaks Apollo's protocol: no sentence of ours. */
interface ProtocolError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

const PERSISTED_QUERY_MISMATCH: Sentence = {
  fr: "L'empreinte ou la version de la requête persistée ne convient pas.",
  en: 'The hash or the version of the persisted query does not fit.',
};
export const GET_IS_FOR_QUERIES: Sentence = {
  fr: 'GET ne sert que les requêtes de lecture (query) ; envoyez les autres par POST.',
  en: 'GET serves queries only; send other operations by POST.',
};
const INVALID_ARGUMENT: Sentence = {
  fr: "La valeur d'un argument ne convient pas à son type.",
  en: 'The value of an argument does not fit its type.',
};
const INVALID_LITERAL = 'A value in the document does not fit the type expected here.';
const INTROSPECTION_OFF = 'Introspection is turned off on this server.';

/** One error for the caller; an unknown one is reported to the log and leaves as a neutral `INTERNAL`. */
export function explainError(thrown: unknown, caller: Caller, formatting: GraphqlErrorFormatting): ExplainedError {
  const located = thrown instanceof GraphQLError ? thrown : undefined;
  const protocol = located === undefined ? undefined : protocolErrorOf(located);
  if (protocol !== undefined) {
    const { code, status, message } = protocol;
    const error = { message, ...placeOf(located), extensions: { code, requestId: caller.requestId } };
    return { error, code, status, retryAfterSeconds: undefined };
  }
  const cause = causeOf(thrown);
  const rejection = rejectionOf(cause, located, formatting);
  if (rejection === undefined) formatting.onInternalError(cause, caller.requestId);
  return explainRejection(rejection ?? new AppError('INTERNAL'), located, caller);
}

function explainRejection(rejection: AppError, located: GraphQLError | undefined, caller: Caller): ExplainedError {
  const { code, details, status, retryAfterSeconds } = rejection;
  const fields = rejection.fields?.map(({ path, code, message }) => ({
    path,
    code,
    message: message[caller.language],
  }));
  const extensions = {
    code,
    requestId: caller.requestId,
    ...(fields === undefined ? undefined : { fields }),
    ...(details === undefined ? undefined : { details }),
  };
  const error = { message: rejection.sentence[caller.language], ...placeOf(located), extensions };
  return { error, code, status, retryAfterSeconds };
}

function placeOf(located: GraphQLError | undefined): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return {
    ...(located?.locations === undefined ? undefined : { locations: located.locations }),
    ...(located?.path === undefined ? undefined : { path: located.path }),
  };
}

/** What a resolver or a check threw, inside the wrappers of graphql and Apollo. */
function causeOf(thrown: unknown): unknown {
  let cause = thrown;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

function rejectionOf(
  cause: unknown,
  located: GraphQLError | undefined,
  formatting: GraphqlErrorFormatting,
): AppError | undefined {
  if (cause instanceof AppError) return cause;
  if (located !== undefined && cause instanceof GraphQLError) {
    const byApollo = apolloErrorOf(located);
    if (byApollo !== undefined) return byApollo;
    // graphql's own coercion of arguments, told from its errors about our resolvers by its wording only.
    if (cause.nodes !== undefined && cause.message.startsWith('Argument "')) {
      return new AppError('BAD_USER_INPUT', INVALID_ARGUMENT);
    }
  }
  return formatting.translate?.(cause);
}

/** Apollo's own errors: `extensions.code` is documented, the rest is told apart by the status it asks for. */
function apolloErrorOf(located: GraphQLError): AppError | undefined {
  const { code, http } = located.extensions;
  switch (code) {
    case 'BAD_REQUEST':
      return statusOf(http) === 405
        ? new AppError('METHOD_NOT_ALLOWED', GET_IS_FOR_QUERIES)
        : new AppError('MALFORMED_REQUEST');
    case undefined:
      return statusOf(http) === 400 ? new AppError('MALFORMED_REQUEST', PERSISTED_QUERY_MISMATCH) : undefined;
    default:
      return undefined;
  }
}

function statusOf(http: unknown): unknown {
  return typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
}

function protocolErrorOf(located: GraphQLError): ProtocolError | undefined {
  const { code } = located.extensions;
  switch (code) {
    case 'GRAPHQL_PARSE_FAILED':
      return { code, status: ERROR_CATALOGUE[code].status, message: withoutLiterals(located.message) };
    case 'GRAPHQL_VALIDATION_FAILED':
      return { code, status: ERROR_CATALOGUE[code].status, message: validationMessageOf(located) };
    case 'PERSISTED_QUERY_NOT_FOUND':
      // Clients recognise code and message, then send the text: not a failure (Apollo's protocol says 200).
      return { code, status: 200, message: located.message };
    default:
      return undefined;
  }
}

/** `Expected Name, found String "secret".` → `Expected Name, found String.` */
function withoutLiterals(message: string): string {
  return message.replace(/\b(String|BlockString|Int|Float) ".*"/gs, '$1').replace(/(character|digit)\b.*$/s, '$1.');
}

function validationMessageOf(located: GraphQLError): string {
  if (located.extensions.validationErrorCode === 'INTROSPECTION_DISABLED') return INTROSPECTION_OFF;
  const isAboutLiteral = located.nodes?.some(({ kind }) => kind.endsWith('Value') && kind !== Kind.OBJECT) === true;
  if (!isAboutLiteral) return located.message;
  // Names the type, which the schema publishes, but not the literal that follows it.
  return /^Expected value of type "[^"]+"/.exec(located.message)?.[0].concat('.') ?? INVALID_LITERAL;
}
