/** Creates the roles and the database of the service on a server with superuser access: the embedded one, or one for tests. */
import pg from 'pg';

/** The part of the server that is used here. */
export interface DatabaseServer {
  superuserUrl(database: string): string;
  rolePassword(role: string): string;
}

export interface PreparedDatabase {
  /** Signs in as the role that owns the schema: for migrations. */
  readonly ownerUrl: string;
  /** Signs in as the role that row-level security binds: for the service. */
  readonly appUrl: string;
}

const OWNER = 'crm_owner';
const APP = 'crm_app';
/** Roles without login. Functions of the schema that need more rights than the service run as these roles. */
const FUNCTION_ROLES = ['crm_search', 'crm_eraser'];
const PREPARE_LOCK = 7_203_001;

/** Creates the roles and the database if they are absent. Safe to repeat and to run concurrently. */
export async function prepareDatabase(server: DatabaseServer, database: string): Promise<PreparedDatabase> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') });
  client.on('error', () => undefined); // a lost connection also fails the current or the next statement
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await client.query(roleStatements((role) => client.escapeLiteral(server.rolePassword(role))));
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      for (const statement of databaseStatements(client.escapeIdentifier(database))) await client.query(statement);
    }
  } finally {
    await client.end(); // also releases the lock
  }
  return roleUrls(server, database);
}

/** The URLs of a database for the two roles that sign in. */
export function roleUrls(server: DatabaseServer, database: string): PreparedDatabase {
  const urlFor = (role: string): string => {
    const url = new URL(server.superuserUrl(database));
    url.username = role;
    url.password = server.rolePassword(role);
    return url.href;
  };
  return { ownerUrl: urlFor(OWNER), appUrl: urlFor(APP) };
}

/** The roles, as SQL for a superuser. Sent as one query, so all statements are one transaction. @param password as a literal */
export function roleStatements(password: (role: string) => string): string {
  const create = (role: string): string =>
    `DO $$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`;
  const signIn = (role: string): string => `ALTER ROLE ${role} LOGIN PASSWORD ${password(role)};`;
  return [
    ...[OWNER, APP, ...FUNCTION_ROLES].map(create),
    ...[OWNER, APP].map(signIn),
    // As a member, the owner can make these roles owners of functions in migrations and still grant EXECUTE.
    ...FUNCTION_ROLES.map((role) => `GRANT ${role} TO ${OWNER} WITH ADMIN OPTION;`),
  ].join('\n');
}

/** The database and who may connect to it, as SQL for a superuser. @param name as an identifier */
export function databaseStatements(name: string): readonly string[] {
  return [
    `CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE template0 ENCODING 'UTF8';`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${name} TO ${APP};`,
  ];
}
