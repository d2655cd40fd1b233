import pg from 'pg';
import { sumPipeline } from '../../../../src/crm/opportunity/pipeline/opportunity-pipeline.query.js';
import type { TenantReader } from '../../../../src/tenancy/tenant-reader.js';
import { bind, type Sql } from '../../../../src/platform/postgres/sql.js';
import { as, type Answer, type Client } from '../../../support/client.js';
import type { TestTenant } from '../../../support/service.js';
import { useOwnService } from '../../../support/use-service.js';
import { watchStatements } from '../../../support/statements.js';
import { aChild } from '../../record/child-rows.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf, outcomeOf, wrongFieldsOf } from '../../customer/customer-support.js';
import { onOneNode } from '../../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

const SUMMARY = '/v1/commercial/pipeline/summary';
const DOCUMENT = `query ($filter: OpportunityFilter, $groupBy: PipelineGroup, $asOf: Date) {
  pipeline(filter: $filter, groupBy: $groupBy, asOf: $asOf) { key currency count amount weightedAmount } }`;

interface Total {
  readonly key: string | null;
  readonly currency: string;
  readonly count: number;
  readonly amount: string;
  readonly weightedAmount: string;
}

/** `NEW EUR 2 300.00 30.00` of each total. */
function linesOf(answer: Answer): string[] {
  const totals = graphqlIn<{ pipeline: Total[] }>(answer).data?.pipeline;
  if (!totals) throw new Error(`No pipeline in ${answer.text}`);
  return totals.map((one) => `${one.key ?? '-'} ${one.currency} ${one.count} ${one.amount} ${one.weightedAmount}`);
}

async function pipeline(client: Client, variables: object = {}): Promise<string[]> {
  return linesOf(await client.graphql(DOCUMENT, variables));
}

const WON = { status: 'WON', probability: 100, actual_close_date: '2026-03-01' };
const LOST = { status: 'LOST', probability: 0, actual_close_date: '2026-03-01' };

interface Shop {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customerId: string;
  /** Adds opportunities, each with these fields. */
  readonly sell: (...all: readonly Readonly<Record<string, string | number | null>>[]) => Promise<void>;
}

async function aShop(settings: Readonly<Record<string, string | number>> = {}): Promise<Shop> {
  const tenant = await service.aTenant(settings);
  const client = as(service, tenant.admin);
  const { id: customerId } = await aCustomer(client);
  const sell: Shop['sell'] = async (...all) => {
    for (const fields of all) await aChild(service, tenant, 'opportunities', customerId, fields);
  };
  return { tenant, client, customerId, sell };
}

/** Two currencies in most groups, and each type of group with and without a value. */
async function aMixedShop(): Promise<Shop> {
  const shop = await aShop();
  const { admin, user } = shop.tenant;
  await shop.sell(
    {
      status: 'NEW',
      probability: 10,
      amount: '100.00',
      expected_close_date: '2026-12-31',
      source: 'Salon',
      assigned_to: user.id,
    },
    { status: 'NEW', probability: 20, amount: '200.50', expected_close_date: '2027-01-01', source: 'salon' },
    { status: 'NEW', probability: 10, amount: '50.00', currency: 'USD', source: 'Salon', assigned_to: user.id },
    { ...WON, amount: '1000.00', expected_close_date: '2026-02-01', source: 'Étranger', assigned_to: admin.id },
    { ...WON, amount: '1.00', currency: 'CHF', expected_close_date: '2026-02-28', assigned_to: admin.id },
    { ...LOST, amount: '77.77', expected_close_date: '2026-12-01', source: 'Appel' },
    { status: 'NEGOTIATION', probability: 75, amount: '10.01', expected_close_date: '2026-12-15', source: 'Appel' },
    { status: 'NEGOTIATION', probability: 75, amount: '999.00', deleted_at: '2026-03-01T00:00:00Z' },
  );
  return shop;
}

