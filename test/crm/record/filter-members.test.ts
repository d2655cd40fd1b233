/** A member of a filter without a column would ask for nothing: every record would match. */
import { isInputObjectType, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { AUDIT_FILTER_COLUMNS } from '../../../src/audit/log/audit-log.filter.js';
import { ACTIVITY_FILTER_COLUMNS } from '../../../src/crm/activity/activity.filter.js';
import { CONTACT_FILTER_COLUMNS } from '../../../src/crm/contact/contact.filter.js';
import { CUSTOMER_FILTER_COLUMNS } from '../../../src/crm/customer/customer.filter.js';
import { OPPORTUNITY_FILTER_COLUMNS } from '../../../src/crm/opportunity/opportunity.filter.js';

const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not']);
/** Filters of a list; those of one value, and of related records, have operators in place of members. */
const COLUMNS = {
  ActivityFilter: ACTIVITY_FILTER_COLUMNS,
  AuditEventFilter: AUDIT_FILTER_COLUMNS,
  ContactFilter: CONTACT_FILTER_COLUMNS,
  CustomerFilter: CUSTOMER_FILTER_COLUMNS,
  OpportunityFilter: OPPORTUNITY_FILTER_COLUMNS,
};

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

function membersOf(input: string): string[] {
  const type = schema.getType(input);
  return isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}

test('every filter with connectives is known here', () => {
  const filters = Object.keys(schema.getTypeMap()).filter((name) => membersOf(name).includes('not'));

  expect(filters.sort()).toEqual(Object.keys(COLUMNS));
});

test.each(Object.entries(COLUMNS))('each member of %s has a column, or leads to records', (input, columns) => {
  const members = membersOf(input).filter((name) => !CONNECTIVES.has(name));

  expect(members.length).toBeGreaterThan(5);
  expect(members.filter((name) => !Object.hasOwn(columns, name))).toEqual([]);
});
