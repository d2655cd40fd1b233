import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, addressOf, atOnce, CUSTOMERS, graphqlIn, outcomeOf, problemIn } from './customer-support.js';

const service = useService();

async function liveCustomers({ id }: TestTenant): Promise<number | undefined> {
  const [row] = await service.ask<{ count: number }>(
    'SELECT count(*)::integer AS count FROM customers WHERE tenant_id = $1 AND deleted_at IS NULL',
    [id],
  );
  return row?.count;
}

describe('the limit of customers', () => {
  test('rejects one more with limit, use and resource, and leaves nothing behind', async () => {
    const tenant = await service.aTenant({ limit_customers: 2 });
    const client = as(service, tenant.admin);
    await aCustomer(client);
    await aCustomer(client);

    const answer = await client.post(CUSTOMERS, { name: 'X' });

    expect(outcomeOf(answer)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(answer).details).toEqual({ limit: 2, used: 2, resource: 'customers' });
    expect(await liveCustomers(tenant)).toBe(2);
  });

  test('is the same in GraphQL', async () => {
    const { admin } = await service.aTenant({ limit_customers: 0 });

    const answer = await as(service, admin).graphql(
      'mutation { createCustomer(input: { name: "X" }) { customer { id } } }',
    );

    expect(graphqlIn(answer).errors?.[0]?.extensions).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { limit: 0, used: 0, resource: 'customers' },
    });
  });

  test('is exact when 20 are created at the limit at once, through both transports', async () => {
    const tenant = await service.aTenant({ limit_customers: 7 });
    const client = as(service, tenant.admin);

    const answers = await atOnce(20, (index) =>
      index % 2 === 0
        ? client.post(CUSTOMERS, { name: `X ${index}` })
        : client.graphql('mutation { createCustomer(input: { name: "X" }) { customer { id } } }'),
    );

    const made = answers.filter(({ status, text }) => status < 300 && !text.includes('QUOTA_EXCEEDED'));
    expect(made).toHaveLength(7);
    expect(answers.filter(({ text }) => text.includes('"QUOTA_EXCEEDED"'))).toHaveLength(13);
    expect(await liveCustomers(tenant)).toBe(7);
  });

  test('counts live customers only: a deletion makes room, and a restore needs it', async () => {
    const tenant = await service.aTenant({ limit_customers: 1 });
    const client = as(service, tenant.admin);
    const first = await aCustomer(client);
    await client.delete(addressOf(first));
    const second = await aCustomer(client);

    const rejected = await client.post(`${addressOf(first)}/restore`);
    expect(outcomeOf(rejected)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(rejected).details).toEqual({ limit: 1, used: 1, resource: 'customers' });

    await client.delete(addressOf(second));
    expect((await client.post(`${addressOf(first)}/restore`)).status).toBe(200);
    expect(outcomeOf(await client.post(CUSTOMERS, { name: 'X' }))).toBe('409 QUOTA_EXCEEDED');
  });

  test('is not used up by what was rejected', async () => {
    const tenant = await service.aTenant({ limit_customers: 2 });
    const client = as(service, tenant.admin);
    await aCustomer(client, { code: 'ONE' });

    for (let i = 0; i < 3; i += 1) {
      expect(outcomeOf(await client.post(CUSTOMERS, { name: 'X', code: 'ONE' }))).toBe('409 DUPLICATE');
      expect((await client.post(CUSTOMERS, { name: '' })).status).toBe(422);
    }

    expect((await client.post(CUSTOMERS, { name: 'X' })).status).toBe(201);
  });

  test('stays exact when one customer is deleted and restored by many at once', async () => {
    const tenant = await service.aTenant({ limit_customers: 2 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);

    const deletions = await atOnce(5, () => client.delete(addressOf(customer)));
    expect(deletions.map(outcomeOf).sort()).toEqual(['204', ...Array<string>(4).fill('404 NOT_FOUND')]);
    const restores = await atOnce(5, () => client.post(`${addressOf(customer)}/restore`));
    expect(restores.map(outcomeOf)).toEqual(Array(5).fill('200'));

    const creations = await atOnce(4, () => client.post(CUSTOMERS, { name: 'X' }));
    expect(creations.map(outcomeOf).sort()).toEqual(['201', ...Array<string>(3).fill('409 QUOTA_EXCEEDED')]);
    expect(await liveCustomers(tenant)).toBe(2);
  });

  test("is each tenant's own", async () => {
    const full = await service.aTenant({ limit_customers: 0 });
    const free = await service.aTenant({ limit_customers: 1 });

    expect(outcomeOf(await as(service, full.admin).post(CUSTOMERS, { name: 'X' }))).toBe('409 QUOTA_EXCEEDED');
    expect((await as(service, free.admin).post(CUSTOMERS, { name: 'X' })).status).toBe(201);
  });
});
