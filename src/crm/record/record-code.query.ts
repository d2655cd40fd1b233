/** Generated codes of records: a prefix, and a number that counts up in each tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { nextNumber, skipTo, type CounterName } from '../../access/counters.js';
import { tenantOf } from '../../access/tenancy.js';

export interface CodeSeries {
  readonly counter: CounterName;
  readonly table: 'customers' | 'opportunities';
  /** `CLI`, `OPP-2026-`: letters, digits and hyphens. */
  readonly prefix: string;
}

/** @returns a code that no live record of the tenant has; its counter is locked until the transaction ends */
export async function generateCode(em: EntityManager, series: CodeSeries): Promise<string> {
  for (;;) {
    const code = series.prefix + String(await nextNumber(em, series.counter)).padStart(5, '0');
    if (!(await isTaken(em, series, code))) return code;
    await skipTo(em, series.counter, await highestNumber(em, series));
  }
}

async function isTaken(em: EntityManager, { table }: CodeSeries, code: string): Promise<boolean> {
  const live = `select 1 from ${table} where tenant_id = ? and code = ? and deleted_at is null`;
  const rows = await em.execute<unknown[]>(live, [tenantOf(em), code]);
  return rows.length > 0;
}

/** That live records carry, however it got there. */
async function highestNumber(em: EntityManager, { table, prefix }: CodeSeries): Promise<number> {
  const highest = `select max(substring(code from ${prefix.length + 1})::bigint) as highest from ${table}
    where tenant_id = ? and deleted_at is null and code ~ ?`;
  const [row] = await em.execute<{ highest: string | number }[]>(highest, [tenantOf(em), `^${prefix}[0-9]{5,15}$`]);
  return Number(row?.highest);
}
