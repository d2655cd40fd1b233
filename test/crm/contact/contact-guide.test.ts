import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { contactAddress, contactIn } from './contact-support.js';
import { aCustomer } from '../customer/customer-support.js';

const service = useService();

const GUIDE_BODY = {
  first_name: 'Jean',
  last_name: 'Dupont',
  email: 'jean.dupont@exemple.com',
  job_title: 'Directeur Commercial',
  is_primary: true,
  is_decision_maker: true,
};

test("the guide's contact is created, listed, changed, deleted, restored and exported over REST", async () => {
  const { admin } = await service.aTenant();
  const client = as(service, admin);
  const { id: customerId } = await aCustomer(client, { code: 'CLI001', name: 'Entreprise Exemple SA' });

  const created = await client.post('/v1/commercial/contacts', { customer_id: customerId, ...GUIDE_BODY });
  expect(created).toMatchObject({
    status: 201,
    body: { ...GUIDE_BODY, customer_id: customerId, is_active: true, is_billing: false, version: 1 },
  });
  expect(created.headers.get('etag')).toBe('"1"');
  const address = contactAddress(contactIn(created));
  expect(created.headers.get('location')).toBe(address);

  const listed = await client.get(
    `/v1/commercial/contacts?customer_id=${customerId}&search=jean%20dupont&page=1&page_size=20`,
  );
  expect(listed).toMatchObject({ status: 200, body: { total: 1, items: [{ email: GUIDE_BODY.email }] } });
  const ofCustomer = await client.get(`/v1/commercial/customers/${customerId}/contacts`);
  expect(ofCustomer).toMatchObject({ status: 200, body: [GUIDE_BODY] });

  const changed = await client.put(address, { is_billing: true }, { 'if-match': '"1"' });
  expect(changed).toMatchObject({ status: 200, body: { ...GUIDE_BODY, is_billing: true, version: 2 } });

  expect((await client.delete(address)).status).toBe(204);
  expect((await client.get(address)).status).toBe(404);
  expect(await client.post(`${address}/restore`)).toMatchObject({ status: 200, body: GUIDE_BODY });

  const file = await client.get(`/v1/commercial/export/contacts?customer_id=${customerId}`);
  expect(file.status).toBe(200);
  expect(file.text).toContain('Jean;Dupont;Directeur Commercial;jean.dupont@exemple.com;;;Oui;Oui;Oui;Oui;');
});

test('the same over GraphQL', async () => {
  const { admin } = await service.aTenant();
  const client = as(service, admin);
  const { id: customerId } = await aCustomer(client, { name: 'Entreprise Exemple SA' });

  const created = await client.graphql(
    `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact {
       id firstName lastName isPrimary version customer { name } createdBy { fullName } } } }`,
    { input: { customerId, firstName: 'Jean', lastName: 'Dupont', isPrimary: true } },
  );
  expect(created.body).toMatchObject({
    data: {
      createContact: {
        contact: {
          firstName: 'Jean',
          lastName: 'Dupont',
          isPrimary: true,
          version: 1,
          customer: { name: 'Entreprise Exemple SA' },
          createdBy: { fullName: 'Essai admin' },
        },
      },
    },
  });

  const read = await client.graphql(
    `query ($id: ID!) { contacts(search: "dupont jean") { totalCount nodes { lastName } }
       customer(id: $id) { contacts(first: 5) { totalCount nodes { firstName } pageInfo { hasNextPage } } } }`,
    { id: customerId },
  );
  expect(read.body).toEqual({
    data: {
      contacts: { totalCount: 1, nodes: [{ lastName: 'Dupont' }] },
      customer: {
        contacts: { totalCount: 1, nodes: [{ firstName: 'Jean' }], pageInfo: { hasNextPage: false } },
      },
    },
  });
});
