import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  contactAddress,
  contactIn,
  contactRow,
  CONTACTS,
  primariesOf,
  type ContactJson,
} from './contact-support.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  eventsOf,
  graphqlOutcomeOf,
  outcomeOf,
  type CustomerJson,
} from '../customer/customer-support.js';

const service = useService();

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

/** A customer with a main contact and others. */
async function aCustomerWith(
  client: Client,
  others: number,
): Promise<{ customer: CustomerJson; primary: ContactJson; rest: ContactJson[] }> {
  const customer = await aCustomer(client);
  const primary = await aContact(client, customer, { last_name: 'Premier', is_primary: true });
  const rest = [];
  for (let i = 0; i < others; i += 1) rest.push(await aContact(client, customer, { last_name: `Autre ${i}` }));
  return { customer, primary, rest };
}

const UPDATE =
  'mutation ($id: ID!) { updateContact(id: $id, input: { isPrimary: true }) { contact { id isPrimary version } } }';

describe('another main contact', () => {
  const WAYS: readonly [string, (client: Client, customer: CustomerJson, other: ContactJson) => Promise<string>][] = [
    [
      'made by a creation',
      async (client, customer) => (await aContact(client, customer, { last_name: 'Neuf', is_primary: true })).id,
    ],
    [
      'made by a PUT',
      async (client, _customer, other) =>
        contactIn(await client.put(contactAddress(other), { is_primary: true, department: 'Achats' })).id,
    ],
    [
      'made by updateContact',
      async (client, _customer, other) => {
        expect(graphqlOutcomeOf(await client.graphql(UPDATE, { id: other.id }))).toBe('OK');
        return other.id;
      },
    ],
  ];

  test.each(WAYS)('%s takes the place of the one before', async (_name, make) => {
    const client = await aClient();
    const { customer, primary, rest } = await aCustomerWith(client, 1);

    const made = await make(client, customer, rest[0] ?? primary);

    expect(await primariesOf(service, customer)).toEqual([made]);
    const { updated_at, ...demoted } = contactIn(await client.get(contactAddress(primary)));
    expect(demoted).toEqual({ ...primary, is_primary: false, version: 2, updated_at: undefined });
    expect(String(updated_at) > String(primary.updated_at)).toBe(true);
  });

  test('leaves an event of each contact in the same transaction', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { primary, rest } = await aCustomerWith(client, 1);
    const made = rest[0] ?? primary;

    await client.put(contactAddress(made), { is_primary: true }, { 'x-request-id': 'changement-7' });

    const events = (await eventsOf(service, tenant)).filter((event) => event.request_id === 'changement-7');
    expect(events).toHaveLength(2);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: 'contact.updated',
          entity_id: primary.id,
          old_value: { is_primary: true },
          new_value: { is_primary: false },
        }),
        expect.objectContaining({
          action: 'contact.updated',
          entity_id: made.id,
          old_value: { is_primary: false },
          new_value: { is_primary: true },
        }),
      ]),
    );
  });

  test('that is rejected leaves the one before alone', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 2 });
    const client = as(service, tenant.admin);
    const { customer, primary, rest } = await aCustomerWith(client, 1);
    const before = await contactRow(service, primary.id);
    const [other] = rest;
    await client.put(contactAddress(other ?? primary), { department: 'Achats' });

    const rejections = [
      await client.put(contactAddress(other ?? primary), { is_primary: true }, { 'if-match': '"1"' }),
      await client.put(contactAddress(other ?? primary), { is_primary: true, version: 9 }),
      await client.put(contactAddress(other ?? primary), { is_primary: true, email: 'x' }),
      await client.post(CONTACTS, { customer_id: customer.id, first_name: 'A', last_name: 'B', is_primary: true }),
      await as(service, tenant.user).put(contactAddress(other ?? primary), { is_primary: true }),
    ];

    expect(rejections.map(({ status }) => status)).toEqual([412, 422, 422, 409, 403]);
    expect(await contactRow(service, primary.id)).toEqual(before);
    expect(await primariesOf(service, customer)).toEqual([primary.id]);
  });

  test('of another customer changes nothing here', async () => {
    const client = await aClient();
    const [here, there] = [await aCustomerWith(client, 0), await aCustomerWith(client, 0)];

    expect(await primariesOf(service, here.customer)).toEqual([here.primary.id]);
    expect(await primariesOf(service, there.customer)).toEqual([there.primary.id]);
    expect((await client.get(contactAddress(here.primary))).body).toEqual(here.primary);
  });

  test('is not needed: the place may stay empty, and an inactive contact keeps it', async () => {
    const client = await aClient();
    const { customer, primary } = await aCustomerWith(client, 1);

    await client.put(contactAddress(primary), { is_active: false });
    expect(await primariesOf(service, customer)).toEqual([primary.id]);
    await client.put(contactAddress(primary), { is_primary: false });
    expect(await primariesOf(service, customer)).toEqual([]);
  });
});

