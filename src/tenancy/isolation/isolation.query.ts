/** Reads the part of PostgreSQL's catalogue that row-level security depends on, in one statement that any role may run. */
import type pg from 'pg';

export interface CatalogueRole {
  readonly name: string;
  readonly isSuperuser: boolean;
  readonly bypassesPolicies: boolean;
  readonly createsRoles: boolean;
  readonly signsIn: boolean;
  /** Whether it owns a table or view of the service. */
  readonly ownsTables: boolean;
}

export interface CataloguePolicy {
  readonly name: string;
  readonly isPermissive: boolean;
  /** `*` all, `r` SELECT, `a` INSERT, `w` UPDATE, `d` DELETE. */
  readonly command: string;
  /** Sorted. Empty for PUBLIC. */
  readonly roles: readonly string[];
  /** The expression as PostgreSQL prints it; null when absent. */
  readonly using: string | null;
  readonly check: string | null;
}

export interface CatalogueForeignKey {
  readonly name: string;
  readonly target: string;
  /** `a` NO ACTION, `r` RESTRICT, `c` CASCADE, `n` SET NULL, `d` SET DEFAULT. */
  readonly onDelete: string;
  readonly columns: readonly string[];
  /** In the order of `columns`. */
  readonly targetColumns: readonly string[];
}

export interface CatalogueTable {
  /** With its schema: `public.customers`. */
  readonly name: string;
  readonly schema: string;
  readonly hasTenantId: boolean;
  readonly hasRowSecurity: boolean;
  readonly forcesRowSecurity: boolean;
  readonly policies: readonly CataloguePolicy[];
  /** Columns; empty without a primary key. */
  readonly primaryKey: readonly string[];
  /** The index of the primary key is included. Columns that are expressions are omitted. */
  readonly uniqueIndexes: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly foreignKeys: readonly CatalogueForeignKey[];
  /** Those of the connected role, also on single columns, among UPDATE, DELETE, TRUNCATE, TRIGGER, INSERT (recorded_at). */
  readonly privileges: readonly string[];
}

export interface CatalogueFunction {
  /** With schema and arguments: `app.search_customers(text)`. */
  readonly name: string;
  readonly owner: string;
  readonly searchPath: string | null;
}

export interface Catalogue {
  /** The connected role. */
  readonly role: CatalogueRole;
  /** The role that signed in. If the connected role was set by SET ROLE, the session can switch back to it. */
  readonly signedInAs: string;
  /** Roles that the connected role is a direct or indirect member of, with or without INHERIT and SET. */
  readonly memberOf: readonly CatalogueRole[];
  /** Descriptions of the objects that it owns, e.g. `table customers`. */
  readonly owned: readonly string[];
  /** Schemas where the connected role may create objects. */
  readonly createsIn: readonly string[];
  readonly tables: readonly CatalogueTable[];
  /** Whether the extension citus is installed. */
  readonly isOnCitus: boolean;
  /** Functions with SECURITY DEFINER. */
  readonly definers: readonly CatalogueFunction[];
  readonly definerOwners: readonly CatalogueRole[];
  /** Views that read with their owner's rights, and materialized views: policies do not apply to them. */
  readonly openViews: readonly string[];
}

/** @returns the catalogue as the pool's role sees it */
export async function readCatalogue(pool: pg.Pool): Promise<Catalogue> {
  const { rows } = await pool.query<{ catalogue: unknown }>(CATALOGUE);
  return rows[0]?.catalogue as Catalogue;
}

