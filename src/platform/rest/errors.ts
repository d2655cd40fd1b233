/** From anything thrown on the REST transport to problem+json (RFC 9457): the same codes and sentences as GraphQL. */
import { asError } from '../errors/thrown.js';
import { toRestName } from '../values/text.js';
import { AppError, ERROR_CATALOGUE, type FieldError, type Language } from '../errors/errors.js';

/** The receiver of a problem, and the request that it is about. */
export interface ProblemContext {
  readonly requestId: string;
  readonly language: Language;
  /** The request's path, without its query. */
  readonly path: string;
}

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: string;
}

/** The answer for an error. It contains no sent value. */
export function problemOf(error: AppError, { requestId, language, path }: ProblemContext): Problem {
  const { code, status, retryAfterSeconds } = error;
  const errors = error.fields?.map((field) => ({
    pointer: pointerTo(field),
    code: field.code,
    message: field.message[language],
  }));
  const body = {
    type: `urn:crm-api:error:${code}`,
    title: ERROR_CATALOGUE[code].title[language],
    status,
    detail: error.sentence[language],
    code,
    instance: path,
    request_id: requestId,
    ...(errors && { errors }),
    ...(error.details && { details: error.details }),
  };
  return {
    status,
    json: JSON.stringify(body),
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': language,
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

/** JSON Pointer (RFC 6901) in REST names. Services use GraphQL's names; an unknown field keeps its sent name. */
function pointerTo({ path, code }: FieldError): string {
  const names = path.map((part) =>
    typeof part === 'string' && code !== 'UNKNOWN_MEMBER' ? toRestName(part) : String(part),
  );
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Fastify's own errors by their code. */
const FASTIFY_CODES = new Map<string, ConstructorParameters<typeof AppError>[0]>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'PAYLOAD_TOO_LARGE'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'UNSUPPORTED_MEDIA_TYPE'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'MALFORMED_REQUEST'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'MALFORMED_REQUEST'],
  ['FST_ERR_BAD_URL', 'MALFORMED_REQUEST'],
  ['FST_ERR_ASYNC_CONSTRAINT', 'MALFORMED_REQUEST'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'ROUTE_NOT_FOUND'],
]);

/**
 * Converts anything thrown into an AppError.
 * @param translate recognises errors of libraries, such as PostgreSQL's
 * @returns an INTERNAL error with its cause for a fault of the service
 */
export function asRejection(thrown: unknown, translate: (error: unknown) => AppError | undefined): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = asError(thrown);
  const known = 'code' in error && typeof error.code === 'string' ? FASTIFY_CODES.get(error.code) : undefined;
  if (known) return new AppError(known);
  return translate(thrown) ?? new AppError('INTERNAL', undefined, { cause: thrown });
}
