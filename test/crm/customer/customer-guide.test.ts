import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { addressOf, customerIn } from './customer-support.js';

const service = useService();

const GUIDE_BODY = {
  code: 'CLI001',
  name: 'Entreprise Exemple SA',
  type: 'PROSPECT',
  email: 'contact@exemple.com',
  phone: '0123456789',
  city: 'Paris',
  country_code: 'FR',
};

describe('customers over REST', () => {
  test("the guide's customer is created, listed, changed and converted", async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);

    const created = await client.post('/v1/commercial/customers', GUIDE_BODY);
    expect(created).toMatchObject({
      status: 201,
      body: { ...GUIDE_BODY, is_active: true, version: 1, total_revenue: 0 },
    });
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.headers.get('location')).toBe(addressOf(customerIn(created)));

    const listed = await client.get(
      '/v1/commercial/customers?type=PROSPECT&is_active=true&search=exemple&page=1&page_size=20',
    );
    expect(listed).toMatchObject({
      status: 200,
      body: { total: 1, page: 1, page_size: 20, items: [{ code: 'CLI001' }] },
    });

    const address = addressOf(customerIn(created));
    const changed = await client.put(address, { city: 'Lyon' }, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { city: 'Lyon', version: 2, name: GUIDE_BODY.name } });

    const converted = await client.post(`${address}/convert`);
    expect(converted).toMatchObject({ status: 200, body: { type: 'CUSTOMER', version: 3 } });

    expect((await client.delete(address)).status).toBe(204);
    expect((await client.get(address)).status).toBe(404);
    expect(await client.post(`${address}/restore`)).toMatchObject({ status: 200, body: { code: 'CLI001' } });

    const file = await client.get('/v1/commercial/export/customers?type=CUSTOMER&is_active=true');
    expect(file.status).toBe(200);
    expect(file.text).toContain('CLI001;Entreprise Exemple SA;CUSTOMER;contact@exemple.com;0123456789');
  });

  test('the same over GraphQL', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const created = await client.graphql(
      'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id code name type version annualRevenue createdBy { fullName } } } }',
      { input: { name: 'Élan', annualRevenue: '12.5' } },
    );
    expect(created.body).toMatchObject({
      data: {
        createCustomer: {
          customer: {
            code: 'CLI00001',
            name: 'Élan',
            annualRevenue: '12.50',
            createdBy: { fullName: 'Essai admin' },
          },
        },
      },
    });
    const listed = await client.graphql(
      '{ customers(search: "elan", first: 5) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }',
    );
    expect(listed.body).toMatchObject({ data: { customers: { totalCount: 1, nodes: [{ name: 'Élan' }] } } });
  });
});
