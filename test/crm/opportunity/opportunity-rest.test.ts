import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { addressOf, anOpportunity, OPPORTUNITIES, opportunityIn, rowOf, stepsOf } from './opportunity-support.js';
import {
  aCustomer,
  addressOf as addressOfCustomer,
  atOnce,
  eventsOf,
  graphqlIn,
  outcomeOf,
} from '../customer/customer-support.js';

const service = useService();

async function aClient(settings = {}): Promise<Client & { readonly tenant: TestTenant }> {
  const tenant = await service.aTenant(settings);
  return { ...as(service, tenant.admin), tenant };
}

const EVERY_FIELD = {
  code: 'OPP-A',
  name: 'Projet',
  description: 'Première ligne\nseconde',
  status: 'PROPOSAL',
  stage: 'Devis 2',
  probability: 40,
  amount: 1234567.5,
  currency: 'CHF',
  expected_close_date: '2026-03-31',
  team: 'Nord',
  source: 'Salon',
  campaign: 'Printemps',
  competitors: ['Été', 'a, b'],
  products: [{ sku: 'A', quantity: 2 }],
  notes: 'Notes',
  next_steps: 'Rappeler',
};

describe('creating an opportunity', () => {
  test('a name and a customer are enough: every other member has its default, and nulls are there', async () => {
    const client = await aClient({ default_currency: 'CHF' });
    const { id: customer_id } = await aCustomer(client);

    const answer = await client.post(OPPORTUNITIES, { name: 'Projet', customer_id });

    const created = opportunityIn(answer);
    expect([answer.status, created]).toEqual([
      201,
      {
        id: created.id,
        code: expect.stringMatching(/^OPP-\d{4}-00001$/) as unknown,
        customer_id,
        name: 'Projet',
        description: null,
        status: 'NEW',
        stage: null,
        probability: 10,
        amount: 0,
        weighted_amount: 0,
        currency: 'CHF',
        expected_close_date: null,
        actual_close_date: null,
        assigned_to: null,
        team: null,
        source: null,
        campaign: null,
        competitors: [],
        products: [],
        notes: null,
        next_steps: null,
        win_reason: null,
        loss_reason: null,
        created_by: client.tenant.admin.id,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as unknown,
        updated_at: created.created_at,
        version: 1,
      },
    ]);
    expect(answer.text).toContain('"amount":0.00,"weighted_amount":0.00');
  });

  test('every member that is sent comes back, and a read gives the same bytes', async () => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client);

    const fields = { ...EVERY_FIELD, assigned_to: client.tenant.user.id };
    const answer = await client.post(OPPORTUNITIES, { ...fields, customer_id });

    expect(answer.body).toMatchObject({ ...fields, weighted_amount: 493827 });
    expect((await client.get(addressOf(opportunityIn(answer)))).text).toBe(answer.text);
  });
});

