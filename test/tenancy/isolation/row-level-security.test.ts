import pg from 'pg';
import { inspectIsolation, verifyIsolation, ISOLATION_EXCEPTIONS } from '../../../src/tenancy/isolation/isolation.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { insertsOf, TENANT_A, TENANT_B } from './tenant-rows.js';

let test: TestDatabase;
/** One connection of the superuser. */
let superuser: pg.Pool;

beforeAll(async () => {
  test = await cloneDatabase();
  superuser = new pg.Pool({ connectionString: test.superuserUrl, max: 1 });
  // Dropping the database may end the connection before it has ended itself.
  superuser.on('error', () => undefined);
});
afterAll(async () => {
  await superuser.end();
  await test.drop();
});

/** What is found after `sabotage`, in a transaction that leaves nothing behind, not even on roles of the whole server. */
async function problemsAfter(sabotage: string, role = 'crm_app'): Promise<readonly string[]> {
  try {
    await superuser.query(`BEGIN; ${sabotage}; SET LOCAL SESSION AUTHORIZATION ${role}`);
    return await verifyIsolation(superuser);
  } finally {
    await superuser.query('ROLLBACK');
  }
}

describe('a migrated database', () => {
  it('is enforced on every table with tenant data', async () => {
    await superuser.query('BEGIN; SET LOCAL SESSION AUTHORIZATION crm_app');
    const report = await inspectIsolation(superuser);
    await superuser.query('ROLLBACK');
    expect(report.problems).toEqual([]);
    expect(report.role).toBe('crm_app');
    expect([...report.tables].sort()).toEqual([...insertsOf(TENANT_A).keys()].sort());
  });
});

const POLICY = `current_setting('app.tenant_id', true)`;
const DEFINER = 'LANGUAGE sql SECURITY DEFINER';

