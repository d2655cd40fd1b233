/** Apollo Client without React: a cached query, Relay's pages, a change that the cache takes in, and a refusal by its code. */
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client/core';
import { SetContextLink } from '@apollo/client/link/context';
import { relayStylePagination } from '@apollo/client/utilities';
import {
  CreateCustomerDocument,
  CustomerDocument,
  CustomersDocument,
  SignInDocument,
  UpdateCustomerDocument,
} from './generated/graphql.js';

const {
  CRM_URL = 'http://127.0.0.1:4000',
  CRM_TENANT = 'demo',
  CRM_EMAIL = 'admin@demo.example',
  CRM_PASSWORD = 'demo-password-2026',
} = process.env;

let requests = 0;
const session: { token?: string } = {};

const identity = new SetContextLink(() => ({
  headers: {
    'accept-language': 'en',
    'x-tenant-id': CRM_TENANT,
    ...(session.token !== undefined && { authorization: `Bearer ${session.token}` }),
  },
}));
const http = new HttpLink({
  uri: `${CRM_URL}/graphql`,
  fetch: (...request) => {
    requests += 1;
    return fetch(...request);
  },
});
const client = new ApolloClient({
  link: identity.concat(http),
  cache: new InMemoryCache({
    typePolicies: {
      // What makes two lists different ones; `first` and `after` only say which part of a list.
      Query: { fields: { customers: relayStylePagination(['filter', 'search', 'orderBy']) } },
    },
  }),
});

const signedIn = await client.mutate({
  mutation: SignInDocument,
  variables: { email: CRM_EMAIL, password: CRM_PASSWORD, tenantId: CRM_TENANT },
});
session.token = signedIn.data?.login?.accessToken;

const created = await client.mutate({
  mutation: CreateCustomerDocument,
  variables: { input: { name: 'Atelier Apollon', city: 'Nantes' } },
});
const customer = created.data?.createCustomer?.customer;
if (!customer) throw new Error('createCustomer gave nothing.');

const byId = { query: CustomerDocument, variables: { id: customer.id } };
await client.query(byId);
const before = requests;
const cached = await client.query(byId);
console.log(`Cache: ${cached.data?.customer?.name}, ${requests - before} requests`);

const active = { query: CustomersDocument, variables: { filter: { isActive: { eq: true } }, first: 20 } };
const list = client.watchQuery(active);
let page = (await client.query(active)).data;
let pages = 1;
while (page?.customers.pageInfo.hasNextPage) {
  page = (await list.fetchMore({ variables: { after: page.customers.pageInfo.endCursor } })).data;
  pages += 1;
}
console.log(`Pages: ${client.readQuery(active)?.customers.edges.length} customers on ${pages} pages`);

const change = { id: customer.id, input: { city: 'Lyon' }, expectedVersion: customer.version };
await client.mutate({ mutation: UpdateCustomerDocument, variables: change });
console.log(`Change: the cache says ${client.readQuery(byId)?.customer?.city}`);

try {
  await client.mutate({ mutation: UpdateCustomerDocument, variables: change });
} catch (error) {
  const refusal = CombinedGraphQLErrors.is(error) ? error.errors[0] : undefined;
  if (refusal?.extensions?.code !== 'VERSION_CONFLICT') throw error;
  console.log(`Rejected: ${refusal.extensions.code}, "${refusal.message}"`);
}
client.stop();
