/** One caller's requests on both transports, with answers in one form. */
import type { Tally } from './tally.js';

export type Transport = 'rest' | 'graphql';
export const TRANSPORTS: readonly Transport[] = ['rest', 'graphql'];

export interface Identity {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
  readonly token: string;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  /** GraphQL's `data`, or the JSON of REST with GraphQL's names. */
  readonly data: unknown;
  readonly text: string;
  /** The stable code of the rejection; undefined for an answer. `NO_ANSWER` when the connection broke or nothing came, `UNREADABLE` for bytes that are not in the coding they are said to be in. */
  readonly code: string | undefined;
  readonly details: unknown;
  readonly ms: number;
}

/** One operation in the words of both transports. */
export interface Request {
  readonly rest: {
    readonly method: string;
    readonly path: string;
    readonly body?: object;
    readonly version?: number | undefined;
  };
  readonly graphql: { readonly document: string; readonly variables?: object };
}

/** Longer than any answer may take; milliseconds. */
const PATIENCE_MS = 65_000;

export class Requester {
  constructor(
    private readonly origin: () => string,
    private readonly identity: Identity | undefined,
    private readonly tally: Tally,
    /** Sees every answer. */
    private readonly check: (name: string, reply: Reply) => void = () => undefined,
  ) {}

  /** @param key Idempotency-Key @param others more headers */
  send(
    name: string,
    transport: Transport,
    request: Request,
    key?: string,
    others: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const headers: Record<string, string> = key === undefined ? { ...others } : { ...others, 'idempotency-key': key };
    if (transport === 'graphql') {
      const { document: query, variables } = request.graphql;
      return this.fetch(name, 'POST', '/graphql', { query, variables }, headers);
    }
    const { method, path, body, version } = request.rest;
    return this.fetch(name, method, path, body, {
      ...headers,
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    });
  }

  async fetch(
    name: string,
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const startedAt = performance.now();
    let reply: Omit<Reply, 'ms'>;
    try {
      const response = await fetch(this.origin() + path, {
        method,
        headers: { ...this.identityHeaders(), 'accept-language': 'en', ...headers, ...(body && JSON_TYPE) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      reply = readReply(response.status, await response.text(), response.headers, path);
    } catch (error) {
      reply = noReply(error instanceof Error ? (error.cause ?? error) : error);
    }
    const timed = { ...reply, ms: performance.now() - startedAt };
    this.tally.count(name, reply.code ?? 'ok', timed.ms);
    this.check(name, timed);
    return timed;
  }

  private identityHeaders(): Readonly<Record<string, string>> {
    if (!this.identity) return {};
    return { authorization: `Bearer ${this.identity.token}`, 'x-tenant-id': this.identity.tenantId };
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

function noReply(cause: unknown): Omit<Reply, 'ms'> {
  const code = textAt(cause, 'code').startsWith('Z_') ? 'UNREADABLE' : 'NO_ANSWER';
  return { status: 0, data: undefined, text: String(cause), code, details: undefined };
}

function isJsonText(headers: Headers, text: string): boolean {
  return headers.get('content-type')?.includes('json') === true && text !== '';
}

function readReply(status: number, text: string, headers: Headers, path: string): Omit<Reply, 'ms'> {
  const json: unknown = isJsonText(headers, text) ? JSON.parse(text) : undefined;
  if (path === '/graphql') return { status, text, ...readGraphql(json) };
  if (status < 400) return { status, text, data: camelCased(json), code: undefined, details: undefined };
  const isUnsaid = status === 503 && !headers.has('retry-after');
  const code = (textAt(json, 'code') || `HTTP_${status}`) + (isUnsaid ? '_WITHOUT_RETRY_AFTER' : '');
  return { status, text, data: undefined, code, details: valueAt(json, 'details') };
}

function readGraphql(json: unknown): Pick<Reply, 'data' | 'code' | 'details'> {
  const errors = listAt(json, 'errors');
  const codes = [...new Set(errors.map((error) => textAt(error, 'extensions', 'code')))];
  // One code for all errors of an answer, or all of them, which no check expects.
  const code = errors.length === 0 ? undefined : codes.join('+');
  return { data: valueAt(json, 'data'), code, details: valueAt(errors[0], 'extensions', 'details') };
}

/** The field of a field …; undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Empty where there is no list. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Empty where there is no text. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      camelCased(field),
    ]),
  );
}
