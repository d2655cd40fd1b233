/**
 * Verifies row-level security, the third layer of isolation, on PostgreSQL's catalogue. It checks everything that must hold so that a
 * bug in our code cannot show a tenant the rows of another.
 */
import type pg from 'pg';
import { findRoleProblems } from './isolation-roles.js';
import {
  readCatalogue,
  type CatalogueForeignKey,
  type CatalogueFunction,
  type CataloguePolicy,
  type CatalogueRole,
  type CatalogueTable,
} from './isolation.query.js';

/** All intended exceptions from row-level security, with their reasons. */
export const ISOLATION_EXCEPTIONS = {
  /** Tables without a tenant. */
  tables: {
    'public.throttle_buckets': 'failed sign-ins under digests of an address or an e-mail: an address has no tenant',
    'public.mikro_orm_migrations': 'names of the migrations that ran',
  },
  /** Policies besides `tenant`. Each lets crm_search read for the functions below; nobody can sign in as this role. */
  policies: {
    'search on public.customers': 'the search reads past the tenant policy, under its own tenant predicate',
    'search on public.contacts': 'the same for contacts',
    'search on public.opportunities': 'the same for opportunities',
    'search on public.activities': 'the same for activities',
    'sealer on public.audit_unsealed': 'which tenants have events to seal',
    'feed on public.audit_seals': 'which tenants have new seals, and of which types of record',
    'tidy on public.idempotency_keys': 'which tenants have idempotency keys past their day',
    'tidy on public.sessions': 'which tenants have sessions that ended a day ago',
    'listing on public.tenants': 'which tenants there are, for a check of them all',
  },
  /** Functions that run with the rights of crm_search. */
  functions: {
    'app.search_customers(query text)': 'ids of matching customers of the tenant that is set',
    'app.search_customers_page(query text, page_limit integer, page_offset integer)':
      'the same, one page and its total',
    'app.search_contacts(query text)': 'ids of matching contacts of the tenant that is set',
    'app.search_opportunities(query text)': 'ids of matching opportunities of the tenant that is set',
    'app.search_activities(query text)': 'ids of matching activities of the tenant that is set',
    'app.find_customers(query text, most integer)':
      'the ids of matching customers of the tenant that is set, where they are few',
    'app.find_contacts(query text, most integer)': 'the same of contacts',
    'app.find_opportunities(query text, most integer)': 'the same of opportunities',
    'app.find_activities(query text, most integer)': 'the same of activities',
    'app.search_customers_page(query text, digits text, page_limit integer, page_offset integer)':
      'one page of matching customers of the tenant that is set, and its total',
    'app.find_customers(query text, digits text, most integer)':
      'the ids of matching customers of the tenant that is set, where they are few',
    'app.find_contacts(query text, digits text, most integer)': 'the same of contacts',
    'app.find_opportunities(query text, digits text, most integer)': 'the same of opportunities',
    'app.find_activities(query text, digits text, most integer)': 'the same of activities',
    'app.look_up_customers(query text, digits text, most integer)':
      'the ids of matching customers of the tenant that is set, or that they are more',
    'app.look_up_contacts(query text, digits text, most integer)': 'the same of contacts',
    'app.look_up_opportunities(query text, digits text, most integer)': 'the same of opportunities',
    'app.look_up_activities(query text, digits text, most integer)': 'the same of activities',
    'app.search_customers_page(query text, digits text, most integer, page_limit integer, page_offset integer)':
      'one page of matching customers of the tenant that is set, and their total, or that they are more',
    'app.tenants_to_seal()': 'ids of tenants, nothing else of them',
    'app.unsealed_backlog(OUT events integer, OUT oldest uuid)':
      'how many events wait for a seal, and the id of the oldest',
    'app.seals_since(tenants text[], seqs bigint[])':
      'numbers of new seals and the types of record that they tell of, nothing else',
    'app.tenants_to_tidy()': 'ids of tenants, nothing else of them',
    'app.tenant_ids()': 'ids of tenants, nothing else of them',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

const FUNCTION_ROLE = 'crm_search';
/** No schema in which others may create objects comes before ours. pg_temp would be searched first if it were not named. */
const SEARCH_PATH = 'pg_catalog, public, pg_temp';
const TENANTS = 'public.tenants';
/** The service may only insert into these tables. */
const APPEND_ONLY = ['public.audit_events', 'public.audit_seals'];
/** TRUNCATE ignores policies. A trigger runs with the rights of the role that writes. */
const NEVER_GRANTED = ['TRUNCATE', 'TRIGGER'];
/** `recorded_at` is set by the database only. */
const NEVER_IN_THE_LOG = ['UPDATE', 'DELETE', 'INSERT (recorded_at)'];

/** The inspected objects and the problems found. */
export interface IsolationReport {
  readonly role: string;
  readonly tables: readonly string[];
  /** One sentence per problem. Isolation is enforced when there are none. */
  readonly problems: readonly string[];
}

/** @param pool of the service's own role @returns one sentence per problem; isolation is enforced when there are none */
export async function verifyIsolation(pool: pg.Pool): Promise<readonly string[]> {
  return (await inspectIsolation(pool)).problems;
}

/** Like `verifyIsolation`, and also returns the inspected objects. Takes one statement of about 10 ms. */
export async function inspectIsolation(pool: pg.Pool): Promise<IsolationReport> {
  const catalogue = await readCatalogue(pool);
  const guarded = catalogue.tables.filter((table) => table.hasTenantId || table.name === TENANTS);
  const names = new Set(guarded.map(({ name }) => name));
  const problems = [
    ...findRoleProblems(catalogue),
    ...(names.has(TENANTS) ? [] : [`The table ${TENANTS} is missing.`]),
    ...guarded.flatMap((table) => [
      ...findPolicyProblems(table),
      ...findKeyProblems(table),
      ...table.foreignKeys
        .filter(({ target }) => names.has(target))
        .flatMap((key) => findForeignKeyProblems(table, key)),
    ]),
    ...catalogue.tables.filter(isUnlisted).map(({ name }) => `${name} has no tenant_id and is not a known exception.`),
    // Not for a superuser, who has every privilege: that is already reported.
    ...(catalogue.role.isSuperuser
      ? []
      : catalogue.tables.flatMap((table) => findGrantProblems(catalogue.role, table))),
    ...catalogue.definers.flatMap(findFunctionProblems),
    ...catalogue.definerOwners.flatMap((role) => findFunctionRoleProblems(role, catalogue.isOnCitus)),
    ...catalogue.openViews.map((view) => `The view ${view} reads past the policies: make it a security_invoker view.`),
  ];
  return { role: catalogue.role.name, tables: [...names], problems };
}

const tenantColumnOf = (table: string): string => (table === TENANTS ? 'id' : 'tenant_id');

/** The expression of `tenantWall` in the migrations, as PostgreSQL prints it. */
function policyText(column: string): string {
  return `(${column} = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))`;
}

function findPolicyProblems(table: CatalogueTable): string[] {
  const problems: string[] = [];
  if (!table.hasRowSecurity) problems.push(`${table.name} has no row security.`);
  if (!table.forcesRowSecurity) problems.push(`${table.name} does not force row security on its owner.`);
  const own = table.policies.find(({ name }) => name === 'tenant');
  if (own) problems.push(...findTenantPolicyProblems(table.name, own));
  else problems.push(`${table.name} has no policy "tenant".`);
  const others = table.policies.filter((policy) => policy !== own && policy.isPermissive);
  return [...problems, ...others.flatMap((policy) => findExtraPolicyProblems(table.name, policy))];
}

function findTenantPolicyProblems(table: string, policy: CataloguePolicy): string[] {
  const expected = policyText(tenantColumnOf(table));
  const problems: string[] = [];
  if (!policy.isPermissive || policy.command !== '*' || policy.roles.length > 0) {
    problems.push(`The policy "tenant" on ${table} is not for every command and every role.`);
  }
  for (const [clause, text] of [
    ['USING', policy.using],
    ['WITH CHECK', policy.check],
  ] as const) {
    if (text !== expected) problems.push(`The policy "tenant" on ${table} has another ${clause}: ${text ?? 'none'}.`);
  }
  return problems;
}

function findExtraPolicyProblems(table: string, { name, command, roles, check }: CataloguePolicy): string[] {
  if (!(`${name} on ${table}` in ISOLATION_EXCEPTIONS.policies)) {
    return [`${table} has the policy "${name}", which is not a known exception.`];
  }
  const isAsListed = command === 'r' && roles.join() === FUNCTION_ROLE && check === null;
  return isAsListed ? [] : [`The policy "${name}" on ${table} is for more than SELECT by ${FUNCTION_ROLE}.`];
}

function findKeyProblems(table: CatalogueTable): string[] {
  const column = tenantColumnOf(table.name);
  const problems = table.uniqueIndexes
    .filter(({ columns }) => !columns.includes(column))
    .map(({ name }) => `The unique index ${name} of ${table.name} does not contain ${column}.`);
  if (table.primaryKey[0] !== column) problems.push(`The primary key of ${table.name} does not begin with ${column}.`);
  return problems;
}

function findForeignKeyProblems(table: CatalogueTable, key: CatalogueForeignKey): string[] {
  const problems: string[] = [];
  const targetColumn = tenantColumnOf(key.target);
  const own = tenantColumnOf(table.name);
  if (!key.columns.some((column, place) => column === own && key.targetColumns[place] === targetColumn)) {
    problems.push(`The foreign key ${key.name} of ${table.name} can point into another tenant: it lacks ${own}.`);
  }
  if (key.onDelete === 'n' || key.onDelete === 'd') {
    problems.push(`The foreign key ${key.name} of ${table.name} clears its columns on delete, tenant_id with them.`);
  }
  return problems;
}

function isUnlisted(table: CatalogueTable): boolean {
  return (
    table.schema === 'public' &&
    !table.hasTenantId &&
    table.name !== TENANTS &&
    !(table.name in ISOLATION_EXCEPTIONS.tables)
  );
}

function findGrantProblems(role: CatalogueRole, table: CatalogueTable): string[] {
  const forbidden = APPEND_ONLY.includes(table.name) ? [...NEVER_GRANTED, ...NEVER_IN_THE_LOG] : NEVER_GRANTED;
  return table.privileges
    .filter((privilege) => forbidden.includes(privilege))
    .map((privilege) => `${role.name} has ${privilege} on ${table.name}.`);
}

function findFunctionProblems({ name, owner, searchPath }: CatalogueFunction): string[] {
  if (!(name in ISOLATION_EXCEPTIONS.functions)) {
    return [`The function ${name} is SECURITY DEFINER and not a known exception.`];
  }
  const problems: string[] = [];
  if (owner !== FUNCTION_ROLE) problems.push(`The function ${name} runs as ${owner} instead of ${FUNCTION_ROLE}.`);
  if (searchPath !== SEARCH_PATH) problems.push(`The function ${name} has no pinned search_path.`);
  return problems;
}

/** On Citus, and only there, the role signs in: the nodes run its functions by connections to each other. */
function findFunctionRoleProblems(role: CatalogueRole, isOnCitus: boolean): string[] {
  const mayDoMore = role.isSuperuser || role.bypassesPolicies || (role.signsIn && !isOnCitus);
  if (role.name !== FUNCTION_ROLE || !mayDoMore) return [];
  return [`${role.name} may do more than run functions: it must be NOLOGIN, NOSUPERUSER and NOBYPASSRLS.`];
}
