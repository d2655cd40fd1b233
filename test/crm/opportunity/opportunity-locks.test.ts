/** Who waits for whom: each test stands in the way with a connection of its own, so that nothing depends on luck. */
import pg from 'pg';
import { as, type Answer, type Client } from '../../support/client.js';
import { untilWaiting } from '../../support/locks.js';
import { useOwnService } from '../../support/use-service.js';
import { addressOf, anOpportunity, OPPORTUNITIES, stepsOf } from './opportunity-support.js';
import { aCustomer, outcomeOf } from '../customer/customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

let other: pg.Client;

// Before the service, which drops its database.
afterAll(() => other.end());

const service = useOwnService();

beforeAll(async () => {
  other = new pg.Client({ connectionString: service.test.superuserUrl });
  await other.connect();
});

/** Long enough for a request to reach the lock, short of the service's own patience. */
const A_MOMENT_MS = 300;

/** Holds locks, sends the request until it waits for them, does the rest, commits. @returns the answer */
async function standInTheWay(hold: string, send: () => Promise<Answer>, then: string, id: string): Promise<Answer> {
  await other.query('BEGIN');
  try {
    await other.query(`SET LOCAL lock_timeout = ${A_MOMENT_MS}`);
    await other.query(hold, [id]);
    const answer = send();
    await untilWaiting(service, 1);
    await other.query(then, [id]);
    await other.query('COMMIT');
    return await answer;
  } catch (error) {
    await other.query('ROLLBACK');
    throw error;
  }
}

async function aSale(): Promise<{ readonly client: Client; readonly id: string; readonly customerId: string }> {
  const client = as(service, (await service.aTenant()).admin);
  const { id, customer_id: customerId } = await anOpportunity(client);
  return { client, id, customerId };
}

testOnOneNode.each(['win', 'lose', 'PUT'])('%s decides on what the row is once it is its turn', async (operation) => {
  const { client, id } = await aSale();
  const address = addressOf({ id });
  const send = (): Promise<Answer> =>
    operation === 'PUT' ? client.put(address, { status: 'WON' }) : client.post(`${address}/${operation}`);
  const other = operation === 'lose' ? "status = 'WON', probability = 100" : "status = 'LOST', probability = 0";

  const answer = await standInTheWay(
    'SELECT 1 FROM opportunities WHERE id = $1 FOR UPDATE',
    send,
    `UPDATE opportunities SET ${other}, actual_close_date = '2026-01-01', version = 2 WHERE id = $1`,
    id,
  );

  expect(outcomeOf(answer)).toBe('409 ILLEGAL_TRANSITION');
  expect(await stepsOf(service, id)).toEqual(['∅→NEW']);
});

testOnOneNode('a win waits for its customer before it holds the sale, as a deletion of the customer goes', async () => {
  const { client, id, customerId } = await aSale();

  const answer = await standInTheWay(
    'SELECT 1 FROM customers WHERE id = $1 FOR UPDATE',
    () => client.post(`${addressOf({ id })}/win`),
    "UPDATE opportunities SET notes = 'x' WHERE customer_id = $1",
    customerId,
  );

  expect(outcomeOf(answer)).toBe('200');
});

testOnOneNode(
  'a creation as WON takes the one lock on its customer that it needs, not a lesser one first',
  async () => {
    const client = as(service, (await service.aTenant()).admin);
    const { id: customer_id } = await aCustomer(client);

    const answer = await standInTheWay(
      'SELECT 1 FROM customers WHERE id = $1 FOR SHARE',
      () => client.post(OPPORTUNITIES, { name: 'X', customer_id, status: 'WON' }),
      "UPDATE customers SET city = 'Lyon' WHERE id = $1",
      customer_id,
    );

    expect(outcomeOf(answer)).toBe('201');
  },
);

testOnOneNode('a creation waits for a deletion of its customer, and finds it gone', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const { id: customer_id } = await aCustomer(client);

  const answer = await standInTheWay(
    'SELECT 1 FROM customers WHERE id = $1 FOR UPDATE',
    () => client.post(OPPORTUNITIES, { name: 'X', customer_id }),
    'UPDATE customers SET deleted_at = now() WHERE id = $1',
    customer_id,
  );

  expect(outcomeOf(answer)).toBe('404 NOT_FOUND');
});

testOnOneNode('the counter is held last: who waits for a sale holds no other sale up', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const { id: customer_id } = await aCustomer(client);
  const [held, free] = [await anOpportunity(client, { customer_id }), await anOpportunity(client, { customer_id })];

  await other.query('BEGIN');
  await other.query('SELECT 1 FROM opportunities WHERE id = $1 FOR UPDATE', [held.id]);
  const waiting = client.post(`${addressOf(held)}/lose`);
  await untilWaiting(service, 1);
  const passed = await client.post(`${addressOf(free)}/lose`);
  await other.query('COMMIT');

  expect([outcomeOf(passed), outcomeOf(await waiting)]).toEqual(['200', '200']);
});
