import pg from 'pg';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { activeCapacity, aChild, childRow, type ChildTable } from '../record/child-rows.js';
import { aCustomer, addressOf, atOnce, eventsOf, graphqlIn, outcomeOf, problemIn } from './customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

const TABLES: readonly ChildTable[] = ['contacts', 'opportunities', 'activities'];
const NOUNS: Readonly<Record<ChildTable, string>> = {
  contacts: 'contact',
  opportunities: 'opportunity',
  activities: 'activity',
};
/** What a search finds each of them by. */
const WORDS: Readonly<Record<ChildTable, string>> = { contacts: 'Martin', opportunities: 'Vente', activities: 'Appel' };

const RESTORE_THE_CUSTOMER = {
  fr: "Le client de cette fiche est supprimé : restaurez-le d'abord.",
  en: 'The customer of this record is deleted: restore it first.',
};

interface Family {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customer: { readonly id: string };
  readonly children: Readonly<Record<ChildTable, string>>;
}

/** A customer with one child of each type. */
async function aFamily(): Promise<Family> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const customer = await aCustomer(client);
  const contacts = await aChild(service, tenant, 'contacts', customer.id);
  const opportunities = await aChild(service, tenant, 'opportunities', customer.id);
  const links = { contact_id: contacts, opportunity_id: opportunities };
  const activities = await aChild(service, tenant, 'activities', customer.id, links);
  return { tenant, client, customer, children: { contacts, opportunities, activities } };
}

const pathOf = (table: ChildTable, id = ''): string => `/v1/commercial/${table}${id === '' ? '' : `/${id}`}`;

const BODIES: Readonly<Record<ChildTable, object>> = {
  contacts: { first_name: 'Anne', last_name: 'Martin' },
  opportunities: { name: 'Vente' },
  activities: { type: 'CALL', subject: 'Appel' },
};

function create(client: Client, table: ChildTable, customerId: string): Promise<Answer> {
  return client.post(pathOf(table), { ...BODIES[table], customer_id: customerId });
}

/** How many of each type every way of reading shows. */
async function seen({ client, children }: Family, table: ChildTable): Promise<Readonly<Record<string, number>>> {
  const list = await client.get(`${pathOf(table)}?page=1`);
  const found = await client.get(`${pathOf(table)}?page=1${table === 'activities' ? '' : `&search=${WORDS[table]}`}`);
  const csv = await client.get(`/v1/commercial/export/${table}`);
  const graphql = await client.graphql(
    `query ($id: ID!, $search: String!) { one: ${NOUNS[table]}(id: $id) { id customer { id } }
      all: ${table} { totalCount nodes { id customer { id } } } found: ${table}(search: $search) { totalCount } }`,
    { id: children[table], search: WORDS[table] },
  );
  const {
    one,
    all,
    found: searched,
  } = graphqlIn<Readonly<Record<string, { totalCount: number } | null>>>(graphql).data ?? {};
  return {
    list: (list.body as { total: number }).total,
    search: (found.body as { total: number }).total,
    export: csv.text.trim().split('\r\n').length - 1,
    'GraphQL one': one ? 1 : 0,
    'GraphQL list': all?.totalCount ?? -1,
    'GraphQL search': searched?.totalCount ?? -1,
  };
}

const everywhere = (count: number): Readonly<Record<string, number>> => ({
  list: count,
  search: count,
  export: count,
  'GraphQL one': count,
  'GraphQL list': count,
  'GraphQL search': count,
});

describe('with a deleted customer', () => {
  test.each(TABLES)('its %s are shown nowhere, and everywhere again after the restore', async (table) => {
    const family = await aFamily();
    const { client, customer } = family;
    expect(await seen(family, table)).toEqual(everywhere(1));

    await client.delete(addressOf(customer));
    expect(await seen(family, table)).toEqual(everywhere(0));

    await client.post(`${addressOf(customer)}/restore`);
    expect(await seen(family, table)).toEqual(everywhere(1));
  });

  test.each(TABLES)('its %s are unknown to every operation, and no more can be added', async (table) => {
    const { client, customer, children } = await aFamily();
    await client.delete(addressOf(customer));

    const address = pathOf(table, children[table]);
    const answers = [await client.get(address), await client.put(address, {}), await client.delete(address)];
    const created = await client.post(
      pathOf(table),
      { ...BODIES[table], customer_id: customer.id },
      { 'accept-language': 'fr' },
    );

    expect(answers.map(outcomeOf)).toEqual(['404 NOT_FOUND', '404 NOT_FOUND', '404 NOT_FOUND']);
    expect(outcomeOf(created)).toBe('404 NOT_FOUND');
    expect(problemIn(created).detail).toBe('Client non trouvé');
  });

  test.each(TABLES)('its %s cannot be restored by themselves', async (table) => {
    const { tenant, client, customer, children } = await aFamily();
    const before = await aChild(service, tenant, table, customer.id, { deleted_at: '2026-02-01T00:00:00Z' });
    await client.delete(addressOf(customer));
    const recordType = NOUNS[table];
    const mutation = `mutation ($id: ID!) { restore${recordType.charAt(0).toUpperCase()}${recordType.slice(1)}(id: $id) { ${recordType} { id } } }`;
    const code = 'ILLEGAL_TRANSITION';
    const details = { from: 'DELETED', allowed: [], customer_id: customer.id };

    for (const id of [children[table], before]) {
      for (const [language, sentence] of Object.entries(RESTORE_THE_CUSTOMER)) {
        const headers = { 'accept-language': language };
        const rest = await client.post(`${pathOf(table, id)}/restore`, undefined, headers);
        const graphql = await client.graphql(mutation, { id }, headers);

        expect(rest.body).toMatchObject({ status: 409, code, detail: sentence });
        expect(problemIn(rest).details).toEqual(details);
        expect(graphqlIn(graphql).errors).toMatchObject([{ message: sentence, extensions: { code } }]);
        expect(graphqlIn(graphql).errors?.[0]?.extensions.details).toEqual(details);
      }
      expect((await childRow(service, table, id)).deleted_at).not.toBeNull();
    }

    await client.post(`${addressOf(customer)}/restore`);
    expect((await client.post(`${pathOf(table, before)}/restore`)).status).toBe(200);
  });
});

