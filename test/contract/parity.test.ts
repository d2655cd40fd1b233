import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { getNamedType, isNonNullType, isObjectType, type GraphQLSchema } from 'graphql';
import { ApiKey } from '../../src/access/identity/api-key.entity.js';
import { IdentityProvider } from '../../src/access/identity/identity-provider.entity.js';
import { UserIdentity } from '../../src/access/identity/user-identity.entity.js';
import { Session } from '../../src/access/identity/session.entity.js';
import { Tenant } from '../../src/access/identity/tenant.entity.js';
import { Role, User, UserKind } from '../../src/access/identity/user.entity.js';
import { tenantSerializer, userSerializer } from '../../src/account/account.serializer.js';
import { UpdateTenantInput } from '../../src/account/tenant.input.js';
import { CreateUserInput, UpdateUserInput } from '../../src/account/user.input.js';
import { ActivityType } from '../../src/crm/activity/activity-enums.js';
import { Activity } from '../../src/crm/activity/activity.entity.js';
import { CreateActivityInput, UpdateActivityInput } from '../../src/crm/activity/activity.input.js';
import { activitySerializer } from '../../src/crm/activity/activity.serializer.js';
import { Contact } from '../../src/crm/contact/contact.entity.js';
import { CreateContactInput, UpdateContactInput } from '../../src/crm/contact/contact.input.js';
import { contactSerializer } from '../../src/crm/contact/contact.serializer.js';
import { CustomerType, PaymentMethod, PaymentTerms } from '../../src/crm/customer/customer-enums.js';
import { Customer } from '../../src/crm/customer/customer.entity.js';
import { CreateCustomerInput, UpdateCustomerInput } from '../../src/crm/customer/customer.input.js';
import { customerSerializer } from '../../src/crm/customer/customer.serializer.js';
import { OpportunityStatus } from '../../src/crm/opportunity/opportunity-enums.js';
import { Opportunity } from '../../src/crm/opportunity/opportunity.entity.js';
import { CreateOpportunityInput, UpdateOpportunityInput } from '../../src/crm/opportunity/opportunity.input.js';
import { opportunitySerializer } from '../../src/crm/opportunity/opportunity.serializer.js';
import { inputPlanOf, type InputClass } from '../../src/platform/input/input-plan.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();
let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

type EntityClass = abstract new (...args: never[]) => object;

const ENTITIES: Readonly<Record<string, EntityClass>> = {
  Activity,
  ApiKey,
  Contact,
  Customer,
  IdentityProvider,
  Opportunity,
  Session,
  Tenant,
  User,
  UserIdentity,
};

/** Columns that the database keeps for itself. */
const UNMAPPED: Readonly<Record<string, readonly string[]>> = {
  // What the search looks at and the pipeline sums, generated.
  activities: ['search_text'],
  contacts: ['search_text'],
  customers: ['search_text'],
  opportunities: ['amount_cents', 'search_text', 'weighted_cents'],
  tenants: ['created_at'],
};
/** Tables that have no entity: written and read as SQL only. */
const WITHOUT_ENTITY = [
  'audit_events',
  'audit_seals',
  'audit_unsealed',
  'counters',
  'idempotency_keys',
  'mikro_orm_migrations',
  'opportunity_transitions',
  'throttle_buckets',
];

function metadataOf(Class: EntityClass): EntityMetadata {
  return service.database.orm.em.getMetadata().get(Class);
}

