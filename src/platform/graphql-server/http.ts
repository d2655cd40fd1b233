/** Reads GraphQL requests over HTTP (graphql.github.io/graphql-over-http). */
import type { FastifyRequest } from 'fastify';
import { AppError, type Sentence } from '../errors/errors.js';
import { essenceOf, isDeeperThan, JSON_ONLY, MAX_JSON_DEPTH, TOO_DEEP } from '../values/json-body.js';

/** The four parameters of a GraphQL request. */
export interface GraphqlParameters {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
  readonly extensions: Record<string, unknown> | undefined;
}

const NOT_AN_OBJECT: Sentence = {
  fr: 'Le corps doit être un objet JSON avec le membre « query » ; les lots (tableaux) ne sont pas acceptés.',
  en: 'The body must be a JSON object with the member "query"; batches (arrays) are not accepted.',
};
const QUERY_NEEDED: Sentence = {
  fr: '« query » doit être un texte non vide.',
  en: '"query" must be a text that is not empty.',
};
const WRONG_PARAMETER: Sentence = {
  fr: '« operationName » doit être un texte, « variables » et « extensions » des objets JSON, chacun donné une fois.',
  en: '"operationName" must be a text, "variables" and "extensions" JSON objects, each given once.',
};

/** @throws AppError 400 when a parameter has the wrong type */
export function readPostParameters(body: unknown): GraphqlParameters {
  if (!isRecord(body)) throw new AppError('MALFORMED_REQUEST', NOT_AN_OBJECT);
  return checkParameters(body);
}

/** @throws AppError 400 like readPostParameters, 415 for a content type other than JSON */
export function readGetParameters(request: FastifyRequest): GraphqlParameters {
  const type = request.headers['content-type'];
  if (type !== undefined && essenceOf(type) !== 'application/json') {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', JSON_ONLY);
  }
  const start = request.url.indexOf('?');
  const search = new URLSearchParams(start < 0 ? '' : request.url.slice(start));
  return checkParameters({
    query: onceOf(search, 'query'),
    operationName: onceOf(search, 'operationName'),
    variables: jsonOf(onceOf(search, 'variables')),
    extensions: jsonOf(onceOf(search, 'extensions')),
  });
}

/** Only Bearer counts: browsers send credentials of other schemes on their own once the user has typed a password. */
const BEARER = /^bearer /i;
const PREFLIGHTED_BY = ['x-tenant-id', 'apollo-require-preflight', 'x-apollo-operation-name', 'content-type'] as const;

/**
 * True when a browser sends a CORS preflight before this GET from another site (the rule and the header names are Apollo's).
 * POST needs no check, because its content type application/json always requires a preflight.
 */
export function isPreflighted({ headers }: FastifyRequest): boolean {
  return BEARER.test(headers.authorization ?? '') || PREFLIGHTED_BY.some((name) => headers[name] !== undefined);
}

function onceOf(search: URLSearchParams, name: string): string | undefined {
  const values = search.getAll(name);
  if (values.length > 1) throw new AppError('MALFORMED_REQUEST', WRONG_PARAMETER);
  return values[0];
}

/** An empty text counts as absent, because forms send parameters without a value. */
function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AppError('MALFORMED_REQUEST', WRONG_PARAMETER);
  }
  // One level less than in a body, where the enclosing object is the first level.
  if (isDeeperThan(parsed, MAX_JSON_DEPTH - 1)) throw new AppError('MALFORMED_REQUEST', TOO_DEEP);
  return parsed;
}

function checkParameters(sent: Readonly<Record<string, unknown>>): GraphqlParameters {
  const query = textOf(sent.query, QUERY_NEEDED);
  const parameters = {
    query,
    operationName: nameOf(sent.operationName),
    variables: recordOf(sent.variables),
    extensions: recordOf(sent.extensions),
  };
  if (parameters.extensions?.persistedQuery !== undefined) requirePersistedQuery(parameters.extensions);
  else if (query === undefined || query === '') throw new AppError('MALFORMED_REQUEST', QUERY_NEEDED);
  return parameters;
}

/** An empty name counts as absent: clients send it for documents with one operation. */
function nameOf(value: unknown): string | undefined {
  const name = textOf(value, WRONG_PARAMETER);
  return name === '' ? undefined : name;
}

/** null counts as absent (GraphQL over HTTP, "Request parameters"). */
function textOf(value: unknown, sentence: Sentence): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new AppError('MALFORMED_REQUEST', sentence);
  return value;
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw new AppError('MALFORMED_REQUEST', WRONG_PARAMETER);
  return value;
}

function requirePersistedQuery({ persistedQuery }: Record<string, unknown>): void {
  const hash = isRecord(persistedQuery) ? persistedQuery.sha256Hash : undefined;
  if (typeof hash !== 'string' || hash.length > 64) throw new AppError('MALFORMED_REQUEST', WRONG_PARAMETER);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
