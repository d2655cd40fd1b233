/** What identifying a caller reads of the user and of the tenant, whatever the credential. */
import { rawSql, sql } from '../../platform/postgres/sql.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { TenantSettings } from './request-context.js';
import type { Role } from './user.entity.js';

/** The user, with the alias `u`. */
export const CALLER_COLUMNS = rawSql(
  'u.id AS "userId", u.email, u.full_name AS "fullName", u.role, u.is_active AS "isActive"',
);

export interface CallerRow {
  readonly userId: string;
  readonly email: string | null;
  readonly fullName: string;
  readonly role: Role;
  readonly isActive: boolean;
}

/** The tenant, with the alias `t`. */
export const TENANT_COLUMNS =
  rawSql(`t.is_suspended AS "isSuspended", t.name AS "tenantName", t.time_zone AS "timeZone",
      t.default_currency AS "defaultCurrency", t.country_code AS "countryCode",
      t.limit_customers AS "customers", t.limit_contacts_per_customer AS "contactsPerCustomer",
      t.limit_active_opportunities AS "activeOpportunities", t.limit_export_rows AS "exportRows"`);

export interface TenantSettingsRow {
  readonly isSuspended: boolean;
  readonly tenantName: string;
  readonly timeZone: string;
  readonly defaultCurrency: string;
  readonly countryCode: string;
  readonly customers: number;
  readonly contactsPerCustomer: number;
  readonly activeOpportunities: number;
  readonly exportRows: number;
}

export function toTenantSettings(id: string, row: TenantSettingsRow): TenantSettings {
  const { tenantName: name, timeZone, defaultCurrency, countryCode } = row;
  const { customers, contactsPerCustomer, activeOpportunities, exportRows } = row;
  const limits = { customers, contactsPerCustomer, activeOpportunities, exportRows };
  return { id, name, timeZone, defaultCurrency, countryCode, limits };
}

export interface SessionRow extends CallerRow, TenantSettingsRow {
  readonly revokedAt: string | null;
  readonly expiresAt: string;
}

/** @returns undefined for an id that no session of this tenant has */
export async function findSession(reader: TenantReader, sessionId: string): Promise<SessionRow | undefined> {
  const { tenantId } = reader;
  const [row] = await reader.rows<SessionRow>(sql`
    SELECT ${CALLER_COLUMNS}, s.revoked_at AS "revokedAt", s.expires_at AS "expiresAt", ${TENANT_COLUMNS}
    FROM sessions s
    JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenants t ON t.id = s.tenant_id
    WHERE s.tenant_id = ${tenantId} AND u.tenant_id = ${tenantId} AND t.id = ${tenantId} AND s.id = ${sessionId}`);
  return row;
}
