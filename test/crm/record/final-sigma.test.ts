/** Searches take no notice of a final sigma: ς is σ, in names, codes, subjects and addresses, as both transports look them up. */
import { Migration20261130000030 } from '../../../src/migrations/2026-11/Migration20261130000030.js';
import { searchForm } from '../../../src/platform/values/search-form.js';
import pg from 'pg';
import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { aCustomer, CUSTOMERS, graphqlIn, pageIn } from '../customer/customer-support.js';
import { aChild } from './child-rows.js';

const service = useOwnService();

const SPELLINGS = ['Σ', 'σ', 'ς', 'ΟΔΟΣ', 'οδος', 'οδοσ', 'ΔΟς'];

const CONDITIONS = `query ($text: String!) {
  customers(filter: { name: { contains: $text } }) { totalCount }
  byMail: customers(filter: { email: { contains: $text } }) { totalCount }
  byMailOfContact: contacts(filter: { email: { contains: $text } }) { totalCount }
  contacts(filter: { lastName: { contains: $text } }) { totalCount }
  opportunities(filter: { name: { contains: $text } }) { totalCount }
  activities(filter: { subject: { contains: $text } }) { totalCount }
  related: contacts(filter: { not: { customer: { not: { name: { contains: $text } } } } }) { totalCount }
  searched: customers(search: $text) { totalCount }
  search(query: $text) { totalCount } }`;

async function fill(): Promise<{ client: Client; tenantId: string }> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const { id } = await aCustomer(client, { name: 'ΟΔΟΣ', email: 'ΟΔΟΣ@essai.example' });
  await aChild(service, tenant, 'contacts', id, { last_name: 'οδος', email: 'οδος@essai.example' });
  await aChild(service, tenant, 'opportunities', id, { name: 'Η ΟΔΟΣ' });
  await aChild(service, tenant, 'activities', id, { subject: 'οδοσ' });
  return { client, tenantId: tenant.id };
}

async function countsFor(client: Client, text: string): Promise<Record<string, number>> {
  const answer = await client.graphql(CONDITIONS, { text });
  const { data } = graphqlIn<Record<string, { totalCount: number }>>(answer);
  if (!data) throw new Error(answer.text);
  const counts = Object.entries(data).map(([name, { totalCount }]) => [name, totalCount]);
  return Object.fromEntries(counts) as Record<string, number>;
}

const ALL = {
  ...{ customers: 1, byMail: 1, byMailOfContact: 1, contacts: 1, opportunities: 1, activities: 1, related: 1 },
  ...{ searched: 1, search: 4 },
};

test.each(SPELLINGS)('%s finds each spelling', async (text) => {
  const { client } = await fill();

  expect(await countsFor(client, text)).toEqual(ALL);
  expect(pageIn(await client.get(`${CUSTOMERS}?search=${encodeURIComponent(text)}`)).total).toBe(1);
});

test('joiners count neither in what is stored nor in what is looked for', async () => {
  const { admin } = await service.aTenant();
  const client = as(service, admin);
  await aCustomer(client, { name: 'نامه\u200cای', code: 'CLI-1', email: 'a.b@essai.example' });

  for (const text of ['نامه\u200cای', 'نامهای', 'C\u200dLI-1', 'a.\u200cb@essai'])
    expect([text, (await countsFor(client, text)).searched]).toEqual([text, 1]);
  expect(await countsFor(client, 'نامهای')).toMatchObject({ customers: 1, search: 1 });
});

test('the service and PostgreSQL fold Greek alike', async () => {
  const words = ['ΟΔΟΣ', 'οδος', 'ὁδός', 'Οδός', 'ΣΣ', 'ς', 'ΑΣ ΒΣ', 'Straße', 'ÉTÉ'];
  const rows = await service.ask<{ folded: string }>(
    'SELECT app.fold(w) AS folded FROM unnest($1::text[]) WITH ORDINALITY AS t (w, n) ORDER BY n',
    [words],
  );

  expect(rows.map(({ folded }) => folded)).toEqual(words.map(searchForm));
});

test('the migration folds anew what stands already, of every tenant, and logs too', async () => {
  const [first, second] = [await fill(), await fill()];
  const { em } = service.database.orm;
  const migration = new Migration20261130000030(em.getDriver(), em.config);
  migration.up();
  const owner = new pg.Client({ connectionString: service.test.ownerUrl });
  await owner.connect();
  try {
    const queries = migration.getQueries().map(String);
    await owner.query(queries[0]?.replace(/translate\((.*), E'.*', 'σ'\)/, '$1') ?? '');
    for (const { tenantId } of [first, second])
      await service.ask(`UPDATE customers SET name = name WHERE tenant_id = $1`, [tenantId]);
    await service.ask(`UPDATE audit_events SET description = 'ΟΔΟΣ' WHERE tenant_id = $1`, [first.tenantId]);
    const [stored] = await service.ask('SELECT search_text FROM customers WHERE tenant_id = $1', [first.tenantId]);
    expect(stored?.search_text).toContain('ς');

    for (const query of queries) await owner.query(query);
  } finally {
    await owner.end();
  }

  for (const { client } of [first, second]) expect(await countsFor(client, 'οδοσ')).toEqual(ALL);
  const answer = await first.client.get(`/v1/audit/logs?search_text=${encodeURIComponent('ΔΟΣ')}`);
  expect(answer.body).toMatchObject({ total: 1 });
});
