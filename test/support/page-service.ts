/** A small service with just what our two pages talk to: one customer, one password, an OpenAPI document of one route. */
import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { registerDocsPage } from '../../src/platform/docs-page.js';
import { registerPlayground } from '../../src/platform/playground.js';
import { readPlaygroundOperations } from '../../src/platform/playground-operations.js';

export const ACCOUNT = { tenantId: 'demo', email: 'admin@demo.example', password: 'demo-password-2026' };

export const operations = readPlaygroundOperations(new URL('../../src/playground-operations/', import.meta.url));

const schema = buildSchema(`
  enum CustomerType { PROSPECT CUSTOMER }
  type Customer { id: ID!, code: String!, name: String!, type: CustomerType!, email: String, phone: String, city: String,
    countryCode: String, isActive: Boolean!, version: Int!, createdAt: String, updatedAt: String }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type CustomerConnection { totalCount: Int!, nodes: [Customer!]!, pageInfo: PageInfo! }
  input CustomerTypeFilter { eq: CustomerType }
  input BooleanFilter { eq: Boolean }
  input CustomerFilter { type: CustomerTypeFilter, isActive: BooleanFilter }
  input CreateCustomerInput { code: String, name: String!, type: CustomerType, email: String, phone: String, city: String, countryCode: String }
  input UpdateCustomerInput { city: String, phone: String }
  type User { email: String!, role: String!, fullName: String! }
  type Tenant { id: ID!, name: String! }
  type Viewer { user: User!, tenant: Tenant!, permissions: [String!]! }
  type Session { accessToken: String!, refreshToken: String!, expiresIn: Int!, user: User! }
  type Query {
    viewer: Viewer!
    customerByCode(code: String!): Customer
    customers(filter: CustomerFilter, search: String, first: Int): CustomerConnection!
  }
  type Mutation {
    login(email: String!, password: String!, tenantId: ID!): Session!
    refreshSession(refreshToken: String!): Session!
    logout: Boolean!
    createCustomer(input: CreateCustomerInput!): Customer!
    updateCustomer(id: ID!, input: UpdateCustomerInput!, expectedVersion: Int): Customer!
    convertCustomer(id: ID!, expectedVersion: Int): Customer!
    deleteCustomer(id: ID!, expectedVersion: Int): Customer!
    restoreCustomer(id: ID!): Customer!
  }
`);

type Variables = Record<string, unknown>;

function makeResolvers(tokenLifeSeconds: number): Record<string, unknown> {
  const user = { email: ACCOUNT.email, role: 'ADMIN', fullName: 'Anne Martin' };
  let tokens = 0;
  let customer: Variables = {};
  const openSession = () => {
    tokens += 1;
    return { accessToken: `access-${tokens}`, refreshToken: `refresh-${tokens}`, expiresIn: tokenLifeSeconds, user };
  };
  return {
    login: ({ password }: Variables) => {
      if (password !== ACCOUNT.password) throw new Error('Email ou mot de passe incorrect');
      return openSession();
    },
    refreshSession: ({ refreshToken }: Variables) => {
      if (refreshToken !== `refresh-${tokens}`) throw new Error('Authentification requise');
      return openSession();
    },
    logout: true,
    viewer: (_: Variables, { tenantId }: Variables) => ({
      user,
      tenant: { id: tenantId, name: 'Démo' },
      permissions: [],
    }),
    createCustomer: ({ input }: { input: Variables }) =>
      (customer = { id: '01930000-0000-7000-8000-000000000001', isActive: true, version: 1, ...input }),
    updateCustomer: ({ id, input, expectedVersion }: { id: string; input: Variables; expectedVersion: number }) => {
      if (id !== customer.id || expectedVersion !== customer.version) throw new Error('Client non trouvé');
      return (customer = { ...customer, ...input, version: expectedVersion + 1 });
    },
  };
}

const OPENAPI = {
  openapi: '3.1.0',
  info: { title: 'CRM API', version: '1.0.0' },
  components: {
    securitySchemes: {
      accessToken: { type: 'http', scheme: 'bearer' },
      tenant: { type: 'apiKey', in: 'header', name: 'X-Tenant-ID' },
    },
  },
  security: [{ accessToken: [], tenant: [] }],
  paths: {
    '/v1/commercial/customers': {
      get: {
        tags: ['Customers'],
        summary: 'List customers',
        responses: { 200: { description: 'A page of customers' } },
      },
    },
  },
};

function registerGraphql(app: FastifyInstance, tokenLifeSeconds: number): void {
  const playground = registerPlayground(app, { path: '/graphql', docsPath: '/v1/docs', operations });
  const rootValue = makeResolvers(tokenLifeSeconds);
  app.get('/graphql', playground);
  app.post<{ Body: { query: string; variables?: Variables; operationName?: string } }>(
    '/graphql',
    ({ body, headers }) =>
      graphql({
        schema,
        source: body.query,
        variableValues: body.variables,
        operationName: body.operationName,
        rootValue,
        contextValue: { tenantId: headers['x-tenant-id'] },
      }),
  );
}

/** @returns the service, not yet listening */
function buildPageService(tokenLifeSeconds: number): FastifyInstance {
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  registerGraphql(app, tokenLifeSeconds);
  registerDocsPage(app, {
    path: '/v1/docs',
    openapiUrl: '/v1/openapi.json',
    graphqlPath: '/graphql',
    playground: true,
  });
  app.get('/v1/openapi.json', () => OPENAPI);
  app.get('/v1/commercial/customers', ({ headers }) => ({
    sent: { authorization: headers.authorization, tenant: headers['x-tenant-id'] },
  }));
  return app;
}

export interface PageService {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts the service on a free port. */
export async function startPageService({ tokenLifeSeconds = 1800 } = {}): Promise<PageService> {
  const app = buildPageService(tokenLifeSeconds);
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    async stop() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
