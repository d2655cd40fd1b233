/** W4: the first page of the customers whose name, e-mail or code contains a word, by name, with the total. */
import { type LoadWorkload, graphql, rest } from '../workload.js';
import { CUSTOMER_FIELDS, CUSTOMER_SELECTION, POSTGRAPHILE_CUSTOMER_SELECTION } from './customer-fields.js';

const answer = { rows: 'data.customers.nodes', total: 'data.customers.totalCount' };
const matching = `FROM customers WHERE tenant_id = 'big'
  AND (name ILIKE '%exemple%' OR email ILIKE '%exemple%' OR code ILIKE '%exemple%')`;

const byRoute = rest({
  path: () => '/v1/commercial/customers?search=exemple&page=1&page_size=20',
  rows: 'items',
  total: 'total',
});

const byQuery = graphql({
  query: `query ($search: String!) {
    customers(first: 20, search: $search) { totalCount nodes { ${CUSTOMER_SELECTION} } }
  }`,
  variables: () => ({ search: 'exemple' }),
  ...answer,
});

export const searchCustomers: LoadWorkload = {
  id: 'W4',
  title: 'search of customers, with total',
  kind: 'read',
  distinctRequests: 4,
  fields: CUSTOMER_FIELDS,
  expected: {
    sql: `SELECT * ${matching} ORDER BY name, id LIMIT 20`,
    totalSql: `SELECT count(*)::int AS total ${matching}`,
    parameters: () => [],
  },
  reach: { ours: 1.5, 'ours-rest': 1.4 },
  requests: {
    limit: byRoute,
    mercurius: byQuery,
    postgraphile: graphql({
      query: `query ($search: String!) {
        customers(first: 20, orderBy: [NAME_ASC], filter: { or: [
          { name: { includesInsensitive: $search } },
          { email: { includesInsensitive: $search } },
          { code: { includesInsensitive: $search } }
        ] }) { totalCount nodes { ${POSTGRAPHILE_CUSTOMER_SELECTION} } }
      }`,
      variables: () => ({ search: 'exemple' }),
      ...answer,
    }),
    ours: byQuery,
    'ours-rest': byRoute,
  },
};
