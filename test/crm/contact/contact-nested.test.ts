import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements, type StatementWatch } from '../../support/statements.js';
import { aContact, arrayIn, contactAddress } from './contact-support.js';
import { aCustomer, addressOf, graphqlIn, graphqlOutcomeOf, type CustomerJson } from '../customer/customer-support.js';

const service = useOwnService();
let watch: StatementWatch;

beforeAll(() => {
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

interface Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customers: readonly CustomerJson[];
}

/** So many customers with three active contacts and an inactive one each, beside one customer without any. */
async function aScene(count: number): Promise<Scene> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const customers: CustomerJson[] = [];
  for (let i = 0; i < count; i += 1) {
    const customer = await aCustomer(client, { name: `Client ${String(i).padStart(2, '0')}` });
    customers.push(customer);
    await service.ask(
      `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, is_primary, is_active, created_by, created_at, updated_at)
       SELECT $1, gen_random_uuid(), $2, (ARRAY['Anne', 'Zoé', 'Luc', 'Max'])[n], (ARRAY['B', 'B', 'A', 'C'])[n], n = 2, n < 4, $3,
         now() + n * interval '1 second', now() FROM generate_series(1, 4) n`,
      [tenant.id, customer.id, tenant.admin.id],
    );
    await service.ask(
      `INSERT INTO activities (tenant_id, id, customer_id, contact_id, type, subject, date, created_at, updated_at)
       SELECT tenant_id, gen_random_uuid(), customer_id, id, 'CALL', first_name, now(), now(), now()
       FROM contacts WHERE tenant_id = $1 AND customer_id = $2 AND is_primary`,
      [tenant.id, customer.id],
    );
  }
  await aCustomer(client, { name: 'Seul' });
  return { tenant, client, customers };
}

