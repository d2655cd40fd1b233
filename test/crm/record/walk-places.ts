/** Every connection of the schema, with what is in it, and the question that walks it. */
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import {
  activities,
  apiKeys,
  auditEvents,
  changes,
  contacts,
  customers,
  history,
  identityProviders,
  opportunities,
  searchHits,
  transitions,
  users,
  type Kind,
  type ParentTable,
} from './walk-types.js';

/** A connection: a list, or a list below one record. */
export interface Place {
  /** As in the schema: `Customer.contacts`. */
  readonly name: string;
  readonly recordType: Kind;
  /** What it is below: the records of this table whose id is in this column. */
  readonly below?: { readonly table: ParentTable; readonly column: string };
}

const below = (table: ParentTable, column: string): Required<Pick<Place, 'below'>> => ({ below: { table, column } });

/** A new connection has its line here; without it the first test of walks.test.ts fails. */
export const PLACES: readonly Place[] = [
  { name: 'Query.customers', recordType: customers },
  { name: 'Query.contacts', recordType: contacts },
  { name: 'Query.opportunities', recordType: opportunities },
  { name: 'Query.activities', recordType: activities },
  { name: 'Query.users', recordType: users },
  { name: 'Query.apiKeys', recordType: apiKeys },
  { name: 'Query.identityProviders', recordType: identityProviders },
  { name: 'Query.auditEvents', recordType: auditEvents },
  { name: 'Query.changes', recordType: changes },
  { name: 'Query.search', recordType: searchHits },
  { name: 'Customer.contacts', recordType: contacts, ...below('customers', 'customer_id') },
  { name: 'Customer.opportunities', recordType: opportunities, ...below('customers', 'customer_id') },
  { name: 'Customer.activities', recordType: activities, ...below('customers', 'customer_id') },
  { name: 'Customer.history', recordType: history('customer', 'customers'), ...below('customers', 'entity_id') },
  { name: 'Contact.activities', recordType: activities, ...below('contacts', 'contact_id') },
  { name: 'Contact.history', recordType: history('contact', 'contacts'), ...below('contacts', 'entity_id') },
  { name: 'Opportunity.activities', recordType: activities, ...below('opportunities', 'opportunity_id') },
  {
    name: 'Opportunity.history',
    recordType: history('opportunity', 'opportunities'),
    ...below('opportunities', 'entity_id'),
  },
  { name: 'Opportunity.transitions', recordType: transitions, ...below('opportunities', 'opportunity_id') },
  { name: 'Activity.history', recordType: history('activity', 'activities'), ...below('activities', 'entity_id') },
];

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

type Field = GraphQLField<unknown, unknown>;

function connectionOf(field: Field): GraphQLObjectType | undefined {
  const type = getNamedType(field.type);
  return isObjectType(type) && type.getFields().pageInfo ? type : undefined;
}

/** The names of all connections of the schema, wherever they are. */
export function connectionsOfSchema(): string[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => connectionOf(field) !== undefined)
        .map((field) => `${type.name}.${field.name}`),
    );
}

function fieldOf({ name }: Place): Field {
  const [typeName = '', fieldName = ''] = name.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`The schema has no ${name}.`);
  return field;
}

/** Whether a connection takes an argument. */
export function takes(place: Place, argument: string): boolean {
  return fieldOf(place).args.some(({ name }) => name === argument);
}

/** The question for a page: `list`, in `parent` where it is below the record of `$id`; its arguments are all variables. */
export function queryFor(place: Place): string {
  const field = fieldOf(place);
  const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
  const passed = field.args.map(({ name }) => `${name}: $${name}`);
  const total = connectionOf(field)?.getFields().totalCount ? 'totalCount' : '';
  const list = `list: ${field.name}(${passed.join(', ')}) { ${total} edges { cursor node { ${place.recordType.field ?? place.recordType.identity} } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  if (!place.below) return `query (${declared.join(', ')}) { ${list} }`;
  const [typeName = ''] = place.name.split('.');
  return `query ($id: ID!, ${declared.join(', ')}) { parent: ${typeName.toLowerCase()}(id: $id) { ${list} } }`;
}
