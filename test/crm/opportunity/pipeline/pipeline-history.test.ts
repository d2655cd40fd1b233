import { as, type Client } from '../../../support/client.js';
import type { TestTenant } from '../../../support/service.js';
import { useService } from '../../../support/use-service.js';
import { aChild, transitionsOf } from '../../record/child-rows.js';
import { aCustomer, addressOf, graphqlIn } from '../../customer/customer-support.js';

const service = useService();

const OPPORTUNITIES = '/v1/commercial/opportunities';
/** UTC+14: a day there is over at 10:00 UTC of the same date. */
const FAR_EAST = 'Pacific/Kiritimati';
/** UTC-11: a day there is over at 11:00 UTC of the next date. */
const FAR_WEST = 'Pacific/Pago_Pago';

interface Total {
  readonly key: string | null;
  readonly currency: string;
  readonly count: number;
  readonly amount: string;
  readonly weightedAmount: string;
}

/** `NEW EUR 2 300.00 30.00` of each total, as of a day, from GraphQL. */
async function asOf(client: Client, day: string, more: object = {}): Promise<string[]> {
  const answer = await client.graphql(
    `query ($asOf: Date, $filter: OpportunityFilter, $groupBy: PipelineGroup) {
      pipeline(asOf: $asOf, filter: $filter, groupBy: $groupBy) { key currency count amount weightedAmount } }`,
    { asOf: day, ...more },
  );
  const totals = graphqlIn<{ pipeline: Total[] }>(answer).data?.pipeline;
  if (!totals) throw new Error(`No pipeline in ${answer.text}`);
  return totals.map((one) => `${one.key ?? '-'} ${one.currency} ${one.count} ${one.amount} ${one.weightedAmount}`);
}

/** The same from REST, whose money is read from the text. */
async function asOfOverRest(client: Client, day: string): Promise<string[]> {
  const { text } = await client.get(`/v1/commercial/pipeline/summary?as_of=${day}`);
  const item = /"status":"(\w+)","currency":"(\w+)","count":(\d+),"amount":([\d.]+),"weighted_amount":([\d.]+)/g;
  return [...text.matchAll(item)].map(([, ...values]) => values.join(' '));
}

/** Lets the transitions of an opportunity have happened at these moments, the oldest first. */
async function redate(id: string, moments: readonly string[]): Promise<void> {
  const transitions = await transitionsOf(service, id);
  expect(transitions).toHaveLength(moments.length);
  for (const [index, { version }] of transitions.entries()) {
    await service.ask('UPDATE opportunity_transitions SET changed_at = $3 WHERE opportunity_id = $1 AND version = $2', [
      id,
      version,
      moments[index],
    ]);
  }
}

/** Everything that can happen to an opportunity, one thing after the other, over REST. @returns its id */
async function liveThrough(client: Client): Promise<string> {
  const customer = await aCustomer(client);
  const created = await client.post(OPPORTUNITIES, { name: 'Vente', customer_id: customer.id, amount: '100.00' });
  const { id } = created.body as { readonly id: string };
  const address = `${OPPORTUNITIES}/${id}`;
  const steps = [
    () => client.put(address, { amount: '200.50' }),
    () => client.post(`${address}/win`, { reason: 'Prix' }),
    () => client.post(`${address}/reopen`),
    () => client.delete(address),
    () => client.post(`${address}/restore`),
    () => client.delete(addressOf(customer)),
    () => client.post(`${addressOf(customer)}/restore`),
    () => client.put(address, { currency: 'USD', probability: 33 }),
  ];
  for (const step of steps) expect((await step()).status).toBeLessThan(300);
  return id;
}

