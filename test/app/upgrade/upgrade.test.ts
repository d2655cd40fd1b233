/**
 * A database of a version before is brought to the present schema with its rows. The file beside this one says what it holds. It
 * is never edited: a later state gets a file of its own.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { ormOptions } from '../../../mikro-orm.config.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { migrations } from '../../../src/migrations/migrations.js';
import { runMigrations } from '../../../src/platform/postgres/migrator.js';
import { verifyIsolation } from '../../../src/tenancy/isolation/isolation.js';
import { walkGuide } from '../../docs/guide-walk.js';
import { cloneDatabase, isOnCitus, type TestDatabase } from '../../support/database.js';
import { PASSWORD } from '../../support/password.js';
import { startTestService, type OwnService } from '../../support/service.js';

const LAST_BEFORE = 'Migration20261130000031';
const TENANTS = ['nord', 'sud'] as const;
const MIGRATED_WITHIN_MS = 60_000;

type Counts = Readonly<Record<string, number>>;

/** Loads the file in place of what a fresh database has. */
async function loadBefore(test: TestDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: test.superuserUrl });
  await client.connect();
  try {
    await client.query('DROP SCHEMA app, public CASCADE');
    await client.query('CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC');
    await client.query(readFileSync(new URL('./before-2026-12.sql', import.meta.url), 'utf8'));
  } finally {
    await client.end();
  }
}

/** Rows of every table that is there. */
async function countRows(test: TestDatabase): Promise<Counts> {
  const client = new pg.Client({ connectionString: test.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    const counts: Record<string, number> = {};
    for (const { name } of rows) {
      const { rows: counted } = await client.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${name}`);
      counts[name] = counted[0]?.count ?? -1;
    }
    return counts;
  } finally {
    await client.end();
  }
}

// Where tables are distributed, a dump is restored in another way.
const describeHere = isOnCitus() ? describe.skip : describe;

describeHere('a database whose migrations end with ' + LAST_BEFORE, () => {
  let service: OwnService;
  let before: Counts;
  let after: Counts;
  let ran: readonly string[];

  beforeAll(async () => {
    const test = await cloneDatabase();
    await loadBefore(test);
    before = await countRows(test);
    ran = await runMigrations(ormOptions({ url: test.ownerUrl, poolSize: 1, startupSettings: false }));
    after = await countRows(test);
    service = await startTestService({ RATE_LIMIT_USER: '300', RATE_LIMIT_TENANT: '600' }, { test });
  }, MIGRATED_WITHIN_MS);
  afterAll(() => service.close());

  async function signIn(tenant: string): Promise<string> {
    const body = { email: `admin@${tenant}.example`, password: PASSWORD, tenant_id: tenant };
    const { access_token: token } = await rest<{ access_token: string }>(tenant, '', 'POST', '/v1/auth/login', body);
    return token;
  }

  async function rest<T>(tenant: string, token: string, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(service.origin + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-tenant-id': tenant,
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    // The callers say what the route answers.
    return JSON.parse(text) as T;
  }

  async function graphql<T>(tenant: string, token: string, query: string): Promise<T> {
    const { data, errors } = await rest<{ data: T; errors?: unknown }>(tenant, token, 'POST', '/graphql', { query });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  test('has rows in every table', () => {
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);
    expect(Object.keys(before)).toHaveLength(15);
  });

  test('runs every migration since, and no other', () => {
    const names = migrations.map(({ name }) => name).sort();

    expect([...ran].sort()).toEqual(names.filter((name) => name > LAST_BEFORE));
    expect(ran.length).toBeGreaterThan(10);
  });

  test('keeps every row', () => {
    const kept = Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]));

    expect({ ...kept, mikro_orm_migrations: 0 }).toEqual({ ...before, mikro_orm_migrations: 0 });
  });

  test('isolates tenants as a fresh one does', async () => {
    expect(await verifyIsolation(service.database.pool)).toEqual([]);
  });

  test.each(TENANTS)('%s signs in and reads its records over both transports', async (tenant) => {
    const token = await signIn(tenant);
    const { items } = await rest<{ items: { name: string; notes: string | null }[] }>(
      tenant,
      token,
      'GET',
      '/v1/commercial/customers?sort=code',
    );
    const { customers } = await graphql<{ customers: { nodes: { opportunities: { nodes: { status: string }[] } }[] } }>(
      tenant,
      token,
      `
        {
          customers(filter: { code: { eq: "C-0" } }) {
            nodes {
              name
              notes
              contacts(first: 5) {
                nodes {
                  lastName
                }
              }
              opportunities(first: 5) {
                nodes {
                  status
                  amount
                }
              }
              activities(first: 5) {
                nodes {
                  subject
                }
              }
            }
          }
        }
      `,
    );

    expect(items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Boulangerie Été', 'Garage Œuvre', 'Σίγμα ΣΑΣ']),
    );
    expect(items.map(({ name }) => name)).not.toContain('Supprimé SA');
    expect(customers.nodes).toMatchObject([
      {
        name: 'Boulangerie Été',
        notes: 'Appelle le matin',
        contacts: { nodes: [{ lastName: 'Martin' }] },
        activities: { nodes: [expect.anything(), expect.anything()] },
      },
    ]);
    const statuses = customers.nodes.flatMap(({ opportunities }) => opportunities.nodes.map(({ status }) => status));
    expect(statuses.sort()).toEqual(['LOST', 'NEW', 'WON']);
  });

  test.each(TENANTS)('%s finds, changes and restores what was there', async (tenant) => {
    const token = await signIn(tenant);
    const found = await rest<{ items: { id: string; version: number }[] }>(
      tenant,
      token,
      'GET',
      '/v1/commercial/customers?search=boulangerie',
    );
    const id = found.items[0]?.id ?? '';
    const changed = await rest<{ notes: string }>(tenant, token, 'PUT', `/v1/commercial/customers/${id}`, {
      notes: 'Après',
    });
    const deleted = await rest<{ items: { id: string; name: string }[] }>(
      tenant,
      token,
      'GET',
      '/v1/commercial/customers?deleted=only',
    );
    const gone = deleted.items.find(({ name }) => name === 'Supprimé SA')?.id ?? '';
    const restored = await rest<{ name: string }>(tenant, token, 'POST', `/v1/commercial/customers/${gone}/restore`);

    expect(changed.notes).toBe('Après');
    expect(restored.name).toBe('Supprimé SA');
  });

  test.each(TENANTS)('the audit log of %s holds, with the events that waited and new ones', async (tenant) => {
    await sealTenant(service.database, tenant);
    const report = await rest<{ problems: unknown[]; events: number }>(
      tenant,
      await signIn(tenant),
      'GET',
      '/v1/audit/verify',
    );

    expect(report).toMatchObject({ problems: [] });
  });

  test('a new tenant walks the guide on it', async () => {
    expect(await walkGuide('guide.md', await service.aTenant(), service)).toEqual([]);
  }, 180_000);
});
