/** A database with the audit subscriber on it, and the few steps that the audit tests share. */
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { endPools, openDatabase, type Database } from '../../src/tenancy/database.js';
import {
  createRequestContext,
  RequestCache,
  type Actor,
  type RequestContext,
} from '../../src/access/identity/request-context.js';
import { Session } from '../../src/access/identity/session.entity.js';
import { TenantGuard } from '../../src/tenancy/tenancy.js';
import { Tenant } from '../../src/access/identity/tenant.entity.js';
import { inTransaction } from '../../src/access/writes/transaction.js';
import { User } from '../../src/access/identity/user.entity.js';
import { AuditSubscriber } from '../../src/audit/events/audit.subscriber.js';
import type { StoredEvent } from '../../src/audit/seals/audit-trail.query.js';
import { newId } from '../../src/platform/values/ids.js';
import { RowClient } from '../../src/platform/postgres/row-client.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

export interface AuditBench {
  readonly database: Database;
  readonly test: TestDatabase;
  close(): Promise<void>;
}

/** A migrated database of its own, with the service's role connected. */
export async function openAuditBench(): Promise<AuditBench> {
  const test = await cloneDatabase();
  const options: Options = {
    clientUrl: test.appUrl,
    driverOptions: { Client: RowClient },
    entities: [Tenant, User, Session],
    subscribers: [
      new TenantGuard(),
      new AuditSubscriber({ audited: { tenant: Tenant, user: User }, unaudited: [Session] }),
    ],
  };
  const orm = new MikroORM(options);
  const database = await openDatabase(orm, { namedStatements: true, explicitTransaction: false, timeoutMs: 5000 });
  const close = async (): Promise<void> => {
    await orm.close();
    await endPools(database);
    await test.drop();
  };
  return { database, test, close };
}

/** Runs statements as another role than the service, in one transaction of the tenant. */
export async function runAs(
  url: string,
  tenantId: string,
  statements: readonly string[],
  role?: string,
): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`BEGIN; SELECT set_config('app.tenant_id', ${client.escapeLiteral(tenantId)}, true)`);
    if (role !== undefined) await client.query(`SET LOCAL ROLE ${role}`);
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    await client.query('COMMIT');
    return results;
  } finally {
    await client.end();
  }
}

/** A new tenant, as an operator makes it. */
export async function aTenant(bench: AuditBench): Promise<string> {
  const id = `t-${newId()}`;
  await runAs(bench.test.superuserUrl, id, [`INSERT INTO tenants (id, name) VALUES ('${id}', 'Dupont SA')`]);
  return id;
}

/** The context of a request by an administrator of the tenant. */
export function asAdmin(bench: AuditBench, tenantId: string): RequestContext {
  const actor: Actor = {
    type: 'user',
    userId: newId(),
    tenantId,
    role: 'admin',
    email: 'alice@example.com',
    fullName: 'Alice Martin',
    sessionId: newId(),
    apiKey: null,
  };
  const limits = { customers: 10, contactsPerCustomer: 10, activeOpportunities: 10, exportRows: 10 };
  return createRequestContext(
    { database: bench.database, requestId: newId(), ipAddress: '192.0.2.7', language: 'en', cache: new RequestCache() },
    actor,
    { id: tenantId, name: 'Dupont SA', timeZone: 'Europe/Paris', defaultCurrency: 'EUR', countryCode: 'FR', limits },
  );
}

/** A user for an entity manager to persist. */
export function newUser(em: EntityManager, tenantId: string, values: Partial<User> = {}): User {
  const now = new Date().toISOString();
  const id = newId();
  return em.create(User, {
    tenantId,
    id,
    email: `${id}@example.com`,
    emailIdentity: `${id}@example.com`,
    fullName: 'Zoé Bernard',
    role: 'user',
    passwordHash: '$argon2id$secret',
    isActive: true,
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...values,
    kind: 'PERSON',
  });
}

/** Persists a user through the service's own path. @returns its id */
export function saveUser(ctx: RequestContext, values: Partial<User> = {}): Promise<string> {
  return inTransaction(ctx, async (tx) => {
    const user = newUser(tx.em, ctx.actor.tenantId, values);
    await tx.em.persist(user).flush();
    return user.id;
  });
}

/** Changes a user through the service's own path. */
export function changeUser(ctx: RequestContext, id: string, change: (user: User) => void): Promise<User> {
  return inTransaction(ctx, async (tx) => {
    const user = await tx.em.findOneOrFail(User, { tenantId: ctx.actor.tenantId, id });
    change(user);
    return user;
  });
}

/** Every event of the tenant, in the order of its ids. */
export async function eventsOf(bench: AuditBench, tenantId: string): Promise<StoredEvent[]> {
  const [events] = await runAs(bench.test.superuserUrl, tenantId, [
    `SELECT *, encode(digest, 'hex') AS digest, encode(values_digest, 'hex') AS values_digest FROM audit_events WHERE tenant_id = '${tenantId}' ORDER BY id`,
  ]);
  return (events?.rows ?? []) as StoredEvent[];
}
