/** A REST route: one description, from which the server registers it and the OpenAPI document is made. */
import type { Readable } from 'node:stream';
import type { ErrorCode } from '../errors/errors.js';
import { NoFields, type InputClass } from '../input/input-plan.js';
import { IS_STORABLE, IS_UUID } from '../input/rules.js';
import type { JsonSchema } from '../values/json-schema.js';
import { isHeld } from '../values/entity-tags.js';
import { parseQuery, parseRestBody } from './input.js';
import type { JsonText } from './json-text.js';
import type { RestSerializer } from './serializer.js';
import { FieldErrors } from '../input/validation.js';

type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A named schema; every RestSerializer is one. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** Content of a successful answer. `record` has an ETag, `page` is the envelope with `Link`, `list` a bare array; `linked` JSON has `Link` too. */
export type RestResponse =
  | { readonly type: 'record' | 'page' | 'list'; readonly serializer: NamedSchema }
  | { readonly type: 'json'; readonly schema: JsonSchema; readonly linked?: true }
  | { readonly type: 'csv' | 'html' | 'none' };

/** The request as the server passes it on: nothing is validated yet. */
export interface RawRestRequest {
  /** Path and query, for links to other pages. */
  readonly url: string;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Makes a signal that is aborted if the caller disconnects before the end of the answer. */
  readonly whenLeft: () => AbortSignal;
}

/** Input of a handler: the fields of path, query and body, validated. */
export interface RestRequest<Body, Query, Row> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: RawRestRequest['headers'];
  readonly url: string;
  readonly whenLeft: RawRestRequest['whenLeft'];
  /** For updates, after the row is loaded: rejects read-only fields that were sent back changed. */
  readonly rejectChangedReadOnly: (current: Row) => void;
}

/** Result of a handler; `json` is JSON text from a RestSerializer. */
export interface RestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: JsonText;
  /** Instead of JSON: a stream of bytes, with the content type among the headers. */
  readonly stream?: Readable;
  /** `Repr-Digest` of the stream: read after its last byte and sent as a trailer, if the client accepts trailers. */
  readonly digest?: () => string;
}

/** Description of a route, without its handler. */
export interface RestRouteDescription {
  readonly method: HttpMethod;
  /** As OpenAPI writes it: `/v1/commercial/customers/{id}`. A parameter named `id` or ending in `_id` is a UUID. */
  readonly path: string;
  /** Unique operation id for generated clients: `updateCustomer`. */
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly body?: InputClass<object>;
  /** An example body that works unchanged. */
  readonly example?: object;
  /** The body may be absent. */
  readonly bodyOptional?: true;
  /** Accepted aliases: alias → REST name. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly query?: InputClass<object>;
  /** The record's JSON. Its fields that the body does not accept are read-only. */
  readonly returned?: NamedSchema;
  readonly response: RestResponse;
  /** 201 for creation. Default: 204 without content, else 200. */
  readonly status?: 200 | 201 | 204;
  /** Error codes of this route; errorsOf adds those of every such route. */
  readonly errors?: readonly ErrorCode[];
  /** Needs neither token nor tenant. */
  readonly public?: true;
  /** Takes `X-Tenant-ID` although it is public. */
  readonly takesTenant?: true;
  /** Takes `If-Match`. */
  readonly versioned?: true;
  /** Takes `If-None-Match`: the tag changes whenever the answer does. */
  readonly conditional?: true;
  /** Takes no `Idempotency-Key` although it writes (`/auth/*`). */
  readonly notIdempotent?: true;
}

/** A route as the server registers it. */
export interface RestRoute<Ctx> extends RestRouteDescription {
  /** The required right, checked before the input is read. */
  readonly authorize?: (ctx: Ctx) => void;
  /** Validates the input, then runs the handler. */
  readonly run: (ctx: Ctx, raw: RawRestRequest) => Promise<RestAnswer>;
}

interface RestRouteDefinition<
  Ctx,
  Body extends object,
  Query extends object,
  Row extends object,
> extends RestRouteDescription {
  readonly authorize?: (ctx: Ctx) => void;
  readonly body?: InputClass<Body>;
  readonly query?: InputClass<Query>;
  readonly returned?: RestSerializer<Row>;
  readonly handle: (ctx: Ctx, request: RestRequest<Body, Query, Row>) => Promise<RestAnswer>;
}

