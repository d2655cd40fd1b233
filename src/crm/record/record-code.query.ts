/** Generated codes of records: a prefix, and a number that counts up in each tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { nextNumber, skipTo, type CounterName } from '../../access/writes/counters.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';

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
  const rows = await runStatement(
    em,
    sql`select 1 from ${rawSql(table)} where tenant_id = ${tenantOf(em)} and code = ${code} and deleted_at is null`,
  );
  return rows.length > 0;
}

/** The highest number in the codes of live records, generated or given by a caller. */
async function highestNumber(em: EntityManager, { table, prefix }: CodeSeries): Promise<number> {
  const [row] = await runStatement<{ highest: number }>(
    em,
    sql`select max(substring(code from ${prefix.length + 1}::integer)::bigint) as highest from ${rawSql(table)}
      where tenant_id = ${tenantOf(em)} and deleted_at is null and code ~ ${`^${prefix}[0-9]{5,15}$`}`,
  );
  return Number(row?.highest);
}
