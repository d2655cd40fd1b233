/** The whole service on a database of its own, listening on a free port, and the tenants that tests make in it. */
import { MikroORM } from '@mikro-orm/postgresql';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { endPools, openDatabase, type Database } from '../../src/tenancy/database.js';
import type { ExportLimits } from '../../src/tenancy/export-limits.js';
import { Tokens } from '../../src/access/identity/tokens.js';
import type { Role } from '../../src/access/identity/user.entity.js';
import { buildApp } from '../../src/app/app.js';
import { databaseOptions, loadConfig, type Config } from '../../src/config.js';
import { createHealth, type Health } from '../../src/app/health.js';
import { createLog } from '../../src/app/log.js';
import { migrations } from '../../src/migrations/migrations.js';
import { newId } from '../../src/platform/values/ids.js';
import { cloneDatabase, isOnCitus, type TestDatabase } from './database.js';
import { PASSWORD, PASSWORD_HASH } from './password.js';
import { guardStatements } from './statements.js';

export { PASSWORD };

/** Somebody of a tenant, with a token. */
export interface TestUser {
  readonly id: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly email: string;
  readonly token: string;
}

export interface TestTenant extends Readonly<Record<Role, TestUser>> {
  readonly id: string;
}

/** What test files that share a service may do with it. */
export interface TestService {
  readonly origin: string;
  /** Runs one statement as superuser, past tenant isolation. */
  ask<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** The same with other variables, on the same database, until the service closes or the test file ends. */
  besides(variables: Readonly<Record<string, string>>): Promise<{ readonly origin: string }>;
  /** A new tenant with one user of each role. `limits` in database names, e.g. `{ limit_customers: 3 }`. */
  aTenant(settings?: Readonly<Record<string, string | number>>): Promise<TestTenant>;
}

/** A service that one test file alone uses, with all that it is made of. */
export interface OwnService extends TestService {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly health: Health;
  readonly test: TestDatabase;
  close(): Promise<void>;
}

/** A service whose statements nobody watches yet. */
export interface LaunchedService extends OwnService {
  readonly tenantTables: ReadonlySet<string>;
  /** Closes what `besides` has started. */
  closeBesides(): Promise<void>;
}

export interface ServiceOptions {
  readonly accessTokenSeconds?: number;
  /** In place of the service's own: so that no test waits as long as a caller may. */
  readonly exportLimits?: Partial<ExportLimits>;
  /** In place of a fresh one. The service drops it. */
  readonly test?: TestDatabase;
  /** Takes the lines of the log; LOG_LEVEL says which. */
  readonly log?: { write(line: string): void };
}

const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
const SECRET = 'q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';

/**
 * Starts a service. Close it in `afterAll`: that fails if a statement in between touched a tenant's table without naming the tenant.
 * Most test files want `useService` or `useOwnService` instead.
 * @param variables environment on top of the tests' own
 */
export async function startTestService(
  variables: Readonly<Record<string, string>> = {},
  options: ServiceOptions = {},
): Promise<OwnService> {
  const service = await launchService(variables, options);
  const guard = guardStatements(service.tenantTables);
  return {
    ...service,
    close: async () => {
      guard.stop();
      await service.close();
      guard.assertNone();
    },
  };
}

/** Starts a service that the caller watches and closes. */
export async function launchService(
  variables: Readonly<Record<string, string>> = {},
  { accessTokenSeconds = 1800, exportLimits = {}, log, test: given }: ServiceOptions = {},
): Promise<LaunchedService> {
  const test = given ?? (await cloneDatabase());
  const superuser = new pg.Pool({ connectionString: test.superuserUrl, max: 2 });
  // Dropping the database may end a connection that is about to close.
  superuser.on('error', () => undefined);
  const config = configFor(variables);
  const { database, disconnect } = await connect(test, config, exportLimits);
  const tokens = makeTokens(config, accessTokenSeconds);
  const health = createHealth(
    database,
    migrations.map(({ name }) => name),
  );
  const besides: FastifyInstance[] = [];
  const start = async (own: Config): Promise<FastifyInstance> => {
    const level = variables.LOG_LEVEL ?? 'silent';
    const app = await buildApp({ config: own, database, health, tokens, log: createLog(level, log) });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return app;
  };
  const closeBesides = async (): Promise<void> => {
    await Promise.all(besides.splice(0).map((one) => one.close()));
  };
  const app = await start(config);
  return {
    origin: app.listeningOrigin,
    app,
    database,
    health,
    test,
    tenantTables: await listTenantTables(superuser),
    ask: async <T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await superuser.query<T>(text, [...values])).rows,
    besides: async (others) => {
      const other = await start(configFor({ ...variables, ...others }));
      besides.push(other);
      return { origin: other.listeningOrigin };
    },
    closeBesides,
    aTenant: (settings) => makeTenant(superuser, tokens, settings),
    close: async () => {
      await Promise.all([app.close(), closeBesides()]);
      await disconnect();
      await superuser.end();
      await test.drop();
    },
  };
}