describe('changing an opportunity', () => {
  test.each(['PUT', 'PATCH'])('%s changes what is sent, clears what is null and leaves the rest', async (method) => {
    const client = await aClient();
    const created = await anOpportunity(client, EVERY_FIELD);

    const changed = await client.request(method, addressOf(created), {
      name: 'Autre',
      stage: null,
      competitors: [],
      amount: '10.01',
    });

    const { updated_at } = opportunityIn(changed);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.body).toEqual({
      ...created,
      name: 'Autre',
      stage: null,
      competitors: [],
      amount: 10.01,
      weighted_amount: 4,
      version: 2,
      updated_at,
    });
    expect((await client.get(addressOf(created))).text).toBe(changed.text);
  });

  test('nothing changes with a change that changes nothing, or with a stale version', async () => {
    const client = await aClient();
    const created = await anOpportunity(client, EVERY_FIELD);
    await client.put(addressOf(created), { name: 'Autre' });
    const before = await rowOf(service, created.id);

    expect((await client.put(addressOf(created), { ...EVERY_FIELD, name: 'Autre' })).body).toMatchObject({
      version: 2,
    });
    expect((await client.put(addressOf(created), {})).body).toMatchObject({ version: 2 });
    expect(outcomeOf(await client.put(addressOf(created), { name: 'X' }, { 'if-match': '"1"' }))).toBe(
      '412 VERSION_CONFLICT',
    );
    expect(outcomeOf(await client.request('DELETE', addressOf(created), undefined, { 'if-match': '"1"' }))).toBe(
      '412 VERSION_CONFLICT',
    );
    expect(await rowOf(service, created.id)).toEqual(before);
  });

  test('concurrent changes queue on the row', async () => {
    const client = await aClient();
    const created = await anOpportunity(client);

    const answers = await atOnce(10, (index) => client.put(addressOf(created), { amount: index + 1 }));

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await rowOf(service, created.id)).toMatchObject({ version: 11 });
    expect(await stepsOf(service, created.id)).toHaveLength(11);
  });

  test('the amount of a closed opportunity may still be corrected', async () => {
    const client = await aClient();
    const won = await anOpportunity(client, { status: 'WON', amount: 5 });

    const answer = await client.put(addressOf(won), { amount: 7, currency: 'USD', expected_close_date: '2026-01-01' });

    expect(answer).toMatchObject({
      status: 200,
      body: { amount: 7, weighted_amount: 7, status: 'WON', currency: 'USD' },
    });
  });
});

describe('deleting and restoring', () => {
  test('hides it everywhere, and brings it back as it was', async () => {
    const client = await aClient();
    const created = await anOpportunity(client, { code: 'ONE', status: 'WON' });

    expect((await client.delete(addressOf(created))).status).toBe(204);
    expect(outcomeOf(await client.get(addressOf(created)))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.post(`${addressOf(created)}/win`))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.put(addressOf(created), { name: 'X' }))).toBe('404 NOT_FOUND');
    expect(outcomeOf(await client.delete(addressOf(created)))).toBe('404 NOT_FOUND');
    expect((await client.get(OPPORTUNITIES)).body).toMatchObject({ total: 0 });
    const nested = await client.graphql(
      '{ opportunityByCode(code: "ONE") { id } customers { nodes { opportunities { totalCount nodes { id } } } } }',
    );
    expect(nested.body).toEqual({
      data: { opportunityByCode: null, customers: { nodes: [{ opportunities: { totalCount: 0, nodes: [] } }] } },
    });

    const restored = await client.post(`${addressOf(created)}/restore`, {});
    const { updated_at } = opportunityIn(restored);
    expect([restored.status, restored.body]).toEqual([200, { ...created, version: 3, updated_at }]);
    expect((await client.post(`${addressOf(created)}/restore`)).body).toMatchObject({ version: 3 });
  });

  test('of one whose customer is deleted is rejected until the customer is back', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    const one = await anOpportunity(client, { customer_id: customer.id });
    await client.delete(addressOf(one));
    await client.delete(addressOfCustomer(customer));

    expect(outcomeOf(await client.post(`${addressOf(one)}/restore`))).toBe('409 ILLEGAL_TRANSITION');

    await client.post(`${addressOfCustomer(customer)}/restore`);
    expect((await client.get(addressOf(one))).status).toBe(404);
    expect((await client.post(`${addressOf(one)}/restore`)).status).toBe(200);
  });
});

