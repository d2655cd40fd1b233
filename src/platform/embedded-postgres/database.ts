/** The roles and the database of the service on a server where we are superuser: the embedded one, or one for tests. */
import pg from 'pg';

/** What is needed of the server. */
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
/** Nobody signs in as these: functions of the schema that need a little more than the service run under them. */
const FUNCTION_ROLES = ['crm_search', 'crm_eraser'];
const PREPARE_LOCK = 7_203_001;

/** Creates the roles and the database if they are absent. Safe to repeat, also by two callers at once. */
export async function prepareDatabase(server: DatabaseServer, database: string): Promise<PreparedDatabase> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') });
  client.on('error', () => undefined); // a lost connection also fails the statement that waits, or the next
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await client.query(roleStatements(client, server));
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      const name = client.escapeIdentifier(database);
      await client.query(`CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE template0 ENCODING 'UTF8'`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO ${APP}`);
    }
  } finally {
    await client.end(); // which also gives the lock back
  }
  return roleUrls(server, database);
}

/** The addresses of a database of that server for the two roles that sign in. */
export function roleUrls(server: DatabaseServer, database: string): PreparedDatabase {
  const urlFor = (role: string): string => {
    const url = new URL(server.superuserUrl(database));
    url.username = role;
    url.password = server.rolePassword(role);
    return url.href;
  };
  return { ownerUrl: urlFor(OWNER), appUrl: urlFor(APP) };
}

/** Several statements sent at once are one transaction. */
function roleStatements(client: pg.Client, server: DatabaseServer): string {
  const create = (role: string): string => `
    DO $$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`;
  const signIn = (role: string): string =>
    `ALTER ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(server.rolePassword(role))};`;
  return [
    ...[OWNER, APP, ...FUNCTION_ROLES].map(create),
    ...[OWNER, APP].map(signIn),
    // Membership lets migrations hand functions over to these roles and still say who may call them.
    ...FUNCTION_ROLES.map((role) => `GRANT ${role} TO ${OWNER} WITH ADMIN OPTION;`),
  ].join('\n');
}
