/** From the first contact to a signed deal, and through every page of a list, with types generated from the schema. */
import { CrmClient, CrmError } from './client.js';
import {
  CreateContactDocument,
  CreateCustomerDocument,
  CreateOpportunityDocument,
  CustomerPageDocument,
  PipelineDocument,
  WinOpportunityDocument,
  type CustomerPageQuery,
} from './generated/graphql.js';

const {
  CRM_URL = 'http://127.0.0.1:4000',
  CRM_TENANT = 'demo',
  CRM_EMAIL = 'admin@demo.example',
  CRM_PASSWORD = 'demo-password-2026',
} = process.env;

const crm = new CrmClient(CRM_URL, CRM_TENANT);
const user = await crm.signIn(CRM_EMAIL, CRM_PASSWORD);
console.log(`Signed in: ${user.email} (${user.role})`);

const {
  createCustomer: { customer },
} = await crm.change(CreateCustomerDocument, {
  input: { name: 'Jardins du Lac', type: 'PROSPECT', city: 'Annecy' },
});
console.log(`Customer: ${customer.code} ${customer.name}, ${customer.type}`);

const {
  createContact: { contact },
} = await crm.change(CreateContactDocument, {
  input: { customerId: customer.id, firstName: 'Jeanne', lastName: 'Martin', isPrimary: true },
});
console.log(`Contact: ${contact.firstName} ${contact.lastName}`);

const {
  createOpportunity: { opportunity },
} = await crm.change(CreateOpportunityDocument, {
  input: { customerId: customer.id, name: 'Terrace', amount: '12500.50' },
});
const {
  winOpportunity: { opportunity: sale },
} = await crm.change(WinOpportunityDocument, {
  id: opportunity.id,
  reason: 'Delivery within a week',
  expectedVersion: opportunity.version,
});
console.log(`Opportunity: ${sale.status}, ${sale.amount} ${sale.currency}; the buyer is now ${sale.customer?.type}`);

const { pipeline } = await crm.send(PipelineDocument, {});
for (const { key, count, amount, currency } of pipeline)
  console.log(`Pipeline: ${key} ${count} × ${amount} ${currency}`);

const codes = new Set<string>();
let pages = 0;
let after: string | null = null;
do {
  const { customers }: CustomerPageQuery = await crm.send(CustomerPageDocument, { first: 20, after });
  for (const { code } of customers.nodes) codes.add(code);
  after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
  pages += 1;
} while (after !== null);
console.log(`Walk: ${codes.size} customers on ${pages} pages`);

try {
  await crm.change(CreateCustomerDocument, { input: { name: 'Jardins du Lac (twice)', code: customer.code } });
} catch (error) {
  if (!(error instanceof CrmError && error.code === 'DUPLICATE')) throw error;
  console.log(`Rejected: ${error.code}, "${error.message}"`);
}
