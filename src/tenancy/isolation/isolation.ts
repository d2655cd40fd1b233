/** Row-level security, the third layer of isolation, proved on the live catalogue: what must hold in PostgreSQL so that no fault of ours shows a tenant another's rows. */
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

/** Everything that row-level security lets through on purpose, with the reason. */
export const ISOLATION_EXCEPTIONS = {
  /** Tables without a tenant. */
  tables: {
    'public.throttle_buckets': 'failed sign-ins under digests of an address or an e-mail: an address has no tenant',
    'public.mikro_orm_migrations': 'names of the migrations that ran',
  },
  /** Policies beside `tenant`: each lets crm_search, which nobody signs in as, read for the functions below. */
  policies: {
    'search on public.customers': 'the search reads past the tenant policy, under its own tenant predicate',
    'search on public.contacts': 'the same for contacts',
    'search on public.opportunities': 'the same for opportunities',
    'search on public.activities': 'the same for activities',
    'sealer on public.audit_unsealed': 'which tenants have events to seal',
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
    'app.tenants_to_seal()': 'ids of tenants, nothing else of them',
    'app.tenants_to_tidy()': 'ids of tenants, nothing else of them',
    'app.tenant_ids()': 'ids of tenants, nothing else of them',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

const FUNCTION_ROLE = 'crm_search';
/** Nothing that anybody else may create objects in before ours; unnamed, pg_temp would come first of all. */
const SEARCH_PATH = 'pg_catalog, public, pg_temp';
const TENANTS = 'public.tenants';
/** What the service may do to the trail is add to it. */
const APPEND_ONLY = ['public.audit_events', 'public.audit_seals'];
/** TRUNCATE asks no policy; a trigger runs with the rights of whoever writes. */
const NEVER_GRANTED = ['TRUNCATE', 'TRIGGER'];
/** The moment at which an event came is the database's to say. */
const NEVER_IN_THE_LOG = ['UPDATE', 'DELETE', 'INSERT (recorded_at)'];

/** What was looked at, and what is wrong with it. */
export interface IsolationReport {
  readonly role: string;
  readonly tables: readonly string[];
  /** One sentence each; none means that isolation is enforced. */
  readonly problems: readonly string[];
}

/** @param pool of the service's own role @returns one sentence per problem; none means that isolation is enforced */
export async function verifyIsolation(pool: pg.Pool): Promise<readonly string[]> {
  return (await inspectIsolation(pool)).problems;
}

/** The same, with what was looked at. One statement of about 10 ms. */
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
    // A superuser has every privilege, which is said once.
    ...(catalogue.role.isSuperuser
      ? []
      : catalogue.tables.flatMap((table) => findGrantProblems(catalogue.role, table))),
    ...catalogue.definers.flatMap(findFunctionProblems),
    ...catalogue.definerOwners.flatMap(findFunctionRoleProblems),
    ...catalogue.openViews.map((view) => `The view ${view} reads past the policies: make it a security_invoker view.`),
  ];
  return { role: catalogue.role.name, tables: [...names], problems };
}

const tenantColumnOf = (table: string): string => (table === TENANTS ? 'id' : 'tenant_id');

/** As PostgreSQL prints what `tenantWall` of the migrations says. */
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

function findFunctionRoleProblems(role: CatalogueRole): string[] {
  if (role.name !== FUNCTION_ROLE || !(role.isSuperuser || role.bypassesPolicies || role.signsIn)) return [];
  return [`${role.name} may do more than run functions: it must be NOLOGIN, NOSUPERUSER and NOBYPASSRLS.`];
}