describe('the pipeline by status', () => {
  test('sums count, amount and weighted amount per status and currency, in the order of the statuses', async () => {
    const { client } = await aMixedShop();

    expect(await pipeline(client)).toEqual([
      'NEW EUR 2 300.50 50.10',
      'NEW USD 1 50.00 5.00',
      'NEGOTIATION EUR 1 10.01 7.51',
      'WON CHF 1 1.00 1.00',
      'WON EUR 1 1000.00 1000.00',
      'LOST EUR 1 77.77 0.00',
    ]);
  });

  test('lists all six statuses in their order', async () => {
    const { client, sell } = await aShop();
    for (const status of ['QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'NEW']) await sell({ status });
    await sell(LOST, WON);

    const keys = (await pipeline(client)).map((line) => line.split(' ')[0]);

    expect(keys).toEqual(['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST']);
  });

  test('is the same over REST, with money as exact numbers', async () => {
    const { client } = await aMixedShop();

    const answer = await client.get(SUMMARY);

    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).toBe(
      `{"as_of":"${today}","items":[` +
        [
          '{"status":"NEW","currency":"EUR","count":2,"amount":300.50,"weighted_amount":50.10}',
          '{"status":"NEW","currency":"USD","count":1,"amount":50.00,"weighted_amount":5.00}',
          '{"status":"NEGOTIATION","currency":"EUR","count":1,"amount":10.01,"weighted_amount":7.51}',
          '{"status":"WON","currency":"CHF","count":1,"amount":1.00,"weighted_amount":1.00}',
          '{"status":"WON","currency":"EUR","count":1,"amount":1000.00,"weighted_amount":1000.00}',
          '{"status":"LOST","currency":"EUR","count":1,"amount":77.77,"weighted_amount":0.00}',
        ].join(',') +
        ']}',
    );
  });

  test('of nothing is empty, and of one tenant shows nothing of another', async () => {
    const [mine, theirs] = [await aShop(), await aMixedShop()];

    expect(await pipeline(mine.client)).toEqual([]);
    expect(await pipeline(mine.client, { asOf: '2026-03-01' })).toEqual([]);
    expect((await mine.client.get(SUMMARY)).body).toMatchObject({ items: [] });
    expect(await pipeline(theirs.client)).toHaveLength(6);
  });

  test.each(['admin', 'manager', 'user', 'readonly'] as const)('shows a %s everything', async (role) => {
    const { tenant, sell } = await aShop();
    await sell({ amount: '5.00' }, { amount: '7.00', assigned_to: tenant.user.id });

    expect(await pipeline(as(service, tenant[role]))).toEqual(['NEW EUR 2 12.00 1.20']);
    expect((await as(service, tenant[role]).get(SUMMARY)).body).toMatchObject({ items: [{ count: 2, amount: 12 }] });
  });
});

describe('sums', () => {
  test('are exact where binary fractions are not', async () => {
    const { client, sell } = await aShop();
    await sell(...Array.from({ length: 30 }, () => ({ amount: '0.10', probability: 100 })));

    expect(await pipeline(client)).toEqual(['NEW EUR 30 3.00 3.00']);
    expect((await client.get(SUMMARY)).text).toContain('"amount":3.00,"weighted_amount":3.00');
  });

  test('add weighted amounts that were each rounded, now as on a past day', async () => {
    const { client, sell } = await aShop();
    await sell(...Array.from({ length: 3 }, () => ({ amount: '0.01', probability: 50 })));

    expect(await pipeline(client)).toEqual(['NEW EUR 3 0.03 0.03']);
    expect(await pipeline(client, { asOf: '2026-02-01' })).toEqual(['NEW EUR 3 0.03 0.03']);
  });

  test('may have more digits than one amount', async () => {
    const { client, sell } = await aShop();
    await sell(...Array.from({ length: 11 }, () => ({ amount: '9999999999999.99', probability: 100 })));

    expect(await pipeline(client)).toEqual(['NEW EUR 11 109999999999999.89 109999999999999.89']);
    expect((await client.get(SUMMARY)).text).toContain('"amount":109999999999999.89');
  });
});

describe('the pipeline', () => {
  test('by owner has their id, and those without at the end', async () => {
    const { tenant, client } = await aMixedShop();
    const [first, second] = [tenant.admin.id, tenant.user.id].sort();
    const lines: Record<string, string[]> = {
      [tenant.admin.id]: ['CHF 1 1.00 1.00', 'EUR 1 1000.00 1000.00'],
      [tenant.user.id]: ['EUR 1 100.00 10.00', 'USD 1 50.00 5.00'],
    };

    const expected = [first, second].flatMap((id = '') => (lines[id] ?? []).map((line) => `${id} ${line}`));
    expect(await pipeline(client, { groupBy: 'OWNER' })).toEqual([...expected, '- EUR 3 288.28 47.61']);
  });

  test('by month of the expected close runs through time, and those without come last', async () => {
    const { client } = await aMixedShop();

    expect(await pipeline(client, { groupBy: 'MONTH' })).toEqual([
      '2026-02 CHF 1 1.00 1.00',
      '2026-02 EUR 1 1000.00 1000.00',
      '2026-12 EUR 3 187.78 17.51',
      '2027-01 EUR 1 200.50 40.10',
      '- USD 1 50.00 5.00',
    ]);
  });

  test('has the user of each owner and the first day of each month, where it is grouped so', async () => {
    const { tenant, client } = await aMixedShop();
    const inCommon = async (groupBy: string): Promise<Set<string>> => {
      const answer = await client.graphql(
        'query ($groupBy: PipelineGroup) { pipeline(groupBy: $groupBy) { key month owner { id fullName } } }',
        { groupBy },
      );
      const totals = graphqlIn<{ pipeline: readonly Readonly<Record<string, unknown>>[] }>(answer).data?.pipeline ?? [];
      return new Set(totals.map(({ key, month, owner }) => JSON.stringify([key, month, owner])));
    };
    const named = ({ id, role }: typeof tenant.admin): string =>
      JSON.stringify([id, null, { id, fullName: `Essai ${role}` }]);
    const nothing = JSON.stringify([null, null, null]);

    expect(await inCommon('OWNER')).toEqual(new Set([named(tenant.admin), named(tenant.user), nothing]));
    expect(await inCommon('MONTH')).toEqual(
      new Set([...['2026-02', '2026-12', '2027-01'].map((key) => `["${key}","${key}-01",null]`), nothing]),
    );
    for (const groupBy of ['STATUS', 'SOURCE'])
      for (const line of await inCommon(groupBy)) expect(line).toMatch(/,null,null\]$/);
  });

  test('names all its owners with one statement more', async () => {
    const { client } = await aMixedShop();
    await client.get(SUMMARY);
    const watch = watchStatements();
    await client.graphql('{ pipeline(groupBy: OWNER) { owner { fullName } } }');
    watch.stop();

    expect(watch.messages.map(({ texts }) => texts.length)).toEqual([1, 1]);
  });

  test('by source is in the order of people, words as they are written', async () => {
    const { client } = await aMixedShop();

    expect(await pipeline(client, { groupBy: 'SOURCE' })).toEqual([
      'Appel EUR 2 87.78 7.51',
      'Étranger EUR 1 1000.00 1000.00',
      'salon EUR 1 200.50 40.10',
      'Salon EUR 1 100.00 10.00',
      'Salon USD 1 50.00 5.00',
      '- CHF 1 1.00 1.00',
    ]);
  });

  test.each([
    ['a member', { currency: { eq: 'USD' } }, ['NEW USD 1 50.00 5.00']],
    ['a comparison', { amount: { gt: '100.00' } }, ['NEW EUR 1 200.50 40.10', 'WON EUR 1 1000.00 1000.00']],
    [
      'a status',
      { not: { status: { in: ['NEW', 'WON'] } } },
      ['NEGOTIATION EUR 1 10.01 7.51', 'LOST EUR 1 77.77 0.00'],
    ],
    [
      'the search index',
      { source: { startsWith: 'A' }, name: { contains: 'VENT' } },
      ['NEGOTIATION EUR 1 10.01 7.51', 'LOST EUR 1 77.77 0.00'],
    ],
    ['nothing that exists', { code: { eq: 'X' } }, []],
  ])('takes the filter of opportunities: by %s', async (_by, filter, expected) => {
    const { client } = await aMixedShop();

    expect(await pipeline(client, { filter })).toEqual(expected);
  });

  test('rejects what is no group, no date, no filter', async () => {
    const { client } = await aShop();

    expect(graphqlOutcomeOf(await client.graphql(DOCUMENT, { groupBy: 'CITY' }))).toBe('BAD_USER_INPUT');
    expect(graphqlOutcomeOf(await client.graphql(DOCUMENT, { asOf: '2026-02-30' }))).toBe('BAD_USER_INPUT');
    expect(graphqlOutcomeOf(await client.graphql(DOCUMENT, { filter: { id: { eq: 'X' } } }))).toBe('VALIDATION_FAILED');
    expect(wrongFieldsOf(await client.get(`${SUMMARY}?as_of=2026-02-30`))).toHaveLength(1);
    expect(outcomeOf(await client.get(`${SUMMARY}?status=NEW`))).toBe('422 VALIDATION_FAILED');
    expect(await pipeline(client, { groupBy: null, filter: null, asOf: null })).toEqual([]);
  });

  test.each(['STATUS', 'OWNER', 'MONTH', 'SOURCE'])('by %s is one statement, today as in the past', async (groupBy) => {
    const { client } = await aMixedShop();
    await client.get(SUMMARY);
    const watch = watchStatements();

    await pipeline(client, { groupBy, filter: { amount: { gte: '0' } } });
    await pipeline(client, { groupBy, asOf: '2026-03-01' });
    watch.stop();

    expect(watch.messages.map(({ texts }) => texts.length)).toEqual([1, 1]);
  });
});

