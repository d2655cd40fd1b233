/** What a move carries along, beside the table in opportunity-lifecycle.test.ts. */
import { newId } from '../../../src/platform/values/ids.js';
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  addressOf,
  anOpportunity,
  dayOf,
  OPPORTUNITIES,
  rowOf,
  stepsOf,
  type OpportunityJson,
} from './opportunity-support.js';
import {
  aCustomer,
  addressOf as addressOfCustomer,
  eventsOf,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  wrongFieldsOf,
} from '../customer/customer-support.js';

const service = useService();

async function aClient(settings = {}): Promise<Client & { readonly tenant: TestTenant }> {
  const tenant = await service.aTenant(settings);
  return { ...as(service, tenant.admin), tenant };
}

describe('a reason', () => {
  test.each<[action: 'win' | 'lose', path: string, body: unknown, reason: string | null]>([
    ['win', '', undefined, null],
    ['win', '', {}, null],
    ['win', '', { reason: '' }, null],
    ['win', '', { reason: null }, null],
    ['win', '', { reason: ' Prix ' }, 'Prix'],
    ['win', '', { win_reason: 'Prix' }, 'Prix'],
    ['win', '', { win_reason: 'Prix', reason: 'Prix' }, 'Prix'],
    ['win', '?win_reason=Prix', undefined, 'Prix'],
    ['win', '?win_reason=', undefined, null],
    ['win', '?win_reason=Prix', { reason: 'Prix' }, 'Prix'],
    ['win', '?win_reason=Prix', { reason: '' }, 'Prix'],
    ['lose', '', undefined, null],
    ['lose', '', { reason: 'Budget' }, 'Budget'],
    ['lose', '', { loss_reason: 'Budget' }, 'Budget'],
    ['lose', '?loss_reason=Budget', undefined, 'Budget'],
    ['lose', '?loss_reason=Budget', { loss_reason: 'Budget' }, 'Budget'],
  ])('of %s%s with %j is %p', async (action, path, body, reason) => {
    const client = await aClient();
    const created = await anOpportunity(client);

    const answer = await client.post(`${addressOf(created)}/${action}${path}`, body);

    const names = action === 'win' ? ['win_reason', 'loss_reason'] : ['loss_reason', 'win_reason'];
    expect([answer.status, ...names.map((name) => (answer.body as OpportunityJson)[name])]).toEqual([
      200,
      reason,
      null,
    ]);
  });

  test.each<[action: string, path: string, body: unknown, wrong: string]>([
    ['win', '', { reason: 'a', win_reason: 'b' }, '/win_reason CONFLICTING_MEMBERS'],
    ['win', '?win_reason=a', { reason: 'b' }, '/win_reason CONFLICTING_MEMBERS'],
    ['win', '', { loss_reason: 'a' }, '/loss_reason UNKNOWN_MEMBER'],
    ['win', '?loss_reason=a', undefined, '/loss_reason UNKNOWN_MEMBER'],
    ['win', '?reason=a', undefined, '/reason UNKNOWN_MEMBER'],
    ['win', '', { reason: 'x'.repeat(256) }, '/reason TOO_LONG'],
    ['win', '', { reason: 'a\0b' }, '/reason INVALID_CHARACTERS'],
    ['win', '', { reason: 1 }, '/reason NOT_A_STRING'],
    ['lose', '', { win_reason: 'a' }, '/win_reason UNKNOWN_MEMBER'],
    ['lose', '?loss_reason=a', { reason: 'b' }, '/loss_reason CONFLICTING_MEMBERS'],
    ['reopen', '', { status: '' }, '/status REQUIRED'],
    ['reopen', '', { status: 'WON' }, '/status NOT_IN_LIST'],
    ['reopen', '', { status: 'OPEN' }, '/status NOT_IN_LIST'],
    ['reopen', '', { win_reason: 'a' }, '/win_reason UNKNOWN_MEMBER'],
  ])('of %s%s with %j is rejected: %s', async (action, path, body, wrong) => {
    const client = await aClient();
    const created = await anOpportunity(client);

    const answer = await client.post(`${addressOf(created)}/${action}${path}`, body);

    expect([answer.status, wrongFieldsOf(answer)]).toEqual([422, [wrong]]);
    expect(await rowOf(service, created.id)).toMatchObject({ status: 'NEW', version: 1 });
  });

  test('is required to lose over GraphQL, and only there', async () => {
    const client = await aClient();
    const { id } = await anOpportunity(client);
    const lose = (args: string): Promise<string> =>
      client
        .graphql(`mutation ($id: ID!) { loseOpportunity(id: $id${args}) { opportunity { id } } }`, { id })
        .then(graphqlOutcomeOf);

    expect(await lose('')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await lose(', reason: null')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await lose(', reason: " "')).toBe('VALIDATION_FAILED');
    expect(await lose(`, reason: "${'x'.repeat(256)}"`)).toBe('VALIDATION_FAILED');
    expect(await lose(', reason: "a\\u0000b"')).toBe('VALIDATION_FAILED');
    expect(await rowOf(service, id)).toMatchObject({ status: 'NEW', version: 1 });
    expect(await lose(', reason: " Budget "')).toBe('OK');
    expect(await rowOf(service, id)).toMatchObject({ status: 'LOST', loss_reason: 'Budget' });
  });

  test('of a closed opportunity may be edited, the other one not', async () => {
    const client = await aClient();
    const won = await anOpportunity(client, { status: 'WON' });
    const lost = await anOpportunity(client, { status: 'LOST' });

    expect(await client.put(addressOf(won), { win_reason: 'Prix' })).toMatchObject({
      body: { win_reason: 'Prix', version: 2 },
    });
    expect(await client.put(addressOf(won), { status: 'WON', win_reason: 'Délai' })).toMatchObject({
      body: { win_reason: 'Délai' },
    });
    expect(await client.put(addressOf(won), { loss_reason: null })).toMatchObject({
      status: 200,
      body: { version: 3 },
    });
    expect(await client.put(addressOf(lost), { loss_reason: 'Budget' })).toMatchObject({
      body: { loss_reason: 'Budget' },
    });
    expect(wrongFieldsOf(await client.put(addressOf(won), { loss_reason: 'x' }))).toEqual([
      '/loss_reason CONTRADICTS_STATUS',
    ]);
    expect(wrongFieldsOf(await client.put(addressOf(lost), { win_reason: 'x' }))).toEqual([
      '/win_reason CONTRADICTS_STATUS',
    ]);
    expect(await stepsOf(service, won.id)).toEqual(['∅→WON']);
  });

  test.each<[status: string, change: object, wrong: string]>([
    ['NEW', { win_reason: 'x' }, '/win_reason'],
    ['NEW', { loss_reason: 'x' }, '/loss_reason'],
    ['NEW', { status: 'WON', loss_reason: 'x' }, '/loss_reason'],
    ['NEW', { status: 'LOST', win_reason: 'x' }, '/win_reason'],
    ['NEW', { status: 'WON', probability: 99 }, '/probability'],
    ['NEW', { status: 'LOST', probability: 1 }, '/probability'],
    ['WON', { probability: 50 }, '/probability'],
    ['LOST', { probability: 50 }, '/probability'],
    ['WON', { status: 'NEW', win_reason: 'x' }, '/win_reason'],
  ])('or a probability that contradicts the status is rejected: %s, then %j', async (status, change, wrong) => {
    const client = await aClient();
    const created = await anOpportunity(client, { status });
    const before = await rowOf(service, created.id);

    const answer = await client.put(addressOf(created), change);

    expect([answer.status, wrongFieldsOf(answer)]).toEqual([422, [`${wrong} CONTRADICTS_STATUS`]]);
    expect(await rowOf(service, created.id)).toEqual(before);
  });

  test.each([
    { status: 'WON', probability: 99 },
    { status: 'LOST', probability: 1 },
  ])('a creation may not contradict itself: %j', async (fields) => {
    const client = await aClient();
    const { id: customer_id } = await aCustomer(client);

    const answer = await client.post(OPPORTUNITIES, { name: 'X', customer_id, ...fields });

    expect([answer.status, wrongFieldsOf(answer)]).toEqual([422, ['/probability CONTRADICTS_STATUS']]);
  });

  test('of a reopening is kept in the audit log', async () => {
    const client = await aClient();
    const created = await anOpportunity(client, { status: 'LOST' });

    await client.post(`${addressOf(created)}/reopen`, { reason: 'Nouveau budget' });

    const [event] = (await eventsOf(service, client.tenant)).filter(({ action }) => action === 'opportunity.reopened');
    expect(event?.new_value).toMatchObject({ status: 'NEGOTIATION', reason: 'Nouveau budget' });
  });
});

