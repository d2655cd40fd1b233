/** What PostgreSQL reads for lists of a large tenant: 100 000 activities and events, by the service's own statements and as its role. */
import pg from 'pg';
import { as, type Answer, type Client } from '../../support/client.js';
import { onOneNode } from '../../support/one-node.js';
import { planOf, rowsLookedAt, type PlanNode } from '../../support/plans.js';
import type { TestTenant } from '../../support/service.js';
import { onEachStatement, type SentStatement } from '../../support/statements.js';
import { useOwnService } from '../../support/use-service.js';

const { testOnOneNode, describeOnOneNode } = onOneNode();

const ROWS = 100_000;
/** Held by one activity in six, and by the oldest eighth alone. */
const COMMON = 'relance';
const OLD = 'ancienne';

let tenant: TestTenant;
let admin: Client;
let client: pg.Client;

// Before the service, which drops its database.
afterAll(() => client.end());

const service = useOwnService();

beforeAll(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
  await fill(tenant.id);
  for (const table of ['customers', 'activities', 'opportunities', 'opportunity_transitions', 'audit_events'])
    await service.ask(`VACUUM ANALYZE ${table}`);
  client = new pg.Client({ connectionString: service.test.appUrl });
  await client.connect();
}, 180_000);

async function fill(tenantId: string): Promise<void> {
  const id = (kind: string): string => `md5('${kind}' || n)::uuid`;
  for (const statement of [
    `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
     SELECT '${tenantId}', ${id('c')}, 'C' || n, 'Client ' || n, 'VIP', 'FR', 'NET_30', 'EUR', now(), now() FROM generate_series(1, 100) n`,
    `INSERT INTO activities (tenant_id, id, customer_id, type, subject, description, date, due_date, created_at, updated_at)
     SELECT '${tenantId}', ${id('a')}, md5('c' || 1 + n % 100)::uuid, 'CALL',
       CASE WHEN n <= ${ROWS} / 8 THEN 'Affaire ancienne' WHEN n % 6 = 0 THEN 'Relance' ELSE 'Point' END || ' ' || n, repeat('x', 60),
       '2026-01-01'::timestamptz + n * interval '1 minute', CASE WHEN n % 3 = 0 THEN now() + n * interval '1 minute' END, now(), now()
     FROM generate_series(1, ${ROWS}) n`,
    `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, currency, created_at, updated_at)
     SELECT '${tenantId}', ${id('o')}, md5('c' || 1 + n % 100)::uuid, 'O' || n, 'Projet ' || n, 'NEW', 10, 'EUR', now(), now()
     FROM generate_series(1, 5000) n`,
    `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, to_status, probability, amount, currency, changed_at)
     SELECT '${tenantId}', ${id('o')}, version, 'NEW', 10, 5, 'EUR', '2026-01-01'::timestamptz + version * interval '10 days'
     FROM generate_series(1, 5000) n, generate_series(1, 4) version`,
    `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, request_id, success, salt, values_digest, digest)
     SELECT '${tenantId}', ${id('e')}, '2026-01-01'::timestamptz + n * interval '1 minute', 'user', 'customer.updated', 'customer', 'r' || n,
       true, '', '', '' FROM generate_series(1, ${ROWS} + 10) n`,
  ])
    await service.ask(statement);
}

async function statementsOf(request: () => Promise<Answer>, table: string): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const stop = onEachStatement((statement) => sent.push(statement));
  const { status, text } = await request();
  stop();
  if (status !== 200 || text.includes('"errors"')) throw new Error(text);
  return sent.filter(({ text: statement }) => statement.includes(`FROM ${table}`));
}

/** The plans of all statements that read the table, and hold a word. */
async function nodesOf(
  request: () => Promise<Answer>,
  table: string,
  mode: 'custom' | 'generic',
  holding = '',
): Promise<PlanNode[]> {
  const nodes: PlanNode[] = [];
  const statements = await statementsOf(request, table);
  for (const statement of statements.filter(({ text }) => text.includes(holding)))
    nodes.push(...(await planOf(client, tenant.id, statement, mode)));
  expect(nodes.length).toBeGreaterThan(0);
  return nodes;
}

const LISTS = '/v1/commercial/activities';
const list = (args: string): (() => Promise<Answer>) => {
  return () => admin.graphql(`{ activities(first: 20, ${args}) { nodes { id subject } } }`);
};

/** A cursor of the list in the order of due dates, moved to its middle. */
async function middleOf(order: string): Promise<string> {
  const { text } = await admin.graphql(`{ activities(first: 1, ${order}) { pageInfo { endCursor } } }`);
  const cursor = /"endCursor":"([^"]+)"/.exec(text)?.[1] ?? '';
  const [scope, , id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string, string];
  const middle = new Date(Date.now() + (ROWS / 2) * 60_000).toISOString();
  return Buffer.from(JSON.stringify([scope, middle, id])).toString('base64url');
}