function columnsOf(Class: EntityClass): EntityProperty[] {
  return Object.values(metadataOf(Class).properties).filter((property) => property.persist !== false);
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

function liveColumns(table: string): Promise<Column[]> {
  return service.ask(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
}

/** How PostgreSQL prints what MikroORM calls a type. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'integer',
  'timestamptz(3)': 'timestamp(3) with time zone',
};

const byName = (a: Column, b: Column): number => (a.name < b.name ? -1 : 1);

describe.each(Object.entries(ENTITIES))('the entity %s', (_name, Class) => {
  test('has the columns of its table, with their types and nulls', async () => {
    const { tableName } = metadataOf(Class);
    const mapped = columnsOf(Class).map(({ fieldNames, columnTypes, nullable }): Column => {
      const [name = '', type = ''] = [fieldNames[0], columnTypes[0]];
      return { name, type: TYPE_NAMES[type] ?? type.replace(/\s/g, ''), nullable: nullable === true };
    });

    const live = (await liveColumns(tableName)).filter(({ name }) => UNMAPPED[tableName]?.includes(name) !== true);

    expect(mapped.sort(byName)).toEqual(live.sort(byName));
  });
});

test('every table has an entity or is known to have none', async () => {
  const tables = await service.ask<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const mapped = Object.values(ENTITIES).map((Class) => metadataOf(Class).tableName);

  expect(tables.map(({ name }) => name)).toEqual([...mapped, ...WITHOUT_ENTITY].sort());
  expect(service.database.orm.em.getMetadata().getAll().size).toBeGreaterThanOrEqual(Object.keys(ENTITIES).length);
});

/** GraphQL types whose fields are stored columns, or lead to other records. */
const PUBLISHED: readonly (readonly [type: string, Class: EntityClass])[] = [
  ['Activity', Activity],
  ['Contact', Contact],
  ['Customer', Customer],
  ['Opportunity', Opportunity],
  ['User', User],
  ['Tenant', Tenant],
];

/** Fields that are no columns, and lead to no record. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = { User: ['kind'] };
/** Shown to some callers only, so null for others: every field of a user but these. */
const ALWAYS_SHOWN: Readonly<Record<string, readonly string[]>> = { User: ['id', 'fullName'] };

test.each(PUBLISHED)('the GraphQL type %s has null where the column may be null', (typeName, Class) => {
  const alwaysShown = ALWAYS_SHOWN[typeName];
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`There is no object type ${typeName}.`);
  const properties = metadataOf(Class).properties as Readonly<Record<string, EntityProperty | undefined>>;

  const differing = Object.values(type.getFields())
    // What leads to other records is a column only where the record keeps their id under the same name.
    .filter((field) => properties[field.name] !== undefined || !isObjectType(getNamedType(field.type)))
    .filter(({ name }) => COMPUTED[typeName]?.includes(name) !== true)
    .filter((field) => {
      const property = properties[field.name];
      const isNullable = property?.nullable === true || alwaysShown?.includes(field.name) === false;
      return property === undefined || isNonNullType(field.type) === isNullable;
    });

  expect(differing.map(({ name }) => name)).toEqual([]);
});

/** Fields of an input that are stored under another name. */
const ALIASES: Readonly<Record<string, string>> = { password: 'passwordHash' };

test.each<[InputClass<object>, EntityClass]>([
  [CreateCustomerInput, Customer],
  [UpdateCustomerInput, Customer],
  [CreateContactInput, Contact],
  [UpdateContactInput, Contact],
  [CreateOpportunityInput, Opportunity],
  [UpdateOpportunityInput, Opportunity],
  [CreateActivityInput, Activity],
  [UpdateActivityInput, Activity],
  [CreateUserInput, User],
  [UpdateUserInput, User],
  [UpdateTenantInput, Tenant],
])('%p has only members of its entity, and null only where it can be stored', (Input, Class) => {
  const { properties } = metadataOf(Class);
  const known = properties as Readonly<Record<string, EntityProperty | undefined>>;

  const wrong = [...inputPlanOf(Input).byName.values()].filter(({ name, nullable, emptyMeans }) => {
    const property = known[ALIASES[name] ?? name];
    // Null means the default where there is one: it is never stored.
    const hasDefault = emptyMeans !== undefined || name === 'password' || name === 'code';
    return property === undefined || (nullable && property.nullable !== true && !hasDefault);
  });

  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test.each([
  ['Customer', customerSerializer.fields, Customer, []],
  ['Contact', contactSerializer.fields, Contact, []],
  ['Opportunity', opportunitySerializer.fields, Opportunity, []],
  ['Activity', activitySerializer.fields, Activity, []],
  ['User', userSerializer.fields, User, []],
  ['Tenant', tenantSerializer.fields, Tenant, ['limits']],
] as const)(
  'the REST serializer of %s shows members of the entity, null where they may be',
  (_name, fields, Class, computed) => {
    const known = metadataOf(Class).properties as Readonly<Record<string, EntityProperty | undefined>>;

    const wrong = fields.filter(({ from, nullable }) => {
      const property = known[from];
      if ((computed as readonly string[]).includes(from)) return false;
      return property === undefined || (property.nullable === true) !== (nullable === true);
    });

    expect(wrong.map(({ name }) => name)).toEqual([]);
  },
);

/** Every CHECK that lists words, with the object of the code that lists them. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'activities.type': ActivityType,
  'customers.payment_method': PaymentMethod,
  'customers.payment_terms': PaymentTerms,
  'customers.type': CustomerType,
  'identity_providers.default_role': Role,
  'opportunities.status': OpportunityStatus,
  'users.kind': UserKind,
  'users.role': Role,
};
/** Lists that code knows as a type alone: an actor is checked by the compiler where events are written. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  'audit_events.actor_kind': ['user', 'api_key', 'operator', 'anonymous'],
};

test('the words that the database takes are those of the code', async () => {
  const checks = await service.ask<{ table: string; definition: string }>(
    `SELECT conrelid::regclass::text AS table, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE contype = 'c' AND pg_get_constraintdef(oid) LIKE '%ANY (ARRAY[%'`,
  );
  const live = checks.map(({ table, definition }) => {
    const column = /\(\(?(\w+) = ANY/.exec(definition)?.[1] ?? '';
    return [`${table}.${column}`, [...definition.matchAll(/'([^']*)'/g)].map(([, word = '']) => word).sort()] as const;
  });
  const code = [...Object.entries(WORDS), ...Object.entries(TYPES_ONLY)].map(
    ([column, words]) => [column, Object.values(words).sort()] as const,
  );

  expect(Object.fromEntries(live)).toEqual(Object.fromEntries(code));
});
