import { newId } from '../../../src/platform/values/ids.js';
import { as } from '../../support/client.js';
import { untilWaiting, whileHeld } from '../../support/locks.js';
import { onOneNode } from '../../support/one-node.js';
import { useOwnService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  countOfCustomers,
  customerIn,
  CUSTOMERS,
  graphqlIn,
  outcomeOf,
  problemIn,
  rowOf,
} from './customer-support.js';

const service = useOwnService();
const { testOnOneNode } = onOneNode();

const CREATE = 'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id code } } }';
const RESTORE = 'mutation ($id: ID!) { restoreCustomer(id: $id) { customer { id } } }';

describe('generated codes', () => {
  test('count from CLI00001 in each tenant', async () => {
    const [one, two] = [await service.aTenant(), await service.aTenant()];

    const codes = [];
    for (const { admin } of [one, one, two, one]) codes.push((await aCustomer(as(service, admin))).code);

    expect(codes).toEqual(['CLI00001', 'CLI00002', 'CLI00001', 'CLI00003']);
  });

  test('come for null as for nothing, through both transports', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);

    expect(await aCustomer(client, { code: null })).toMatchObject({ code: 'CLI00001' });
    expect((await client.graphql(CREATE, { input: { name: 'X', code: null } })).body).toMatchObject({
      data: { createCustomer: { customer: { code: 'CLI00002' } } },
    });
  });

  test('pass over codes that somebody took by hand', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    for (const code of ['CLI00001', 'CLI00002', 'CLI00005']) await aCustomer(client, { code });

    const codes = [];
    for (let i = 0; i < 5; i += 1) codes.push((await aCustomer(client)).code);

    expect(new Set([...codes, 'CLI00001', 'CLI00002', 'CLI00005']).size).toBe(8);
    expect(codes.every((code) => /^CLI\d{5,}$/.test(code))).toBe(true);
  });

  testOnOneNode('are passed over when somebody takes one by hand at the same moment', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const takeByHand = `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
      VALUES ($1, $2, 'CLI00001', 'X', 'LEAD', 'FR', 'NET_30', 'EUR', now(), now())`;

    const created = await whileHeld(service, takeByHand, [tenant.id, newId()], async (letGo) => {
      const answer = client.post(CUSTOMERS, { name: 'Y' });
      await untilWaiting(service, 1);
      await letGo();
      return answer;
    });

    expect(created).toMatchObject({ status: 201, body: { code: 'CLI00002' } });
  });

  test('are different for 20 customers that are created at once, beside others that take codes by hand', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);

    const generated = atOnce(20, () => client.post(CUSTOMERS, { name: 'X' }));
    const byHand = atOnce(10, (index) =>
      client.post(CUSTOMERS, { name: 'X', code: `CLI${String(index * 2).padStart(5, '0')}` }),
    );
    const answers = [...(await generated), ...(await byHand)];

    expect(new Set((await generated).map(outcomeOf))).toEqual(new Set(['201']));
    for (const answer of answers) expect(['201', '409 DUPLICATE']).toContain(outcomeOf(answer));
    const codes = answers.filter(({ status }) => status === 201).map((answer) => customerIn(answer).code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('are not handed out twice when a customer is deleted and restored', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const first = await aCustomer(client);
    await client.delete(addressOf(first));

    const second = await aCustomer(client);

    expect(second.code).toBe('CLI00002');
    expect((await client.post(`${addressOf(first)}/restore`)).status).toBe(200);
  });
});

describe('a code that is taken', () => {
  test('is a DUPLICATE that names the holder, in the words of the original', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const holder = await aCustomer(client, { code: 'CLI001' });

    const answer = await client.post(CUSTOMERS, { name: 'X', code: ' CLI001 ' }, { 'accept-language': 'fr' });

    expect(outcomeOf(answer)).toBe('409 DUPLICATE');
    expect(problemIn(answer)).toMatchObject({
      detail: 'Code client déjà utilisé',
      details: { field: 'code', existing_id: holder.id },
    });
    expect((await client.get(CUSTOMERS)).body).toMatchObject({ total: 1 });
  });

  test('is the same in GraphQL', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const holder = await aCustomer(client, { code: 'CLI001' });

    const answer = await client.graphql(CREATE, { input: { name: 'X', code: 'CLI001' } });

    expect(answer.status).toBe(200);
    expect(graphqlIn(answer).errors).toMatchObject([
      {
        path: ['createCustomer'],
        extensions: { code: 'DUPLICATE', details: { field: 'code', existing_id: holder.id } },
      },
    ]);
  });

  test('goes to one of ten that want it at once', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const answers = await atOnce(10, () => client.post(CUSTOMERS, { name: 'X', code: 'ONE' }));

    expect(answers.map(outcomeOf).sort()).toEqual(['201', ...Array<string>(9).fill('409 DUPLICATE')]);
    const winner = answers.find(({ status }) => status === 201);
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(problemIn(answer).details?.existing_id).toBe(winner && customerIn(winner).id);
    }
    expect(await countOfCustomers(service, tenant)).toBe(1);
  });

  test('differs from the same word in another case, and from the same in another tenant', async () => {
    const [one, two] = [await service.aTenant(), await service.aTenant()];
    await aCustomer(as(service, one.admin), { code: 'Abc' });

    expect(await aCustomer(as(service, one.admin), { code: 'ABC' })).toMatchObject({ code: 'ABC' });
    expect(await aCustomer(as(service, two.admin), { code: 'Abc' })).toMatchObject({ code: 'Abc' });
  });

  test('is free again after a deletion, and a restore into it names the new holder', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const first = await aCustomer(client, { code: 'ONE' });
    await client.delete(addressOf(first));
    const second = await aCustomer(client, { code: 'ONE' });
    const before = await rowOf(service, first.id);

    const overRest = await client.post(`${addressOf(first)}/restore`);
    const overGraphql = await client.graphql(RESTORE, { id: first.id });

    expect(outcomeOf(overRest)).toBe('409 DUPLICATE');
    expect(problemIn(overRest).details).toEqual({ field: 'code', existing_id: second.id });
    expect(graphqlIn(overGraphql).errors?.[0]?.extensions).toMatchObject({
      code: 'DUPLICATE',
      details: { field: 'code', existing_id: second.id },
    });
    expect(await rowOf(service, first.id)).toEqual(before);
  });
});