describe('winning what is won', () => {
  test('leaves first date, reason and version, however it is asked', async () => {
    const client = await aClient();
    const created = await anOpportunity(client);
    await client.post(`${addressOf(created)}/win`, { reason: 'Première' });
    await service.ask("UPDATE opportunities SET actual_close_date = '2026-01-02' WHERE id = $1", [created.id]);
    const before = await rowOf(service, created.id);
    const events = (await eventsOf(service, client.tenant)).length;

    const again = await client.post(`${addressOf(created)}/win`, { reason: 'Seconde' });
    const updated = await client.put(addressOf(created), { status: 'WON' });
    const graphql = await client.graphql(
      'mutation ($id: ID!) { winOpportunity(id: $id, reason: "x") { opportunity { version winReason } } }',
      { id: created.id },
    );

    for (const answer of [again, updated]) {
      expect(answer).toMatchObject({
        status: 200,
        body: { win_reason: 'Première', actual_close_date: '2026-01-02', version: 2 },
      });
    }
    expect(graphqlIn(graphql).data?.winOpportunity).toEqual({ opportunity: { version: 2, winReason: 'Première' } });
    expect(await rowOf(service, created.id)).toEqual(before);
    expect(await stepsOf(service, created.id)).toEqual(['∅→NEW', 'NEW→WON']);
    expect(await eventsOf(service, client.tenant)).toHaveLength(events);
  });

  test('with an Idempotency-Key answers as the first time, and wins once', async () => {
    const client = await aClient();
    const created = await anOpportunity(client);
    const win = () => client.post(`${addressOf(created)}/win`, { reason: 'Prix' }, { 'idempotency-key': 'k' });

    const [first, second] = [await win(), await win()];

    expect(second.text).toBe(first.text);
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await stepsOf(service, created.id)).toEqual(['∅→NEW', 'NEW→WON']);
  });
});

