/** W2: the first page of the active customers of a type, by name, with the total. */
import { type LoadWorkload, graphql, rest } from '../workload.js';
import { CUSTOMER_FIELDS, CUSTOMER_SELECTION, POSTGRAPHILE_CUSTOMER_SELECTION } from './customer-fields.js';

const answer = { rows: 'data.customers.nodes', total: 'data.customers.totalCount' };
const ofType = "FROM customers WHERE tenant_id = 'big' AND type = $1 AND is_active";

const byRoute = rest({
  path: (draw) => `/v1/commercial/customers?type=${draw.customerType}&is_active=true&page=1&page_size=20`,
  rows: 'items',
  total: 'total',
});

export const listCustomers: LoadWorkload = {
  id: 'W2',
  title: '20 customers of a type by name, with total',
  kind: 'read',
  distinctRequests: 40,
  fields: CUSTOMER_FIELDS,
  expected: {
    sql: `SELECT * ${ofType} ORDER BY name, id LIMIT 20`,
    totalSql: `SELECT count(*)::int AS total ${ofType}`,
    parameters: (draw) => [draw.customerType],
  },
  reach: { ours: 0.85, 'ours-rest': 0.7 },
  requests: {
    limit: byRoute,
    mercurius: graphql({
      query: `query ($type: String!) {
        customers(first: 20, type: $type, isActive: true) { totalCount nodes { ${CUSTOMER_SELECTION} } }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      ...answer,
    }),
    postgraphile: graphql({
      query: `query ($type: String!) {
        customers(first: 20, orderBy: [NAME_ASC], filter: { type: { equalTo: $type }, isActive: { equalTo: true } }) {
          totalCount nodes { ${POSTGRAPHILE_CUSTOMER_SELECTION} }
        }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      ...answer,
    }),
    ours: graphql({
      query: `query ($type: CustomerType!) {
        customers(first: 20, filter: { type: { eq: $type }, isActive: { eq: true } }, orderBy: [{ field: NAME }]) {
          totalCount nodes { ${CUSTOMER_SELECTION} }
        }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      ...answer,
    }),
    'ours-rest': byRoute,
  },
};
