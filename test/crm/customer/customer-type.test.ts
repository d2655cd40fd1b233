import { as, type Answer, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, addressOf, eventsOf, graphqlOutcomeOf, outcomeOf, rowOf } from './customer-support.js';

const service = useService();

interface Edge {
  readonly name: string;
  readonly change: (client: Client, id: string, type: string) => Promise<Answer>;
  readonly codeOf: (answer: Answer) => string;
}

const EDGES: readonly Edge[] = [
  {
    name: 'REST',
    change: (client, id, type) => client.put(addressOf({ id }), { customer_type: type, city: 'Lyon' }),
    codeOf: outcomeOf,
  },
  {
    name: 'GraphQL',
    change: (client, id, type) =>
      client.graphql(
        'mutation ($id: ID!, $type: CustomerType!) { updateCustomer(id: $id, input: { type: $type, city: "Lyon" }) { customer { id } } }',
        { id, type },
      ),
    codeOf: graphqlOutcomeOf,
  },
];

describe.each(EDGES)('the type changed over $name', ({ change, codeOf }) => {
  test.each([
    ['PROSPECT', 'CUSTOMER', 'customer.converted'],
    ['LEAD', 'CUSTOMER', 'customer.converted'],
    ['VIP', 'CUSTOMER', 'customer.updated'],
    ['CUSTOMER', 'CUSTOMER', 'customer.updated'],
    ['PROSPECT', 'LEAD', 'customer.updated'],
    ['CHURNED', 'LEAD', 'customer.updated'],
    ['CUSTOMER', 'PARTNER', 'customer.updated'],
    ['PARTNER', 'PARTNER', 'customer.updated'],
  ])('from %s to %s is %s', async (type, asked, action) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client, { type });

    expect((await change(client, id, asked)).status).toBe(200);

    expect(await rowOf(service, id)).toMatchObject({ type: asked, city: 'Lyon', version: 2 });
    expect((await eventsOf(service, tenant)).at(-1)).toMatchObject({ action, new_value: { city: 'Lyon' } });
  });

  test.each(['PARTNER', 'CHURNED'])('from %s to CUSTOMER is an update, though no conversion', async (type) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client, { type });

    expect(codeOf(await change(client, id, 'CUSTOMER'))).toMatch(/^(200|OK)$/);

    expect(await rowOf(service, id)).toMatchObject({ type: 'CUSTOMER', city: 'Lyon', version: 2 });
    expect((await eventsOf(service, tenant)).at(-1)).toMatchObject({
      action: 'customer.updated',
      old_value: { type },
      new_value: { type: 'CUSTOMER' },
    });
    expect(outcomeOf(await client.post(`${addressOf({ id })}/convert`))).toBe('200');
  });
});