const WINS: Readonly<Record<string, (client: Client, customerId: string) => Promise<unknown>>> = {
  win: async (client, customer_id) => client.post(`${addressOf(await anOpportunity(client, { customer_id }))}/win`),
  'update to WON': async (client, customer_id) =>
    client.put(addressOf(await anOpportunity(client, { customer_id })), { status: 'WON' }),
  'creation as WON': (client, customer_id) => anOpportunity(client, { customer_id, status: 'WON' }),
  winOpportunity: async (client, customer_id) =>
    client.graphql('mutation ($id: ID!) { winOpportunity(id: $id) { opportunity { id } } }', {
      id: (await anOpportunity(client, { customer_id })).id,
    }),
};

describe('the customer of a won sale', () => {
  test.each(
    Object.keys(WINS).flatMap((operation) =>
      [
        ['PROSPECT', 'CUSTOMER'],
        ['LEAD', 'CUSTOMER'],
        ['CUSTOMER', 'CUSTOMER'],
        ['VIP', 'VIP'],
        ['PARTNER', 'PARTNER'],
        ['CHURNED', 'CHURNED'],
      ].map(([before = '', after = '']) => ({ operation, before, after })),
    ),
  )('$operation: a $before is a $after', async ({ operation, before, after }) => {
    const client = await aClient();
    const customer = await aCustomer(client, { type: before });

    await WINS[operation]?.(client, customer.id);

    const changed = before !== after;
    expect((await client.get(addressOfCustomer(customer))).body).toMatchObject({
      type: after,
      version: changed ? 2 : 1,
    });
    const events = (await eventsOf(service, client.tenant)).filter(({ action }) => action === 'customer.converted');
    expect(events.map(({ entity_id, old_value, new_value }) => ({ entity_id, old_value, new_value }))).toEqual(
      changed ? [{ entity_id: customer.id, old_value: { type: before }, new_value: { type: after } }] : [],
    );
  });

  test('is converted by a user who owns the sale only', async () => {
    const { admin, user } = await service.aTenant();
    const customer = await aCustomer(as(service, admin));
    const sale = await anOpportunity(as(service, user), { customer_id: customer.id });

    expect((await as(service, user).post(`${addressOf(sale)}/win`)).status).toBe(200);

    expect((await as(service, admin).get(addressOfCustomer(customer))).body).toMatchObject({ type: 'CUSTOMER' });
  });

  test('stays what it is when the win is rejected', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    const lost = await anOpportunity(client, { customer_id: customer.id, status: 'LOST' });

    expect(outcomeOf(await client.post(`${addressOf(lost)}/win`))).toBe('409 ILLEGAL_TRANSITION');

    expect((await client.get(addressOfCustomer(customer))).body).toMatchObject({ type: 'PROSPECT', version: 1 });
  });
});

