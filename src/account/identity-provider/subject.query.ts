/** What identifying the caller behind a provider's token reads. Every statement names the tenant. */
import {
  CALLER_COLUMNS,
  TENANT_COLUMNS,
  type CallerRow,
  type TenantSettingsRow,
} from '../../access/identity/identity.query.js';
import { sql } from '../../platform/postgres/sql.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

export interface ProviderState extends TenantSettingsRow {
  readonly providerId: string;
  readonly version: number;
}

export interface FoundSubject {
  /** The provider as it is now, and its tenant; undefined if it was removed. */
  readonly provider: ProviderState | undefined;
  /** The user, if the subject was seen before. */
  readonly user: CallerRow | undefined;
}

/** Two statements in one round trip: Citus takes no outer join here. */
export async function findSubject(reader: TenantReader, issuer: string, subject: string): Promise<FoundSubject> {
  const { tenantId } = reader;
  const providerSql = sql`SELECT p.id AS "providerId", p.version, ${TENANT_COLUMNS} FROM identity_providers p JOIN tenants t ON t.id = p.tenant_id
    WHERE p.tenant_id = ${tenantId} AND t.id = ${tenantId} AND p.issuer = ${issuer} AND p.deleted_at IS NULL`;
  const userSql = sql`SELECT ${CALLER_COLUMNS} FROM user_identities i JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
    WHERE i.tenant_id = ${tenantId} AND u.tenant_id = ${tenantId} AND i.issuer = ${issuer} AND i.subject = ${subject}`;
  const results = await reader.batch([providerSql, userSql]);
  // The reader returns rows in the form of their statements.
  const [[provider], [user]] = results as unknown as [ProviderState[], CallerRow[]];
  return { provider, user };
}
