/** Reads of users and their company. Every statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { atCommit, runStatement } from '../tenancy/open-transaction.js';
import { tenantOf } from '../tenancy/tenancy.js';
import type { TenantReader } from '../tenancy/tenant-reader.js';
import { USER_COLUMNS, userTable, type UserRow } from '../access/identity/user-row.js';
import { readPage } from '../access/loaders/record-lists.js';
import { equalTo } from '../platform/lists/filters.js';
import type { OrderColumn, OrderKey } from '../platform/lists/keyset.js';
import { countSql } from '../platform/lists/record-count.js';
import { pageSql, type RecordList, type RecordListQuery } from '../platform/lists/record-table.js';
import { sql, type Sql } from '../platform/postgres/sql.js';
import { identityForm } from '../platform/values/identity-form.js';

const NAME: OrderColumn = { column: 'u.full_name', property: 'fullName', type: 'text' };
const ID: OrderColumn = { column: 'u.id', property: 'id', type: 'uuid' };

/** By name. */
export const USER_ORDER: readonly OrderKey[] = [NAME, ID].map((key) => ({ ...key, direction: 'ASC', nulls: 'LAST' }));

/** What a list may be sorted by, in REST names. */
export const USER_SORT: Readonly<Record<string, OrderColumn>> = {
  full_name: NAME,
  email: { column: 'u.email', property: 'email', type: 'text' },
  role: { column: 'u.role', property: 'role', type: 'text' },
  created_at: { column: 'u.created_at', property: 'createdAt', type: 'instant' },
};

/**
 * The user with this address in any case, or with exactly this spelling, which comes first. Addresses that an earlier server's locale
 * kept apart are found by their exact spelling only, except one.
 */
function isAddressOf(email: string): { readonly condition: Sql; readonly order: Sql } {
  return {
    condition: sql`u.email_identity = ANY (${[email, identityForm(email)]}::text[])`,
    order: sql`ORDER BY u.email_identity = ${email} DESC NULLS LAST LIMIT 1`,
  };
}

/** @returns the id of the user with this address in any case */
export async function findUserIdByEmail(reader: TenantReader, email: string): Promise<string | undefined> {
  const { condition, order } = isAddressOf(email);
  const [row] = await reader.rows<{ readonly id: string }>(
    sql`SELECT u.id FROM users u WHERE u.tenant_id = ${reader.tenantId} AND ${condition} ${order}`,
  );
  return row?.id;
}

type Page = RecordListQuery<UserRow>;

export interface UserListQuery
  extends
    Pick<Page, 'order' | 'limit' | 'offset' | 'after'>,
    Partial<Pick<Page, 'properties' | 'withRows' | 'withTotal'>> {
  readonly isActive?: boolean | null | undefined;
}

/** One page of the list and, unless it is not wanted, the number of all. */
export function listUsers(
  reader: TenantReader,
  { isActive, properties = userTable.properties, withRows = true, withTotal = true, ...page }: UserListQuery,
): Promise<RecordList<UserRow>> {
  const query: Page = { ...page, properties, withRows, withTotal, filter: equalTo({ isActive }) };
  return readPage(
    reader,
    query,
    () => pageSql(userTable, reader.tenantId, query),
    () => countSql(userTable, reader.tenantId, query),
  );
}

/** What a password is checked against. */
export interface Credentials extends UserRow {
  readonly tenantId: string;
  /** Null for a person who does not sign in with a password. */
  readonly passwordHash: string | null;
  readonly isSuspended: boolean;
}

/** @returns null for an unknown user of a known tenant, undefined for an unknown tenant */
export async function findCredentials(reader: TenantReader, email: string): Promise<Credentials | null | undefined> {
  const { condition, order } = isAddressOf(email);
  const [row] = await reader.rows<Credentials | { readonly id: null }>(
    sql`SELECT ${USER_COLUMNS}, t.id AS "tenantId", u.password_hash AS "passwordHash", t.is_suspended AS "isSuspended"
      FROM tenants t LEFT JOIN users u
        ON u.tenant_id = t.id AND u.tenant_id = ${reader.tenantId} AND ${condition}
      WHERE t.id = ${reader.tenantId} ${order}`,
  );
  return row?.id === null ? null : row;
}

/** @returns the caller's own hash; undefined without a password */
export async function findPasswordHash(reader: TenantReader, id: string): Promise<string | undefined> {
  const [row] = await reader.rows<{ readonly passwordHash: string | null }>(
    sql`SELECT u.password_hash AS "passwordHash" FROM users u WHERE u.tenant_id = ${reader.tenantId} AND u.id = ${id}`,
  );
  return row?.passwordHash ?? undefined;
}

/** Stores the time of a sign-in, with the transaction's last message. The user must be locked. */
export function stampSignIn(em: EntityManager, id: string, at: string): void {
  atCommit(em, sql`update users set last_sign_in_at = ${at} where tenant_id = ${tenantOf(em)} and id = ${id}`);
}

/**
 * Locks the company's active admins, service accounts aside, and one more user until the transaction ends, in the order of their ids. Two admins who change each
 * other at the same time queue here, and the second sees the result of the first.
 * @returns the ids of the active admins
 */
export async function lockActiveAdminsAnd(em: EntityManager, id: string): Promise<readonly string[]> {
  const rows = await runStatement<{ readonly id: string; readonly isAdmin: boolean }>(
    em,
    sql`select id, role = 'admin' and is_active and kind = 'PERSON' as "isAdmin" from users
      where tenant_id = ${tenantOf(em)} and (role = 'admin' and is_active and kind = 'PERSON' or id = ${id})
      order by id for no key update`,
  );
  return rows.filter(({ isAdmin }) => isAdmin).map((row) => row.id);
}

/**
 * Ends every session of the company. Locks its users first, in the order of their ids: ending several sessions of a user requires the
 * user's lock, so that no two transactions deadlock.
 */
export async function endAllSessions(em: EntityManager): Promise<void> {
  const tenantId = tenantOf(em);
  await runStatement(em, sql`select id from users where tenant_id = ${tenantId} order by id for no key update`);
  const now = new Date().toISOString();
  await runStatement(
    em,
    sql`update sessions set revoked_at = ${now} where tenant_id = ${tenantId} and revoked_at is null`,
  );
}

/** Whether a provider of the company says what this user's role is. */
export async function isRoleFromProvider(em: EntityManager, userId: string): Promise<boolean> {
  const tenantId = tenantOf(em);
  const rows = await runStatement(
    em,
    sql`select p.id from user_identities i join identity_providers p on p.tenant_id = i.tenant_id and p.issuer = i.issuer
      where i.tenant_id = ${tenantId} and p.tenant_id = ${tenantId} and i.user_id = ${userId}
        and p.role_claim is not null and p.deleted_at is null limit 1`,
  );
  return rows.length > 0;
}
