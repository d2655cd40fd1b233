/** Changes are prepared statements: no value stands in a text, which PostgreSQL would have to parse and plan each time. */
import { as, type Client } from '../support/client.js';
import { useService } from '../support/use-service.js';
import { watchStatements, type StatementWatch } from '../support/statements.js';

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-/;

const service = useService();
let client: Client;
let watch: StatementWatch;

beforeAll(async () => {
  client = as(service, (await service.aTenant()).admin);
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

/** @returns the id of what the request answers with */
async function textsOf(request: () => Promise<{ status: number; body: unknown }>, status: number): Promise<string> {
  watch.clear();
  const answer = await request();
  expect(answer.status).toBe(status);
  const texts = watch.messages.flatMap((message) => message.texts);
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((text) => ID.test(text) || text.includes('Préparé'))).toEqual([]);
  return (answer.body as { id: string }).id;
}

test('of creating, updating, winning, converting and completing', async () => {
  const customer = await textsOf(() => client.post('/v1/commercial/customers', { name: 'Préparé' }), 201);
  await textsOf(() => client.put(`/v1/commercial/customers/${customer}`, { name: 'Préparé aussi' }), 200);
  const sale = { customer_id: customer, name: 'Préparé', amount: '10.00' };
  const opportunity = await textsOf(() => client.post('/v1/commercial/opportunities', sale), 201);
  await textsOf(() => client.post(`/v1/commercial/opportunities/${opportunity}/win`, { reason: 'Préparé' }), 200);
  const lead = await textsOf(() => client.post('/v1/commercial/customers', { name: 'Préparé', type: 'LEAD' }), 201);
  await textsOf(() => client.post(`/v1/commercial/customers/${lead}/convert`, {}), 200);
  const call = { customer_id: customer, type: 'CALL', subject: 'Préparé' };
  const activity = await textsOf(() => client.post('/v1/commercial/activities', call), 201);
  await textsOf(() => client.post(`/v1/commercial/activities/${activity}/complete`, {}), 200);
});
