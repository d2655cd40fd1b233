/** Generated customer codes: CLI00001, CLI00002 … */
import type { EntityManager } from '@mikro-orm/postgresql';
import { nextNumber, skipTo } from '../../access/counters.js';
import { tenantOf } from '../../access/tenancy.js';
import { Customer } from './customer.entity.js';

const COUNTER = 'customer.code';

/** Highest number that live customers carry, however it got there. */
const HIGHEST = `select max(substring(code from 4)::bigint) as highest from customers
  where tenant_id = ? and deleted_at is null and code ~ '^CLI[0-9]{5,15}$'`;

/** @returns a code that no live customer of the tenant has; its counter is locked until the transaction ends */
export async function generateCustomerCode(em: EntityManager): Promise<string> {
  for (;;) {
    const code = `CLI${String(await nextNumber(em, COUNTER)).padStart(5, '0')}`;
    if ((await em.count(Customer, { code, deletedAt: null })) === 0) return code;
    const [row] = await em.execute<{ highest: string | number }[]>(HIGHEST, [tenantOf(em)]);
    await skipTo(em, COUNTER, Number(row?.highest));
  }
}
