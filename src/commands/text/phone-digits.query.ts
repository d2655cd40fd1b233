/** Telephones of the rows of a tenant, deleted ones included: a restoration brings them back. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PhoneTable } from '../../crm/customer/customer-phones.query.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';

export interface PhoneRow {
  readonly id: string;
  readonly phone: string | null;
  readonly mobile: string | null;
  readonly searchPhone: string;
  /** Of the customer. */
  readonly countryCode: string;
}

const AT_ONCE = 200;

/** The country of the tenant. */
export async function readTenantCountry(em: EntityManager): Promise<string> {
  const [row] = await runStatement<{ readonly countryCode: string }>(
    em,
    sql`select country_code as "countryCode" from tenants where id = ${tenantOf(em)}`,
  );
  return row?.countryCode ?? '';
}

/** The next rows that have telephones, or digits of some, locked in the order of their ids. The country is read under the lock. */
export async function lockPhones(em: EntityManager, table: PhoneTable, after: string): Promise<readonly PhoneRow[]> {
  const tenantId = tenantOf(em);
  const locked = await runStatement<{ readonly id: string }>(
    em,
    sql`select id from ${rawSql(table)} where tenant_id = ${tenantId} and id > ${after}::uuid
      and (phone is not null or mobile is not null or search_phone not in ('', ' ')) order by id limit ${AT_ONCE} for no key update`,
  );
  const customer = rawSql(table === 'customers' ? 'r.id' : 'r.customer_id');
  return runStatement<PhoneRow>(
    em,
    sql`select r.id, r.phone, r.mobile, r.search_phone as "searchPhone", c.country_code as "countryCode"
      from ${rawSql(table)} r join customers c on c.tenant_id = ${tenantId} and c.id = ${customer}
      where r.tenant_id = ${tenantId} and r.id = any (${locked.map(({ id }) => id)}::uuid[]) order by r.id`,
  );
}
