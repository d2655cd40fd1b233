import {
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { as, type Client } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { makeTarget, type Target } from './surface/target.js';

const service = useOwnService();
let schema: GraphQLSchema;
let tenant: TestTenant;
let client: Client;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
});

type Field = GraphQLField<unknown, unknown>;

function fieldsOf(type: GraphQLNamedType | null | undefined): Field[] {
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** `contacts(first: 5) { totalCount nodes { id name … } }`: what can be seen of a field, one level of records deep. */
function selectionOf({ name, type, args }: Field): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return name;
  const fields = fieldsOf(named);
  const nodes = fields.find((field) => field.name === 'nodes');
  const scalars = scalarsOf(fields);
  // `viewerCan` holds checks alone.
  if (!nodes) return `${name} { ${scalars || 'update { allowed code }'} }`;
  const first = args.some((arg) => arg.name === 'first') ? '(first: 5)' : '';
  return `${name}${first} { totalCount nodes { ${scalarsOf(fieldsOf(getNamedType(nodes.type)))} } }`;
}

function scalarsOf(fields: readonly Field[]): string {
  const plain = fields.filter(
    ({ type, args }) => !isCompositeType(getNamedType(type)) && !args.some((arg) => isNonNullType(arg.type)),
  );
  return plain.map(({ name }) => name).join(' ');
}

/** How a record type is changed, in ways that can be told apart. */
const KINDS = {
  Customer: { one: 'customer', id: (t: Target) => t.customerId, change: (n: number) => `city: "Ville ${n}"` },
  Contact: { one: 'contact', id: (t: Target) => t.contactId, change: (n: number) => `title: "Titre ${n}"` },
  Opportunity: {
    one: 'opportunity',
    id: (t: Target) => t.opportunityId,
    change: (n: number) => `probability: ${n}`,
  },
  Activity: { one: 'activity', id: (t: Target) => t.activityId, change: (n: number) => `durationMinutes: ${n}` },
} as const;
type Kind = keyof typeof KINDS;

/** Every field of the four record types that is resolved by something else than the record itself. */
function resolvedFields(): (readonly [recordType: Kind, field: Field])[] {
  return (Object.keys(KINDS) as Kind[]).flatMap((recordType) =>
    fieldsOf(schema.getType(recordType))
      .filter(({ resolve, type }) => resolve !== undefined || isCompositeType(getNamedType(type)))
      .map((field) => [recordType, field] as const),
  );
}

/** Mutations that change whatever any of the fields leads to. */
function changesAround(t: Target): string {
  return `
    around1: updateUser(id: "${t.userId}", input: { fullName: "Après" }) { user { id } }
    around2: updateCustomer(id: "${t.customerId}", input: { name: "Après", assignedToId: "${t.userId}" }) { customer { id } }
    around3: updateContact(id: "${t.contactId}", input: { lastName: "Après" }) { contact { id } }
    around4: updateOpportunity(id: "${t.opportunityId}", input: { name: "Après", probability: 55, assignedToId: "${t.userId}" }) { opportunity { id } }
    around5: updateActivity(id: "${t.activityId}", input: { subject: "Après", assignedToId: "${t.userId}" }) { activity { id } }
    around6: createContact(input: { customerId: "${t.customerId}", firstName: "Anne", lastName: "Nouvelle" }) { contact { id } }
    around7: createOpportunity(input: { customerId: "${t.customerId}", name: "Nouvelle" }) { opportunity { id } }
    around8: createActivity(input: { ${linksOf(t)} }) { activity { id } }`;
}

const linksOf = (t: Target): string =>
  `customerId: "${t.customerId}", opportunityId: "${t.opportunityId}", contactId: "${t.contactId}", type: NOTE, subject: "Note"`;

type Payload = Readonly<Partial<Record<string, Readonly<Record<string, unknown>>>>>;

interface Seen {
  readonly first: unknown;
  readonly second: unknown;
  readonly fresh: unknown;
}