test('the customer of many records comes with one statement, and only with what is asked', async () => {
  const { tenant, client } = await aFamily();
  const other = await aCustomer(client, { name: 'Autre SA' });
  await aChild(service, tenant, 'contacts', other.id, { last_name: 'Zola' });

  const watch = watchStatements();
  const answer = await client.graphql('{ contacts { nodes { lastName customer { name } } } }');
  watch.stop();

  // The list, and the names of all its customers.
  const customers = watch.messages.flatMap(({ texts }) => texts).filter((text) => text.includes('FROM customers c'));
  expect(customers).toEqual([expect.stringMatching(/^SELECT c\.id, c\.name FROM/)]);
  expect(answer.body).toEqual({
    data: {
      contacts: {
        nodes: [
          { lastName: 'Martin', customer: { name: 'Dupont SA' } },
          { lastName: 'Zola', customer: { name: 'Autre SA' } },
        ],
      },
    },
  });
});

/** Live records of deleted customers: there are to be none, ever. */
async function orphans({ id }: TestTenant): Promise<number> {
  const live = TABLES.map((table) => `SELECT tenant_id, customer_id FROM ${table} WHERE deleted_at IS NULL`);
  const [row] = await service.ask<{ count: number }>(
    `SELECT count(*)::integer AS count FROM (${live.join(' UNION ALL ')}) r
     JOIN customers c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
     WHERE c.tenant_id = $1 AND c.deleted_at IS NOT NULL`,
    [id],
  );
  return row?.count ?? -1;
}

/** How many records a deletion took, by the database. */
async function takenWith(customerId: string): Promise<Readonly<Record<string, number>>> {
  const counts = await Promise.all(
    TABLES.map((table) =>
      service.ask<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table} WHERE deleted_with = $1`, [
        customerId,
      ]),
    ),
  );
  return Object.fromEntries(TABLES.map((table, index) => [table, counts[index]?.[0]?.count ?? -1]));
}

describe('at the same time', () => {
  test('creations and the deletion of their customer leave no live child behind, and the event counts what went', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { tenant, client, customer } = await aFamily();

      const [deletion, ...creations] = await Promise.all([
        new Promise((resolve) => setTimeout(resolve, round * 4)).then(() => client.delete(addressOf(customer))),
        ...TABLES.flatMap((table) => [1, 2, 3].map(() => create(client, table, customer.id))),
      ]);

      expect(deletion.status).toBe(204);
      for (const answer of creations) expect(['201', '404 NOT_FOUND']).toContain(outcomeOf(answer));
      expect(await orphans(tenant)).toBe(0);
      const deleted = (await eventsOf(service, tenant)).find(({ action }) => action === 'customer.deleted');
      const made = creations.filter(({ status }) => status === 201).length;
      const counts = await takenWith(customer.id);
      expect(deleted?.new_value).toMatchObject(counts);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(made + 3);
      expect(await activeCapacity(service, tenant)).toEqual({ taken: 0, active: 0 });
    }
  });

  testOnOneNode.each(TABLES)('%s wait for a deletion that came first, and then find no customer', async (table) => {
    const { tenant, client, customer } = await aFamily();
    const blocker = new pg.Client({ connectionString: service.test.superuserUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM customers WHERE id = $1 FOR UPDATE', [customer.id]);

    const deletion = client.delete(addressOf(customer));
    await untilWaiting(1);
    const creations = atOnce(3, () => create(client, table, customer.id));
    await untilWaiting(4);
    await blocker.query('COMMIT');
    await blocker.end();

    expect((await deletion).status).toBe(204);
    expect((await creations).map(outcomeOf)).toEqual(Array(3).fill('404 NOT_FOUND'));
    expect(await orphans(tenant)).toBe(0);
  });

  test('wins, losses and deletions of opportunities keep the places right while their customer goes and comes back', async () => {
    const { tenant, client, customer } = await aFamily();
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => aChild(service, tenant, 'opportunities', customer.id)));
    const [won = '', lost = '', gone = '', ...rest] = ids;

    const answers = await Promise.all([
      client.delete(addressOf(customer)),
      client.post(`${pathOf('opportunities', won)}/win`),
      client.post(`${pathOf('opportunities', lost)}/lose`),
      client.delete(pathOf('opportunities', gone)),
      ...rest.map((id) => client.put(pathOf('opportunities', id), { status: 'WON' })),
    ]);
    for (const answer of answers) expect(['200', '204', '404 NOT_FOUND']).toContain(outcomeOf(answer));
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 0, active: 0 });

    const back = await Promise.all([
      client.post(`${addressOf(customer)}/restore`),
      ...ids.map((id) => client.post(`${pathOf('opportunities', id)}/restore`)),
    ]);
    for (const answer of back) expect(['200', '409 ILLEGAL_TRANSITION']).toContain(outcomeOf(answer));
    expect(back[0].status).toBe(200);
    const { taken, active } = await activeCapacity(service, tenant);
    expect(taken).toBe(active);
    expect(await orphans(tenant)).toBe(0);
  });
});

/** Until so many connections of this database wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [row] = await service.ask<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((row?.count ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Fewer than ${count} connections wait.`);
}
