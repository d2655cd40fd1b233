/** Requests by chance, made of the OpenAPI document and the GraphQL schema. */
import { METHODS } from 'node:http';
import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { percentEncoded } from '../../contract/surface/hostile-texts.js';
import type { AnyRequest } from '../../support/raw-client.js';
import { asJson, type FuzzValues } from './fuzz-values.js';

type Json = Readonly<Record<string, unknown>>;
type Field = GraphQLField<unknown, unknown>;

/** CONNECT has no answer that an HTTP client understands. */
const ALL_METHODS = METHODS.filter((method) => method !== 'CONNECT');
const OTHER_PATHS = [
  '/',
  '/graphql',
  '/health/live',
  '/health/ready',
  '/v1/docs',
  '/v1/openapi.json',
  '/v1/x',
  '/graphql/assets/x/y',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/merge-patch+json',
  '@',
  'multipart/form-data',
];

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Json[];
  readonly body: Json | undefined;
}

function operationsOf(document: Json): readonly Operation[] {
  return Object.entries(asJson(document.paths)).flatMap(([path, methods]) =>
    Object.entries(asJson(methods)).map(([method, operation]) => {
      const { parameters, requestBody } = asJson(operation);
      const content = asJson(asJson(asJson(requestBody).content)['application/json']).schema;
      return {
        method: method.toUpperCase(),
        path,
        parameters: Array.isArray(parameters) ? parameters.map(asJson) : [],
        body: content === undefined ? undefined : asJson(content),
      };
    }),
  );
}

/** @returns a generator of REST requests, those to pages, health checks and paths that there are not among them */
export function restRequests(document: Json, values: FuzzValues): () => AnyRequest {
  const operations = operationsOf(document);
  const schemas = asJson(asJson(document.components).schemas);
  const { random } = values;
  return () => {
    values.nextRequest();
    const { method, path, parameters, body } = random.pick(operations);
    const address = random.chance(0.03)
      ? random.pick(OTHER_PATHS)
      : path.replace(/\{\w+\}/g, () => percentEncoded(values.id()));
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && random.chance(0.25))
      .map(({ name, schema }) => `${String(name)}=${percentEncoded(asText(values.bySchema(asJson(schema), schemas)))}`);
    const sent = bodyOf(body, schemas, values);
    return {
      method: random.chance(0.06) ? random.pick(ALL_METHODS) : method,
      path: (address + (query.length > 0 ? `?${query.join('&')}` : '')).slice(0, 12_000).replace(/%.?$/, ''),
      headers: { ...(sent !== undefined && { 'content-type': contentType(values) }), ...oddHeaders(values) },
      ...(sent !== undefined && { body: cut(values, sent) }),
    };
  };
}

function bodyOf(body: Json | undefined, schemas: Json, values: FuzzValues): string | undefined {
  if (body === undefined && !values.random.chance(0.05)) return undefined;
  return JSON.stringify(values.bySchema(body ?? {}, schemas));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1500) : JSON.stringify(value ?? '');
}

/** Now and then a body that ends too early. */
function cut({ random }: FuzzValues, text: string): string {
  return random.chance(0.02) ? text.slice(0, random.integer(0, text.length)) : text;
}

function contentType({ random }: FuzzValues): string {
  return random.chance(0.96) ? 'application/json' : random.pick(TYPES);
}

function oddHeaders(values: FuzzValues): Record<string, string> {
  const { random } = values;
  const headers: Record<string, string> = {};
  if (random.chance(0.1))
    headers['if-match'] = random.pick(['"1"', '"2"', '*', '"1", "2"', 'W/"1"', 'x', '"99999999999"']);
  if (random.chance(0.1))
    headers['idempotency-key'] = random.pick(['k', `k${random.integer(0, 50)}`, 'x'.repeat(300), '']);
  if (random.chance(0.05))
    headers.accept = random.pick(['text/csv', 'text/html', '*/*;q=0', ',,;', 'application/graphql-response+json']);
  if (random.chance(0.05)) headers['accept-language'] = random.pick(['en', 'fr;q=x', ';;', 'de']);
  if (random.chance(0.03)) headers['x-forwarded-for'] = random.pick(['1.2.3.4', 'x', '::1', "'; --"]);
  if (random.chance(0.03)) headers['x-cost'] = '1';
  return headers;
}

/** @returns a generator of GraphQL requests */
export function graphqlRequests(schema: GraphQLSchema, values: FuzzValues): () => AnyRequest {
  const { random } = values;
  const roots = (['Query', 'Mutation'] as const).map((name) => {
    const type = schema.getType(name);
    return { kind: name.toLowerCase(), fields: isObjectType(type) ? Object.values(type.getFields()) : [] };
  });
  return () => {
    values.nextRequest();
    const { kind, fields } = random.pick(roots);
    const field = random.pick(fields);
    const variables: Record<string, unknown> = {};
    const { call, declared } = callOf(field, values, variables);
    const keyword = random.chance(0.01) ? 'subscription' : kind;
    const document = `${keyword} Q${declared} { ${call} ${selectionOf(field.type, values, 0)} }`;
    const body = JSON.stringify({ query: cut(values, document), variables });
    const isGet = kind === 'query' && random.chance(0.1) && body.length < 3000;
    const search = `query=${percentEncoded(document)}&variables=${percentEncoded(JSON.stringify(variables))}`;
    if (isGet) return { method: 'GET', path: `/graphql?${search}`, headers: oddHeaders(values) };
    return {
      method: random.chance(0.03) ? random.pick(ALL_METHODS) : 'POST',
      path: '/graphql',
      headers: { 'content-type': contentType(values), ...oddHeaders(values) },
      body: cut(values, body),
    };
  };
}

function callOf(
  field: Field,
  values: FuzzValues,
  variables: Record<string, unknown>,
): { call: string; declared: string } {
  const given = field.args.filter(({ type }) => String(type).endsWith('!') || values.random.chance(0.3));
  for (const { name, type } of given) variables[name] = values.byType(type);
  const list = (parts: readonly string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  return {
    call: field.name + list(given.map(({ name }) => `${name}: $${name}`)),
    declared: list(given.map(({ name, type }) => `$${name}: ${String(type)}`)),
  };
}

/** Fields without arguments that they need, some of them, a few levels deep. */
function selectionOf(output: GraphQLOutputType, values: FuzzValues, depth: number): string {
  const type = getNamedType(output);
  if (isUnionType(type)) return '{ __typename }';
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const fields = Object.values(type.getFields()).filter(({ args, type: own }) => {
    const isDeep = selectionOfAny(own);
    return args.every((argument) => !String(argument.type).endsWith('!')) && (!isDeep || depth < 4);
  });
  const chosen = fields.filter(() => values.random.chance(depth === 0 ? 0.5 : 0.3)).slice(0, 12);
  return `{ __typename ${chosen.map((field) => `${field.name} ${selectionOf(field.type, values, depth + 1)}`).join(' ')} }`;
}

function selectionOfAny(output: GraphQLOutputType): boolean {
  const type = getNamedType(output);
  return isObjectType(type) || isInterfaceType(type) || isUnionType(type);
}
