/** The published columns of users, and how they are read. */
import { selectListSql, type RecordTable } from '../../platform/lists/record-table.js';
import { sql } from '../../platform/postgres/sql.js';
import type { User } from './user.entity.js';

/** A user as admins and the user see them. */
export type UserRow = Readonly<
  Pick<
    User,
    'id' | 'kind' | 'email' | 'fullName' | 'role' | 'isActive' | 'createdAt' | 'updatedAt' | 'lastSignInAt' | 'version'
  >
>;

/** What everybody sees. The rest is absent, which GraphQL shows as null. */
export type VisibleUser = Pick<UserRow, 'id' | 'kind' | 'fullName'> & Partial<UserRow>;

/** The published properties only; an entity has more. */
export function pickUser(user: UserRow): UserRow {
  const { id, kind, email, fullName, role, isActive, createdAt, updatedAt, lastSignInAt, version } = user;
  return { id, kind, email, fullName, role, isActive, createdAt, updatedAt, lastSignInAt, version };
}

export const userTable: RecordTable<UserRow> = {
  name: 'users',
  alias: 'u',
  properties: [
    'id', 'kind', 'email', 'fullName', 'role', 'isActive', 'createdAt', 'updatedAt', 'lastSignInAt', 'version',
  ], // prettier-ignore
  isPermanent: true,
  filterColumns: { isActive: { column: 'u.is_active', type: 'boolean' } },
  references: {},
  owned: (_tenantId, userId) => sql`u.id = ${userId}`,
};

/** The select list of `userTable`. */
export const USER_COLUMNS = selectListSql(userTable, userTable.properties);

/** The columns that everybody may see. */
export const NAME_COLUMNS = selectListSql(userTable, ['id', 'kind', 'fullName']);
