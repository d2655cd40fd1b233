import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { addressOf, dayOf, opportunityIn, OPPORTUNITIES } from './opportunity-support.js';
import { aCustomer, addressOf as addressOfCustomer, graphqlIn } from '../customer/customer-support.js';

const service = useService();

const GUIDE_BODY = {
  code: 'OPP-2026-001',
  name: 'Projet ERP',
  amount: 50000.0,
  probability: 30,
  status: 'NEW',
  expected_close_date: '2026-03-31',
};

describe("the guide's opportunity", () => {
  test('is created, weighs 15 000 €, and is won', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const customer = await aCustomer(client);

    const created = await client.post(OPPORTUNITIES, { customer_id: customer.id, ...GUIDE_BODY });
    expect(created).toMatchObject({ status: 201, body: { ...GUIDE_BODY, customer_id: customer.id, version: 1 } });
    expect(created.text).toContain('"amount":50000.00,"weighted_amount":15000.00,"currency":"EUR"');
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.headers.get('location')).toBe(addressOf(opportunityIn(created)));
    expect((await client.get(addressOf(opportunityIn(created)))).text).toBe(created.text);

    const won = await client.post(`${addressOf(opportunityIn(created))}/win`, { reason: 'Meilleure offre technique' });
    expect(won).toMatchObject({
      status: 200,
      body: {
        status: 'WON',
        probability: 100,
        win_reason: 'Meilleure offre technique',
        loss_reason: null,
        actual_close_date: await dayOf(service, 'Europe/Paris'),
        version: 2,
      },
    });
    expect(won.text).toContain('"weighted_amount":50000.00');
    expect((await client.get(addressOf(opportunityIn(created)))).text).toBe(won.text);
    expect((await client.get(addressOfCustomer(customer))).body).toMatchObject({ type: 'CUSTOMER', version: 2 });
  });

  test('is lost for a reason', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const customer = await aCustomer(client);
    const created = await client.post(OPPORTUNITIES, { customer_id: customer.id, ...GUIDE_BODY });

    const lost = await client.post(`${addressOf(opportunityIn(created))}/lose`, { reason: 'Budget insuffisant' });

    expect(lost).toMatchObject({
      status: 200,
      body: { status: 'LOST', probability: 0, weighted_amount: 0, loss_reason: 'Budget insuffisant', win_reason: null },
    });
    expect((await client.get(addressOfCustomer(customer))).body).toMatchObject({ type: 'PROSPECT', version: 1 });
  });

  test('is in the file of the won', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const customer = await aCustomer(client);
    const created = await client.post(OPPORTUNITIES, { customer_id: customer.id, ...GUIDE_BODY });
    await client.post(`${addressOf(opportunityIn(created))}/win`);

    const file = await client.get('/v1/commercial/export/opportunities?status=WON');

    expect(file.status).toBe(200);
    expect(file.text).toContain('OPP-2026-001;Projet ERP;WON;50000.00;100;50000.00;2026-03-31;');
    expect((await client.get('/v1/commercial/export/opportunities?status=LOST')).text.split('\r\n')).toHaveLength(2);
  });

  test('is the same over GraphQL', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const customer = await aCustomer(client);
    const created = await client.graphql(
      `mutation ($input: CreateOpportunityInput!) { createOpportunity(input: $input) { opportunity {
        id code status probability amount weightedAmount expectedCloseDate customer { name } createdBy { fullName }
        transitions { nodes { fromStatus toStatus weightedAmount changedBy { fullName } } } } } }`,
      { input: { customerId: customer.id, name: 'Projet ERP', amount: '100.01', probability: 33 } },
    );
    expect(graphqlIn(created).data?.createOpportunity?.opportunity).toMatchObject({
      status: 'NEW',
      amount: '100.01',
      weightedAmount: '33.00',
      customer: { name: 'Dupont SA' },
      createdBy: { fullName: 'Essai admin' },
      transitions: {
        nodes: [{ fromStatus: null, toStatus: 'NEW', weightedAmount: '33.00', changedBy: { fullName: 'Essai admin' } }],
      },
    });

    const id = graphqlIn(created).data?.createOpportunity?.opportunity?.id;
    const won = await client.graphql(
      'mutation ($id: ID!) { winOpportunity(id: $id, reason: "Prix") { opportunity { status winReason weightedAmount } } }',
      { id },
    );
    expect(graphqlIn(won).data?.winOpportunity).toEqual({
      opportunity: { status: 'WON', winReason: 'Prix', weightedAmount: '100.01' },
    });
  });
});
