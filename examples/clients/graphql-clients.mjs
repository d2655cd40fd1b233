/** Clients of GraphQL as their documentation shows them: a list with its next page, and a mutation. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Client, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { expect } from './expect.mjs';

const LIST = `query List($first: Int!, $after: String) {
  customers(first: $first, after: $after, search: "a") { totalCount nodes { id code name } pageInfo { hasNextPage endCursor } }
}`;
const CREATE = `mutation Create($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id name version } } }`;
const newCustomer = (name) => ({ input: { name } });

/** Two pages and a mutation. @param query, mutate give `data`, or throw */
async function walk(name, query, mutate) {
  const first = await query(LIST, { first: 2, after: null });
  const { endCursor } = first.customers.pageInfo;
  const second = await query(LIST, { first: 2, after: endCursor });
  const ids = [...first.customers.nodes, ...second.customers.nodes].map(({ id }) => id);
  expect(new Set(ids).size === 4, `two pages hold ${new Set(ids).size} of 4 records`);
  const { createCustomer } = await mutate(CREATE, newCustomer(name));
  expect(createCustomer.customer.name === name, `created ${JSON.stringify(createCustomer)}`);
  return '2 pages, 1 mutation';
}

const dataOf = ({ data, error }) => {
  if (error) throw error;
  return data;
};

function urql(preferGetMethod) {
  return ({ origin, headers }) => {
    const settings = preferGetMethod === undefined ? {} : { preferGetMethod };
    const client = new Client({
      url: `${origin}/graphql`,
      exchanges: [fetchExchange],
      fetchOptions: { headers },
      ...settings,
    });
    return walk(
      'urql',
      async (text, variables) => dataOf(await client.query(text, variables).toPromise()),
      async (text, variables) => dataOf(await client.mutation(text, variables).toPromise()),
    );
  };
}

function apollo(useGETForQueries) {
  return ({ origin, headers }) => {
    const link = new HttpLink({ uri: `${origin}/graphql`, headers, useGETForQueries });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    return walk(
      'Apollo Client',
      async (text, variables) => dataOf(await client.query({ query: gql(text), variables })),
      async (text, variables) => dataOf(await client.mutate({ mutation: gql(text), variables })),
    );
  };
}

function graphqlRequest(method) {
  return ({ origin, headers }) => {
    const reader = new GraphQLClient(`${origin}/graphql`, { headers, method });
    const writer = new GraphQLClient(`${origin}/graphql`, { headers });
    return walk(
      'graphql-request',
      (text, variables) => reader.request(text, variables),
      (text, variables) => writer.request(text, variables),
    );
  };
}

export const graphqlClients = {
  'urql, as it comes': urql(undefined),
  'urql by POST': urql(false),
  'Apollo Client': apollo(false),
  'Apollo Client by GET': apollo(true),
  'graphql-request by POST': graphqlRequest('POST'),
  'graphql-request by GET': graphqlRequest('GET'),
};
