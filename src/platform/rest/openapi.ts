/** The OpenAPI 3.1 document, made from the routes that the server registers and the classes that validate their input. */
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/errors.js';
import type { InputClass } from '../input/input-plan.js';
import type { JsonSchema } from '../values/json-schema.js';
import { CHANGE_PARAMETERS, HEADERS, PARAMETERS, SECURITY_SCHEMES } from './openapi-components.js';
import {
  bodySchema,
  ERROR_CODE_SCHEMA,
  fieldSchemas,
  pageSchema,
  problemSchema,
  PROBLEM_SCHEMA,
} from './openapi-schemas.js';
import {
  errorsOf,
  isIdempotent,
  isIdName,
  statusOf,
  type NamedSchema,
  type RestResponse,
  type RestRouteDescription,
} from './routes.js';

interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly contact: { readonly name: string };
  readonly license: { readonly name: string; readonly identifier: string };
}

interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: OpenApiInfo;
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
}

/** Makes the document; routes appear in the order given. @param tags what the routes' tags are about */
export function buildOpenApiDocument(
  routes: readonly RestRouteDescription[],
  info: OpenApiInfo,
  tags: Readonly<Record<string, string>>,
): OpenApiDocument {
  const schemas = new NamedSchemas();
  schemas.add('ErrorCode', ERROR_CODE_SCHEMA);
  schemas.add('Problem', PROBLEM_SCHEMA);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info,
    // The server that the document was loaded from.
    servers: [{ url: '/', description: 'This service.' }],
    paths,
    components: {
      schemas: schemas.all,
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
    tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({
      name,
      description: tags[name] ?? name,
    })),
  };
}

/** Named schemas of the document. */
class NamedSchemas {
  readonly all: Record<string, JsonSchema> = {};

  /** @returns a reference @throws if another schema has the same name */
  add(name: string, schema: JsonSchema): JsonSchema {
    const known = this.all[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two different OpenAPI schemas are named ${name}`);
    }
    this.all[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  }
}

function operationOf(route: RestRouteDescription, schemas: NamedSchemas): JsonSchema {
  const { operationId, summary, description, tags, body } = route;
  const parameters = parametersOf(route);
  return {
    operationId,
    summary,
    description,
    tags,
    security: route.public === true ? [] : [{ bearer: [], tenant: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: requestBodyOf(route, body, schemas) }),
    responses: {
      [statusOf(route)]: successOf(route, schemas),
      ...(route.conditional === true ? { 304: NOT_MODIFIED } : {}),
      ...problemsOf(route),
    },
  };
}

const NOT_MODIFIED: JsonSchema = {
  description: 'The caller has it already.',
  headers: headersIf({ ETag: true }),
};

function parametersOf(route: RestRouteDescription): JsonSchema[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: isIdName(name) ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }));
  const inQuery = fieldSchemas(route.query).map(({ field, schema: { description, ...schema } }) => ({
    name: field.restName,
    in: 'query',
    description,
    ...(field.required ? { required: true } : {}),
    schema: withoutNull(schema),
  }));
  return [...inPath, ...inQuery, ...headerParameters(route), ...(isIdempotent(route) ? CHANGE_PARAMETERS : [])];
}

function headerParameters(route: RestRouteDescription): JsonSchema[] {
  const wanted = {
    TenantId: route.public !== true || route.takesTenant === true,
    OnBehalfOf: route.public !== true,
    IfMatch: route.versioned === true,
    IfNoneMatch: route.conditional === true,
  };
  return Object.entries(wanted).flatMap(([name, isWanted]) =>
    isWanted ? [{ $ref: `#/components/parameters/${name}` }] : [],
  );
}

/** A query string has no null: a nullable parameter may be absent or empty. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, enum: words } = schema;
  const types = Array.isArray(type) ? type.filter((one) => one !== 'null') : [type];
  return {
    ...schema,
    type: types.length === 1 ? types[0] : types,
    ...(Array.isArray(words) ? { enum: words.filter((word) => word !== null) } : {}),
  };
}

function requestBodyOf(route: RestRouteDescription, body: InputClass<object>, schemas: NamedSchemas): JsonSchema {
  const partial = route.method === 'PUT' || route.method === 'PATCH';
  const schema = schemas.add(
    body.name,
    bodySchema(body, { partial, aliases: route.aliases, returned: route.returned }),
  );
  const content = { schema, ...(route.example === undefined ? {} : { example: route.example }) };
  const mergePatch = route.method === 'PATCH' ? { 'application/merge-patch+json': content } : {};
  return { required: route.bodyOptional !== true, content: { 'application/json': content, ...mergePatch } };
}

function successOf(route: RestRouteDescription, schemas: NamedSchemas): JsonSchema {
  const isCreated = statusOf(route) === 201;
  const { type } = route.response;
  const headers = headersIf({
    ETag: type === 'record',
    Location: isCreated,
    Link: isLinked(route.response),
    'X-Total-Rows': type === 'csv',
    'Dry-Run': isIdempotent(route),
    'Idempotency-Replayed': isIdempotent(route),
  });
  const content = contentOf(route.response, schemas);
  return {
    description: isCreated ? 'Created.' : 'Done.',
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(content === undefined ? {} : { content }),
  };
}

/** Whether the answer may link to a next one: a page, or one of several files. */
function isLinked(response: RestResponse): boolean {
  return response.type === 'page' || response.type === 'csv' || (response.type === 'json' && response.linked === true);
}

function headersIf(wanted: Readonly<Record<string, boolean>>): Record<string, JsonSchema> {
  const names = Object.keys(wanted).filter((name) => wanted[name]);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name.replaceAll('-', '')}` }]));
}

function contentOf(response: RestResponse, schemas: NamedSchemas): JsonSchema | undefined {
  if ('serializer' in response) return jsonContent(recordsOf(response.type, response.serializer, schemas));
  if ('schema' in response) return jsonContent(response.schema);
  return response.type === 'none' ? undefined : { [`text/${response.type}`]: { schema: { type: 'string' } } };
}

function jsonContent(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } };
}

function recordsOf(type: 'record' | 'page' | 'list', serializer: NamedSchema, schemas: NamedSchemas): JsonSchema {
  const record = schemas.add(serializer.name, serializer.schema);
  if (type === 'page') return schemas.add(`${serializer.name}Page`, pageSchema(record));
  return type === 'list' ? { type: 'array', items: record } : record;
}

/** Statuses after which `Retry-After` is sent. */
const RETRYABLE: ReadonlySet<number> = new Set([409, 429, 503]);

function problemsOf(route: RestRouteDescription): Record<string, JsonSchema> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(route)) {
    const { status } = ERROR_CATALOGUE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title.en}`).join('. '),
        ...(RETRYABLE.has(status) ? { headers: headersIf({ 'Retry-After': true }) } : {}),
        content: { 'application/problem+json': { schema: problemSchema(codes) } },
      },
    ]),
  );
}
