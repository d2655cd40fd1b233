/** What identifying the caller behind an API key reads: the key, its user, the person it acts for and the tenant, in one statement. */
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
  /** The active person to act for; null if there is none, or nobody to act for. */
  readonly personId: string | null;
  readonly personEmail: string;
  readonly personName: string;
  readonly personRole: Role;
}

/** @returns undefined for an id that no key of this tenant has */
export async function findKey(
  reader: TenantReader,
  keyId: string,
  onBehalfOf: string | undefined,
): Promise<KeyRow | undefined> {
  const { tenantId } = reader;
  const [row] = await reader.rows<KeyRow>(sql`
    SELECT k.tenant_id AS "tenantId", encode(k.secret_hash, 'hex') AS "secretHash", k.permissions,
      k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", u.kind, ${CALLER_COLUMNS}, ${TENANT_COLUMNS},
      p.id AS "personId", p.email AS "personEmail", p.full_name AS "personName", p.role AS "personRole"
    FROM api_keys k
    JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenants t ON t.id = k.tenant_id
    LEFT JOIN users p ON p.tenant_id = k.tenant_id AND p.tenant_id = ${tenantId} AND p.id = ${onBehalfOf ?? null}::uuid
      AND p.kind = 'PERSON' AND p.is_active
    WHERE k.tenant_id = ${tenantId} AND u.tenant_id = ${tenantId} AND t.id = ${tenantId} AND k.id = ${keyId}`);
  return row;
}
