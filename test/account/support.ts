/** A database with accounts in it, and the few steps that the tests of signing in and of users share. */
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { endPools, openDatabase, type Database } from '../../src/tenancy/database.js';
import { Authenticator } from '../../src/access/identity/authenticator.js';
import { Identities } from '../../src/access/identity/identity.js';
import { RateLimits } from '../../src/access/identity/rate-limit.js';
import { RequestCache, type Call, type RequestContext } from '../../src/access/identity/request-context.js';
import { SessionCredential } from '../../src/access/identity/session-credential.js';
import { Session } from '../../src/access/identity/session.entity.js';
import { TenantGuard } from '../../src/tenancy/tenancy.js';
import { Tenant } from '../../src/access/identity/tenant.entity.js';
import { Tokens } from '../../src/access/identity/tokens.js';
import { User, type Role } from '../../src/access/identity/user.entity.js';
import type { AccountDependencies } from '../../src/account/account-dependencies.js';
import { Passwords } from '../../src/account/passwords.js';
import { SignInQueue } from '../../src/account/sign-in-queue.js';
import { logIn, type SignIn } from '../../src/account/sign-in.service.js';
import { PostgresThrottle } from '../../src/account/throttle.query.js';
import { AuditSubscriber } from '../../src/audit/events/audit.subscriber.js';
import { AppError } from '../../src/platform/errors/errors.js';
import { newId } from '../../src/platform/values/ids.js';
import { RowClient } from '../../src/platform/postgres/row-client.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

export const PASSWORD = 'tulipes-et-jonquilles';

export interface Bench {
  readonly test: TestDatabase;
  readonly database: Database;
  readonly dependencies: AccountDependencies;
  readonly authenticator: Authenticator;
  /** One of ours: hashing it anew for every user would take most of the time. */
  readonly passwordHash: string;
  close(): Promise<void>;
}

/** A migrated database of its own, with the service's role connected. */
export async function openBench(): Promise<Bench> {
  const test = await cloneDatabase();
  const audited = { tenant: Tenant, user: User };
  const orm = new MikroORM({
    clientUrl: test.appUrl,
    driverOptions: { Client: RowClient },
    entities: [Tenant, User, Session],
    subscribers: [new TenantGuard(), new AuditSubscriber({ audited, unaudited: [Session] })],
  });
  const database = await openDatabase(orm, { namedStatements: true, explicitTransaction: false, timeoutMs: 5000 });
  const dependencies = newDependencies(database);
  const unlimited = { perSecond: 0, burst: 1 };
  const authenticator = new Authenticator(
    [new SessionCredential(dependencies.tokens, dependencies.identities)],
    new RateLimits({ user: unlimited, tenant: unlimited }),
  );
  const close = async (): Promise<void> => {
    await orm.close();
    await endPools(database);
    await test.drop();
  };
  return {
    test,
    database,
    dependencies,
    authenticator,
    passwordHash: await dependencies.passwords.hash(PASSWORD),
    close,
  };
}

/** The dependencies of one process; a second set is another process on the same database. */
export function newDependencies(database: Database): AccountDependencies {
  return {
    tokens: new Tokens({
      keys: [{ kid: 'k1', secret: 'q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_' }],
      issuer: 'crm-api',
      audience: 'crm-api',
      accessTokenSeconds: 1800,
      refreshTokenSeconds: 86_400,
    }),
    identities: new Identities((tenantId) => database.reader(tenantId)),
    throttle: new PostgresThrottle(database.pool),
    passwords: new Passwords(),
    signIns: new SignInQueue(),
    providers: {
      ownIssuer: 'crm-api',
      outbound: { isProduction: false, allowPrivate: false },
      forget: () => undefined,
    },
  };
}

/** Runs one statement as superuser, past tenant isolation. */
export async function ask<T extends pg.QueryResultRow>(
  bench: Bench,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: bench.test.superuserUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A new company. */
export async function aTenant(bench: Bench): Promise<string> {
  const id = `t-${newId()}`;
  await ask(bench, `INSERT INTO tenants (id, name) VALUES ($1, 'Dupont SA')`, [id]);
  return id;
}

/** A person of that company, with the password of all tests. */
export async function aUser(
  bench: Bench,
  tenantId: string,
  role: Role = 'admin',
  email = `${newId()}@example.com`,
): Promise<Person> {
  const id = newId();
  const values = [tenantId, id, email, `Zoé ${role}`, role, bench.passwordHash];
  await ask(
    bench,
    'INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES ($1, $2, $3, app.email_identity($3), $4, $5, $6)',
    values,
  );
  return { tenantId, id, email, password: PASSWORD };
}

export interface Person {
  readonly tenantId: string;
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

let addresses = 0;

/** A request from an address that no other test uses. */
export function aCall(bench: Bench, ipAddress = `192.0.2.${(addresses += 1)}`): Call {
  return { database: bench.database, requestId: newId(), ipAddress, language: 'en', cache: new RequestCache() };
}

/** Signs in. */
export function signIn(bench: Bench, person: Person, call = aCall(bench)): Promise<SignIn> {
  return logIn(call, bench.dependencies, { tenantId: person.tenantId, email: person.email, password: person.password });
}

/** The context of a request with this access token. */
export function contextOf(
  bench: Bench,
  { accessToken, user }: SignIn,
  authenticator = bench.authenticator,
): Promise<RequestContext> {
  const headers = { authorization: `Bearer ${accessToken}`, 'x-tenant-id': user.tenantId };
  return authenticator.identify(headers, aCall(bench));
}

/** A signed-in person of a company of their own, unless one is given. */
export async function signedIn(bench: Bench, role: Role = 'admin', tenantId?: string): Promise<RequestContext> {
  const person = await aUser(bench, tenantId ?? (await aTenant(bench)), role);
  return contextOf(bench, await signIn(bench, person));
}

/** The code of the error, or "done". */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** The error itself. */
export async function rejectionOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

export interface AuditedEvent extends pg.QueryResultRow {
  readonly action: string;
  readonly actor_kind: string;
  readonly user_email: string | null;
  readonly entity_id: string | null;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly old_value: unknown;
  readonly new_value: unknown;
}

/** The tenant's audit events in order. */
export function eventsOf(bench: Bench, tenantId: string): Promise<AuditedEvent[]> {
  return ask<AuditedEvent>(bench, 'SELECT * FROM audit_events WHERE tenant_id = $1 ORDER BY id', [tenantId]);
}