async function connect(
  test: TestDatabase,
  config: Config,
  exportLimits: Partial<ExportLimits>,
): Promise<{ readonly database: Database; readonly disconnect: () => Promise<void> }> {
  const orm = await MikroORM.init(
    ormOptions({ url: test.appUrl, poolSize: config.DATABASE_POOL, startupSettings: true }),
  );
  const database = await openDatabase(orm, {
    namedStatements: true,
    explicitTransaction: isOnCitus(),
    timeoutMs: 7000,
    answerLimits: databaseOptions(config).answerLimits,
    exportLimits: { places: config.DATABASE_EXPORT_POOL, ...exportLimits },
  });
  const disconnect = async (): Promise<void> => {
    await orm.close();
    await endPools(database);
  };
  return { database, disconnect };
}

function makeTokens(config: Config, accessTokenSeconds: number): Tokens {
  return new Tokens({
    keys: [{ kid: 'test', secret: SECRET }],
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    accessTokenSeconds,
    refreshTokenSeconds: 86_400,
  });
}

function configFor(variables: Readonly<Record<string, string>>): Config {
  return loadConfig({ NODE_ENV: 'test', RATE_LIMIT_USER: '0', RATE_LIMIT_TENANT: '0', ...variables });
}

async function listTenantTables(pool: pg.Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id'",
  );
  return new Set(['tenants', ...rows.map(({ name }) => name)]);
}

async function makeTenant(
  pool: pg.Pool,
  tokens: Tokens,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<TestTenant> {
  const id = `t-${newId().slice(-12)}`;
  const names = ['id', 'name', ...Object.keys(settings)];
  const values = [id, 'Essai SA', ...Object.values(settings)];
  const places = values.map((_, index) => `$${index + 1}`).join(', ');
  await pool.query(`INSERT INTO tenants (${names.join(', ')}) VALUES (${places})`, values);
  const [admin, manager, user, readonly] = (await insertUsers(pool, tokens, id, ROLES)) as [
    TestUser,
    TestUser,
    TestUser,
    TestUser,
  ];
  return { id, admin, manager, user, readonly };
}

/** People of a tenant, each signed in. In one statement: nearly every test makes a tenant. */
async function insertUsers(
  pool: pg.Pool,
  tokens: Tokens,
  tenantId: string,
  roles: readonly Role[],
): Promise<TestUser[]> {
  const people = roles.map((role) => {
    const [id, sessionId] = [newId(), newId()];
    const user = { id, tenantId, role, email: `${role}.${id.slice(-6)}@essai.example` };
    return { user: { ...user, token: tokens.signAccess({ tenantId, userId: id, role, sessionId }) }, sessionId };
  });
  const rows = people.map(({ user: { id, role, email }, sessionId }) => ({ id, role, email, sessionId, jti: newId() }));
  await pool.query(
    `WITH made AS (SELECT * FROM jsonb_to_recordset($2) r (id uuid, role text, email text, "sessionId" uuid, jti uuid)),
       people AS (INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
         SELECT $1, id, email, app.email_identity(email), 'Essai ' || role, role, $3 FROM made)
     INSERT INTO sessions (tenant_id, id, user_id, refresh_jti, expires_at)
     SELECT $1, "sessionId", id, jti, now() + interval '1 day' FROM made`,
    [tenantId, JSON.stringify(rows), PASSWORD_HASH],
  );
  return people.map(({ user }) => user);
}