describe('the pipeline as of a day', () => {
  test('replays creation, change, win, reopening, deletion, restoration, and those of the customer', async () => {
    const tenant = await service.aTenant({ time_zone: FAR_EAST });
    const client = as(service, tenant.admin);
    const id = await liveThrough(client);
    await redate(id, [
      // The last and the first millisecond of two days there.
      '2026-03-01T09:59:59.999Z',
      '2026-03-01T10:00:00.000Z',
      '2026-03-04T22:00:00.000Z',
      '2026-03-06T22:00:00.000Z',
      '2026-03-08T22:00:00.000Z',
      '2026-03-10T22:00:00.000Z',
      '2026-03-12T22:00:00.000Z',
      '2026-03-14T22:00:00.000Z',
      '2026-03-16T22:00:00.000Z',
    ]);
    const reopened = ['NEGOTIATION EUR 1 200.50 150.38'];
    const days: Readonly<Record<string, string[]>> = {
      '0001-01-01': [],
      '2026-02-28': [],
      '2026-03-01': ['NEW EUR 1 100.00 10.00'],
      '2026-03-02': ['NEW EUR 1 200.50 20.05'],
      '2026-03-04': ['NEW EUR 1 200.50 20.05'],
      '2026-03-05': ['WON EUR 1 200.50 200.50'],
      '2026-03-07': reopened,
      '2026-03-08': reopened,
      '2026-03-09': [],
      '2026-03-10': [],
      '2026-03-11': reopened,
      '2026-03-13': [],
      '2026-03-15': reopened,
      '2026-03-17': ['NEGOTIATION USD 1 200.50 66.17'],
      '9999-12-31': ['NEGOTIATION USD 1 200.50 66.17'],
    };

    for (const [day, expected] of Object.entries(days)) {
      expect([day, await asOf(client, day)]).toEqual([day, expected]);
      expect([day, await asOfOverRest(client, day)]).toEqual([day, expected]);
    }
  });

  test.each([
    [FAR_EAST, '2026-03-01', '2026-03-01T09:59:59.999Z', '2026-03-01T10:00:00.000Z'],
    [FAR_WEST, '2026-03-01', '2026-03-02T10:59:59.999Z', '2026-03-02T11:00:00.000Z'],
    ['Europe/Paris', '2026-03-01', '2026-03-01T22:59:59.999Z', '2026-03-01T23:00:00.000Z'],
    // The day on which the clocks go forward.
    ['America/New_York', '2026-03-08', '2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00.000Z'],
  ])('ends it where it ends in %s on %s', async (zone, day, last, next) => {
    const { tenant, client, customerId } = await aShop(zone);
    await aChild(service, tenant, 'opportunities', customerId, { created_at: last, amount: '1.00' });
    await aChild(service, tenant, 'opportunities', customerId, { created_at: next, amount: '2.00' });
    const dayAfter = (days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

    expect(await asOf(client, dayAfter(-1))).toEqual([]);
    expect(await asOf(client, day)).toEqual(['NEW EUR 1 1.00 0.10']);
    expect(await asOf(client, dayAfter(1))).toEqual(['NEW EUR 2 3.00 0.30']);
  });

  test('goes by versions where clocks disagree', async () => {
    const { tenant, client, customerId } = await aShop('Europe/Paris');
    const id = await aChild(service, tenant, 'opportunities', customerId, { amount: '5.00' });
    await client.put(`${OPPORTUNITIES}/${id}`, { amount: '6.00' });
    await client.put(`${OPPORTUNITIES}/${id}`, { amount: '7.00' });
    await redate(id, ['2026-03-01T12:00:00Z', '2026-03-03T12:00:00Z', '2026-03-02T12:00:00Z']);

    expect(await asOf(client, '2026-03-01')).toEqual(['NEW EUR 1 5.00 0.50']);
    expect(await asOf(client, '2026-03-02')).toEqual(['NEW EUR 1 7.00 0.70']);
    expect(await asOf(client, '2026-03-03')).toEqual(['NEW EUR 1 7.00 0.70']);
  });

  test('is today’s for today and for days to come, and REST says which day it is of', async () => {
    const { tenant, client, customerId } = await aShop(FAR_EAST);
    await aChild(service, tenant, 'opportunities', customerId, { amount: '5.00' });
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: FAR_EAST }).format();

    for (const day of [today, '2999-01-01']) {
      expect(await asOf(client, day)).toEqual(['NEW EUR 1 5.00 0.50']);
      const answer = await client.get(`/v1/commercial/pipeline/summary?as_of=${day}`);
      expect(answer.body).toMatchObject({ as_of: today, items: [{ status: 'NEW', count: 1 }] });
    }
    expect((await client.get('/v1/commercial/pipeline/summary?as_of=2026-02-01')).body).toMatchObject({
      as_of: '2026-02-01',
    });
  });

  test('on the day of a change shows what stands at its end', async () => {
    const { tenant, client, customerId } = await aShop('Europe/Paris');
    const id = await aChild(service, tenant, 'opportunities', customerId);
    await client.put(`${OPPORTUNITIES}/${id}`, { status: 'PROPOSAL' });
    await client.post(`${OPPORTUNITIES}/${id}/lose`, { reason: 'Prix' });
    await redate(id, ['2026-03-01T08:00:00Z', '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z']);

    expect(await asOf(client, '2026-03-01')).toEqual(['LOST EUR 1 100.00 0.00']);
  });
});