describe('a main contact that was deleted', () => {
  test('is the main one again where nobody has become it', async () => {
    const client = await aClient();
    const { customer, primary } = await aCustomerWith(client, 1);
    await client.delete(contactAddress(primary));
    expect(await primariesOf(service, customer)).toEqual([]);

    const restored = await client.post(`${contactAddress(primary)}/restore`);

    expect(restored).toMatchObject({ status: 200, body: { is_primary: true, version: 3 } });
    expect(await primariesOf(service, customer)).toEqual([primary.id]);
  });

  test('comes back as any other where somebody has, whose place stays', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { customer, primary, rest } = await aCustomerWith(client, 1);
    const other = rest[0] ?? primary;
    await client.delete(contactAddress(primary));
    const successor = contactIn(await client.put(contactAddress(other), { is_primary: true }));

    const restored = await client.post(`${contactAddress(primary)}/restore`);

    expect(restored).toMatchObject({ status: 200, body: { is_primary: false, version: 3 } });
    expect(await primariesOf(service, customer)).toEqual([other.id]);
    expect((await client.get(contactAddress(other))).body).toEqual(successor);
    const event = (await eventsOf(service, tenant)).at(-1);
    expect(event).toMatchObject({ action: 'contact.restored', entity_id: primary.id, old_value: { is_primary: true } });
    expect(event?.new_value).toMatchObject({ is_primary: false });
  });

  test('comes back with its customer', async () => {
    const client = await aClient();
    const { customer, primary } = await aCustomerWith(client, 2);
    await client.delete(addressOf(customer));

    await client.post(`${addressOf(customer)}/restore`);

    expect(await primariesOf(service, customer)).toEqual([primary.id]);
  });
});

describe('twenty at once', () => {
  test('make different contacts the main one, and one of them is it in the end', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { customer, primary, rest } = await aCustomerWith(client, 19);
    const all = [primary, ...rest];

    const answers = await atOnce(20, (index) => {
      const contact = all[index] ?? primary;
      return index % 2 === 0
        ? client.put(contactAddress(contact), { is_primary: true })
        : client.graphql(UPDATE, { id: contact.id });
    });

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(answers.map(({ text }) => text).filter((text) => text.includes('"errors"'))).toEqual([]);
    expect(await primariesOf(service, customer)).toHaveLength(1);
    await expectChainOfOnes(tenant.id);
  });

  test('create a main contact each, and one of them is it in the end', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);

    const answers = await atOnce(20, (index) =>
      client.post(CONTACTS, { customer_id: customer.id, first_name: 'N', last_name: `${index}`, is_primary: true }),
    );

    expect(answers.map(outcomeOf)).toEqual(Array(20).fill('201'));
    expect(await primariesOf(service, customer)).toHaveLength(1);
    const { total } = (await client.get(`${CONTACTS}?customer_id=${customer.id}`)).body as { total: number };
    expect(total).toBe(20);
    await expectChainOfOnes(tenant.id);
  });

  test('make, unmake, delete, restore and change: no error, and never two', async () => {
    const client = await aClient();
    const { customer, primary, rest } = await aCustomerWith(client, 3);
    const all = [primary, ...rest];
    const sends = [
      (contact: ContactJson) => client.put(contactAddress(contact), { is_primary: true }),
      (contact: ContactJson) => client.put(contactAddress(contact), { is_primary: false }),
      (contact: ContactJson) => client.delete(contactAddress(contact)),
      (contact: ContactJson) => client.post(`${contactAddress(contact)}/restore`),
      (contact: ContactJson) => client.put(contactAddress(contact), { department: 'Achats' }),
    ];

    // Five ways and four contacts: every one meets every other.
    const answers = await Promise.all(sends.flatMap((send) => all.map(send)));

    expect(answers.filter(({ status }) => ![200, 204, 404].includes(status)).map(outcomeOf)).toEqual([]);
    expect((await primariesOf(service, customer)).length).toBeLessThan(2);
  });
});

/** As many contacts stopped being the main one as became it, but for the one who still is. */
async function expectChainOfOnes(tenantId: string): Promise<void> {
  const [row] = await service.ask<{ made: number; unmade: number }>(
    `SELECT count(*) FILTER (WHERE new_value ->> 'is_primary' = 'true')::integer AS made,
       count(*) FILTER (WHERE old_value ->> 'is_primary' = 'true' AND new_value ->> 'is_primary' = 'false')::integer AS unmade
     FROM audit_events WHERE tenant_id = $1 AND entity_type = 'contact'`,
    [tenantId],
  );
  expect((row?.made ?? 0) - (row?.unmade ?? 0)).toBe(1);
}
