/** W1: one customer by its id. */
import { type LoadWorkload, graphql, rest } from '../workload.js';
import { CUSTOMER_FIELDS, CUSTOMER_SELECTION, POSTGRAPHILE_CUSTOMER_SELECTION } from './customer-fields.js';

const byRoute = rest({ path: (draw) => `/v1/commercial/customers/${draw.customerId}` });

const byQuery = graphql({
  query: `query ($id: ID!) { customer(id: $id) { ${CUSTOMER_SELECTION} } }`,
  variables: (draw) => ({ id: draw.customerId }),
  rows: 'data.customer',
});

export const getCustomer: LoadWorkload = {
  id: 'W1',
  title: 'one customer by id',
  kind: 'read',
  distinctRequests: 400,
  fields: CUSTOMER_FIELDS,
  expected: {
    sql: "SELECT * FROM customers WHERE tenant_id = 'big' AND id = $1",
    parameters: (draw) => [draw.customerId],
  },
  reach: { ours: 0.55, 'ours-rest': 0.65 },
  requests: {
    limit: byRoute,
    mercurius: byQuery,
    postgraphile: graphql({
      query: `query ($id: UUID!) { customer(rowId: $id) { ${POSTGRAPHILE_CUSTOMER_SELECTION} } }`,
      variables: (draw) => ({ id: draw.customerId }),
      rows: 'data.customer',
    }),
    ours: byQuery,
    'ours-rest': byRoute,
  },
};