describe('a breach of tenant isolation is found', () => {
  it.each<[what: string, sabotage: string, sentence: string]>([
    ['row security switched off', 'ALTER TABLE users DISABLE ROW LEVEL SECURITY', 'public.users has no row security.'],
    [
      'not forced',
      'ALTER TABLE customers NO FORCE ROW LEVEL SECURITY',
      'public.customers does not force row security on its owner.',
    ],
    ['policy dropped', 'DROP POLICY tenant ON sessions', 'public.sessions has no policy "tenant".'],
    [
      'policy loosened for reads',
      `ALTER POLICY tenant ON counters USING (tenant_id = ${POLICY} OR tenant_id = 'demo')`,
      'The policy "tenant" on public.counters has another USING',
    ],
    [
      'policy loosened for writes',
      'ALTER POLICY tenant ON tenants WITH CHECK (true)',
      'The policy "tenant" on public.tenants has another WITH CHECK: true.',
    ],
    [
      'policy for one role only',
      'ALTER POLICY tenant ON users TO crm_search',
      'The policy "tenant" on public.users is not for every command and every role.',
    ],
    [
      'one more policy',
      'CREATE POLICY support ON customers FOR SELECT USING (true)',
      'public.customers has the policy "support", which is not a known exception.',
    ],
    [
      'a known policy for the service',
      'ALTER POLICY search ON customers TO crm_app',
      'The policy "search" on public.customers is for more than SELECT by crm_search.',
    ],
    [
      'a new table without row-level security',
      'CREATE TABLE notes (tenant_id text, id uuid, PRIMARY KEY (tenant_id, id))',
      'public.notes has no row security.',
    ],
    [
      'a new table in a schema of its own',
      'CREATE SCHEMA reports; CREATE TABLE reports.totals (tenant_id text PRIMARY KEY)',
      'reports.totals has no row security.',
    ],
    [
      'a table without a tenant',
      'CREATE TABLE notes (id uuid PRIMARY KEY)',
      'public.notes has no tenant_id and is not a known exception.',
    ],
    [
      'UPDATE on the audit log',
      'GRANT UPDATE ON audit_events TO crm_app',
      'crm_app has UPDATE on public.audit_events.',
    ],
    [
      'UPDATE of one column of the audit log',
      'GRANT UPDATE (hash) ON audit_seals TO PUBLIC',
      'crm_app has UPDATE on public.audit_seals.',
    ],
    [
      'a say in when an event came',
      'GRANT INSERT ON audit_events TO crm_app',
      'crm_app has INSERT (recorded_at) on public.audit_events.',
    ],
    ['DELETE on the audit log', 'GRANT DELETE ON audit_seals TO crm_app', 'crm_app has DELETE on public.audit_seals.'],
    ['TRUNCATE anywhere', 'GRANT TRUNCATE ON counters TO crm_app', 'crm_app has TRUNCATE on public.counters.'],
    [
      'a foreign key without the tenant',
      `CREATE UNIQUE INDEX users_id ON users (id);
        ALTER TABLE customers ADD CONSTRAINT sold_by FOREIGN KEY (created_by) REFERENCES users (id)`,
      'The foreign key sold_by of public.customers can point into another tenant: it lacks tenant_id.',
    ],
    [
      'a unique index across tenants',
      'CREATE UNIQUE INDEX customers_tax ON customers (tax_id) INCLUDE (tenant_id)',
      'The unique index customers_tax of public.customers does not contain tenant_id.',
    ],
    [
      'ON DELETE SET NULL',
      `ALTER TABLE customers DROP CONSTRAINT customers_created_by, ADD CONSTRAINT customers_created_by
        FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id) ON DELETE SET NULL`,
      'The foreign key customers_created_by of public.customers clears its columns on delete, tenant_id with them.',
    ],
    [
      'a primary key in another order',
      `CREATE TABLE notes (id uuid, tenant_id text, PRIMARY KEY (id, tenant_id))`,
      'The primary key of public.notes does not begin with tenant_id.',
    ],
    [
      'a new function with its owner’s rights',
      `CREATE FUNCTION app.all_names() RETURNS SETOF text ${DEFINER} AS 'SELECT name FROM public.customers'`,
      'The function app.all_names() is SECURITY DEFINER and not a known exception.',
    ],
    [
      'a known function under another role',
      'ALTER FUNCTION app.tenant_ids() OWNER TO crm_owner',
      'The function app.tenant_ids() runs as crm_owner instead of crm_search.',
    ],
    [
      'a known function with a loose search path',
      'ALTER FUNCTION app.search_customers(text) RESET search_path',
      'The function app.search_customers(query text) has no pinned search_path.',
    ],
    [
      'a view with its owner’s rights',
      'CREATE VIEW app.everybody AS SELECT id, tenant_id FROM users',
      'The view app.everybody reads past the policies',
    ],
    [
      'a materialized copy',
      'CREATE MATERIALIZED VIEW app.copy AS SELECT id, tenant_id FROM users',
      'The view app.copy reads past the policies',
    ],
    [
      'room for own objects',
      'GRANT CREATE ON SCHEMA public TO PUBLIC',
      'crm_app may create objects in the schema public.',
    ],
    ['a table of its own', 'ALTER TABLE throttle_buckets OWNER TO crm_app', 'crm_app owns table throttle_buckets.'],
    ['BYPASSRLS', 'ALTER ROLE crm_app BYPASSRLS', 'crm_app has BYPASSRLS.'],
    ['CREATEROLE', 'ALTER ROLE crm_app CREATEROLE', 'crm_app has CREATEROLE.'],
    ['the owner’s rights', 'GRANT crm_owner TO crm_app', 'crm_app is a member of crm_owner, which owns tables.'],
    [
      'the eraser’s rights by way of the owner, to be taken with SET ROLE only',
      'GRANT crm_owner TO crm_app; ALTER ROLE crm_app NOINHERIT',
      'crm_app is a member of crm_eraser, which may do what the service may not.',
    ],
    [
      'a superuser’s rights',
      'CREATE ROLE wall_root SUPERUSER; GRANT wall_root TO crm_app',
      'crm_app is a member of wall_root, which is a superuser.',
    ],
    [
      'the right to run programs',
      'GRANT pg_execute_server_program TO crm_app',
      'crm_app is a member of pg_execute_server_program, which may do what the service may not.',
    ],
    [
      'the functions’ role with BYPASSRLS',
      'ALTER ROLE crm_search BYPASSRLS',
      'crm_search may do more than run functions: it must be NOLOGIN, NOSUPERUSER and NOBYPASSRLS.',
    ],
  ])('%s', async (_what, sabotage, sentence) => {
    expect(await problemsAfter(sabotage)).toContainEqual(expect.stringContaining(sentence));
  });

  it('a superuser as the service’s role, in one sentence about it', async () => {
    const problems = await problemsAfter('CREATE ROLE wall_root SUPERUSER', 'wall_root');
    expect(problems).toEqual(['wall_root is a superuser: the service connects as crm_app.']);
  });

  it('a superuser who only acts as crm_app', async () => {
    const problems = await problemsAfter('CREATE ROLE wall_root SUPERUSER', 'wall_root; SET LOCAL ROLE crm_app');
    expect(problems).toEqual(['The service signed in as wall_root and only acts as crm_app.']);
  });

  it('the owner of the tables as the service’s role', async () => {
    const problems = await problemsAfter('SELECT', 'crm_owner');
    expect(problems).toContain('crm_owner owns table customers.');
    expect(problems).toContain('crm_owner is a member of crm_search, which may do what the service may not.');
    expect(problems).toContain('crm_owner has TRUNCATE on public.audit_events.');
  });
});

