import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { aContact, contactAddress, CONTACTS } from './contact-support.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  graphqlIn,
  outcomeOf,
  problemIn,
  type CustomerJson,
} from '../customer/customer-support.js';

const service = useService();

async function liveContacts({ id }: CustomerJson): Promise<number | undefined> {
  const [row] = await service.ask<{ count: number }>(
    'SELECT count(*)::integer AS count FROM contacts WHERE customer_id = $1 AND deleted_at IS NULL',
    [id],
  );
  return row?.count;
}

/** So many contacts of a customer at once, past the service. */
function fill(tenantId: string, { id }: CustomerJson, count: number): Promise<unknown> {
  return service.ask(
    `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, created_at, updated_at)
     SELECT $1, gen_random_uuid(), $2, 'N', n::text, now(), now() FROM generate_series(1, $3::integer) n`,
    [tenantId, id, count],
  );
}

const bodyFor = ({ id }: CustomerJson): object => ({ customer_id: id, first_name: 'A', last_name: 'B' });
const CREATE = `mutation ($id: ID!) { createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { contact { id } } }`;

describe('the limit of contacts per customer', () => {
  test('rejects one more with limit, use and resource, and leaves nothing behind', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 2 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await aContact(client, customer);
    await aContact(client, customer, { is_active: false });

    const answer = await client.post(CONTACTS, bodyFor(customer));

    expect(outcomeOf(answer)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(answer).details).toEqual({ limit: 2, used: 2, resource: 'contacts_per_customer' });
    const { errors } = graphqlIn(await client.graphql(CREATE, { id: customer.id }));
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { limit: 2, used: 2, resource: 'contacts_per_customer' },
    });
    expect(await liveContacts(customer)).toBe(2);
  });

  test('is 100 unless the operator raised it', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await fill(tenant.id, customer, 99);

    expect((await client.post(CONTACTS, bodyFor(customer))).status).toBe(201);
    const answer = await client.post(CONTACTS, bodyFor(customer));

    expect(problemIn(answer).details).toEqual({ limit: 100, used: 100, resource: 'contacts_per_customer' });
  });

  test('is exact when 50 are created at the limit at once, through both transports', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await fill(tenant.id, customer, 93);

    const answers = await atOnce(50, (index) =>
      index % 2 === 0
        ? client.post(CONTACTS, { ...bodyFor(customer), is_primary: index % 4 === 0 })
        : client.graphql(CREATE, { id: customer.id }),
    );

    const rejected = answers.filter(({ text }) => text.includes('"QUOTA_EXCEEDED"'));
    expect(rejected).toHaveLength(43);
    expect(answers.filter(({ status, text }) => status < 300 && !text.includes('"errors"'))).toHaveLength(7);
    for (const { text } of rejected) expect(text).toContain('"used":100');
    expect(await liveContacts(customer)).toBe(100);
  });

  test('counts live contacts only: a deletion makes room, and a restore needs it', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 1 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    const first = await aContact(client, customer);
    await client.delete(contactAddress(first));
    const second = await aContact(client, customer);

    const rejected = await client.post(`${contactAddress(first)}/restore`);
    expect(outcomeOf(rejected)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(rejected).details).toEqual({ limit: 1, used: 1, resource: 'contacts_per_customer' });

    await client.delete(contactAddress(second));
    expect((await client.post(`${contactAddress(first)}/restore`)).status).toBe(200);
    expect(outcomeOf(await client.post(CONTACTS, bodyFor(customer)))).toBe('409 QUOTA_EXCEEDED');
  });

  test('lets restores and creations at the limit through one by one', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 8 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    const gone = await atOnce(8, () => aContact(client, customer, { is_primary: true }));
    await atOnce(8, (index) => client.delete(contactAddress(gone[index] ?? { id: '' })));
    await atOnce(5, () => aContact(client, customer));

    const answers = await atOnce(12, (index) =>
      index < 8
        ? client.post(`${contactAddress(gone[index] ?? { id: '' })}/restore`)
        : client.post(CONTACTS, bodyFor(customer)),
    );

    expect(answers.map(outcomeOf).filter((outcome) => outcome === '409 QUOTA_EXCEEDED')).toHaveLength(9);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(3);
    expect(await liveContacts(customer)).toBe(8);
  });

  test('stays exact when one contact is deleted and restored by many at once', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 1 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    const contact = await aContact(client, customer);

    const deletions = await atOnce(5, () => client.delete(contactAddress(contact)));
    expect(deletions.map(outcomeOf).sort()).toEqual(['204', ...Array<string>(4).fill('404 NOT_FOUND')]);
    const restores = await atOnce(5, () => client.post(`${contactAddress(contact)}/restore`));
    expect(restores.map(outcomeOf)).toEqual(Array(5).fill('200'));
    expect(await liveContacts(customer)).toBe(1);
  });

  test("is each customer's own", async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 1 });
    const client = as(service, tenant.admin);
    const [full, free] = [await aCustomer(client), await aCustomer(client)];
    await aContact(client, full);

    expect(outcomeOf(await client.post(CONTACTS, bodyFor(full)))).toBe('409 QUOTA_EXCEEDED');
    expect((await client.post(CONTACTS, bodyFor(free))).status).toBe(201);
  });
});

test('a creation and the deletion of its customer do not pass each other', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  for (let round = 0; round < 5; round += 1) {
    const customer = await aCustomer(client);

    const [, ...creations] = await Promise.all([
      client.delete(addressOf(customer)),
      ...(await atOnce(4, () => Promise.resolve())).map(() => client.post(CONTACTS, bodyFor(customer))),
    ]);

    for (const answer of creations) expect(['201', '404 NOT_FOUND']).toContain(outcomeOf(answer));
    expect(await liveContacts(customer)).toBe(0);
  }
});
