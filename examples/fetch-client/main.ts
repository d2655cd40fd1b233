/** From the first contact to a signed deal, through every page of a list, and along the change feed, with types generated from the schema. */
import { CrmClient, CrmError } from './client.js';
import {
  ChangesDocument,
  CreateContactDocument,
  CreateCustomerDocument,
  CreateOpportunityDocument,
  CustomerPageDocument,
  PipelineDocument,
  RenameCustomerDocument,
  WinOpportunityDocument,
  type ChangesQueryVariables,
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
for await (const { code } of crm.each(CustomerPageDocument, { first: 20 }, ({ customers }) => customers))
  codes.add(code);
console.log(`Walk: ${codes.size} customers`);

try {
  await crm.change(CreateCustomerDocument, { input: { name: 'Jardins du Lac (twice)', code: customer.code } });
} catch (error) {
  if (!(error instanceof CrmError && error.code === 'DUPLICATE')) throw error;
  console.log(`Rejected: ${error.code}, "${error.message}"`);
}

// From now on: what is changed after this is told, here by the program itself.
const now = await crm.send(ChangesDocument, { after: 'LATEST', types: ['CUSTOMER'] });
const renamed = await crm.change(RenameCustomerDocument, { id: customer.id, name: 'Jardins du Grand Lac' });
console.log(`Renamed: ${renamed.updateCustomer.customer.name}`);
const { endCursor } = now.changes.pageInfo;
const follow = { after: endCursor, types: ['CUSTOMER'] } satisfies ChangesQueryVariables;
feed: for await (const { nodes } of crm.follow(ChangesDocument, follow, ({ changes }) => changes)) {
  for (const { action, fields, recordId } of nodes) {
    // Its earlier changes may come as well: they are in the feed a second after they were made.
    if (recordId !== customer.id || !fields?.includes('name')) continue;
    console.log(`Change: ${action} (${fields.join(', ')})`);
    break feed;
  }
}
