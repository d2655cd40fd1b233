/** A small schema and a server around it, for the tests of the GraphQL transport. */
import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { buildSchema, valueFromASTUntyped, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { AppError, preferredLanguage, validationError } from '../../../src/platform/errors/errors.js';
import type { GraphqlContext } from '../../../src/platform/graphql-server/pipeline.js';
import { registerGraphql, type GraphqlRouteOptions } from '../../../src/platform/graphql-server/routes.js';
import { createGraphqlServer, type GraphqlServerOptions } from '../../../src/platform/graphql-server/server.js';

const SDL = `
  scalar Even
  enum Colour { RED GREEN }
  input PointInput { x: Int! y: Int = 7 tags: [String!] colour: Colour inner: PointInput }
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String! friends(first: Int = 20, last: Int): UserConnection! boss: User }
  type UserEdge { cursor: String! node: User! }
  type PageInfo { hasNextPage: Boolean! }
  type UserConnection { nodes: [User!]! edges: [UserEdge!]! pageInfo: PageInfo! totalCount: Int! }
  type Query {
    hello(name: String): String!
    echo(point: PointInput, even: Even, ids: [ID!]): String
    fail(how: String!): String
    strictFail(how: String!): String!
    users(first: Int = 20, last: Int): UserConnection!
    user(id: ID!): User
    nodes(ids: [ID!]!): [Node]!
    secret: String
  }
  type Mutation { login(password: String!): String! touch(id: ID!): String! }
`;

const FAILURES: Record<string, () => unknown> = {
  validation: () =>
    validationError([{ path: ['name', 0], code: 'REQUIRED', message: { fr: 'Nom requis.', en: 'Name required.' } }]),
  quota: () => new AppError('QUOTA_EXCEEDED', undefined, { details: { limit: 3, used: 3 } }),
  unavailable: () => new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 2 }),
  database: () => Object.assign(new Error('terminating connection'), { code: '57P01' }),
  bug: () => new Error('secret table customers'),
  text: () => 'a thrown text',
  nothing: () => undefined,
};

function fail(how: string): never {
  throw FAILURES[how]?.();
}

const USER = { __typename: 'User', id: 'u1', name: 'Ada' };

export function toySchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  const even = schema.getType('Even') as GraphQLScalarType;
  even.parseValue = (value) => {
    if (typeof value !== 'number' || value % 2 !== 0) throw new TypeError(`not even: ${String(value)}`);
    return value;
  };
  even.parseLiteral = (node) => even.parseValue(valueFromASTUntyped(node));
  const connection = () => ({
    nodes: [USER],
    edges: [{ cursor: 'c', node: USER }],
    pageInfo: { hasNextPage: false },
    totalCount: 1,
  });
  const resolvers: Record<string, Record<string, (source: unknown, args: never, context: unknown) => unknown>> = {
    Query: {
      hello: (_source, { name }: { name?: string }) => `Hello ${name ?? 'you'}`,
      echo: (_source, args) => JSON.stringify(args),
      fail: (_source, { how }: { how: string }) => fail(how),
      strictFail: (_source, { how }: { how: string }) => fail(how),
      users: connection,
      user: (_source, { id }: { id: string }) => (id === 'u1' ? USER : null),
      nodes: (_source, { ids }: { ids: string[] }) => ids.map(() => USER),
      secret: (_source, _args, context) => (context as { actor?: string }).actor ?? 'nobody',
    },
    User: { friends: connection },
    Mutation: { login: () => 'session', touch: () => 'touched' },
  };
  for (const [type, fields] of Object.entries(resolvers)) {
    const object = schema.getType(type);
    for (const [name, resolve] of Object.entries(fields)) {
      if (object !== undefined && 'getFields' in object) Object.assign(object.getFields()[name] ?? {}, { resolve });
    }
  }
  return schema;
}

export interface ToyContext extends GraphqlContext {
  readonly actor?: string;
}

/** A caller is whoever sends `x-actor`; `authorization: bad` is a rejected token. */
export function toyContext(request: FastifyRequest): ToyContext {
  const { 'x-actor': actor, authorization, 'accept-language': accepted } = request.headers;
  const language = preferredLanguage(accepted);
  if (request.headers['x-broken'] !== undefined) throw new Error('the database of secrets is down');
  const rejection = authorization === 'bad' ? new AppError('TOKEN_EXPIRED') : undefined;
  return {
    requestId: request.id,
    language,
    rejection,
    ...(typeof actor === 'string' && actor !== '' ? { actor } : undefined),
  };
}

export interface Toy {
  readonly app: FastifyInstance;
  readonly url: string;
  /** What reached the log: messages of unknown errors. */
  readonly logged: unknown[];
  readonly send: (method: string, headers?: Record<string, string>) => Promise<ToyAnswer>;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<ToyAnswer>;
  readonly get: (url: string, headers?: Record<string, string>) => Promise<ToyAnswer>;
}

export interface ToyAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: ToyBody;
}

interface ToyBody {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly locations?: readonly unknown[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
}

export async function startToy(
  options: Partial<GraphqlServerOptions> = {},
  routes: Partial<GraphqlRouteOptions> = {},
): Promise<Toy> {
  const logged: unknown[] = [];
  const app = Fastify({ genReqId: () => 'request-1' });
  const server = await createGraphqlServer({
    schema: toySchema(),
    introspection: false,
    compile: true,
    publicFields: new Set(['Mutation.login']),
    formatting: {
      translate: (error) =>
        error instanceof Error && 'code' in error
          ? new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
          : undefined,
      onInternalError: (error) => logged.push(error),
    },
    ...options,
  });
  await registerGraphql(app, server, { createContext: toyContext, ...routes });

  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `${origin}/graphql`;
  return {
    app,
    url,
    logged,
    post: (body, headers) => postTo(url, body, headers),
    get: (path, headers) => send('GET', origin + path, headers),
    send: (method, headers) => send(method, url, headers),
  };
}

/** Sends an operation as the caller `ada`; a text or bytes go as they are. */
export function postTo(url: string, body: unknown, headers: Record<string, string> = {}): Promise<ToyAnswer> {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send('POST', url, { 'content-type': 'application/json', ...headers }, payload);
}

/** Over a socket: fastify's `inject` needs an ES module that jest cannot require, and fetch adds headers of its own. */
export function send(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<ToyAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { 'x-actor': 'ada', ...headers }, agent: false }, (incoming) => {
      text(incoming).then((answer) => {
        const isJson = (incoming.headers['content-type'] ?? '').includes('json') && answer !== '';
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: answer,
          body: (isJson ? JSON.parse(answer) : {}) as ToyBody,
        });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