testOnOneNode('by status it is read from the index that holds all of it', async () => {
  const { tenant, customerId } = await aMixedShop();
  await service.ask(
    `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, created_at, updated_at)
     SELECT $1, gen_random_uuid(), $2, 'X-' || n, repeat('x', 200), (ARRAY['NEW', 'QUALIFIED', 'PROPOSAL'])[n % 3 + 1], 10, n, 'EUR', now(), now()
     FROM generate_series(1, 3000) n`,
    [tenant.id, customerId],
  );
  await vacuumOpportunities();
  const sent: Sql[] = [];
  const reader: TenantReader = {
    tenantId: tenant.id,
    rows: (query) => Promise.resolve(void sent.push(query) as never),
    batch: () => Promise.resolve([]),
  };
  await sumPipeline(reader, { groupBy: 'STATUS', limit: 600 });

  const [query] = sent;
  const plan = query ? await planOf(tenant.id, query) : '';

  expect(plan).toContain('Index Only Scan using opportunities_pipeline');
});

/** Until its pages are known to be visible to all: some other transaction may still run. */
async function vacuumOpportunities(): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    await service.ask('VACUUM ANALYZE opportunities');
    const [table] = await service.ask<{ visible: boolean }>(
      "SELECT relallvisible = relpages AS visible FROM pg_class WHERE oid = 'opportunities'::regclass",
    );
    if (table?.visible) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('VACUUM finds rows that some transaction may not see.');
}

/** The plan under row-level security for any values, which is what a connection keeps of a statement that it runs often. */
async function planOf(tenantId: string, query: Sql): Promise<string> {
  const { statement, values } = bind(query);
  const client = new pg.Client({ connectionString: service.test.appUrl });
  await client.connect();
  await client.query(`BEGIN; SELECT app.set_tenant('${tenantId}'); SET LOCAL plan_cache_mode = force_generic_plan`);
  await client.query(`PREPARE question AS ${statement.text}`);
  const literals = values.map((value) => pg.escapeLiteral(String(value)));
  const { rows } = await client.query<Record<string, string>>(`EXPLAIN EXECUTE question(${literals.join(', ')})`);
  await client.end();
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
