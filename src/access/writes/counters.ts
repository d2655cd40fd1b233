/**
 * Counters per tenant: how much of a limit is used, and the last generated code. Rows stay locked until the transaction ends. Counters of
 * limits are therefore changed last and in a fixed order, regardless of the order of the calls.
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
 * Reserves capacity under a limit when the transaction commits, all of it or none. Of two transactions that compete for the last unit,
 * one gets it. The commit of the other throws QUOTA_EXCEEDED with `details {resource, limit, used}`; `used` is the count before.
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

/** @throws AppError QUOTA_EXCEEDED if `used` plus `count` exceeds the limit */
export function requireCapacity(limits: TenantLimits, resource: LimitedResource, used: number, count: number): void {
  const limit = limits[LIMITS[resource].setting];
  if (used + count <= limit) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    { fr: `La limite de ${limit} est atteinte.`, en: `The limit of ${limit} is reached.` },
    { details: { resource, limit, used } },
  );
}

/** Releases capacity when the transaction commits. */
export function releaseCapacity(em: EntityManager, resource: CountedResource, count: number): void {
  if (count === 0) return;
  const name = LIMITS[resource].counter;
  // An upsert would first check the negative value against the CHECK constraint.
  const statement = sql`update counters set value = value - ${count} where tenant_id = ${tenantOf(em)} and name = ${name}`;
  lastAtCommit(em, { name, statement });
}

/** The next number of a code. Runs at once, because the record needs the number. */
export async function nextNumber(em: EntityManager, name: CounterName): Promise<number> {
  const [row] = await runStatement<Row>(em, addSql(em, name, 1));
  return valueOf(row);
}

function valueOf(row: Row | undefined): number {
  if (typeof row?.value !== 'number') throw new Error('A counter without its value.');
  return row.value;
}

/** Moves a code's counter past numbers that users have chosen themselves. */
export async function skipTo(em: EntityManager, name: CounterName, value: number): Promise<void> {
  await runStatement(
    em,
    sql`update counters set value = greatest(value, ${value}) where tenant_id = ${tenantOf(em)} and name = ${name}`,
  );
}
