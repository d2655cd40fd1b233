/** W8: all 10 000 customers as one file. */
import { type ExportWorkload, graphql, rest } from '../workload.js';

const byRoute = rest({ path: () => '/v1/commercial/export/customers' });

export const exportCustomers: ExportWorkload = {
  id: 'W8',
  title: 'export of 10 000 customers',
  kind: 'export',
  expectedRowCount: 10_000,
  reach: { 'ours-rest': 0.65 },
  requests: {
    limit: byRoute,
    // It has no CSV: one JSON answer.
    postgraphile: graphql({
      query: `{ customers(first: 10000, orderBy: [NAME_ASC]) { nodes {
        code name type email phone mobile addressLine1 city postalCode countryCode registrationNumber taxId
        paymentTerms totalRevenue orderCount isActive createdAt
      } } }`,
      rows: 'data.customers.nodes',
    }),
    'ours-rest': byRoute,
  },
};
