import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  contactAddress,
  contactRow,
  CONTACTS,
  contactsAddressOf,
} from './contact-support.js';
import { aCustomer, addressOf, eventsOf, type StoredAuditEvent } from '../customer/customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

/** The events of contacts, oldest first. */
async function contactEvents(tenant: TestTenant): Promise<StoredAuditEvent[]> {
  return (await eventsOf(service, tenant)).filter(({ entity_type }) => entity_type === 'contact');
}

describe('the audit event', () => {
  test('of a creation holds what the contact was made with, who did it and from where', async () => {
    const tenant = await service.aTenant();
    const customer = await aCustomer(as(service, tenant.manager));

    const answer = await as(service, tenant.manager).post(
      CONTACTS,
      { customer_id: customer.id, first_name: 'Jean', last_name: 'Dupont', email: 'j@d.example', is_billing: true },
      { 'x-request-id': 'appel-0042' },
    );

    const events = await contactEvents(tenant);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      action: 'contact.created',
      entity_id: (answer.body as { id: string }).id,
      actor_kind: 'user',
      user_id: tenant.manager.id,
      user_role: 'manager',
      ip_address: '127.0.0.1',
      request_id: 'appel-0042',
      success: true,
      old_value: null,
    });
    expect(events[0]?.new_value).toEqual({
      customer_id: customer.id,
      first_name: 'Jean',
      last_name: 'Dupont',
      email: 'j@d.example',
      is_primary: false,
      is_billing: true,
      is_shipping: false,
      is_decision_maker: false,
      preferred_language: 'fr',
      do_not_call: false,
      do_not_email: false,
      is_active: true,
      created_by: tenant.manager.id,
    });
  });

  test.each(['REST', 'GraphQL'])(
    'of a change over %s holds before and after of the changed members, and nothing else',
    async (transport) => {
      const tenant = await service.aTenant();
      const client = as(service, tenant.admin);
      const created = await aContactOfItsOwn(client, { phone: '01', is_billing: true });

      if (transport === 'REST') {
        await client.put(contactAddress(created), { ...created, last_name: 'Durand', phone: null, is_billing: false });
      } else {
        await client.graphql(
          'mutation ($id: ID!, $input: UpdateContactInput!) { updateContact(id: $id, input: $input) { contact { id } } }',
          { id: created.id, input: { firstName: 'Jean', lastName: 'Durand', phone: null, isBilling: false } },
        );
      }

      const events = await contactEvents(tenant);
      expect(events).toHaveLength(2);
      expect(events[1]).toMatchObject({ action: 'contact.updated', entity_id: created.id });
      expect(events[1]?.old_value).toEqual({ last_name: 'Dupont', phone: '01', is_billing: true });
      expect(events[1]?.new_value).toEqual({ last_name: 'Durand', phone: null, is_billing: false });
    },
  );

  test.each(['REST', 'GraphQL'])('of a deletion and of a restore over %s say so', async (transport) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const contact = await aContactOfItsOwn(client);
    const mutate = (field: string) =>
      client.graphql(`mutation ($id: ID!) { ${field}(id: $id) { contact { id } } }`, { id: contact.id });

    await (transport === 'REST' ? client.delete(contactAddress(contact)) : mutate('deleteContact'));
    await (transport === 'REST' ? client.post(`${contactAddress(contact)}/restore`) : mutate('restoreContact'));

    const events = (await contactEvents(tenant)).slice(1);
    expect(events.map(({ action, entity_id }) => [action, entity_id])).toEqual([
      ['contact.deleted', contact.id],
      ['contact.restored', contact.id],
    ]);
    expect(Object.keys(events[0]?.new_value ?? {})).toEqual(['deleted_at']);
    expect(events[1]?.new_value).toEqual({ deleted_at: null });
  });

  test('is not written for what changed nothing or was rejected', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 1 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    const created = await aContact(client, customer, { is_primary: true });
    const body = { customer_id: customer.id, first_name: 'A', last_name: 'B' };

    await client.put(contactAddress(created), { last_name: 'Dupont', is_primary: true });
    await client.put(contactAddress(created), { last_name: 'X' }, { 'if-match': '"9"' });
    await client.put(contactAddress(created), { last_name: '' });
    await client.post(`${contactAddress(created)}/restore`);
    await client.post(CONTACTS, body);
    await client.post(CONTACTS, { ...body, email: 'x' });
    await client.get(contactAddress(created));
    await client.get(CONTACTS);
    await client.get(contactsAddressOf(customer));

    expect(await contactEvents(tenant)).toHaveLength(1);
  });

  test("of a customer's deletion is the customer's own", async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await aContact(client, customer);

    await client.delete(addressOf(customer));

    expect((await contactEvents(tenant)).map(({ action }) => action)).toEqual(['contact.created']);
  });

  testOnOneNode('and its change stand or fall together, also those of the contact that was demoted', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    const primary = await aContact(client, customer, { is_primary: true });
    const other = await aContact(client, customer);
    const rows = async () => [await contactRow(service, primary.id), await contactRow(service, other.id)];
    const before = await rows();
    const name = `reject_${tenant.id.replaceAll('-', '_')}`;
    await service.ask(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.tenant_id = '${tenant.id}' THEN RAISE 'no'; END IF; RETURN NEW; END $$`,
    );
    await service.ask(`CREATE TRIGGER ${name} BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION ${name}()`);

    const answers = [
      await client.put(contactAddress(other), { is_primary: true }),
      await client.post(CONTACTS, { customer_id: customer.id, first_name: 'A', last_name: 'B', is_primary: true }),
      await client.delete(contactAddress(primary)),
    ];
    await service.ask(`DROP TRIGGER ${name} ON audit_events`);

    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await rows()).toEqual(before);
    expect((await client.get(CONTACTS)).body).toMatchObject({ total: 2 });
    expect(answers[0]?.text).not.toMatch(/trigger|plpgsql|audit_events|RAISE/i);
  });
});
