/** Each field of a record stands in every layer, or is listed here as left out on purpose. The compiler does the same for reads, REST and CSV. */
import { isEnumType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { CreateActivityInput, UpdateActivityInput } from '../../../src/crm/activity/activity.input.js';
import { activityTable } from '../../../src/crm/activity/activity.query.js';
import { CreateContactInput, UpdateContactInput } from '../../../src/crm/contact/contact.input.js';
import { contactTable } from '../../../src/crm/contact/contact.query.js';
import { CreateCustomerInput, UpdateCustomerInput } from '../../../src/crm/customer/customer.input.js';
import { customerTable } from '../../../src/crm/customer/customer.query.js';
import { CreateOpportunityInput, UpdateOpportunityInput } from '../../../src/crm/opportunity/opportunity.input.js';
import { opportunityTable } from '../../../src/crm/opportunity/opportunity.query.js';
import { inputPlanOf, type InputClass } from '../../../src/platform/input/input-plan.js';
import { toFieldName } from '../../../src/platform/values/text.js';

/** What the service sets, whatever the caller sends. */
const BY_SERVICE = words('id createdById createdAt updatedAt version');

interface RecordFields {
  readonly type: string;
  readonly properties: readonly string[];
  readonly create: InputClass<object>;
  readonly update: InputClass<object>;
  /** Of an order: fields that can be filtered, but not ordered by. */
  readonly leftOut: Readonly<Record<'graphql' | 'create' | 'update' | 'filter' | 'order', readonly string[]>>;
}

const RECORDS: readonly RecordFields[] = [
  {
    type: 'Customer',
    properties: customerTable.properties,
    create: CreateCustomerInput,
    update: UpdateCustomerInput,
    leftOut: {
      graphql: [],
      create: words('leadScore healthScore totalRevenue orderCount lastOrderDate firstOrderDate'),
      update: words('code totalRevenue orderCount lastOrderDate firstOrderDate'),
      filter: [],
      order:
        words(`id type email countryCode assignedToId isActive createdById legalName phone mobile website addressLine1
        addressLine2 state postalCode taxId registrationNumber legalForm industry size annualRevenue employeeCount paymentTerms
        paymentMethod creditLimit currency discountRate tags segment source notes internalNotes leadScore healthScore orderCount
        lastOrderDate firstOrderDate version`),
    },
  },
  {
    type: 'Contact',
    properties: contactTable.properties,
    create: CreateContactInput,
    update: UpdateContactInput,
    leftOut: {
      graphql: [],
      create: [],
      update: ['customerId'],
      filter: [],
      order:
        words(`id customerId email isPrimary isActive createdById title jobTitle department phone mobile linkedin isBilling
        isShipping isDecisionMaker preferredLanguage preferredContactMethod doNotCall doNotEmail notes version`),
    },
  },
  {
    type: 'Opportunity',
    properties: opportunityTable.properties,
    create: CreateOpportunityInput,
    update: UpdateOpportunityInput,
    leftOut: {
      graphql: [],
      create: words('weightedAmount actualCloseDate winReason lossReason'),
      update: words('code customerId weightedAmount actualCloseDate'),
      filter: ['products'],
      order: words(`id code customerId status probability weightedAmount currency actualCloseDate assignedToId source
        createdById description stage team campaign competitors notes nextSteps winReason lossReason version`),
    },
  },
  {
    type: 'Activity',
    properties: activityTable.properties,
    create: CreateActivityInput,
    update: UpdateActivityInput,
    leftOut: {
      graphql: [],
      create: words('isCompleted completedAt'),
      update: words('customerId opportunityId contactId type isCompleted completedAt'),
      filter: [],
      order: words(`id type subject customerId opportunityId contactId assignedToId createdById isCompleted description
        durationMinutes completedAt version`),
    },
  },
];

function words(text: string): string[] {
  return text.split(/\s+/);
}

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

/** Of an object or an input; a reference to another record stands for its id. */
function fieldsOf(typeName: string): string[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`There is no ${typeName} with fields.`);
  return Object.keys(type.getFields()).flatMap((name) => [name, `${name}Id`]);
}

function orderFieldsOf(typeName: string): string[] {
  const type = schema.getType(typeName);
  if (!isEnumType(type)) throw new Error(`There is no enum ${typeName}.`);
  return type.getValues().map(({ name }) => toFieldName(name.toLowerCase()));
}

test.each(RECORDS)('every field of $type is in each layer, or known to be left out of it', (record) => {
  const { type, properties, create, update, leftOut } = record;
  const without = (all: readonly string[], known: readonly string[]): string[] =>
    all.filter((property) => !known.includes(property)).sort();
  const givenFields = without(properties, BY_SERVICE);
  const filterable = fieldsOf(`${type}Filter`);

  const missing = {
    graphql: without(properties, fieldsOf(type)),
    create: without(givenFields, [...inputPlanOf(create).byName.keys()]),
    update: without(givenFields, [...inputPlanOf(update).byName.keys()]),
    filter: without(properties, filterable),
    order: without(
      properties.filter((property) => filterable.includes(property)),
      orderFieldsOf(`${type}OrderField`),
    ),
  };

  const expected = Object.fromEntries(Object.entries(leftOut).map(([layer, names]) => [layer, [...names].sort()]));
  expect(missing).toEqual(expected);
});
