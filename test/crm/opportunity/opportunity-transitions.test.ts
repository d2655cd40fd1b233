import { newId } from '../../../src/platform/values/ids.js';
import { as, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import {
  addressOf,
  anOpportunity,
  OPPORTUNITIES,
  rowOf,
  stepsOf,
  transitionsOf,
  type OpportunityJson,
} from './opportunity-support.js';
import { aCustomer, eventsOf, graphqlIn, outcomeOf } from '../customer/customer-support.js';

const service = useService();

async function aClient(): Promise<Client & { readonly tenant: TestTenant }> {
  const tenant = await service.aTenant();
  return { ...as(service, tenant.admin), tenant };
}

const mutation =
  (text: string) =>
  (client: Client, { id }: OpportunityJson) =>
    client.graphql(`mutation ($id: ID!) { ${withRecord(text)} }`, { id });
const put = (body: object) => (client: Client, one: OpportunityJson) => client.put(addressOf(one), body);
const post = (action: string) => (client: Client, one: OpportunityJson) => client.post(`${addressOf(one)}/${action}`);

type Operation = (client: Client, one: OpportunityJson) => Promise<unknown>;

/** Each operation, what the opportunity is before, and the row that it adds: none where it changes nothing that the pipeline sees. */
const OPERATIONS: readonly (readonly [name: string, before: object, operation: Operation, step: string | undefined])[] =
  [
    ['PUT status', {}, put({ status: 'QUALIFIED' }), 'NEW→QUALIFIED'],
    ['PUT amount', {}, put({ amount: 7 }), 'NEW→NEW'],
    ['PUT probability', {}, put({ probability: 7 }), 'NEW→NEW'],
    ['PUT currency', {}, put({ currency: 'USD' }), 'NEW→NEW'],
    ['PUT amount of a closed one', { status: 'WON' }, put({ amount: 7 }), 'WON→WON'],
    ['PUT all four', {}, put({ status: 'PROPOSAL', amount: 1, probability: 2, currency: 'USD' }), 'NEW→PROPOSAL'],
    ['PUT status WON', {}, put({ status: 'WON' }), 'NEW→WON'],
    ['PUT status active', { status: 'LOST' }, put({ status: 'NEW' }), 'LOST→NEW'],
    ['PATCH', {}, (client, one) => client.request('PATCH', addressOf(one), { amount: 7 }), 'NEW→NEW'],
    ['win', {}, post('win'), 'NEW→WON'],
    ['lose', {}, post('lose'), 'NEW→LOST'],
    ['reopen', { status: 'WON' }, post('reopen'), 'WON→NEGOTIATION'],
    ['DELETE', {}, (client, one) => client.delete(addressOf(one)), 'NEW→∅'],
    ['updateOpportunity', {}, mutation('updateOpportunity(id: $id, input: { amount: "7" })'), 'NEW→NEW'],
    ['winOpportunity', {}, mutation('winOpportunity(id: $id)'), 'NEW→WON'],
    ['loseOpportunity', {}, mutation('loseOpportunity(id: $id, reason: "x")'), 'NEW→LOST'],
    ['reopenOpportunity', { status: 'LOST' }, mutation('reopenOpportunity(id: $id)'), 'LOST→NEGOTIATION'],
    ['deleteOpportunity', {}, mutation('deleteOpportunity(id: $id)'), 'NEW→∅'],
    [
      'PUT of what is there',
      { amount: 5 },
      put({ status: 'NEW', amount: '5.00', probability: 10, currency: 'eur' }),
      undefined,
    ],
    [
      'PUT of other members',
      {},
      put({ name: 'Y', notes: 'Z', products: [1], expected_close_date: '2027-01-01' }),
      undefined,
    ],
    ['PUT of a reason', { status: 'WON' }, put({ win_reason: 'Prix' }), undefined],
    ['win of what is won', { status: 'WON' }, post('win'), undefined],
    ['a rejected loss', { status: 'WON' }, post('lose'), undefined],
    ['a rejected PUT', {}, put({ amount: 7, status: 'X' }), undefined],
    ['restore of what is live', {}, post('restore'), undefined],
  ];

describe('transitions', () => {
  test.each(OPERATIONS)('%s', async (_name, before, operation, step) => {
    const client = await aClient();
    const one = await anOpportunity(client, before);
    const first = await transitionsOf(service, one.id);

    await operation(client, one);

    const row = await rowOf(service, one.id);
    const added = (await transitionsOf(service, one.id)).slice(1);
    expect(await stepsOf(service, one.id)).toEqual([`∅→${one.status}`, ...(step === undefined ? [] : [step])]);
    expect((await transitionsOf(service, one.id))[0]).toEqual(first[0]);
    for (const transition of added) {
      expect(transition).toMatchObject({
        tenant_id: client.tenant.id,
        version: row?.version,
        probability: row?.probability,
        amount: row?.amount,
        currency: row?.currency,
        changed_at: row?.updated_at,
        changed_by: client.tenant.admin.id,
      });
    }
  });

  test('a creation writes one, with its version and worth', async () => {
    const client = await aClient();
    const one = await anOpportunity(client, { amount: 12.5, currency: 'CHF', status: 'PROPOSAL' });

    expect(await transitionsOf(service, one.id)).toMatchObject([
      { version: 1, from_status: null, to_status: 'PROPOSAL', probability: 50, amount: '12.50', currency: 'CHF' },
    ]);
  });

  test('a deletion takes it out of the pipeline, a restoration brings it back', async () => {
    const client = await aClient();
    const one = await anOpportunity(client, { status: 'WON' });

    await client.delete(addressOf(one));
    await client.post(`${addressOf(one)}/restore`);

    expect(await stepsOf(service, one.id)).toEqual(['∅→WON', 'WON→∅', '∅→WON']);
  });

  test('and the change stand or fall together', async () => {
    const client = await aClient();
    const one = await anOpportunity(client);
    const before = await rowOf(service, one.id);
    const events = (await eventsOf(service, client.tenant)).length;
    await service.ask(
      `INSERT INTO opportunity_transitions SELECT tenant_id, opportunity_id, 2, 'NEW', 'NEW', probability, amount, currency, changed_at
       FROM opportunity_transitions WHERE opportunity_id = $1`,
      [one.id],
    );

    expect((await client.post(`${addressOf(one)}/win`)).status).toBe(500);

    expect(await rowOf(service, one.id)).toEqual(before);
    expect(await eventsOf(service, client.tenant)).toHaveLength(events);
  });
});

describe('the history of an opportunity', () => {
  test('is a bare array, the oldest first', async () => {
    const client = await aClient();
    const one = await anOpportunity(client, { amount: '100.01', probability: 33 });
    await client.put(addressOf(one), { status: 'PROPOSAL' });
    await client.post(`${addressOf(one)}/win`);

    const answer = await client.get(`${addressOf(one)}/history`);

    const by = {
      currency: 'EUR',
      changed_at: expect.stringMatching(/Z$/) as unknown,
      changed_by: client.tenant.admin.id,
    };
    expect([answer.status, answer.body]).toEqual([
      200,
      [
        {
          version: 1,
          from_status: null,
          to_status: 'NEW',
          probability: 33,
          amount: 100.01,
          weighted_amount: 33,
          ...by,
        },
        {
          version: 2,
          from_status: 'NEW',
          to_status: 'PROPOSAL',
          probability: 33,
          amount: 100.01,
          weighted_amount: 33,
          ...by,
        },
        {
          version: 3,
          from_status: 'PROPOSAL',
          to_status: 'WON',
          probability: 100,
          amount: 100.01,
          weighted_amount: 100.01,
          ...by,
        },
      ],
    ]);
    expect(answer.text).toContain('"weighted_amount":33.00');
  });

  test('of an unknown, deleted or foreign one is a 404', async () => {
    const client = await aClient();
    const deleted = await anOpportunity(client);
    await client.delete(addressOf(deleted));
    const foreign = await anOpportunity(await aClient());

    for (const id of [newId(), deleted.id, foreign.id]) {
      expect(outcomeOf(await client.get(`${OPPORTUNITIES}/${id}/history`))).toBe('404 NOT_FOUND');
    }
    expect((await client.get(`${OPPORTUNITIES}/x/history`)).status).toBe(422);
  });

  test('of many opportunities comes with one statement', async () => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client);
    const ask = async (): Promise<number> => {
      const watch = watchStatements();
      const answer = await client.graphql(
        '{ opportunities { nodes { id customer { name } assignedTo { id } createdBy { id } transitions { nodes { toStatus weightedAmount changedBy { fullName } } } } } }',
      );
      watch.stop();
      const { data } = graphqlIn<{ opportunities: { nodes: { transitions: { nodes: unknown[] } }[] } }>(answer);
      expect(data?.opportunities.nodes.map(({ transitions }) => transitions.nodes.length)).toContain(2);
      return watch.messages.flatMap(({ texts }) => texts).filter((text) => /opportunit|customers|users u\b/.test(text))
        .length;
    };
    await client.post(
      `${addressOf(await anOpportunity(client, { customer_id, assigned_to: client.tenant.user.id }))}/win`,
    );
    const ofOne = await ask();

    for (let i = 0; i < 9; i += 1) await client.post(`${addressOf(await anOpportunity(client, { customer_id }))}/lose`);

    expect(await ask()).toBe(ofOne);
    expect(ofOne).toBeLessThanOrEqual(7);
  });
});