/** Excludes objects of extensions. */
const notOfExtension = (classId: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${classId}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

const columnNames = (
  relation: string,
  numbers: string,
): string => `coalesce((SELECT json_agg(a.attname ORDER BY k.place)
    FROM unnest(${numbers}) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.attnum), '[]')`;

const roleMetadata = (role: string): string => `json_build_object('name', ${role}.rolname,
    'isSuperuser', ${role}.rolsuper, 'bypassesPolicies', ${role}.rolbypassrls, 'createsRoles', ${role}.rolcreaterole,
    'signsIn', ${role}.rolcanlogin, 'ownsTables', EXISTS (SELECT FROM relations r WHERE r.relowner = ${role}.oid))`;

const POLICIES = `coalesce((SELECT json_agg(json_build_object('name', p.polname, 'isPermissive', p.polpermissive, 'command', p.polcmd,
    'roles', (SELECT coalesce(json_agg(m.rolname ORDER BY m.rolname), '[]') FROM pg_roles m WHERE m.oid = ANY (p.polroles)),
    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) ORDER BY p.polname)
    FROM pg_policy p WHERE p.polrelid = t.oid), '[]')`;

// indkey also lists INCLUDE columns, which do not make an index unique; indnkeyatts says how many do.
const KEY_COLUMNS = "(string_to_array(i.indkey::text, ' ')::smallint[])[1:i.indnkeyatts]";
const UNIQUE_INDEXES = `coalesce((SELECT json_agg(json_build_object('name', i.indexrelid::regclass::text,
    'columns', ${columnNames('t.oid', KEY_COLUMNS)}) ORDER BY i.indexrelid)
    FROM pg_index i WHERE i.indrelid = t.oid AND i.indisunique), '[]')`;
const PRIMARY_KEY = `coalesce((SELECT ${columnNames('t.oid', 'c.conkey')}
    FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'p'), '[]')`;

const FOREIGN_KEYS = `coalesce((SELECT json_agg(json_build_object('name', c.conname, 'onDelete', c.confdeltype,
    'target', (SELECT f.nspname || '.' || g.relname FROM pg_class g JOIN pg_namespace f ON f.oid = g.relnamespace WHERE g.oid = c.confrelid),
    'columns', ${columnNames('t.oid', 'c.conkey')}, 'targetColumns', ${columnNames('c.confrelid', 'c.confkey')}) ORDER BY c.conname)
    FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'f'), '[]')`;

const PRIVILEGES = `coalesce((SELECT json_agg(x.privilege) FROM (VALUES
      ('UPDATE', has_any_column_privilege(t.oid, 'UPDATE')), ('DELETE', has_table_privilege(t.oid, 'DELETE')),
      ('TRUNCATE', has_table_privilege(t.oid, 'TRUNCATE')), ('TRIGGER', has_table_privilege(t.oid, 'TRIGGER')),
      ('INSERT (recorded_at)', EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'recorded_at'
        AND has_column_privilege(t.oid, a.attnum, 'INSERT')))
    ) AS x (privilege, granted) WHERE x.granted), '[]')`;

const TABLES = `SELECT coalesce(json_agg(json_build_object('name', t.nspname || '.' || t.relname, 'schema', t.nspname,
    'hasTenantId', EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped),
    'hasRowSecurity', t.relrowsecurity, 'forcesRowSecurity', t.relforcerowsecurity, 'policies', ${POLICIES},
    'primaryKey', ${PRIMARY_KEY}, 'uniqueIndexes', ${UNIQUE_INDEXES}, 'foreignKeys', ${FOREIGN_KEYS},
    'privileges', ${PRIVILEGES}) ORDER BY t.nspname, t.relname), '[]')
  FROM relations t WHERE t.relkind IN ('r', 'p', 'f')`;

const SEARCH_PATH = `(SELECT substr(setting, 13) FROM unnest(f.proconfig) setting WHERE setting LIKE 'search\\_path=%')`;

const CATALOGUE = `
WITH schemas AS MATERIALIZED (
  SELECT n.oid, n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), relations AS MATERIALIZED (
  SELECT c.*, s.nspname FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND ${notOfExtension('pg_class', 'c.oid')}
), definers AS MATERIALIZED (
  SELECT f.*, s.nspname FROM pg_proc f JOIN schemas s ON s.oid = f.pronamespace
  WHERE f.prosecdef AND ${notOfExtension('pg_proc', 'f.oid')}
), me AS MATERIALIZED (SELECT * FROM pg_roles WHERE rolname = current_user)
SELECT json_build_object(
  'role', (SELECT ${roleMetadata('me')} FROM me),
  'signedInAs', session_user,
  'memberOf', (SELECT coalesce(json_agg(${roleMetadata('o')} ORDER BY o.rolname), '[]') FROM pg_roles o, me
    WHERE o.oid <> me.oid AND pg_has_role(me.oid, o.oid, 'MEMBER')),
  'owned', (SELECT coalesce(json_agg(pg_describe_object(d.classid, d.objid, 0) ORDER BY d.objid), '[]') FROM pg_shdepend d, me
    WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = me.oid AND d.deptype = 'o'
      AND (d.dbid = 0 OR d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))),
  'createsIn', (SELECT coalesce(json_agg(s.nspname ORDER BY s.nspname), '[]') FROM schemas s WHERE has_schema_privilege(s.oid, 'CREATE')),
  'isOnCitus', EXISTS (SELECT FROM pg_extension WHERE extname = 'citus'),
  'tables', (${TABLES}),
  'definers', (SELECT coalesce(json_agg(json_build_object(
      'name', f.nspname || '.' || f.proname || '(' || pg_get_function_identity_arguments(f.oid) || ')',
      'owner', pg_get_userbyid(f.proowner), 'searchPath', ${SEARCH_PATH}) ORDER BY f.proname, f.oid), '[]') FROM definers f),
  'definerOwners', (SELECT coalesce(json_agg(${roleMetadata('o')} ORDER BY o.rolname), '[]') FROM pg_roles o
    WHERE o.oid IN (SELECT proowner FROM definers)),
  'openViews', (SELECT coalesce(json_agg(v.nspname || '.' || v.relname ORDER BY v.nspname, v.relname), '[]') FROM relations v
    WHERE v.relkind = 'm' OR (v.relkind = 'v' AND NOT coalesce(
      (SELECT option_value::boolean FROM pg_options_to_table(v.reloptions) WHERE option_name = 'security_invoker'), false)))
) AS catalogue`;
