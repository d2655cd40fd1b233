/** Settings of every connection of the service: sent when it connects, or set on its role where a pooler or Citus wants them there. */

/** No statement, lock or idle transaction may hold a request up; an export raises the first for itself. Milliseconds. */
export const LIMITS = { statement_timeout: 5000, lock_timeout: 3000, idle_in_transaction_session_timeout: 10_000 };

/**
 * The interval is in milliseconds. No compiling: filters through relations are estimated at more than they cost, and where the server
 * can compile (jit), it would take longer over their many subplans than over the rows.
 */
export const SETTINGS = { TimeZone: 'UTC', client_connection_check_interval: 500, jit: 'off' };

/**
 * Settings for Citus besides: SET LOCAL goes to the workers, and functions that search may run there. Migrations make functions after they
 * have changed distributed tables in the same transaction, which Citus takes only where it has changed the shards one after another.
 */
const CITUS = {
  crm_owner: { 'citus.propagate_set_commands': 'local', 'citus.multi_shard_modify_mode': 'sequential' },
  crm_app: { 'citus.propagate_set_commands': 'local', 'citus.allow_nested_distributed_execution': 'on' },
};

/** How the service reaches its database: directly, through a pooler in transaction mode, or the coordinator of Citus. */
export type DatabaseKind = 'plain' | 'pooler' | 'citus';

/** @returns the settings of roles, as SQL for a superuser: none where connections send their own */
export function roleSettings(kind: DatabaseKind): string[] {
  if (kind === 'plain') return [];
  const own = alterRole('crm_app', { ...LIMITS, ...SETTINGS });
  if (kind === 'pooler') return own;
  return [
    ...own,
    ...Object.entries(CITUS).flatMap(([role, settings]) => alterRole(role, settings)),
    // The nodes run the functions of these roles by connections to each other.
    ...['crm_search', 'crm_eraser'].map((role) => `ALTER ROLE ${role} LOGIN;`),
  ];
}

function alterRole(role: string, settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).map(([name, value]) => `ALTER ROLE ${role} SET ${quoted(name)} = '${value}';`);
}

/** `citus.name` has two parts; a name with capitals is quoted. */
function quoted(name: string): string {
  return /[A-Z]/.test(name) ? `"${name}"` : name;
}