/** What the field of a record shows in two mutations of one document, and in a request right after them. */
async function seenTwice(recordType: Kind, field: Field, through: 'itself' | 'an activity'): Promise<Seen> {
  const target = await makeTarget(service, tenant);
  const { one, id, change } = KINDS[recordType];
  const selection = `{ ${selectionOf(field)} }`;
  const mutate = (n: number): string =>
    through === 'itself'
      ? `update${recordType}(id: "${id(target)}", input: { ${change(n)} }) { ${one} ${selection} }`
      : `createActivity(input: { ${linksOf(target)} }) { activity { ${one} ${selection} } }`;
  const written = await client.graphql(
    `mutation { first: ${mutate(11)} ${changesAround(target)} second: ${mutate(22)} }`,
  );
  const read = await client.graphql(`{ ${one}(id: "${id(target)}") ${selection} }`);
  expect(written.text + read.text).not.toContain('"errors"');
  const { data: payloads } = written.body as { data: Record<'first' | 'second', Payload> };
  const of = ({ activity, [one]: itself }: Payload): unknown =>
    through === 'itself' ? itself?.[field.name] : (activity?.[one] as Record<string, unknown>)[field.name];
  const { data } = read.body as { data: Record<string, Record<string, unknown>> };
  return { first: of(payloads.first), second: of(payloads.second), fresh: data[one]?.[field.name] };
}

describe('what a mutation leads to is as the mutation before it left it', () => {
  test.each(['itself', 'an activity'] as const)(
    'in every field of a record, through %s',
    async (through) => {
      const stale: unknown[] = [];
      const unchanged: string[] = [];
      for (const [recordType, field] of resolvedFields()) {
        if (through === 'an activity' && recordType === 'Activity') continue;
        const { first, second, fresh } = await seenTwice(recordType, field, through);
        if (JSON.stringify(second) !== JSON.stringify(fresh))
          stale.push({ field: `${recordType}.${field.name}`, second, fresh });
        if (JSON.stringify(first) === JSON.stringify(second)) unchanged.push(`${recordType}.${field.name}`);
      }
      expect(stale).toEqual([]);
      // An admin may do everything all the time; all others would show what a cache had kept.
      expect(unchanged.filter((name) => !name.endsWith('.viewerCan'))).toEqual([]);
    },
    120_000,
  );

  test('in what the caller may do with a record through its customer', async () => {
    const { user } = tenant;
    const target = await makeTarget(service, tenant, { customer: { assignedTo: user.id } });
    const { text } = await as(service, user).graphql(`mutation {
      first: createActivity(input: { ${linksOf(target)} }) { activity { contact { viewerCan { update { allowed } } } } }
      updateCustomer(id: "${target.customerId}", input: { assignedToId: null }) { customer { assignedTo { id } } }
      second: createActivity(input: { ${linksOf(target)} }) { activity { contact { viewerCan { update { allowed } } } } }
    }`);
    expect(JSON.parse(text)).toEqual({
      data: {
        first: { activity: { contact: { viewerCan: { update: { allowed: true } } } } },
        updateCustomer: { customer: { assignedTo: null } },
        second: { activity: { contact: { viewerCan: { update: { allowed: false } } } } },
      },
    });
  });
});

test('a setting of the company holds for the mutations after its change', async () => {
  const { text } = await client.graphql(`mutation {
    before: createCustomer(input: { name: "Avant" }) { customer { currency } }
    updateTenant(input: { defaultCurrency: "USD", timeZone: "America/New_York" }) { tenant { defaultCurrency } }
    after: createCustomer(input: { name: "Après" }) { customer { id currency } }
  }`);
  const { data } = JSON.parse(text) as { data: { after: { customer: { id: string } } } };
  expect(data).toMatchObject({ before: { customer: { currency: 'EUR' } }, after: { customer: { currency: 'USD' } } });
  const { id } = data.after.customer;
  const dated = await client.graphql(
    `mutation ($id: ID!) {
      before: createActivity(input: { customerId: $id, type: TASK, subject: "Avant", dueDate: "2026-03-02" }) { activity { dueDate } }
      updateTenant(input: { timeZone: "Europe/Paris" }) { tenant { timeZone } }
      after: createActivity(input: { customerId: $id, type: TASK, subject: "Après", dueDate: "2026-03-02" }) { activity { dueDate } }
    }`,
    { id },
  );
  expect(dated.body).toMatchObject({
    data: {
      before: { activity: { dueDate: '2026-03-03T04:59:59.000Z' } },
      after: { activity: { dueDate: '2026-03-02T22:59:59.000Z' } },
    },
  });
});
