import { as } from '../support/client.js';
import { startTestService, type TestService } from '../support/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

test('what a mutation leads to is as the mutation before it left it', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const created = await client.post('/v1/commercial/customers', { name: 'Avant' });
  const { id } = created.body as { readonly id: string };

  const answer = await client.graphql(
    `mutation ($id: ID!, $activity: CreateActivityInput!) {
      first: createActivity(input: $activity) { ...Around }
      updateCustomer(id: $id, input: { name: "Après" }) { id }
      second: createActivity(input: $activity) { ...Around }
    }
    fragment Around on Activity { customer { name activities(first: 5) { nodes { id } } } }`,
    { id, activity: { customerId: id, type: 'NOTE', subject: 'Note' } },
  );

  expect(answer.body).toMatchObject({
    data: {
      first: { customer: { name: 'Avant', activities: { nodes: [{}] } } },
      second: { customer: { name: 'Après', activities: { nodes: [{}, {}] } } },
    },
  });
});
