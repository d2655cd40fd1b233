/** Checks the role that the service connects as: it must not be able to bypass row-level security. */
import type { Catalogue, CatalogueRole } from './isolation.query.js';

/** Roles of the schema, and predefined roles of PostgreSQL that may read or write all data, files or programs of the server. */
const FORBIDDEN = [
  'crm_owner', 'crm_search', 'crm_eraser',
  'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data', 'pg_write_all_data',
]; // prettier-ignore

/** @returns one sentence for each way in which the connected role could bypass the policies */
export function findRoleProblems({ role, signedInAs, memberOf, owned, createsIn }: Catalogue): string[] {
  const problems: string[] = [];
  if (signedInAs !== role.name) problems.push(`The service signed in as ${signedInAs} and only acts as ${role.name}.`);
  // Reported once, because a superuser is a member of every role and may do everything.
  if (role.isSuperuser) return [...problems, `${role.name} is a superuser: the service connects as crm_app.`];
  if (role.bypassesPolicies) problems.push(`${role.name} has BYPASSRLS.`);
  if (role.createsRoles) problems.push(`${role.name} has CREATEROLE.`);
  return [
    ...problems,
    ...memberOf.flatMap((other) => {
      const reason = reasonAgainst(other);
      return reason === undefined ? [] : [`${role.name} is a member of ${other.name}, ${reason}.`];
    }),
    ...owned.map((object) => `${role.name} owns ${object}.`),
    ...createsIn.map((schema) => `${role.name} may create objects in the schema ${schema}.`),
  ];
}

function reasonAgainst(role: CatalogueRole): string | undefined {
  if (role.isSuperuser) return 'which is a superuser';
  if (role.bypassesPolicies) return 'which has BYPASSRLS';
  if (role.ownsTables) return 'which owns tables';
  return FORBIDDEN.includes(role.name) ? 'which may do what the service may not' : undefined;
}
