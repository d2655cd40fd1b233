import { as, type Answer } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { activeOf, addressOf, anOpportunity, OPPORTUNITIES, rowOf, stepsOf } from './opportunity-support.js';
import { aCustomer, atOnce, eventsOf, graphqlIn, outcomeOf, problemIn } from '../customer/customer-support.js';

const service = useService();

function tally(answers: readonly Answer[]): Record<string, number> {
  const outcomes = Map.groupBy(answers, outcomeOf);
  return Object.fromEntries([...outcomes].map(([outcome, those]) => [outcome, those.length]));
}

describe('the limit of active opportunities', () => {
  test('rejects one more with limit, use and resource, on both transports', async () => {
    const tenant = await service.aTenant({ limit_active_opportunities: 2 });
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    await anOpportunity(client, { customer_id });
    await anOpportunity(client, { customer_id });

    const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id });
    const graphql = await client.graphql(
      'mutation ($id: ID!) { createOpportunity(input: { name: "X", customerId: $id }) { opportunity { id } } }',
      {
        id: customer_id,
      },
    );

    expect(outcomeOf(answer)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(answer).details).toEqual({ limit: 2, used: 2, resource: 'active_opportunities' });
    expect(graphqlIn(graphql).errors?.[0]?.extensions).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { limit: 2, used: 2, resource: 'active_opportunities' },
    });
    expect(await activeOf(service, tenant)).toEqual([2, 2]);
  });

  test('counts active ones: every way out makes room, every way in takes it', async () => {
    const tenant = await service.aTenant({ limit_active_opportunities: 1 });
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const one = await anOpportunity(client, { customer_id });
    const address = addressOf(one);
    const full = async (): Promise<void> => {
      expect(outcomeOf(await client.post(OPPORTUNITIES, { name: 'X', customer_id }))).toBe('409 QUOTA_EXCEEDED');
      expect(await activeOf(service, tenant)).toEqual([1, 1]);
    };
    const empty = async (): Promise<void> => {
      expect(await activeOf(service, tenant)).toEqual([0, 0]);
    };

    await full();
    await client.post(`${address}/win`);
    await empty();
    await client.post(`${address}/reopen`);
    await full();
    await client.post(`${address}/lose`);
    await empty();
    await client.put(address, { status: 'NEW' });
    await full();
    await client.put(address, { status: 'PROPOSAL', amount: 7 });
    await full();
    await client.put(address, { status: 'WON' });
    await empty();
    await client.post(`${address}/win`);
    await client.delete(address);
    await client.post(`${address}/restore`);
    await empty();
    await client.put(address, { status: 'NEW' });
    await client.delete(address);
    await empty();
    await client.post(`${address}/restore`);
    await full();
    await client.post(`${address}/restore`);
    await anOpportunity(client, { customer_id, status: 'WON' });
    await full();
  });

  test.each(['reopen', 'restore', 'update'])('holds for %s too, and leaves the record as it was', async (operation) => {
    const tenant = await service.aTenant({ limit_active_opportunities: 1 });
    const client = as(service, tenant.admin);
    const one = await anOpportunity(client, { status: operation === 'restore' ? 'NEW' : 'WON' });
    if (operation === 'restore') await client.delete(addressOf(one));
    await anOpportunity(client);
    const before = await rowOf(service, one.id);
    const steps = await stepsOf(service, one.id);
    const events = (await eventsOf(service, tenant)).length;

    const answer =
      operation === 'update'
        ? await client.put(addressOf(one), { status: 'NEW' })
        : await client.post(`${addressOf(one)}/${operation}`);

    expect(outcomeOf(answer)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(answer).details).toEqual({ limit: 1, used: 1, resource: 'active_opportunities' });
    expect([await rowOf(service, one.id), await stepsOf(service, one.id)]).toEqual([before, steps]);
    expect(await eventsOf(service, tenant)).toHaveLength(events);
  });

  test('is exact when 50 are created at its limit at once, through both transports', async () => {
    const tenant = await service.aTenant({ limit_active_opportunities: 20 });
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    await atOnce(13, () => anOpportunity(client, { customer_id }));

    const answers = await atOnce(50, (index) =>
      index % 2 === 0
        ? client.post(OPPORTUNITIES, { name: 'X', customer_id })
        : client.graphql(
            'mutation ($id: ID!) { createOpportunity(input: { name: "X", customerId: $id }) { opportunity { id } } }',
            {
              id: customer_id,
            },
          ),
    );

    expect(answers.filter(({ text }) => text.includes('"QUOTA_EXCEEDED"'))).toHaveLength(43);
    expect(answers.filter(({ status, text }) => status < 300 && !text.includes('"errors"'))).toHaveLength(7);
    expect(await activeOf(service, tenant)).toEqual([20, 20]);
  });

  test('is exact when 50 are reopened at its limit at once', async () => {
    const tenant = await service.aTenant({ limit_active_opportunities: 5 });
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const closed = await atOnce(50, (index) =>
      anOpportunity(client, { customer_id, status: index % 2 === 0 ? 'WON' : 'LOST' }),
    );

    const answers = await Promise.all(closed.map((one) => client.post(`${addressOf(one)}/reopen`)));

    expect(tally(answers)).toEqual({ 200: 5, '409 QUOTA_EXCEEDED': 45 });
    expect(await activeOf(service, tenant)).toEqual([5, 5]);
  });

  test("is each tenant's own", async () => {
    const full = await service.aTenant({ limit_active_opportunities: 0 });
    const free = await service.aTenant({ limit_active_opportunities: 1 });
    const { id: customer_id } = await aCustomer(as(service, full.admin));

    expect(outcomeOf(await as(service, full.admin).post(OPPORTUNITIES, { name: 'X', customer_id }))).toBe(
      '409 QUOTA_EXCEEDED',
    );
    expect(await anOpportunity(as(service, free.admin))).toMatchObject({ status: 'NEW' });
  });
});

