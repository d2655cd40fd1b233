import { generateOpportunityCode } from '../../../src/crm/opportunity/opportunity-code.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { as } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { addressOf, anOpportunity, dayOf, OPPORTUNITIES, opportunityIn, rowOf } from './opportunity-support.js';
import { aCustomer, atOnce, graphqlIn, outcomeOf, problemIn } from '../customer/customer-support.js';

const service = useOwnService();
let year: string;

beforeAll(async () => {
  year = (await dayOf(service, 'Europe/Paris')).slice(0, 4);
});

describe('generated codes', () => {
  test('count from OPP-<year>-00001 in each tenant, also for null', async () => {
    const [one, two] = [await service.aTenant(), await service.aTenant()];

    const codes = [];
    for (const { admin } of [one, one, two]) codes.push((await anOpportunity(as(service, admin))).code);
    codes.push((await anOpportunity(as(service, one.admin), { code: null })).code);

    expect(codes).toEqual(['00001', '00002', '00001', '00003'].map((number) => `OPP-${year}-${number}`));
  });

  test('begin anew with each year', async () => {
    const { id } = await service.aTenant();
    const codeOn = (today: string): Promise<string> =>
      inTenantTransaction(service.database, id, (em) => generateOpportunityCode(em, today));

    const codes = [
      await codeOn('2026-12-31'),
      await codeOn('2026-12-31'),
      await codeOn('2027-01-01'),
      await codeOn('2026-12-31'),
    ];

    expect(codes).toEqual(['OPP-2026-00001', 'OPP-2026-00002', 'OPP-2027-00001', 'OPP-2026-00003']);
  });

  test('pass over codes that somebody took by hand, those of other years aside', async () => {
    const client = as(service, (await service.aTenant()).admin);
    for (const number of ['00001', '00002', '00005']) await anOpportunity(client, { code: `OPP-${year}-${number}` });
    await anOpportunity(client, { code: 'OPP-1999-00099' });

    const codes = [];
    for (let i = 0; i < 3; i += 1) codes.push((await anOpportunity(client)).code);

    expect(codes).toEqual(['00006', '00007', '00008'].map((number) => `OPP-${year}-${number}`));
  });

  test('are different for 20 that are created at once', async () => {
    const client = as(service, (await service.aTenant()).admin);
    const { id: customer_id } = await aCustomer(client);

    const answers = await atOnce(20, () => client.post(OPPORTUNITIES, { name: 'X', customer_id }));

    expect(answers.map(outcomeOf)).toEqual(Array(20).fill('201'));
    expect(new Set(answers.map((answer) => opportunityIn(answer).code)).size).toBe(20);
  });
});

describe('a code that is taken', () => {
  test('is a DUPLICATE that names the holder, on both transports, and leaves nothing behind', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);
    const holder = await anOpportunity(client, { customer_id, code: 'ONE' });

    const answer = await client.post(
      OPPORTUNITIES,
      { name: 'X', customer_id, code: ' ONE ' },
      { 'accept-language': 'fr' },
    );
    const graphql = await client.graphql(
      'mutation ($id: ID!) { createOpportunity(input: { name: "X", code: "ONE", customerId: $id, status: WON }) { opportunity { id } } }',
      { id: customer_id },
    );

    const details = { field: 'code', existing_id: holder.id };
    expect(outcomeOf(answer)).toBe('409 DUPLICATE');
    expect(problemIn(answer)).toMatchObject({ detail: 'Code opportunité déjà utilisé', details });
    expect(graphqlIn(graphql).errors?.[0]?.extensions).toMatchObject({ code: 'DUPLICATE', details });
    expect(await service.ask('SELECT type FROM customers WHERE id = $1', [customer_id])).toEqual([
      { type: 'PROSPECT' },
    ]);
    expect((await client.get(OPPORTUNITIES)).body).toMatchObject({ total: 1 });
  });

  test('goes to one of ten that want it at once', async () => {
    const client = as(service, (await service.aTenant()).admin);
    const { id: customer_id } = await aCustomer(client);

    const answers = await atOnce(10, () => client.post(OPPORTUNITIES, { name: 'X', customer_id, code: 'ONE' }));

    expect(answers.map(outcomeOf).sort()).toEqual(['201', ...Array<string>(9).fill('409 DUPLICATE')]);
  });

  test('is free again after a deletion, and a restore into it names the new holder', async () => {
    const client = as(service, (await service.aTenant()).admin);
    const first = await anOpportunity(client, { code: 'ONE' });
    await client.delete(addressOf(first));
    const second = await anOpportunity(client, { code: 'ONE' });
    const before = await rowOf(service, first.id);

    const rejected = await client.post(`${addressOf(first)}/restore`);

    expect(outcomeOf(rejected)).toBe('409 DUPLICATE');
    expect(problemIn(rejected).details).toEqual({ field: 'code', existing_id: second.id });
    expect(await rowOf(service, first.id)).toEqual(before);
    await client.delete(addressOf(second));
    expect((await client.post(`${addressOf(first)}/restore`)).status).toBe(200);
  });

  test('never changes: an equal one may come back, another is rejected', async () => {
    const client = as(service, (await service.aTenant()).admin);
    const one = await anOpportunity(client, { code: 'ONE' });

    expect((await client.put(addressOf(one), { code: 'ONE' })).status).toBe(200);
    expect((await client.put(addressOf(one), { code: 'TWO' })).status).toBe(422);
  });
});
