/**
 * Counters per tenant: how much of a limit is used, and the last code handed out. Rows stay locked until the transaction ends: the
 * limits' are changed last of all and in one order, whatever the order in which services ask for it.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../platform/errors/errors.js';
import type { Row } from '../../platform/postgres/batch.js';
import { sql, type Sql } from '../../platform/postgres/sql.js';
import { LIMITS, type CountedResource, type LimitedResource, type TenantLimits } from '../identity/limits.js';
import { lastAtCommit, runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';

/** `x.live`: records that count against a limit; `x.code`: number of the last generated code. */
export type CounterName = `${string}.live` | `${string}.code`;

function addSql(em: EntityManager, name: CounterName, amount: number): Sql {
  return sql`insert into counters (tenant_id, name, value) values (${tenantOf(em)}, ${name}, ${amount})
    on conflict (tenant_id, name) do update set value = counters.value + excluded.value returning value`;
}

/**
 * Takes so many places under a limit as the transaction commits, all or none; of two transactions at the last place, one gets it.
 * The commit then throws QUOTA_EXCEEDED with `details {resource, limit, used}`, `used` being what it was before.
 */
export function reserveCapacity(
  em: EntityManager,
  limits: TenantLimits,
  resource: CountedResource,
  count: number,
): void {
  if (count === 0) return;
  const name = LIMITS[resource].counter;
  const check = ([row]: readonly Row[]): void => {
    requireCapacity(limits, resource, valueOf(row) - count, count);
  };
  lastAtCommit(em, { name, statement: addSql(em, name, count), check });
}

/** @throws AppError QUOTA_EXCEEDED when so many more than `used` are beyond the limit */
export function requireCapacity(limits: TenantLimits, resource: LimitedResource, used: number, count: number): void {
  const limit = limits[LIMITS[resource].setting];
  if (used + count <= limit) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    { fr: `La limite de ${limit} est atteinte.`, en: `The limit of ${limit} is reached.` },
    { details: { resource, limit, used } },
  );
}

/** Gives so many places back, as the transaction commits. */
export function releaseCapacity(em: EntityManager, resource: CountedResource, count: number): void {
  if (count === 0) return;
  const name = LIMITS[resource].counter;
  // An upsert would offer a negative value to the CHECK first.
  const statement = sql`update counters set value = value - ${count} where tenant_id = ${tenantOf(em)} and name = ${name}`;
  lastAtCommit(em, { name, statement });
}

/** The next number of a code, at once: the record that it is for is written after it. */
export async function nextNumber(em: EntityManager, name: CounterName): Promise<number> {
  const [row] = await runStatement<Row>(em, addSql(em, name, 1));
  return valueOf(row);
}

function valueOf(row: Row | undefined): number {
  if (typeof row?.value !== 'number') throw new Error('A counter without its value.');
  return row.value;
}

/** Moves a code's counter past numbers that were taken by hand. */
export async function skipTo(em: EntityManager, name: CounterName, value: number): Promise<void> {
  await runStatement(
    em,
    sql`update counters set value = greatest(value, ${value}) where tenant_id = ${tenantOf(em)} and name = ${name}`,
  );
}
