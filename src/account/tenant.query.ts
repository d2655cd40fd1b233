/** Reads of the caller's company. Every statement names the tenant. */
import { LIMITS } from '../access/identity/limits.js';
import type { Tenant } from '../access/identity/tenant.entity.js';
import type { TenantReader } from '../tenancy/tenant-reader.js';
import { serverErrorOf } from '../platform/postgres/database-errors.js';
import { sql } from '../platform/postgres/sql.js';

export type TenantRow = Readonly<Omit<Tenant, 'isSuspended' | 'tenantId'>>;

/** @returns the company, undefined if it no longer exists */
export async function findTenant(reader: TenantReader): Promise<TenantRow | undefined> {
  const [row] = await reader.rows<TenantRow>(
    sql`SELECT t.id, t.name, t.time_zone AS "timeZone", t.default_currency AS "defaultCurrency",
        t.country_code AS "countryCode",
        t.limit_customers AS "limitCustomers", t.limit_contacts_per_customer AS "limitContactsPerCustomer",
        t.limit_active_opportunities AS "limitActiveOpportunities", t.limit_export_rows AS "limitExportRows",
        t.updated_at AS "updatedAt", t.version
      FROM tenants t WHERE t.id = ${reader.tenantId}`,
  );
  return row;
}

const COUNTERS = Object.values(LIMITS).flatMap(({ counter }) => counter ?? []);

/** How many records count against a limit, by the counter's name. */
export async function readUsage(reader: TenantReader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows<{ readonly name: string; readonly used: number }>(
    sql`SELECT c.name, c.value::integer AS used FROM counters c
      WHERE c.tenant_id = ${reader.tenantId} AND c.name = ANY (${COUNTERS}::text[])`,
  );
  return new Map(rows.map(({ name, used }) => [name, used]));
}

const INVALID_PARAMETER = '22023';

/** Whether PostgreSQL knows the time zone too: its list may be older than Node's. */
export async function isZoneOfDatabase(reader: TenantReader, timeZone: string): Promise<boolean> {
  try {
    await reader.rows(sql`SELECT now() AT TIME ZONE ${timeZone}::text`);
    return true;
  } catch (error) {
    if (serverErrorOf(error)?.code === INVALID_PARAMETER) return false;
    throw error;
  }
}