describe('many at once on one opportunity', () => {
  test('of 20 that win and lose it, one side wins; the rest see the same record or a 409', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const one = await anOpportunity(client);

    const answers = await atOnce(20, (index) =>
      client.post(`${addressOf(one)}/${index % 2 === 0 ? 'win' : 'lose'}`, { reason: `n° ${index}` }),
    );

    expect(tally(answers)).toEqual({ 200: 10, '409 ILLEGAL_TRANSITION': 10 });
    const bodies = new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text));
    expect(bodies.size).toBe(1);
    const row = await rowOf(service, one.id);
    expect(await stepsOf(service, one.id)).toEqual(['∅→NEW', `NEW→${String(row?.status)}`]);
    expect(row?.version).toBe(2);
    const events = (await eventsOf(service, tenant)).filter(({ action }) => /^opportunity\.(won|lost)$/.test(action));
    expect(events).toHaveLength(1);
    expect(await activeOf(service, tenant)).toEqual([0, 0]);
  });

  test('wins of several sales of one prospect convert it once, and nobody waits in vain', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const sales = await atOnce(8, () => anOpportunity(client, { customer_id }));

    const answers = await Promise.all([
      ...sales.map((sale) => client.post(`${addressOf(sale)}/win`)),
      ...sales.map(() => client.post(OPPORTUNITIES, { name: 'X', customer_id, status: 'WON' })),
    ]);

    expect(tally(answers)).toEqual({ 200: 8, 201: 8 });
    const events = (await eventsOf(service, tenant)).filter(({ action }) => action === 'customer.converted');
    expect(events).toHaveLength(1);
  });

  test('wins, moves, deletions and restorations leave the counter right', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const sales = await atOnce(4, () => anOpportunity(client, { customer_id }));
    const doors = ['win', 'lose', 'reopen', 'restore'];

    const answers = await atOnce(60, (index) => {
      const address = addressOf(sales[index % sales.length] ?? { id: '' });
      if (index % 5 === 4) return client.delete(address);
      return client.post(`${address}/${doors[Math.floor(index / 4) % 4] ?? ''}`);
    });

    for (const answer of answers) expect(outcomeOf(answer)).toMatch(/^(200|204|404 NOT_FOUND|409 ILLEGAL_TRANSITION)$/);
    const [counted, live] = await activeOf(service, tenant);
    expect(counted).toBe(live);
  });

  test('a customer that is deleted meanwhile keeps no active sale', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const sales = await atOnce(5, () => anOpportunity(client, { customer_id }));

    const answers = await Promise.all([
      ...sales.map((sale) => client.post(`${addressOf(sale)}/win`)),
      client.delete(`/v1/commercial/customers/${customer_id}`),
      ...sales.map(() => client.post(OPPORTUNITIES, { name: 'X', customer_id })),
    ]);

    for (const answer of answers) expect(outcomeOf(answer)).toMatch(/^(200|201|204|404 NOT_FOUND)$/);
    expect(await activeOf(service, tenant)).toEqual([0, 0]);
  });
});
