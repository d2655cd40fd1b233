/** What a drill works on: two tenants with users who sign in, the service beside them, and callers. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Caller, tokenOf, type DrillScope } from './caller.js';
import type { Random } from './random.js';
import { idOf } from './records.js';
import { Requester, textAt, type Identity } from './requester.js';
import type { Tally } from './tally.js';
import { CONTACT_LIMIT } from './writes.js';
import { PASSWORD, PASSWORD_HASH } from '../support/password.js';
import { ServiceProcess } from '../support/service-process.js';

/** Connections of the pool of the service in most drills. */
export const POOL = 5;

/** A migrated database that nothing else uses. */
export interface DrillDatabase {
  readonly superuserUrl: string;
  readonly appUrl: string;
}

export interface DrillUser {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
}

/** Where a drill keeps the service's output and its data. */
export function drillFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'crm-drill-'));
}

/** The service, not started. Its tokens outlive the drill, and its output is in the folder. */
export function makeService(
  folder: string,
  variables: Readonly<Record<string, string>>,
  name = 'service',
): ServiceProcess {
  const own = { DATABASE_POOL: String(POOL), ACCESS_TOKEN_MINUTES: '1440', ...variables };
  return new ServiceProcess(own, path.join(folder, `${name}.log`));
}

export function superuserPool(database: DrillDatabase, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.superuserUrl, max, application_name: 'drill' });
  // The drill ends connections and servers; what waits for an answer fails by itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A tenant with administrators. */
export async function makeTenant(pool: pg.Pool, name: string, users: number): Promise<DrillUser[]> {
  const tenantId = `t-${name}-${randomUUID().slice(-8)}`;
  await pool.query('INSERT INTO tenants (id, name, limit_contacts_per_customer) VALUES ($1, $2, $3)', [
    tenantId,
    `Drill ${name}`,
    CONTACT_LIMIT,
  ]);
  return Promise.all(
    Array.from({ length: users }, async (_, index) => {
      const userId = randomUUID();
      const email = `${name}${index}@drill.example`;
      await pool.query(
        `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES ($1, $2, $3, app.email_identity($3), $4, 'admin', $5)`,
        [tenantId, userId, email, `Drill ${name} ${index}`, PASSWORD_HASH],
      );
      return { tenantId, userId, email };
    }),
  );
}

/** A customer that nobody made. */
async function makeCommonCustomer(pool: pg.Pool, tenantId: string): Promise<string> {
  const id = randomUUID();
  await insertCustomers(pool, tenantId, `SELECT '${id}'::uuid AS id, 0 AS n`);
  await pool.query("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'customer.live', 1)", [tenantId]);
  return id;
}

/** Customers past the service. @param source a query of `id` and `n` */
export async function insertCustomers(pool: pg.Pool, tenantId: string, source: string, tags = '{}'): Promise<void> {
  await pool.query(
    `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, tags, is_active,
       lead_score, health_score, total_revenue, order_count, created_at, updated_at, version)
     SELECT $1, id, 'COMMON-' || n, 'Common ' || n, 'PARTNER', 'FR', 'NET_30', 'EUR', $2::text[], true,
       0, 100, 0, 0, now(), now(), 1 FROM (${source}) source`,
    [tenantId, tags],
  );
}

/** Signs a user in. @throws when the service does not let it */
export async function signIn(origin: () => string, user: DrillUser, tally: Tally): Promise<Identity> {
  const stranger = new Requester(origin, undefined, tally);
  const body = { email: user.email, password: PASSWORD, tenant_id: user.tenantId };
  const reply = await stranger.fetch('first login', 'POST', '/v1/auth/login', body);
  const token = textAt(reply.data, 'accessToken');
  if (token === '') throw new Error(`${user.email} cannot sign in: ${reply.status} ${reply.text}`);
  return { ...user, token };
}

/** Callers of two tenants, signed in. */
export async function makeCallers(
  pool: pg.Pool,
  random: Random,
  shared: Omit<DrillScope, 'foreignId'>,
  callersPerTenant: number,
): Promise<Caller[]> {
  const callers: Caller[] = [];
  const choice = random.fork();
  const foreignId = (tenantId: string): string | undefined => {
    const ids = callers
      .filter(({ identity }) => identity.tenantId !== tenantId)
      .flatMap(({ customers }) => customers.map(idOf));
    return ids.length === 0 ? undefined : choice.pick(ids);
  };
  const scope: DrillScope = { ...shared, foreignId };
  for (const name of ['north', 'south'] as const) {
    const users = await makeTenant(pool, name, callersPerTenant);
    const commonId = await makeCommonCustomer(pool, users[0]?.tenantId ?? '');
    for (const [index, user] of users.entries()) {
      const identity = await signIn(scope.origin, user, scope.tally);
      callers.push(new Caller(identity, tokenOf(name, index), commonId, random.fork(), scope));
    }
  }
  return callers;
}
