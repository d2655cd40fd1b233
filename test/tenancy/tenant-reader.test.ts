import pg from 'pg';
import { connectionsOf } from '../../src/tenancy/request-connections.js';
import { BoundTenantReader, type TenantReaderOptions } from '../../src/tenancy/tenant-reader.js';
import { translateDatabaseError } from '../../src/platform/postgres/database-errors.js';
import { RowClient } from '../../src/platform/postgres/row-client.js';
import { rawSql, sql } from '../../src/platform/postgres/sql.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

const TENANTS = ['reader-a', 'reader-b'] as const;
const NAMED: TenantReaderOptions = { namedStatements: true, explicitTransaction: false, timeoutMs: 5000 };

let database: TestDatabase;
let superuser: pg.Pool;
let pool: pg.Pool;

beforeAll(async () => {
  database = await cloneDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 2 });
  superuser.on('error', () => undefined);
  for (const id of TENANTS) {
    await superuser.query("INSERT INTO tenants (id, name) VALUES ($1, 'Nom ' || $1)", [id]);
    await superuser.query('INSERT INTO counters (tenant_id, name, value) VALUES ($1, $2, 7)', [id, 'customer.live']);
  }
});

afterAll(async () => {
  await superuser.end();
  await database.drop();
});

// One connection, so that whatever a batch leaves behind meets the next one.
beforeEach(() => {
  pool = new pg.Pool({ connectionString: database.appUrl, max: 1, Client: RowClient });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
});

afterEach(() => pool.end());

function readerOf(tenantId: string, options: Partial<TenantReaderOptions> = {}): BoundTenantReader {
  return new BoundTenantReader(connectionsOf(pool), tenantId, { ...NAMED, ...options });
}

/** Without a predicate of its own: only the setting and the policy decide. */
const everyCounter = sql`SELECT tenant_id AS "tenantId", value FROM counters`;
const backendPid = async (): Promise<number> => {
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
};

const MODES: readonly [string, Partial<TenantReaderOptions>][] = [
  ['named statements', {}],
  ['unnamed statements, as a pooler in transaction mode needs', { namedStatements: false }],
  ['explicit transactions, as Citus needs', { explicitTransaction: true }],
  ['both', { namedStatements: false, explicitTransaction: true }],
];

describe.each(MODES)('with %s', (mode, options) => {
  test('tenants that take turns on one connection see their own rows only, and the setting is gone after each', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      const tenantId = TENANTS[turn % 2] ?? '';
      expect(await readerOf(tenantId, options).rows(everyCounter)).toEqual([{ tenantId, value: 7 }]);
      const { rows } = await pool.query<{ left: string | null }>(
        "SELECT current_setting('app.tenant_id', true) AS left",
      );
      expect(rows[0]?.left ?? '').toBe('');
    }
  });

  test('several statements are one round trip that answers each in order', async () => {
    const answers = await readerOf('reader-a', options).batch([
      sql`SELECT ${'one'} AS word`,
      everyCounter,
      sql`SELECT ${[1, 2, 3]}::integer[] @> ARRAY[2] AS yes, ${null}::text AS nothing`,
    ]);

    expect(answers).toEqual([[{ word: 'one' }], [{ tenantId: 'reader-a', value: 7 }], [{ yes: true, nothing: null }]]);
  });

  test('an error in the middle of a batch leaves the connection usable', async () => {
    const reader = readerOf('reader-a', options);
    const before = await backendPid();

    const broken = reader.batch([everyCounter, sql`SELECT 1 / ${0}::integer AS never`, everyCounter]);

    await expect(broken).rejects.toMatchObject({ code: '22012' });
    expect(await reader.batch([everyCounter, sql`SELECT 1 / ${1}::integer AS one`])).toEqual([
      [{ tenantId: 'reader-a', value: 7 }],
      [{ one: 1 }],
    ]);
    expect(await backendPid()).toBe(before);
  });

  test('a plan that a migration made stale is made anew', async () => {
    const table = `reader_plan_${String(MODES.findIndex(([name]) => name === mode))}`;
    await superuser.query(
      `CREATE TABLE ${table} (n integer); GRANT SELECT ON ${table} TO crm_app; INSERT INTO ${table} VALUES (5)`,
    );
    const reader = readerOf('reader-a', options);
    const query = sql`SELECT n FROM ${rawSql(table)}`;
    expect(await reader.rows(query)).toEqual([{ n: 5 }]);

    await superuser.query(`ALTER TABLE ${table} ALTER COLUMN n TYPE text`);

    expect(await reader.rows(query)).toEqual([{ n: '5' }]);
  });
});

test('a batch without an answer in time is given up, and its connection closed', async () => {
  const reader = readerOf('reader-a', { timeoutMs: 200 });
  const before = await backendPid();

  const error: unknown = await reader.rows(sql`SELECT pg_sleep(5)`).catch((thrown: unknown) => thrown);

  expect(translateDatabaseError(error)).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await backendPid()).not.toBe(before);
});

test('a connection that breaks under a batch is a 503, and the next one is new', async () => {
  const reader = readerOf('reader-a');
  const pid = await backendPid();
  const broken = reader.rows(sql`SELECT pg_sleep(5)`).catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 200));

  await superuser.query('SELECT pg_terminate_backend($1)', [pid]);

  expect(translateDatabaseError(await broken)).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await reader.rows(everyCounter)).toHaveLength(1);
  expect(await backendPid()).not.toBe(pid);
});

test('a connection keeps a bounded number of prepared statements', async () => {
  const reader = readerOf('reader-a');
  for (let index = 0; index < 520; index += 1) {
    const columns = Array.from({ length: index + 1 }, () => sql`1`);
    await reader.rows(columns.reduce((text, column) => sql`${text} + ${column}`, sql`SELECT 0`));
  }

  const { rows } = await pool.query<{ held: string }>('SELECT count(*) AS held FROM pg_prepared_statements');

  expect(Number(rows[0]?.held)).toBeLessThanOrEqual(500);
}, 60_000);
