import pg from 'pg';
import type { TenantReader } from '../../../src/tenancy/tenant-reader.js';
import {
  auditEventTable,
  historiesSql,
  historyCountsSql,
  listAuditEvents,
  type AuditLogSelection,
} from '../../../src/audit/log/audit-log.query.js';
import { bind, joinSql, type Sql } from '../../../src/platform/postgres/sql.js';
import { openAuditBench, aTenant, runAs, type AuditBench } from '../support.js';

const RARE_ID = '0199a000-0000-7000-8000-0000000000aa';

let bench: AuditBench;
let tenantId: string;
let client: pg.Client;

beforeAll(async () => {
  bench = await openAuditBench();
  tenantId = await aTenant(bench);
  // What is looked for stands once, at the end that is read last.
  await runAs(bench.test.superuserUrl, tenantId, [
    `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, user_id, action, entity_type, entity_id, request_id, success, salt, values_digest, digest)
     SELECT '${tenantId}', gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '1 minute', 'user',
       CASE WHEN n = 1 THEN '${RARE_ID}'::uuid ELSE md5((n % 50)::text)::uuid END,
       CASE WHEN n = 1 THEN 'user.created' ELSE 'customer.updated' END, CASE WHEN n = 1 THEN 'user' ELSE 'customer' END,
       CASE WHEN n = 1 THEN '${RARE_ID}' ELSE md5((n % 4000)::text)::uuid::text END, 'r', n > 1, '', '', ''
     FROM generate_series(1, 20000) n`,
    'ANALYZE audit_events',
  ]);
  client = new pg.Client({ connectionString: bench.test.appUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await bench.close();
});

/** What the list sends for its first page, without sending it. */
async function pageStatement(selection: AuditLogSelection): Promise<Sql> {
  const sent: Sql[] = [];
  const reader: TenantReader = {
    tenantId,
    rows: () => Promise.resolve([]),
    batch: (queries) => {
      sent.push(...queries);
      return Promise.resolve(queries.map(() => []));
    },
  };
  const page = { properties: auditEventTable.properties, limit: 51, withRows: true, withTotal: false };
  await listAuditEvents(reader, { ...selection, ...page });
  return joinSql(sent, '; ');
}

/** The plan for any values, which is what a connection keeps of a statement that it runs often. */
async function planOf(query: Sql): Promise<string> {
  const { statement, values } = bind(query);
  const literals = values.map((value) =>
    pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value)),
  );
  await client.query(`BEGIN; SELECT app.set_tenant('${tenantId}'); SET LOCAL plan_cache_mode = force_generic_plan`);
  try {
    await client.query(`PREPARE question AS ${statement.text}`);
    const { rows } = await client.query<Record<string, string>>(`EXPLAIN EXECUTE question(${literals.join(', ')})`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('ROLLBACK; DEALLOCATE ALL');
  }
}

describe('a page of the log', () => {
  test.each<[filter: string, selection: AuditLogSelection, index: string]>([
    ['nothing', {}, 'audit_events_log'],
    ['a kind of record', { filter: { entityType: { eq: 'user' } } as object }, 'audit_events_log'],
    ['a record', { filter: { entityId: { eq: RARE_ID } } as object }, 'audit_events_by_record'],
    ['an action', { filter: { action: { eq: 'user.created' } } as object }, 'audit_events_log'],
    ['a user', { filter: { userId: { eq: RARE_ID } } as object }, 'audit_events_log'],
    ['failure', { filter: { success: { eq: false } } }, 'audit_events_failed'],
    [
      'a user in a period',
      {
        filter: {
          userId: { eq: RARE_ID },
          createdAt: { gte: '2025-12-31T23:00:00Z', lte: '2026-01-02T22:59:59.999Z' },
        } as object,
      },
      'audit_events_log',
    ],
  ])('by %s is read from its index', async (_filter, selection, index) => {
    const plan = await planOf(await pageStatement(selection));

    expect(plan).toContain(`using ${index} on audit_events`);
    // In the order of the index: nothing is sorted.
    expect(plan).not.toContain('Sort');
  });
});

test('histories are the index’s, record by record, and so are their counts', async () => {
  const query = {
    entityType: 'customer',
    properties: auditEventTable.properties,
    limit: 21,
    withRows: true,
    withTotal: true,
  };

  const rows = await planOf(historiesSql(tenantId, [RARE_ID], query));
  const counts = await planOf(historyCountsSql(tenantId, [RARE_ID], query));

  expect(rows).toContain('using audit_events_by_record on audit_events');
  expect(rows).not.toContain('Sort');
  expect(counts).toContain('audit_events_by_record');
});
