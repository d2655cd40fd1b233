/** W3: 20 customers, each with its first contacts and latest activities; one statement per row would show at once. */
import { type LoadWorkload, graphql, rest } from '../workload.js';
import { CUSTOMER_FIELDS, CUSTOMER_SELECTION, POSTGRAPHILE_CUSTOMER_SELECTION } from './customer-fields.js';

const CONTACT_SELECTION = 'firstName lastName email jobTitle isPrimary';
const ACTIVITY_SELECTION = 'type subject date isCompleted';

export const listCustomersWithRelations: LoadWorkload = {
  id: 'W3',
  title: '20 customers, 5 contacts and 5 activities each',
  kind: 'read',
  distinctRequests: 40,
  fields: CUSTOMER_FIELDS,
  nestedFields: {
    contacts: ['id', 'first_name', 'last_name', 'email', 'is_primary'],
    activities: ['id', 'type', 'subject', 'is_completed'],
  },
  // A customer has three contacts: the first five are all of them, whatever they are ordered by.
  unordered: ['contacts'],
  expected: {
    sql: `SELECT c.*,
        (SELECT json_agg(k) FROM (
           SELECT * FROM contacts WHERE tenant_id = 'big' AND customer_id = c.id ORDER BY id LIMIT 5) k) contacts,
        (SELECT json_agg(a) FROM (
           SELECT * FROM activities WHERE tenant_id = 'big' AND customer_id = c.id ORDER BY date DESC, id LIMIT 5
         ) a) activities
      FROM customers c WHERE tenant_id = 'big' AND type = $1 AND is_active ORDER BY name, id LIMIT 20`,
    parameters: (draw) => [draw.customerType],
  },
  reach: { ours: 0.85 },
  requests: {
    limit: rest({
      path: (draw) =>
        `/v1/commercial/customers?type=${draw.customerType}&is_active=true&include=contacts,activities&page=1`,
      rows: 'items',
    }),
    mercurius: graphql({
      query: `query ($type: String!) {
        customers(first: 20, type: $type, isActive: true) {
          nodes {
            ${CUSTOMER_SELECTION}
            contacts(first: 5) { id ${CONTACT_SELECTION} }
            activities(last: 5) { id ${ACTIVITY_SELECTION} }
          }
        }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      rows: 'data.customers.nodes',
    }),
    postgraphile: graphql({
      query: `query ($type: String!) {
        customers(first: 20, orderBy: [NAME_ASC], filter: { type: { equalTo: $type }, isActive: { equalTo: true } }) {
          nodes {
            ${POSTGRAPHILE_CUSTOMER_SELECTION}
            contacts(first: 5, orderBy: [PRIMARY_KEY_ASC]) { nodes { rowId ${CONTACT_SELECTION} } }
            activities(first: 5, orderBy: [DATE_DESC, PRIMARY_KEY_ASC]) { nodes { rowId ${ACTIVITY_SELECTION} } }
          }
        }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      rows: 'data.customers.nodes',
    }),
    // Each list in its usual order: contacts by name, activities newest first.
    ours: graphql({
      query: `query ($type: CustomerType!) {
        customers(first: 20, filter: { type: { eq: $type }, isActive: { eq: true } }, orderBy: [{ field: NAME }]) {
          nodes {
            ${CUSTOMER_SELECTION}
            contacts(first: 5) { nodes { id ${CONTACT_SELECTION} } }
            activities(first: 5) { nodes { id ${ACTIVITY_SELECTION} } }
          }
        }
      }`,
      variables: (draw) => ({ type: draw.customerType }),
      rows: 'data.customers.nodes',
    }),
  },
};