describe('the audit log', () => {
  test('tells each change in its own word, with what changed', async () => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client, { type: 'VIP' });
    const one = await anOpportunity(client, { customer_id, code: 'ONE', name: 'A', amount: 5, products: [{ a: 1 }] });
    const address = addressOf(one);
    await client.put(address, { name: 'B', products: [{ a: 2 }] });
    await client.post(`${address}/win`, { reason: 'Prix' });
    await client.post(`${address}/reopen`);
    await client.put(address, { status: 'LOST', loss_reason: 'Budget', amount: 6 });
    await client.put(address, { status: 'NEW' });
    await client.put(address, { status: 'QUALIFIED' });
    await client.delete(address);
    await client.post(`${address}/restore`);

    const events = (await eventsOf(service, client.tenant)).filter(({ entity_id }) => entity_id === one.id);
    expect(events.map(({ action }) => action)).toEqual(
      ['created', 'updated', 'won', 'reopened', 'lost', 'reopened', 'updated', 'deleted', 'restored'].map(
        (word) => `opportunity.${word}`,
      ),
    );
    expect(events[0]?.new_value).toMatchObject({
      code: 'ONE',
      name: 'A',
      amount: '5.00',
      status: 'NEW',
      customer_id,
      products: [{ a: 1 }],
    });
    expect(events.slice(1, 5).map(({ old_value, new_value }) => [old_value, new_value])).toEqual([
      [
        { name: 'A', products: [{ a: 1 }] },
        { name: 'B', products: [{ a: 2 }] },
      ],
      [
        { status: 'NEW', probability: 10, actual_close_date: null, win_reason: null },
        { status: 'WON', probability: 100, actual_close_date: expect.any(String) as unknown, win_reason: 'Prix' },
      ],
      [
        { status: 'WON', probability: 100, actual_close_date: expect.any(String) as unknown, win_reason: 'Prix' },
        { status: 'NEGOTIATION', probability: 75, actual_close_date: null, win_reason: null },
      ],
      [
        { status: 'NEGOTIATION', probability: 75, amount: '5.00', actual_close_date: null, loss_reason: null },
        {
          status: 'LOST',
          probability: 0,
          amount: '6.00',
          actual_close_date: expect.any(String) as unknown,
          loss_reason: 'Budget',
        },
      ],
    ]);
  });
});

describe('how many messages a change sends', () => {
  test('a win takes two, also one that converts the customer, and a reopening three', async () => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client, { type: 'VIP' });
    const one = await anOpportunity(client, { customer_id });
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const watch = watchStatements();
      await work();
      watch.stop();
      // Who is asking is looked up now and then; that is none of the change's.
      return watch.messages.filter(({ texts }) => !texts.some((text) => text.includes('sessions'))).length;
    };

    expect(await count(() => client.post(`${addressOf(one)}/win`))).toBe(2);
    expect(await count(() => client.post(`${addressOf(one)}/reopen`))).toBe(3);
    expect(await count(() => client.post(`${addressOf(one)}/lose`))).toBe(2);
    const other = await anOpportunity(client);
    expect(await count(() => client.post(`${addressOf(other)}/win`))).toBe(2);
  });
});

describe('nested in GraphQL', () => {
  test('activities lead to their opportunity, null when it is deleted, in one statement for all', async () => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client);
    const [kept, gone] = [
      await anOpportunity(client, { customer_id, code: 'KEPT' }),
      await anOpportunity(client, { customer_id }),
    ];
    for (const opportunity_id of [kept.id, gone.id, null])
      expect(
        (await client.post('/v1/commercial/activities', { customer_id, opportunity_id, type: 'CALL', subject: 'X' }))
          .status,
      ).toBe(201);
    await client.delete(addressOf(gone));

    const watch = watchStatements();
    const answer = await client.graphql('{ activities { nodes { opportunity { code customer { id } } } } }');
    watch.stop();

    const { data } = graphqlIn<{ activities: { nodes: { opportunity: object | null }[] } }>(answer);
    const found = data?.activities.nodes.map(({ opportunity }) => opportunity) ?? [];
    expect(found.filter((opportunity) => opportunity === null)).toHaveLength(2);
    expect(found).toContainEqual({ code: 'KEPT', customer: { id: customer_id } });
    expect(
      watch.messages.flatMap(({ texts }) => texts).filter((text) => text.includes('opportunities o')),
    ).toHaveLength(1);
  });
});
