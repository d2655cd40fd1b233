import { as } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  CUSTOMERS,
  customerIn,
  eventsOf,
  rowOf,
  type StoredAuditEvent,
} from './customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

async function lastEvent(tenant: TestTenant): Promise<StoredAuditEvent | undefined> {
  return (await eventsOf(service, tenant)).at(-1);
}

const mutation = (text: string): string => `mutation ($id: ID!) { ${withRecord(text)} }`;

describe('the audit event', () => {
  test('of a creation holds what the customer was made with, who did it and from where', async () => {
    const tenant = await service.aTenant();

    const created = await aCustomer(as(service, tenant.manager), {
      annual_revenue: '12.5',
      tags: ['a'],
      is_active: false,
    });

    const events = await eventsOf(service, tenant);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      action: 'customer.created',
      entity_type: 'customer',
      entity_id: created.id,
      actor_kind: 'user',
      user_id: tenant.manager.id,
      user_email: tenant.manager.email,
      user_role: 'manager',
      ip_address: '127.0.0.1',
      success: true,
      error_code: null,
      old_value: null,
      new_value: { code: 'CLI00001', name: 'Dupont SA', annual_revenue: '12.50', tags: ['a'], is_active: false },
    });
    expect(events[0]?.new_value).not.toHaveProperty('search_text');
  });

  test('has the id of the request', async () => {
    const tenant = await service.aTenant();

    const answer = await as(service, tenant.admin).post(CUSTOMERS, { name: 'X' }, { 'x-request-id': 'appel-0042' });

    expect(answer.headers.get('x-request-id')).toBe('appel-0042');
    expect(await lastEvent(tenant)).toMatchObject({ request_id: 'appel-0042' });
  });

  test.each(['REST', 'GraphQL'])(
    'of a change over %s holds before and after of the changed members, and nothing else',
    async (transport) => {
      const tenant = await service.aTenant();
      const client = as(service, tenant.admin);
      const created = await aCustomer(client, { city: 'Lyon', phone: '01', discount_rate: 5, tags: ['a'] });

      if (transport === 'REST') {
        await client.put(addressOf(created), {
          ...created,
          city: 'Nantes',
          phone: null,
          discount_rate: 7.5,
          tags: ['b'],
        });
      } else {
        const input = { city: 'Nantes', phone: null, discountRate: '7.5', tags: ['b'], name: created.name };
        await client.graphql(
          'mutation ($id: ID!, $input: UpdateCustomerInput!) { updateCustomer(id: $id, input: $input) { customer { id } } }',
          {
            id: created.id,
            input,
          },
        );
      }

      const events = await eventsOf(service, tenant);
      expect(events).toHaveLength(2);
      expect(events[1]).toMatchObject({ action: 'customer.updated', entity_id: created.id });
      expect(events[1]?.old_value).toEqual({ city: 'Lyon', phone: '01', discount_rate: '5.00', tags: ['a'] });
      expect(events[1]?.new_value).toEqual({ city: 'Nantes', phone: null, discount_rate: '7.50', tags: ['b'] });
    },
  );

  test.each([
    ['REST', (id: string) => as(service, admin()).post(`${addressOf({ id })}/convert`)],
    ['GraphQL', (id: string) => as(service, admin()).graphql(mutation('convertCustomer(id: $id)'), { id })],
  ])('of a conversion over %s has its own name', async (_edge, convert) => {
    tenant = await service.aTenant();
    const { id } = await aCustomer(as(service, tenant.admin), { type: 'LEAD' });

    await convert(id);

    expect(await lastEvent(tenant)).toMatchObject({ action: 'customer.converted', entity_id: id });
    expect((await lastEvent(tenant))?.old_value).toEqual({ type: 'LEAD' });
    expect((await lastEvent(tenant))?.new_value).toEqual({ type: 'CUSTOMER' });
  });

  test.each([
    [
      'REST',
      (id: string) => as(service, admin()).delete(addressOf({ id })),
      (id: string) => as(service, admin()).post(`${addressOf({ id })}/restore`),
    ],
    [
      'GraphQL',
      (id: string) => as(service, admin()).graphql(mutation('deleteCustomer(id: $id)'), { id }),
      (id: string) => as(service, admin()).graphql(mutation('restoreCustomer(id: $id)'), { id }),
    ],
  ])('of a deletion and of a restore over %s say so', async (_edge, remove, restore) => {
    tenant = await service.aTenant();
    const { id } = await aCustomer(as(service, tenant.admin));

    await remove(id);
    expect(await lastEvent(tenant)).toMatchObject({ action: 'customer.deleted', entity_id: id, success: true });
    await restore(id);
    expect(await lastEvent(tenant)).toMatchObject({ action: 'customer.restored', entity_id: id, success: true });
    expect(await eventsOf(service, tenant)).toHaveLength(3);
  });

  test('is not written for what changed nothing or was rejected', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const created = await aCustomer(client, { type: 'CHURNED', code: 'ONE' });

    await client.put(addressOf(created), { name: created.name });
    await client.put(addressOf(created), { name: 'X' }, { 'if-match': '"9"' });
    await client.post(`${addressOf(created)}/convert`);
    await client.post(`${addressOf(created)}/restore`);
    await client.post(CUSTOMERS, { name: 'X', code: 'ONE' });
    await client.post(CUSTOMERS, { name: '' });
    await client.get(addressOf(created));
    await client.get(CUSTOMERS);

    expect(await eventsOf(service, tenant)).toHaveLength(1);
  });

  testOnOneNode('and its change stand or fall together', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const created = await aCustomer(client);
    const before = await rowOf(service, created.id);
    const name = `reject_${tenant.id.replaceAll('-', '_')}`;
    await service.ask(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.tenant_id = '${tenant.id}' THEN RAISE 'no'; END IF; RETURN NEW; END $$`,
    );
    await service.ask(`CREATE TRIGGER ${name} BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION ${name}()`);

    const answers = [
      await client.put(addressOf(created), { city: 'Lyon' }),
      await client.post(CUSTOMERS, { name: 'X' }),
      await client.delete(addressOf(created)),
    ];
    await service.ask(`DROP TRIGGER ${name} ON audit_events`);

    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await rowOf(service, created.id)).toEqual(before);
    expect((await client.get(CUSTOMERS)).body).toMatchObject({ total: 1 });
    expect(customerIn(await client.post(CUSTOMERS, { name: 'X' })).code).toBe('CLI00002');
    expect(answers[0]?.text).not.toMatch(/trigger|plpgsql|audit_events|RAISE/i);
  });

  /** The tenant of the running test, for senders that a table holds. */
  let tenant: TestTenant;
  const admin = (): TestTenant['admin'] => tenant.admin;
});
