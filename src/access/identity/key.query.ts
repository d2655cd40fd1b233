/** What identifying the caller behind an API key reads: the key, its user, the person it acts for and the tenant, in one round trip. */
import { sql } from '../../platform/postgres/sql.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { CALLER_COLUMNS, TENANT_COLUMNS, type CallerRow, type TenantSettingsRow } from './identity.query.js';
import type { Role, UserKind } from './user.entity.js';

export interface KeyRow extends CallerRow, TenantSettingsRow {
  readonly tenantId: string;
  /** Hexadecimal. */
  readonly secretHash: string;
  readonly permissions: readonly string[] | null;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly kind: UserKind;
}

/** An active person to act for. */
export interface PersonRow {
  readonly userId: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
}

export interface FoundKey {
  readonly key: KeyRow;
  /** Absent if there is none, or nobody to act for. */
  readonly person: PersonRow | undefined;
}

/**
 * The person is read by a statement of their own: Citus takes no outer join here.
 * @returns undefined for an id that no key of this tenant has
 */
export async function findKey(
  reader: TenantReader,
  keyId: string,
  onBehalfOf: string | undefined,
): Promise<FoundKey | undefined> {
  const { tenantId } = reader;
  const keySql = sql`
    SELECT k.tenant_id AS "tenantId", encode(k.secret_hash, 'hex') AS "secretHash", k.permissions,
      k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", u.kind, ${CALLER_COLUMNS}, ${TENANT_COLUMNS}
    FROM api_keys k
    JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenants t ON t.id = k.tenant_id
    WHERE k.tenant_id = ${tenantId} AND u.tenant_id = ${tenantId} AND t.id = ${tenantId} AND k.id = ${keyId}`;
  const personSql = sql`SELECT u.id AS "userId", u.email, u.full_name AS "fullName", u.role FROM users u
    WHERE u.tenant_id = ${tenantId} AND u.id = ${onBehalfOf ?? null}::uuid AND u.kind = 'PERSON' AND u.is_active`;
  const results = await reader.batch(onBehalfOf === undefined ? [keySql] : [keySql, personSql]);
  // The reader returns rows in the form of their statements.
  const [[key], [person] = []] = results as unknown as [KeyRow[], PersonRow[]?];
  return key && { key, person };
}
