import pg from 'pg';
import type { TenantReader } from '../../../src/tenancy/tenant-reader.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { listChanges, type ChangePosition } from '../../../src/crm/change/change.query.js';
import { bind, type Sql } from '../../../src/platform/postgres/sql.js';
import { onEachStatement, type SentStatement } from '../../support/statements.js';
import { aTenant, openAuditBench, runAs, type AuditBench } from '../../audit/support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const EVENTS = 5000;

let bench: AuditBench;
let tenantId: string;
let client: pg.Client;

/** Thousands of events at once, of which the planner has no statistics: what is right after a bulk load. */
beforeAll(async () => {
  bench = await openAuditBench();
  tenantId = await aTenant(bench);
  const untouched = ['audit_events', 'audit_unsealed', 'audit_seals'].map(
    (table) => `ALTER TABLE ${table} SET (autovacuum_enabled = false)`,
  );
  await runAs(bench.test.superuserUrl, tenantId, [
    ...untouched,
    `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, entity_id, request_id, success, salt, values_digest, digest)
     SELECT '${tenantId}', uuidv7(), now(), 'operator', 'customer.created', 'customer', gen_random_uuid()::text, 'r', true, '', '', sha256('')
     FROM generate_series(1, ${EVENTS})`,
    `INSERT INTO audit_unsealed SELECT tenant_id, id FROM audit_events`,
  ]);
  client = new pg.Client({ connectionString: bench.test.appUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await bench.close();
});

/** How many blocks a statement looks at, under the plan for any values. */
async function blocksOf(text: string, values: readonly unknown[] = []): Promise<number> {
  await client.query(`BEGIN; SELECT app.set_tenant('${tenantId}'); SET LOCAL plan_cache_mode = force_generic_plan`);
  try {
    await client.query(`PREPARE question AS ${text}`);
    const literals = values.map((value) => pg.escapeLiteral(String(value))).join(', ');
    const { rows } = await client.query<Record<string, string>>(
      `EXPLAIN (ANALYZE, BUFFERS) EXECUTE question${literals === '' ? '' : `(${literals})`}`,
    );
    const top = rows.map((row) => row['QUERY PLAN'] ?? '').find((line) => line.includes('Buffers:')) ?? '';
    return [...top.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  } finally {
    await client.query('ROLLBACK; DEALLOCATE ALL');
  }
}

/** What the feed sends for a page. */
async function feedStatement(after: ChangePosition, size: number): Promise<Sql> {
  const sent: Sql[] = [];
  const reader: TenantReader = {
    tenantId,
    rows: (query) => {
      sent.push(query);
      return Promise.resolve([]);
    },
    batch: () => Promise.resolve([]),
  };
  await listChanges(reader, { after, size, recordTypes: null });
  const [statement] = sent;
  if (!statement) throw new Error('Nothing was sent.');
  return statement;
}

testOnOneNode('the sealer looks its thousand events up one by one, without statistics too', async () => {
  const sent: SentStatement[] = [];
  const stop = onEachStatement((statement) => sent.push(statement));
  expect(await sealTenant(bench.database, tenantId)).toBe(1000);
  stop();
  const queue = sent.find(({ text }) => text.includes('from audit_unsealed'));

  const blocks = await blocksOf(queue?.text ?? '', queue?.values);

  // Three of the index and one of the table for each, and the queue.
  expect(blocks).toBeGreaterThan(1000);
  expect(blocks).toBeLessThan(6000);
});

testOnOneNode(
  'a page of the feed reads what it shows, wherever it begins and whether there are statistics or not',
  async () => {
    while ((await sealTenant(bench.database, tenantId)) > 0);
    const blocksAt = async (seq: number, position: number): Promise<number> => {
      const { statement, values } = bind(await feedStatement({ seq, position }, 20));
      return blocksOf(statement.text, values);
    };
    const measure = async (): Promise<number[]> => [
      await blocksAt(0, 0),
      await blocksAt(3, 500),
      await blocksAt(5, 990),
    ];
    const before = await measure();
    await runAs(bench.test.superuserUrl, tenantId, ['ANALYZE audit_events', 'ANALYZE audit_seals']);

    for (const blocks of [...before, ...(await measure())]) {
      expect(blocks).toBeGreaterThan(20);
      expect(blocks).toBeLessThan(500);
    }
  },
);
