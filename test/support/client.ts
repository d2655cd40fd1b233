/** Requests as somebody: `as(service, tenant.admin).get('/v1/…')`, `.graphql('{ … }')`. */
import type { TestService, TestUser } from './service.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body; whatever it is, tests say what they expect of it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads answers of every shape
  readonly body: any;
}

export interface Client {
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  graphql(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** @param user undefined for a stranger without a token */
export function as(service: Pick<TestService, 'origin'>, user?: Pick<TestUser, 'token' | 'tenantId'>): Client {
  const identity = user ? { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId } : {};
  const request: Client['request'] = async (method, path, body, headers = {}) => {
    const response = await fetch(service.origin + path, {
      method,
      headers: {
        ...identity,
        'accept-language': 'en',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };
  return {
    request,
    get: (path, headers) => request('GET', path, undefined, headers),
    post: (path, body, headers) => request('POST', path, body, headers),
    put: (path, body, headers) => request('PUT', path, body, headers),
    delete: (path, headers) => request('DELETE', path, undefined, headers),
    graphql: (query, variables, headers) => request('POST', '/graphql', { query, variables }, headers),
  };
}