interface Nested {
  readonly totalCount?: number;
  readonly nodes: readonly { readonly firstName: string }[];
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Each customer's contacts, as `Luc Anne Zoé`, in the order of the customers. */
async function nested(client: Client, args: string, variables: object = {}, declared = ''): Promise<Nested[]> {
  const query = `query ${declared} { customers { nodes { contacts${args} { totalCount nodes { firstName } pageInfo { hasNextPage endCursor } } } } }`;
  const { data, errors } = graphqlIn<{ customers: { nodes: { contacts: Nested }[] } }>(
    await client.graphql(query, variables),
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.customers.nodes.map(({ contacts }) => contacts);
}

const namesIn = ({ nodes }: Nested): string => nodes.map(({ firstName }) => firstName).join(' ');

describe('the contacts below a customer', () => {
  test.each([
    ['', 'Luc Anne Zoé', 3],
    ['(first: 2)', 'Luc Anne', 3],
    ['(last: 2)', 'Anne Zoé', 3],
    ['(first: 0)', '', 3],
    ['(orderBy: [{ field: FIRST_NAME, direction: DESC }])', 'Zoé Luc Anne', 3],
    ['(orderBy: [{ field: CREATED_AT }], first: 1)', 'Anne', 3],
    ['(search: "zoe b")', 'Zoé', 1],
    ['(filter: { lastName: { eq: "B" } })', 'Anne Zoé', 2],
    ['(filter: { isPrimary: { eq: true } })', 'Zoé', 1],
    ['(filter: { isActive: { eq: false } })', 'Max', 1],
    ['(filter: { isActive: { isNull: false } }, first: 100)', 'Luc Anne Zoé Max', 4],
  ])('take the arguments of the root list: %s', async (args, names, total) => {
    const { client } = await aScene(2);

    const lists = await nested(client, args);

    expect(lists.map((list) => [namesIn(list), list.totalCount])).toEqual([
      [names, total],
      [names, total],
      ['', 0],
    ]);
  });

  test('are walked by the cursor of one customer, which no other list takes', async () => {
    const { client, customers } = await aScene(1);
    const declared = '($id: ID!, $after: String)';
    const query = `query ${declared} { customer(id: $id) { contacts(first: 2, after: $after) {
      nodes { firstName } pageInfo { hasNextPage endCursor } } } }`;
    const read = async (after: string | null): Promise<Nested> => {
      const variables = { id: customers[0]?.id, after };
      const { data } = graphqlIn<{ customer: { contacts: Nested } }>(await client.graphql(query, variables));
      return data?.customer.contacts ?? { nodes: [] };
    };

    const first = await read(null);
    const second = await read(first.pageInfo?.endCursor ?? '');

    expect([namesIn(first), first.pageInfo?.hasNextPage]).toEqual(['Luc Anne', true]);
    expect([namesIn(second), second.pageInfo?.hasNextPage]).toEqual(['Zoé', false]);
    const elsewhere = await client.graphql(
      'query ($after: String) { contacts(first: 2, after: $after) { totalCount } }',
      { after: first.pageInfo?.endCursor },
    );
    expect(graphqlOutcomeOf(elsewhere)).toBe('INVALID_CURSOR');
  });

  test('follow a deletion, a restore and the deletion of the customer', async () => {
    const { client, customers } = await aScene(1);
    const [customer] = customers;
    if (!customer) throw new Error('There is no customer.');
    const added = await aContact(client, customer, { first_name: 'Neuf', last_name: 'Z' });
    const names = async (): Promise<string> => namesIn((await nested(client, ''))[0] ?? { nodes: [] });

    expect(await names()).toBe('Luc Anne Zoé Neuf');
    await client.delete(contactAddress(added));
    expect(await names()).toBe('Luc Anne Zoé');
    await client.post(`${contactAddress(added)}/restore`);
    expect(await names()).toBe('Luc Anne Zoé Neuf');
    await client.delete(addressOf(customer));
    expect(await client.graphql('{ contacts(filter: { isActive: { isNull: false } }) { totalCount } }')).toMatchObject({
      body: { data: { contacts: { totalCount: 0 } } },
    });
  });

  test.each(['(first: 101)', '(first: 1, last: 1)', '(filter: { customerId: { eq: "x" } })'])(
    '%s is rejected',
    async (args) => {
      const { client } = await aScene(1);

      const answer = await client.graphql(`{ customers { nodes { contacts${args} { nodes { id } } } } }`);

      expect(['BAD_USER_INPUT', 'VALIDATION_FAILED']).toContain(graphqlOutcomeOf(answer));
    },
  );
});

describe('the contact of an activity', () => {
  test('is null where there is none, and while it is deleted; deleting it leaves the activity', async () => {
    const { client, customers } = await aScene(1);
    const { id: customerId } = customers[0] ?? { id: '' };
    const contact = await aContact(client, { id: customerId }, { first_name: 'Neuf', is_active: false });
    const about = { customer_id: customerId, type: 'CALL' };
    await client.post('/v1/commercial/activities', { ...about, subject: 'Avec', contact_id: contact.id });
    await client.post('/v1/commercial/activities', { ...about, subject: 'Sans' });
    const read = async (): Promise<unknown> => {
      const answer = await client.graphql('{ activities { nodes { subject contact { id firstName } } } }');
      const { data } = graphqlIn<{ activities: { nodes: { subject: string; contact: unknown }[] } }>(answer);
      return Object.fromEntries(
        data?.activities.nodes.filter(({ subject }) => subject !== 'Zoé').map((node) => [node.subject, node.contact]) ??
          [],
      );
    };

    const named = { Avec: { id: contact.id, firstName: 'Neuf' }, Sans: null };
    expect(await read()).toEqual(named);
    await client.delete(contactAddress(contact));
    expect(await read()).toEqual({ Avec: null, Sans: null });
    const kept = await service.ask('SELECT contact_id FROM activities WHERE subject = $1 AND contact_id = $2', [
      'Avec',
      contact.id,
    ]);
    expect(kept).toHaveLength(1);
    await client.post(`${contactAddress(contact)}/restore`);
    expect(await read()).toEqual(named);
  });
});

describe('the number of statements', () => {
  const QUERIES: readonly (readonly [string, number])[] = [
    ['{ contacts(first: 100) { nodes { firstName } } }', 1],
    ['{ contacts(first: 100) { totalCount nodes { firstName } } }', 2],
    ['{ contacts(first: 50) { nodes { firstName customer { name } createdBy { fullName } } } }', 3],
    ['{ customers(first: 50) { nodes { name contacts(first: 3) { nodes { firstName } } } } }', 2],
    ['{ customers(first: 50) { nodes { name contacts(first: 3) { totalCount nodes { firstName } } } } }', 3],
    [
      '{ customers(first: 50) { nodes { assignedTo { fullName } contacts(first: 3) { totalCount nodes { firstName createdBy { fullName } } } } } }',
      4,
    ],
    ['{ activities(first: 20) { nodes { subject contact { firstName customer { name } } } } }', 3],
    ['{ contacts(first: 20) { nodes { customer { contacts(first: 2) { nodes { firstName } } } } } }', 3],
  ];

  test.each(QUERIES)('does not grow with the records: %s', async (query, statements) => {
    for (const count of [1, 12]) {
      const { client } = await aScene(count);
      await client.get('/v1/auth/me');
      watch.clear();
      const { text } = await client.graphql(query);

      expect(text).not.toContain('"errors"');
      expect([count, watch.messages.flatMap(({ texts }) => texts).length]).toEqual([count, statements]);
    }
  });

  test('is one for a contact, two for a page of REST, and two for the bare array, each in one round trip', async () => {
    const { client, customers } = await aScene(2);
    const customerId = customers[0]?.id ?? '';
    const [contact] = arrayIn(await client.get(`/v1/commercial/customers/${customerId}/contacts`));
    const paths = [
      [contactAddress(contact ?? { id: '' }), 1],
      ['/v1/commercial/contacts?page_size=100&search=b', 2],
      [`/v1/commercial/customers/${customerId}/contacts`, 2],
    ] as const;

    for (const [path, statements] of paths) {
      watch.clear();
      expect((await client.get(path)).status).toBe(200);
      const sent = [watch.messages.length, watch.messages.flatMap(({ texts }) => texts).length];
      expect([path, ...sent]).toEqual([path, 1, statements]);
    }
  });
});
