/** Converts any thrown value to a GraphQL error with a catalogue code and a sentence in the caller's language, without sent values. */
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { AppError, ERROR_CATALOGUE, type Language, type Sentence } from '../errors/errors.js';

/** The caller who receives an error. */
export interface Caller {
  readonly requestId: string;
  readonly language: Language;
}

export interface GraphqlErrorFormatting {
  /** Converts errors of libraries, for example of PostgreSQL. @returns undefined for an internal error */
  readonly translate?: (error: unknown) => AppError | undefined;
  /** Called with the cause of each `INTERNAL` error, for the log. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
  /** Called with the code of each error that is sent. */
  readonly onError?: (code: string, caller: Caller) => void;
}

/** A formatted error, and its HTTP status and header. */
export interface ExplainedError {
  readonly error: GraphQLFormattedError;
  readonly code: string;
  /** The HTTP status when this error rejects the request before execution. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
}

/** An error with the English message of graphql-js or of Apollo's protocol. */
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

/** @returns the error for the caller. An unknown error is logged and becomes `INTERNAL`, without details. */
export function explainError(thrown: unknown, caller: Caller, formatting: GraphqlErrorFormatting): ExplainedError {
  const located = thrown instanceof GraphQLError ? thrown : undefined;
  const protocol = located === undefined ? undefined : protocolErrorOf(located);
  if (protocol !== undefined) {
    const { code, status, message } = protocol;
    formatting.onError?.(code, caller);
    const error = { message, ...placeOf(located), extensions: { code, requestId: caller.requestId } };
    return { error, code, status, retryAfterSeconds: undefined };
  }
  const cause = causeOf(thrown);
  const rejection = rejectionOf(cause, located, formatting);
  if (rejection === undefined) formatting.onInternalError(cause, caller.requestId);
  const explained = explainRejection(rejection ?? new AppError('INTERNAL'), located, caller);
  formatting.onError?.(explained.code, caller);
  return explained;
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

/** @returns the error that a resolver or a check threw, without the wrappers of graphql-js and Apollo */
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
    // An argument that graphql-js could not coerce. Only the wording distinguishes it from errors about resolvers.
    if (cause.nodes !== undefined && cause.message.startsWith('Argument "')) {
      return new AppError('BAD_USER_INPUT', INVALID_ARGUMENT);
    }
  }
  return formatting.translate?.(cause);
}

/** Errors of Apollo. Its `extensions.code` is documented; beyond that, the HTTP status distinguishes them. */
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
      // Clients recognise code and message and then send the text. Apollo's protocol requires status 200.
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
  // Keeps the name of the type, which the schema publishes, but not the literal that follows.
  return /^Expected value of type "[^"]+"/.exec(located.message)?.[0].concat('.') ?? INVALID_LITERAL;
}
