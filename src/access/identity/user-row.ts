/** What is published of a user, as plain rows have it. */
import { rawSql } from '../../platform/postgres/sql.js';
import type { User } from './user.entity.js';

/** A user as they and their admins see them. */
export type UserRow = Readonly<
  Pick<User, 'id' | 'email' | 'fullName' | 'role' | 'isActive' | 'createdAt' | 'updatedAt' | 'lastSignInAt' | 'version'>
>;

/** What everybody sees; all else is absent, which GraphQL shows as null. */
export type VisibleUser = Pick<UserRow, 'id' | 'fullName'> & Partial<UserRow>;

/** The same without anything that an entity holds beside. */
export function pickUser(user: UserRow): UserRow {
  const { id, email, fullName, role, isActive, createdAt, updatedAt, lastSignInAt, version } = user;
  return { id, email, fullName, role, isActive, createdAt, updatedAt, lastSignInAt, version };
}

/** Of the table under the alias `u`. */
export const USER_COLUMNS = rawSql(`u.id, u.email, u.full_name AS "fullName", u.role, u.is_active AS "isActive",
  u.created_at AS "createdAt", u.updated_at AS "updatedAt", u.last_sign_in_at AS "lastSignInAt", u.version`);

/** What everybody sees, of the same. */
export const NAME_COLUMNS = rawSql('u.id, u.full_name AS "fullName"');
