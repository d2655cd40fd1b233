/** Changes that meet at the same rows, counters and codes: each scene is built step by step, so that nothing depends on luck. */
import { as, type Client } from '../../support/client.js';
import { deadlocksOf, untilWaiting, whileHeld } from '../../support/locks.js';
import { startTestService, type OwnService, type TestTenant } from '../../support/service.js';
import {
  addressOf as saleAddress,
  anOpportunity,
  activeOf,
  OPPORTUNITIES,
} from '../opportunity/opportunity-support.js';
import { aCustomer, addressOf, outcomeOf, type CustomerJson } from './customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

let service: OwnService;
let tenant: TestTenant;
let client: Client;

beforeEach(async () => {
  service = await startTestService();
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
});

afterEach(() => service.close());

/** A customer with an active opportunity of each code. */
async function aBuyer(...codes: string[]): Promise<{ readonly customer: CustomerJson; readonly sales: string[] }> {
  const customer = await aCustomer(client);
  const sales: string[] = [];
  for (const code of codes) sales.push((await anOpportunity(client, { customer_id: customer.id, code })).id);
  return { customer, sales };
}

const HOLD_SALE = 'SELECT 1 FROM opportunities WHERE id = $1 FOR UPDATE';

testOnOneNode(
  'a deletion and a restoration of customers with opportunities take the counters in one order',
  async () => {
    const [going, coming] = [await aBuyer('A'), await aBuyer('B')];
    await client.delete(addressOf(coming.customer));

    const outcomes = await whileHeld(service, HOLD_SALE, coming.sales, async (letGo) => {
      const restored = client.post(`${addressOf(coming.customer)}/restore`);
      await untilWaiting(service, 1);
      const deleted = client.delete(addressOf(going.customer));
      // Nobody but the restoration waits for the sale: the deletion passes it.
      const passed = await deleted;
      await letGo();
      return [passed, await restored].map(outcomeOf);
    });

    expect(outcomes).toEqual(['204', '200']);
    expect(await deadlocksOf(service)).toBe(0);
    expect(await activeOf(service, tenant)).toEqual([1, 1]);
  },
);

testOnOneNode('a deletion frees a code before it is counted, and a creation waits for the code uncounted', async () => {
  const { customer, sales } = await aBuyer('A');
  await service.ask("UPDATE users SET role = 'admin' WHERE tenant_id = $1 AND id = $2", [tenant.id, tenant.manager.id]);
  // The other's deletion has written the opportunity and waits to write who did so.
  const hold = 'SELECT 1 FROM users WHERE id = $1 FOR UPDATE';

  const outcomes = await whileHeld(service, hold, [tenant.manager.id], async (letGo) => {
    const deleted = as(service, tenant.manager).delete(saleAddress({ id: sales[0] ?? '' }));
    await untilWaiting(service, 1);
    const created = client.post(OPPORTUNITIES, { name: 'X', customer_id: customer.id, code: 'A' });
    await untilWaiting(service, 2);
    await letGo();
    return (await Promise.all([deleted, created])).map(outcomeOf);
  });

  expect(outcomes).toEqual(['204', '201']);
  expect(await deadlocksOf(service)).toBe(0);
  expect(await activeOf(service, tenant)).toEqual([1, 1]);
});

testOnOneNode('two restorations that bring back the same codes take turns', async () => {
  const first = await aBuyer('A', 'B');
  await client.delete(addressOf(first.customer));
  const second = await aBuyer('B', 'A');
  await client.delete(addressOf(second.customer));

  const outcomes = await whileHeld(service, HOLD_SALE, first.sales.slice(1), async (letGo) => {
    const one = client.post(`${addressOf(first.customer)}/restore`);
    await untilWaiting(service, 1);
    const other = client.post(`${addressOf(second.customer)}/restore`);
    await untilWaiting(service, 2);
    await letGo();
    return (await Promise.all([one, other])).map(outcomeOf);
  });

  expect(outcomes).toEqual(['200', '409 DUPLICATE']);
  expect(await deadlocksOf(service)).toBe(0);
  expect(await activeOf(service, tenant)).toEqual([2, 2]);
});

testOnOneNode('a restoration and a creation that want the same code do not wait for each other', async () => {
  const coming = await aBuyer('A', 'B');
  await client.delete(addressOf(coming.customer));
  const { id: customer_id } = await aCustomer(client);

  const outcomes = await whileHeld(service, HOLD_SALE, coming.sales.slice(1), async (letGo) => {
    const restored = client.post(`${addressOf(coming.customer)}/restore`);
    await untilWaiting(service, 1);
    const created = client.post(OPPORTUNITIES, { name: 'X', customer_id, code: 'A' });
    await untilWaiting(service, 2);
    await letGo();
    return (await Promise.all([restored, created])).map(outcomeOf);
  });

  expect(outcomes).toEqual(['200', '409 DUPLICATE']);
  expect(await deadlocksOf(service)).toBe(0);
  expect(await activeOf(service, tenant)).toEqual([2, 2]);
});
