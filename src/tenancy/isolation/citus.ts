/** Citus: the same schema on several nodes, every table distributed by its tenant. The order of steps is in docs/scaling.md. */
import type pg from 'pg';
import { StartupError } from '../../platform/errors/startup-error.js';
import { ISOLATION_EXCEPTIONS } from './isolation.js';

type Connection = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

/** The table of tenants themselves, which all others are placed beside. */
const TENANTS = 'tenants';

/** @returns whether the extension is installed in the connected database */
async function hasCitus(connection: Connection): Promise<boolean> {
  const { rowCount } = await connection.query("SELECT FROM pg_extension WHERE extname = 'citus'");
  return rowCount === 1;
}

/**
 * Without the setting, the tenant would not reach the workers: every read would find nothing.
 * @param isConfigured whether DATABASE_CITUS is on
 * @throws StartupError where the extension is installed and DATABASE_CITUS is off
 */
export async function requireCitusSetting(connection: Connection, isConfigured: boolean): Promise<void> {
  if (isConfigured || !(await hasCitus(connection))) return;
  throw new StartupError(
    'The database has the extension citus, but DATABASE_CITUS is not on: set DATABASE_CITUS=true.',
  );
}

interface TableRow {
  readonly name: string;
  readonly hasTenant: boolean;
  /** Whether Citus knows it, distributed or local. */
  readonly isKnown: boolean;
  /** Names of the tables that its foreign keys lead to. */
  readonly targets: readonly string[];
}

const TABLES = `SELECT c.relname AS name,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS "hasTenant",
    EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = c.oid) AS "isKnown",
    ARRAY(SELECT t.relname::text FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
      WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS targets
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`;

/** @returns whether the tables are distributed already */
export async function isDistributed(connection: Connection): Promise<boolean> {
  if (!(await hasCitus(connection))) return false;
  const { rows } = await connection.query<TableRow>(TABLES);
  return rows.some(({ name, isKnown }) => name === TENANTS && isKnown);
}

/**
 * Distributes each table of tenants by its tenant, those that are referred to first, and makes the other tables reachable from every
 * node. Tables that Citus knows already are left alone, so that it may be run again. Rows are moved to the nodes that will hold them.
 * @param owner connects to the coordinator as the role that owns the tables
 * @returns the names of the tables that were not distributed before
 * @throws StartupError where the extension or the nodes are missing, or a table fits neither kind
 */
export async function distributeTables(owner: Connection): Promise<string[]> {
  await requireNodes(owner);
  const { rows } = await owner.query<TableRow>(TABLES);
  const tables = inOrder(rows).filter(({ isKnown }) => !isKnown);
  for (const table of tables) await owner.query(...placement(table));
  for (const name of APPEND_ONLY) await admitRows(owner, name);
  return tables.map(({ name }) => name);
}

/**
 * The database alone sets `recorded_at`, so the service may not insert into that column. Citus sends a row to its node with every
 * column filled in, so there the service may, and only there: the table as all nodes show it keeps its rights.
 */
const APPEND_ONLY = ['audit_events', 'audit_seals'];
const ADMIT = 'GRANT INSERT ON %s TO crm_app';

/** Citus reports a node that failed as a row of the answer. @throws StartupError */
async function admitRows(owner: Connection, table: string): Promise<void> {
  const { rows } = await owner.query<{ result: string }>(
    'SELECT result FROM run_command_on_placements($1::regclass, $2) WHERE NOT success',
    [table, ADMIT],
  );
  const [failed] = rows;
  if (failed)
    throw new StartupError(`A node does not admit rows of ${table}: ${failed.result}. Mend it, and run this again.`);
}

async function requireNodes(connection: Connection): Promise<void> {
  if (!(await hasCitus(connection))) {
    throw new StartupError('The database has no extension citus: create it on every node first (docs/scaling.md).');
  }
  const { rowCount } = await connection.query('SELECT FROM pg_dist_node WHERE isactive AND shouldhaveshards');
  if (rowCount === 0) {
    throw new StartupError('No node of Citus may hold tables: add the workers first (docs/scaling.md).');
  }
}

/** The statement that places one table. @throws StartupError */
function placement({ name, hasTenant }: TableRow): [text: string, values: string[]] {
  if (name === TENANTS) return ["SELECT create_distributed_table($1::regclass, 'id')", [name]];
  if (hasTenant) {
    return [`SELECT create_distributed_table($1::regclass, 'tenant_id', colocate_with => '${TENANTS}')`, [name]];
  }
  if (`public.${name}` in ISOLATION_EXCEPTIONS.tables) {
    return ['SELECT citus_add_local_table_to_metadata($1::regclass)', [name]];
  }
  throw new StartupError(`The table ${name} has no tenant_id and is not a known exception: it cannot be distributed.`);
}

/** Each table after those that its foreign keys lead to. Among the tables of tenants there are no cycles. */
function inOrder(tables: readonly TableRow[]): TableRow[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<TableRow>();
  const add = (table: TableRow, above: readonly string[]): void => {
    if (ordered.has(table) || above.includes(table.name)) return;
    for (const target of table.targets) {
      const next = byName.get(target);
      if (next) add(next, [...above, table.name]);
    }
    ordered.add(table);
  };
  for (const table of tables) add(table, []);
  return [...ordered];
}