describeOnOneNode.each(['custom', 'generic'] as const)('%s plans read', (mode) => {
  test.each(['ASC, nulls: LAST', 'ASC, nulls: FIRST', 'DESC, nulls: LAST', 'DESC, nulls: FIRST'])(
    'a page and no more in the order of due dates: %s',
    async (direction) => {
      const order = `orderBy: [{ field: DUE_DATE, direction: ${direction} }]`;
      const cursor = await middleOf(order);

      const first = await nodesOf(list(order), 'activities', mode);
      const beyond = await nodesOf(list(`${order}, after: "${cursor}"`), 'activities', mode);

      expect(rowsLookedAt(first)).toBeLessThan(200);
      expect(rowsLookedAt(beyond)).toBeLessThan(200);
    },
  );

  test('rows of the page alone far from the beginning', async () => {
    const nodes = await nodesOf(() => admin.get(`${LISTS}?page=400`), 'activities', mode, 'OFFSET');

    expect(rowsLookedAt(nodes, 'rows of tables')).toBeLessThan(50);
  });

  test('the next rows for a common text, and those that hold it where it goes with the order', async () => {
    const common = await nodesOf(list(`search: "${COMMON}"`), 'activities', mode);
    const old = await nodesOf(list(`search: "${OLD}"`), 'activities', mode);

    expect(rowsLookedAt(common)).toBeLessThan(2000);
    expect(rowsLookedAt(old)).toBeLessThan(ROWS / 2);
  });

  test('a part of the activities for the search over all record types', async () => {
    const request = (): Promise<Answer> => admin.graphql(`{ search(query: "${COMMON}") { nodes { title } } }`);

    expect(rowsLookedAt(await nodesOf(request, 'activities', mode))).toBeLessThan(ROWS / 4);
  });

  test('neither an opportunity nor a transition beyond the key for the pipeline of a day', async () => {
    const request = (): Promise<Answer> => admin.get('/v1/commercial/pipeline/summary?as_of=2026-01-25');
    // So few rows would be read whole and sorted.
    await client.query('SET enable_sort = off');
    const nodes = await nodesOf(request, '(', mode);
    await client.query('RESET enable_sort');

    expect(nodes.map((node) => node['Relation Name'])).not.toContain('opportunities');
    expect(rowsLookedAt(nodes)).toBeGreaterThan(0);
    expect(rowsLookedAt(nodes, 'rows of tables')).toBe(0);
  });

  test('the transitions of one opportunity for the pipeline of a day that is filtered by its id', async () => {
    const id = (await service.ask<{ id: string }>("SELECT md5('o1')::uuid AS id"))[0]?.id;
    const request = (): Promise<Answer> =>
      admin.graphql(`{ pipeline(asOf: "2026-01-25", filter: { id: { eq: "${id}" } }) { count } }`);

    expect(rowsLookedAt(await nodesOf(request, '(', mode))).toBeLessThan(20);
  });

  test('entries of the index alone up to a page of the audit log', async () => {
    const nodes = await nodesOf(() => admin.get('/v1/audit/logs?page=150'), 'audit_events', mode, 'OFFSET');

    expect(rowsLookedAt(nodes, 'rows of tables')).toBeLessThan(200);
  });
});

testOnOneNode('a sample tells that a text is in many rows, before the index is read', async () => {
  await client.query(`BEGIN; SELECT app.set_tenant('${tenant.id}')`);
  const lookUp = (text: string): Promise<unknown> =>
    client
      .query<{ ids: readonly unknown[] | null }>('SELECT app.look_up_activities($1, NULL, 1000) AS ids', [text])
      .then(({ rows }) => rows[0]?.ids?.length ?? null);

  expect([await lookUp(COMMON), await lookUp('Point 77'), await lookUp('rien')]).toEqual([null, 834, 0]);
  await client.query('ROLLBACK');
});

test('a search of the audit log that would read too many events is rejected, and says what to add', async () => {
  const all = await admin.get('/v1/audit/logs?search_text=absent');
  const period = await admin.get('/v1/audit/logs?search_text=absent&from_date=2026-03-01');
  const frequent = await admin.get('/v1/audit/logs?search_text=updated');

  expect(all.status).toBe(422);
  expect(all.body).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [
      { pointer: '/search_text', code: 'OUT_OF_RANGE', message: expect.stringContaining('from_date') as unknown },
    ],
  });
  expect(period.body).toMatchObject({ logs: [], total: 0, total_is_exact: true });
  expect(frequent.body).toMatchObject({ total: 10_000, total_is_exact: false });
});
