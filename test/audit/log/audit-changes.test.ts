import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { MAX_CHANGES } from '../../../src/audit/log/audit-changes.js';
import { aCustomer, graphqlIn } from '../../crm/customer/customer-support.js';
import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { anEvent } from './log-support.js';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
const service = useOwnService();

interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

interface EventJson {
  readonly action: string;
  readonly changes: readonly Change[];
}

async function eventsOf(client: Client, filter: object = {}): Promise<readonly EventJson[]> {
  const answer = await client.graphql(
    'query ($filter: AuditEventFilter) { auditEvents(filter: $filter) { nodes { action changes { field before after } } } }',
    { filter },
  );
  const { data } = graphqlIn<{ auditEvents: { nodes: readonly EventJson[] } }>(answer);
  if (!data) throw new Error(answer.text);
  return data.auditEvents.nodes;
}

/** Names of the members of a type, and of what makes and finds it: references are objects in the one and ids in the others. */
function fieldsOf(type: string): Set<string> {
  const types = [schema.getType(type), schema.getType(`Create${type}Input`), schema.getType(`${type}Filter`)];
  return new Set(types.flatMap((one) => (one && 'getFields' in one ? Object.keys(one.getFields()) : [])));
}

test('each field that an event of a record names is a member of its type in the schema', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const { id } = await aCustomer(client, { address_line1: '1, rue des Lilas', annual_revenue: '50000.00' });
  const answer = await client.graphql(
    `mutation ($id: ID!) {
      a: createContact(input: { customerId: $id, firstName: "Ada", lastName: "L", doNotCall: true }) { contact { __typename } }
      b: createOpportunity(input: { customerId: $id, name: "Vente", expectedCloseDate: "2026-12-01" }) { opportunity { __typename } }
      c: createActivity(input: { customerId: $id, type: CALL, subject: "Appel", durationMinutes: 5 }) { activity { __typename } } }`,
    { id },
  );
  expect(graphqlIn(answer).errors).toBeUndefined();

  const events = await eventsOf(client);
  const named = new Map(events.map(({ action, changes }) => [action, changes.map(({ field }) => field)]));

  expect([...named.keys()].sort()).toEqual(
    ['activity.created', 'contact.created', 'customer.created', 'opportunity.created'].sort(),
  );
  for (const [action, fields] of named) {
    const [recordType = ''] = action.split('.');
    const members = fieldsOf(recordType.charAt(0).toUpperCase() + recordType.slice(1));
    expect([action, fields.filter((field) => !members.has(field))]).toEqual([action, []]);
  }
  expect(named.get('customer.created')).toEqual(
    expect.arrayContaining(['addressLine1', 'annualRevenue', 'countryCode']),
  );
  expect(named.get('contact.created')).toEqual(expect.arrayContaining(['customerId', 'doNotCall']));
});

test('what is no field of the record is named in the same way, equal values are left out, and values stay as they are', async () => {
  const tenant = await service.aTenant();
  await anEvent(service, tenant, {
    ...{ entity_type: 'opportunity', action: 'opportunity.reopened' },
    old_value: { win_reason: 'Prix', team: 'Nord', products: [] },
    new_value: { win_reason: null, team: 'Nord', products: [{ unit_price: '1.00' }], reason_given: 'Erreur' },
  });
  await anEvent(service, tenant, { action: 'export.customers', entity_type: 'export' });

  expect(await eventsOf(as(service, tenant.admin))).toEqual([
    { action: 'export.customers', changes: [] },
    {
      action: 'opportunity.reopened',
      changes: [
        { field: 'products', before: [], after: [{ unit_price: '1.00' }] },
        { field: 'winReason', before: 'Prix', after: null },
        { field: 'reasonGiven', before: null, after: 'Erreur' },
      ],
    },
  ]);
});

test('a password shows in none: hidden values are equal', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  await client.graphql('mutation ($id: ID!) { resetUserPassword(id: $id) { __typename } }', { id: tenant.user.id });

  const events = await eventsOf(client);

  expect(events).toHaveLength(1);
  expect(JSON.stringify(events)).not.toContain('argon2');
});

test('no record has more fields than an event may name, and a few facts beside them', () => {
  const entities = [...service.database.orm.em.getMetadata().getAll().values()];
  const sizes = entities.map(({ props }) => props.length);

  expect(sizes.length).toBeGreaterThan(5);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_CHANGES - 3);
});
