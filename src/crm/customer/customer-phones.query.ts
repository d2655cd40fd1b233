/** The telephones of a customer's contacts, and their searched digits. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';

/** The tables with telephones. */
export type PhoneTable = 'customers' | 'contacts';

interface ContactPhones {
  readonly id: string;
  readonly phone: string | null;
  readonly mobile: string | null;
  readonly searchPhone: string;
}

const AT_ONCE = 500;

/** All contacts of a locked customer, in batches, each row locked. */
export async function* lockContactPhones(
  em: EntityManager,
  customerId: string,
): AsyncGenerator<readonly ContactPhones[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await runStatement<ContactPhones>(
      em,
      sql`select id, phone, mobile, search_phone as "searchPhone" from contacts
        where tenant_id = ${tenantOf(em)} and customer_id = ${customerId} and id > ${after}::uuid
        order by id limit ${AT_ONCE} for no key update`,
    );
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < AT_ONCE) return;
    after = last.id;
  }
}

/** Only searches see the difference, so the version stays and no event is written. */
export async function writeDigits(
  em: EntityManager,
  table: PhoneTable,
  changed: readonly { readonly id: string; readonly digits: string }[],
): Promise<void> {
  if (changed.length === 0) return;
  const rows = JSON.stringify(changed.map(({ id, digits }) => ({ id, digits })));
  await runStatement(
    em,
    sql`update ${rawSql(table)} r set search_phone = d.digits from jsonb_to_recordset(${rows}::jsonb) as d (id uuid, digits text)
      where r.tenant_id = ${tenantOf(em)} and r.id = d.id`,
  );
}