describe('the day of closing', () => {
  // At any moment at least one of the two is at another date than UTC.
  test.each(['Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/Paris', 'Asia/Kathmandu'])(
    'is the one of %s',
    async (zone) => {
      const client = await aClient({ time_zone: zone });
      const won = await anOpportunity(client);
      const lost = await anOpportunity(client);
      const today = await dayOf(service, zone);

      expect(await client.post(`${addressOf(won)}/win`)).toMatchObject({ body: { actual_close_date: today } });
      expect(await client.put(addressOf(lost), { status: 'LOST' })).toMatchObject({
        body: { actual_close_date: today },
      });
      expect(await anOpportunity(client, { status: 'WON' })).toMatchObject({ actual_close_date: today });
      expect((await anOpportunity(client)).code).toMatch(new RegExp(`^OPP-${today.slice(0, 4)}-`));
    },
  );
});

describe('a version', () => {
  test.each(['win', 'lose', 'reopen'])('that is stale is rejected by %s', async (action) => {
    const client = await aClient();
    const created = await anOpportunity(client, { status: action === 'reopen' ? 'WON' : 'NEW' });
    await client.put(addressOf(created), { notes: 'x' });
    const before = await rowOf(service, created.id);

    const stale = await client.post(`${addressOf(created)}/${action}`, undefined, { 'if-match': '"1"' });
    expect([outcomeOf(stale), stale.body]).toMatchObject(['412 VERSION_CONFLICT', { details: { current_version: 2 } }]);
    const reason = action === 'lose' ? ', reason: "x"' : '';
    const graphql = await client.graphql(
      `mutation ($id: ID!) { ${action}Opportunity(id: $id${reason}, expectedVersion: 1) { opportunity { id } } }`,
      { id: created.id },
    );
    expect(graphqlOutcomeOf(graphql)).toBe('VERSION_CONFLICT');
    expect(await rowOf(service, created.id)).toEqual(before);

    const fresh = await client.post(`${addressOf(created)}/${action}`, undefined, { 'if-match': '"2"' });
    expect([fresh.status, fresh.headers.get('etag')]).toEqual([200, '"3"']);
  });

  test.each(['win', 'lose', 'reopen', 'restore'])('an unknown id is a 404 from %s', async (action) => {
    const client = await aClient();

    const answer = await client.post(`${OPPORTUNITIES}/${newId()}/${action}`, undefined, { 'accept-language': 'fr' });

    expect([answer.status, answer.body]).toMatchObject([404, { detail: 'Opportunité non trouvée' }]);
    expect((await client.post(`${OPPORTUNITIES}/x/${action}`)).status).toBe(422);
  });
});