describe('the filter on a past day', () => {
  test('is on today’s values, of those that are deleted today as well', async () => {
    const { tenant, client, customerId } = await aShop('Europe/Paris');
    const [kept, gone] = [
      await aChild(service, tenant, 'opportunities', customerId, { amount: '10.00', name: 'Grue', source: 'Salon' }),
      await aChild(service, tenant, 'opportunities', customerId, { amount: '20.00', name: 'Grue jaune' }),
    ];
    await aChild(service, tenant, 'opportunities', customerId, { amount: '40.00', name: 'Pelle' });
    await client.put(`${OPPORTUNITIES}/${kept}`, { status: 'QUALIFIED', source: 'Appel' });
    await client.delete(`${OPPORTUNITIES}/${gone}`);
    const filtered = (filter: object): Promise<string[]> => asOf(client, '2026-02-01', { filter });

    expect(await filtered({ name: { contains: 'GRUE' } })).toEqual(['NEW EUR 2 30.00 3.00']);
    expect(await filtered({ name: { contains: 'JAUNE' } })).toEqual(['NEW EUR 1 20.00 2.00']);
    expect(await filtered({ status: { eq: 'QUALIFIED' } })).toEqual(['NEW EUR 1 10.00 1.00']);
    expect(await filtered({ source: { eq: 'Salon' } })).toEqual([]);
    expect(await filtered({ or: [{ id: { eq: gone } }, { source: { eq: 'Appel' } }] })).toEqual([
      'NEW EUR 2 30.00 3.00',
    ]);
  });

  test.each<[groupBy: string, fields: (owner: string) => Record<string, string>, key: (owner: string) => string]>([
    ['OWNER', (owner) => ({ assigned_to: owner }), (owner) => owner],
    ['MONTH', () => ({ expected_close_date: '2026-09-30' }), () => '2026-09'],
    ['SOURCE', () => ({ source: 'Salon' }), () => 'Salon'],
  ])('and groups by %s are today’s, the sums those of then', async (groupBy, fields, key) => {
    const { tenant, client, customerId } = await aShop('Europe/Paris');
    const owner = tenant.user.id;
    const id = await aChild(service, tenant, 'opportunities', customerId, { amount: '10.00' });
    for (const [name, value] of Object.entries(fields(owner))) {
      const answer = await client.put(`${OPPORTUNITIES}/${id}`, { [name]: value, amount: '99.00', currency: 'USD' });
      expect(answer.status).toBe(200);
    }

    expect(await asOf(client, '2026-02-01', { groupBy })).toEqual([`${key(owner)} EUR 1 10.00 1.00`]);
  });
});

async function aShop(
  timeZone: string,
): Promise<{ readonly tenant: TestTenant; readonly client: Client; readonly customerId: string }> {
  const tenant = await service.aTenant({ time_zone: timeZone });
  const client = as(service, tenant.admin);
  return { tenant, client, customerId: (await aCustomer(client)).id };
}