/** Makes a route from its description and its handler. The handler receives only typed, validated fields. */
export function defineRestRoute<
  Ctx,
  Body extends object = NoFields,
  Query extends object = NoFields,
  Row extends object = NoFields,
>(definition: RestRouteDefinition<Ctx, Body, Query, Row>): RestRoute<Ctx> {
  const { handle, ...route } = definition;
  // Without a class the type parameter has its default, an object without fields.
  const Query = (definition.query ?? NoFields) as InputClass<Query>;
  const Body = (definition.body ?? NoFields) as InputClass<Body>;
  const { aliases = {}, returned } = definition;
  const isUpdate = route.method === 'PUT' || route.method === 'PATCH';
  const options = { aliases, isUpdate, ...(returned && { serializer: returned }) };
  return {
    ...route,
    run: async (ctx, raw) => {
      const params = readParams(raw.params);
      const query = parseQuery(Query, raw.query);
      const isBodyLess = route.body === undefined || route.bodyOptional === true;
      const sent = isBodyLess ? (raw.body ?? {}) : raw.body;
      const { input: body, rejectChangedReadOnly } = parseRestBody(Body, sent, options);
      const { headers, url, whenLeft } = raw;
      const answer = await handle(ctx, { params, query, body, headers, url, whenLeft, rejectChangedReadOnly });
      return route.conditional === true ? unlessHeld(headers['if-none-match'], answer) : answer;
    },
  };
}

/** 304 for a caller that already has this answer. */
function unlessHeld(ifNoneMatch: string | string[] | undefined, answer: RestAnswer): RestAnswer {
  const etag = answer.headers?.etag;
  if (ifNoneMatch === undefined || etag === undefined || !isHeld(ifNoneMatch, etag)) return answer;
  return { status: 304, headers: { etag } };
}

/** Rejects a malformed id with a 422 that names the parameter; passes a valid one on in lower case. */
function readParams(raw: unknown): Readonly<Record<string, string>> {
  const errors = new FieldErrors();
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const text = String(value);
    params[name] = isIdName(name) ? text.toLowerCase() : text;
    const rule = isIdName(name) ? IS_UUID : IS_STORABLE;
    if (!rule.holds(params[name])) errors.add(rule.code, [name], rule.sentence);
  }
  errors.throwIfAny();
  return params;
}

/** @returns whether a path parameter is the id of a record */
export function isIdName(name: string): boolean {
  return name === 'id' || name.endsWith('_id');
}

/** @returns the path as Fastify writes it: `/v1/commercial/customers/:id` */
export function fastifyPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Every route rejects unknown query parameters. */
const ANYWHERE: readonly ErrorCode[] = ['VALIDATION_FAILED', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'];
const SIGNED_IN: readonly ErrorCode[] = [
  'TENANT_HEADER_INVALID',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'TENANT_HEADER_REQUIRED',
  'TENANT_MISMATCH',
];
/** A route without fields reads its body too, so that it can reject one that is sent. */
const WITH_BODY: readonly ErrorCode[] = ['MALFORMED_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** @returns the status of the route's success */
export function statusOf(route: RestRouteDescription): number {
  return route.status ?? (route.response.type === 'none' ? 204 : 200);
}

/** @returns whether the route takes an `Idempotency-Key` */
export function isIdempotent(route: RestRouteDescription): boolean {
  return route.method !== 'GET' && route.notIdempotent !== true;
}

/** Whether the answer is written in pieces (json-text.ts). */
function isList({ response }: RestRouteDescription): boolean {
  return response.type === 'page' || response.type === 'list' || (response.type === 'json' && response.linked === true);
}

/** @returns every error code of the route: its own, and those that its description implies */
export function errorsOf(route: RestRouteDescription): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>(route.errors);
  const add = (applies: boolean, more: readonly ErrorCode[]): void => {
    if (applies) for (const code of more) codes.add(code);
  };
  add(true, ANYWHERE);
  add(route.public !== true, SIGNED_IN);
  add(route.method !== 'GET', WITH_BODY);
  add(isList(route), ['ANSWER_TOO_LARGE']);
  add(route.versioned === true, ['VERSION_CONFLICT']);
  add(isIdempotent(route), ['IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED']);
  return [...codes];
}
