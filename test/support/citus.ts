/** Databases for tests on Citus, which cannot be copied from a template: each is made on every node, migrated and distributed. */
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { runMigrations } from '../../src/platform/postgres/migrator.js';
import { distributeTables } from '../../src/tenancy/isolation/citus.js';
import { roleSettings } from '../../src/tenancy/connection-settings.js';

/**
 * Roles that are older than the database are made known to its nodes when something is granted to them. Only a superuser may send
 * them there, so it goes before the owner's migrations.
 */
const INTRODUCTION = `CREATE SCHEMA introduction;
  CREATE FUNCTION introduction.nothing() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  GRANT EXECUTE ON FUNCTION introduction.nothing() TO crm_owner, crm_app, crm_search, crm_eraser;
  DROP SCHEMA introduction CASCADE`;

/** A node of the cluster, by its address. The first one is the coordinator. */
interface Node {
  readonly host: string;
  readonly port: number;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a lost connection also fails the statement that waits
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function at(address: string, { host, port }: Node, database: string): string {
  const url = new URL(address);
  url.hostname = host;
  url.port = String(port);
  url.pathname = `/${database}`;
  return url.href;
}

/** @returns the nodes of the cluster that this database belongs to; none on a plain server */
async function nodesOf(superuserUrl: string): Promise<Node[]> {
  return withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_extension WHERE extname = 'citus'");
    if (rowCount === 0) return [];
    const { rows } = await client.query<Node>(
      'SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE isactive ORDER BY groupid',
    );
    return rows;
  });
}

/** @param superuserUrl names a database with the extension, whose nodes were added @returns whether it is Citus */
export async function isCitus(superuserUrl: string): Promise<boolean> {
  return (await nodesOf(superuserUrl)).length > 1;
}

/** The roles may sign in between the nodes, and send the tenant to the workers. */
export async function prepareCitusRoles(superuserUrl: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    for (const statement of roleSettings('citus')) await client.query(statement);
  });
}

/** Makes a migrated and distributed database on every node. @param ownerUrl names any database of the cluster */
export async function makeCitusDatabase(superuserUrl: string, ownerUrl: string, name: string): Promise<void> {
  const nodes = await nodesOf(superuserUrl);
  const [coordinator, ...workers] = nodes;
  if (!coordinator) throw new Error('No node of Citus.');
  for (const node of nodes) {
    await withClient(at(superuserUrl, node, 'postgres'), (client) =>
      client.query(`CREATE DATABASE ${name} OWNER crm_owner TEMPLATE template0 ENCODING 'UTF8'`),
    );
    await withClient(at(superuserUrl, node, name), (client) => client.query('CREATE EXTENSION citus'));
  }
  await withClient(at(superuserUrl, coordinator, name), async (client) => {
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [coordinator.host, coordinator.port]);
    for (const { host, port } of workers) await client.query('SELECT citus_add_node($1, $2)', [host, port]);
    await client.query(INTRODUCTION);
  });
  const owner = at(ownerUrl, coordinator, name);
  await runMigrations(ormOptions({ url: owner, poolSize: 1, startupSettings: false }));
  await withClient(owner, (client) => distributeTables(client));
}

/** Drops the database on every node. */
export async function dropCitusDatabase(superuserUrl: string, name: string): Promise<void> {
  for (const node of await nodesOf(superuserUrl)) {
    await withClient(at(superuserUrl, node, 'postgres'), (client) =>
      client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    );
  }
}