describe('row-level security alone', () => {
  const NOT_ALLOWED = { code: '42501' };
  const tables = [...insertsOf(TENANT_A).keys()];
  let client: pg.Client;

  beforeAll(async () => {
    for (const tenant of [TENANT_A, TENANT_B]) {
      for (const insert of insertsOf(tenant).values()) await superuser.query(insert);
    }
    client = new pg.Client({ connectionString: test.appUrl });
    await client.connect();
  });
  afterAll(() => client.end());
  afterEach(() => client.query('ROLLBACK'));

  const begin = (tenantId: string): Promise<unknown> => client.query(`BEGIN; SELECT app.set_tenant('${tenantId}')`);
  const valuesOf = async (sql: string): Promise<unknown[]> => {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.map(([value]) => value);
  };
  const column = (table: string): string => (table === 'public.tenants' ? 'id' : 'tenant_id');

  describe.each(tables)('%s', (table) => {
    it('shows nothing and takes nothing without a tenant', async () => {
      expect(await valuesOf(`SELECT ${column(table)} FROM ${table}`)).toEqual([]);
      await expect(client.query(insertsOf(TENANT_A).get(table) ?? '')).rejects.toMatchObject(NOT_ALLOWED);
    });

    it('shows the rows of the tenant and no other', async () => {
      await begin(TENANT_A.id);
      expect(await valuesOf(`SELECT ${column(table)} FROM ${table}`)).toEqual([TENANT_A.id]);
      expect(await valuesOf(`SELECT 1 FROM ${table} WHERE ${column(table)} = '${TENANT_B.id}'`)).toEqual([]);
    });

    it('takes no row of another tenant', async () => {
      await begin(TENANT_A.id);
      await expect(client.query(insertsOf(TENANT_B).get(table) ?? '')).rejects.toMatchObject(NOT_ALLOWED);
    });

    it('gives no row away to another tenant', async () => {
      await begin(TENANT_A.id);
      const give = client.query(`UPDATE ${table} SET ${column(table)} = '${TENANT_B.id}'`);
      await expect(give).rejects.toMatchObject(NOT_ALLOWED);
    });
  });

  it('changes and deletes no row of another tenant', async () => {
    await begin(TENANT_A.id);
    const foreign = `WHERE tenant_id = '${TENANT_B.id}'`;
    expect((await client.query(`UPDATE customers SET name = 'x' ${foreign}`)).rowCount).toBe(0);
    expect((await client.query(`UPDATE users SET role = 'admin' ${foreign}`)).rowCount).toBe(0);
    expect((await client.query(`DELETE FROM sessions ${foreign}`)).rowCount).toBe(0);
  });

  it('lets no row point into another tenant', async () => {
    await begin(TENANT_A.id);
    const assign = client.query(
      `UPDATE customers SET assigned_to = '${TENANT_B.userId}' WHERE tenant_id = '${TENANT_A.id}'`,
    );
    await expect(assign).rejects.toMatchObject({ code: '23503' });
  });

  it('lets nobody empty a table or edit the audit log', async () => {
    for (const statement of [
      'TRUNCATE customers',
      'UPDATE audit_events SET action = $$x$$',
      'DELETE FROM audit_seals',
    ]) {
      await begin(TENANT_A.id);
      await expect(client.query(statement)).rejects.toMatchObject(NOT_ALLOWED);
      await client.query('ROLLBACK');
    }
  });

  it.each([
    [`SELECT app.search_customers('francois')`],
    [`SELECT app.search_customers('99001234')`],
    [`SELECT id FROM app.search_customers_page('francois', 10, 0)`],
    [`SELECT app.search_contacts('francois')`],
    [`SELECT app.search_contacts('99001234')`],
    [`SELECT app.search_opportunities('francois')`],
    [`SELECT app.search_activities('francois')`],
    [`SELECT unnest(app.find_customers('francois', 10))`],
    [`SELECT unnest(app.find_customers('99001234', 10))`],
    [`SELECT unnest(app.find_contacts('francois', 10))`],
    [`SELECT unnest(app.find_contacts('99001234', 10))`],
    [`SELECT unnest(app.find_opportunities('francois', 10))`],
    [`SELECT unnest(app.find_activities('francois', 10))`],
    [`SELECT id FROM app.search_customers_page('francois', NULL, 10, 0)`],
    [`SELECT id FROM app.search_customers_page('nobody', '99001234', 10, 0)`],
    [`SELECT unnest(app.find_customers('francois', NULL, 10))`],
    [`SELECT unnest(app.find_customers('nobody', '99001234', 10))`],
    [`SELECT unnest(app.find_contacts('francois', NULL, 10))`],
    [`SELECT unnest(app.find_contacts('nobody', '99001234', 10))`],
    [`SELECT unnest(app.find_opportunities('francois', NULL, 10))`],
    [`SELECT unnest(app.find_activities('francois', NULL, 10))`],
    [`SELECT id FROM app.search_customers_page('francois', NULL, 100, 10, 0) WHERE id IS NOT NULL`],
    [`SELECT unnest(app.look_up_customers('francois', NULL, 10))`],
    [`SELECT unnest(app.look_up_customers('nobody', '99001234', 10))`],
    [`SELECT unnest(app.look_up_contacts('francois', NULL, 10))`],
    [`SELECT unnest(app.look_up_contacts('nobody', '99001234', 10))`],
    [`SELECT unnest(app.look_up_opportunities('francois', NULL, 10))`],
    [`SELECT unnest(app.look_up_activities('francois', NULL, 10))`],
  ])('%s answers for the tenant that is set, and for none without one', async (search) => {
    expect(await valuesOf(search)).toEqual([]);
    await begin(TENANT_B.id);
    expect(await valuesOf(search)).toEqual([TENANT_B.rowId]);
  });

  it('lists tenants to the sealer, the housekeeping and checks of them all, by id alone', async () => {
    const both = [TENANT_A.id, TENANT_B.id];
    expect((await valuesOf('SELECT app.tenants_to_seal()')).sort()).toEqual(both);
    expect((await valuesOf('SELECT app.tenants_to_tidy()')).sort()).toEqual(both);
    expect(await valuesOf('SELECT app.tenant_ids()')).toEqual(both);
  });

  it('tells of the seals of several tenants their numbers and types of record alone, and of no tenant that is not named', async () => {
    const since = (seqs: string): string => `SELECT tenant_id || ' ' || seq FROM app.seals_since(${seqs})`;
    const { rows } = await superuser.query<{ columns: string }>(
      `SELECT string_agg(column_name, ' ' ORDER BY column_name) AS columns FROM information_schema.column_privileges
       WHERE table_name = 'audit_seals' AND grantee = 'crm_search'`,
    );

    expect(await valuesOf(since(`ARRAY['${TENANT_A.id}', '${TENANT_B.id}'], ARRAY[0, 1]`))).toEqual([
      `${TENANT_A.id} 1`,
    ]);
    expect(await valuesOf(since(`ARRAY['nobody'], ARRAY[0]`))).toEqual([]);
    expect(await valuesOf(since(`ARRAY[]::text[], ARRAY[]::bigint[]`))).toEqual([]);
    expect(rows).toEqual([{ columns: 'record_types seq tenant_id' }]);
  });

  it.each(Object.keys(ISOLATION_EXCEPTIONS.tables))('%s has no tenant, and is read without one', async (table) => {
    expect(await valuesOf(`SELECT count(*)::integer FROM ${table}`)).toHaveLength(1);
  });

  it.each(['COMMIT', 'ROLLBACK'])('forgets the tenant at %s', async (end) => {
    await begin(TENANT_A.id);
    await client.query('SAVEPOINT inner_work; RELEASE inner_work');
    expect(await valuesOf('SELECT id FROM tenants')).toEqual([TENANT_A.id]);
    await client.query(end);
    expect(await valuesOf(`SELECT coalesce(${POLICY}, '')`)).toEqual(['']);
    expect(await valuesOf('SELECT id FROM tenants')).toEqual([]);
  });
});
