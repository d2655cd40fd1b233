/**
 * A tenant as large as its limits allow, with long texts, histories and a feed, and a small one beside it: the rows of the
 * benchmark, and what an expensive document can make more of.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { SEEDED_TABLES, type SeededTable } from '../../../bench/db/seeded-tables.js';
import { PASSWORD_HASH } from '../../support/password.js';
import type { DrillUser } from '../world.js';

/** As the benchmark's seed calls them. */
const LARGE = 'big';
const SMALL = 't02';
const LONG_TEXT = 20_000;

export interface ExpensiveTenants {
  /** An administrator of the large tenant. */
  readonly caller: DrillUser;
  /** One of the small tenant. */
  readonly neighbour: DrillUser;
  /** Ids of the large tenant's records, by GraphQL type. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/** @param divisor 1 for 10 000 customers */
export async function makeExpensiveTenants(pool: pg.Pool, divisor: number): Promise<ExpensiveTenants> {
  const client = await pool.connect();
  try {
    await client.query(`CREATE SCHEMA seed; SET search_path = seed, public; SET seed.divisor = ${divisor}`);
    for (const file of ['schema.sql', 'seed.sql']) await client.query(benchSql(file));
    const callers = await makeUsers(client, LARGE);
    const [neighbour] = await makeUsers(client, SMALL);
    await client.query('SET search_path = public');
    await client.query(TEXTS);
    for (const table of SEEDED_TABLES) await copyRows(client, table);
    await client.query(benchSql('complete-ours.sql'));
    await client.query('DROP SCHEMA seed CASCADE; DROP SCHEMA bench CASCADE');
    for (const statement of PAST) await client.query(statement, [LARGE]);
    await client.query('VACUUM ANALYZE');
    const [caller] = callers;
    if (!caller || !neighbour) throw new Error('A tenant has no users.');
    const users = callers.map(({ userId }) => userId);
    return { caller, neighbour, ids: { ...(await readIds(client)), User: users } };
  } finally {
    client.release(true); // its settings are its own
  }
}

function benchSql(file: string): string {
  return readFileSync(new URL(`../../../bench/db/${file}`, import.meta.url), 'utf8');
}

/** The first is an administrator; all have records of their own. */
async function makeUsers(client: pg.PoolClient, tenantId: string): Promise<DrillUser[]> {
  await client.query(
    `INSERT INTO public.tenants (id, name, limit_customers, limit_active_opportunities)
     SELECT id, name, 1000000, 1000000 FROM seed.tenants WHERE id = $1`,
    [tenantId],
  );
  const users: DrillUser[] = [];
  for (const role of ['admin', 'manager', 'user', 'readonly']) {
    const user = { tenantId, userId: randomUUID(), email: `${role}@${tenantId}.example` };
    await client.query(
      `INSERT INTO public.users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
      [tenantId, user.userId, user.email, `Drill ${role}`, role, PASSWORD_HASH],
    );
    users.push(user);
  }
  return users;
}

/** Texts that hardly compress: hexadecimal digits, each block with letters of two and four bytes. */
const TEXTS = `
  CREATE INDEX ON seed.contacts (customer_id);
  CREATE INDEX ON seed.opportunities (customer_id);
  CREATE TEMP TABLE long_texts AS SELECT n, left(string_agg(md5(n || '/' || g) || ' é😀e ', ''), ${LONG_TEXT}) AS text
  FROM generate_series(0, 19) n, generate_series(1, ${LONG_TEXT / 30}) g GROUP BY n`;

/** A number from 0 to `below - 1`, the same for a row on every run. @param salt of the column */
function chance(salt: number, below: number): string {
  return `(abs(hashtextextended(r.id::text, ${salt})) % ${below})`;
}

function oneOfUsers(salt: number): string {
  return `(SELECT u.id FROM public.users u WHERE u.tenant_id = r.tenant_id ORDER BY u.role OFFSET ${chance(salt, 4)} LIMIT 1)`;
}

function longText(salt: number, oneIn: number, otherwise: string): string {
  return `CASE WHEN ${chance(salt, oneIn)} = 0 THEN (SELECT l.text FROM long_texts l WHERE l.n = ${chance(salt + 100, 20)}) ELSE ${otherwise} END`;
}

function oneBelow(table: string, salt: number): string {
  return `(SELECT b.id FROM seed.${table} b WHERE b.customer_id = r.customer_id AND ${chance(salt, 2)} = 0 LIMIT 1)`;
}

/** What a table has instead of the seed's columns and beside them. */
const OTHER_COLUMNS: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  customers: {
    assigned_to: oneOfUsers(1),
    created_by: oneOfUsers(2),
    notes: longText(3, 50, 'r.notes'),
    internal_notes: longText(4, 50, 'NULL'),
  },
  contacts: { notes: longText(5, 100, 'NULL'), created_by: oneOfUsers(6) },
  opportunities: {
    assigned_to: oneOfUsers(7),
    notes: longText(8, 50, 'NULL'),
    next_steps: longText(9, 50, 'NULL'),
  },
  activities: {
    assigned_to: oneOfUsers(10),
    description: longText(11, 200, 'r.description'),
    opportunity_id: oneBelow('opportunities', 12),
    contact_id: oneBelow('contacts', 13),
  },
};

/** Opportunities twice, so that there are as many as customers. */
async function copyRows(client: pg.PoolClient, { name, columns, updatedAt }: SeededTable): Promise<void> {
  const seeded = Object.fromEntries(columns.split(',').map((column) => [column.trim(), `r.${column.trim()}`]));
  const all = { ...seeded, ...(updatedAt && { updated_at: `r.${updatedAt}` }), ...OTHER_COLUMNS[name] };
  const insert = async (values: Readonly<Record<string, string>>): Promise<void> => {
    await client.query(
      `INSERT INTO public.${name} (${Object.keys(values).join()}) SELECT ${Object.values(values).join()} FROM seed.${name} r
       WHERE r.tenant_id IN ('${LARGE}', '${SMALL}')`,
    );
  };
  await insert(all);
  if (name === 'opportunities') await insert({ ...all, id: 'gen_random_uuid()', code: "'MORE-' || r.code" });
}

const EVENT = `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, user_id, user_role, user_email, action, entity_type,
    entity_id, request_id, success, description, old_value, new_value, salt, values_digest, digest)
  SELECT $1, gen_random_uuid(), now() - random() * interval '300 days', 'user', u.id, u.role, u.email`;
const VALUES = `'\\x00'::bytea, '\\x00'::bytea, sha256(gen_random_uuid()::text::bytea)`;

/** What the service would have written when these records were made and changed: some of it long, one record's history too. */
const PAST = [
  `INSERT INTO opportunity_transitions
     (tenant_id, opportunity_id, version, from_status, to_status, probability, amount, currency, changed_at, changed_by)
   SELECT tenant_id, id, 100 + n, 'NEW', 'QUALIFIED', probability, amount, currency, created_at + n * interval '1 day', assigned_to
   FROM opportunities, generate_series(1, 5) n WHERE tenant_id = $1`,
  `${EVENT}, 'customer.updated', 'customer', c.id::text, gen_random_uuid()::text, true, 'Modification du client ' || c.name,
     jsonb_build_object('notes', c.notes, 'city', 'Paris'), jsonb_build_object('notes', c.internal_notes, 'city', c.city), ${VALUES}
   FROM customers c JOIN users u ON u.tenant_id = $1 AND u.id = c.assigned_to, generate_series(1, 3) WHERE c.tenant_id = $1`,
  `${EVENT}, 'activity.created', 'activity', a.id::text, gen_random_uuid()::text, true, 'Création de l’activité ' || a.subject,
     NULL, jsonb_build_object('subject', a.subject, 'type', a.type), ${VALUES}
   FROM activities a JOIN users u ON u.tenant_id = $1 AND u.id = a.assigned_to WHERE a.tenant_id = $1`,
  `${EVENT}, 'customer.updated', 'customer', c.id::text, gen_random_uuid()::text, true, 'Encore une modification',
     jsonb_build_object('city', 'Paris'), jsonb_build_object('city', 'Lyon'), ${VALUES}
   FROM (SELECT * FROM customers WHERE tenant_id = $1 ORDER BY name LIMIT 1) c JOIN users u ON u.tenant_id = $1 AND u.id = c.assigned_to,
     generate_series(1, 5000)`,
  `INSERT INTO audit_seals (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at)
   SELECT $1, seq, array_agg(id), string_agg(digest, ''), sha256(seq::text::bytea), sha256((seq + 1)::text::bytea), now()
   FROM (SELECT id, digest, (row_number() OVER (ORDER BY created_at, id) - 1) / 1000 + 1 AS seq FROM audit_events WHERE tenant_id = $1) e
   GROUP BY seq`,
];

/** The first by id, and so by chance. */
async function readIds(client: pg.PoolClient): Promise<Record<string, readonly string[]>> {
  const tables = { Customer: 'customers', Contact: 'contacts', Opportunity: 'opportunities', Activity: 'activities' };
  const ids: Record<string, readonly string[]> = {};
  for (const [type, table] of Object.entries(tables)) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM ${table} WHERE tenant_id = $1 ORDER BY id LIMIT 200`,
      [LARGE],
    );
    ids[type] = rows.map(({ id }) => id);
  }
  return ids;
}
