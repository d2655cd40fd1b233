/** Counters per tenant: how much of a limit is used, and the last code handed out. Rows stay locked until the transaction ends. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../platform/errors.js';
import { sql } from '../platform/sql.js';
import { lastAtCommit, runStatement } from './open-transaction.js';
import type { LimitedResource } from './request-context.js';
import { tenantOf } from './tenancy.js';

/** `x.live`: records that count against a limit; `x.code`: number of the last generated code. */
export type CounterName = `${string}.live` | `${string}.code`;

async function add(em: EntityManager, name: CounterName, amount: number): Promise<number> {
  const [row] = await runStatement<{ value: number }>(
    em,
    sql`insert into counters (tenant_id, name, value) values (${tenantOf(em)}, ${name}, ${amount})
      on conflict (tenant_id, name) do update set value = counters.value + excluded.value returning value`,
  );
  return Number(row?.value);
}

/** Takes a place under a limit. @throws AppError QUOTA_EXCEEDED with `details {resource, limit, used}` */
export function takePlace(
  em: EntityManager,
  name: CounterName,
  resource: LimitedResource,
  limit: number,
): Promise<void> {
  return takePlaces(em, name, resource, limit, 1);
}

/**
 * Takes so many places under a limit, all or none; of two transactions at the last place, one gets it.
 * @throws AppError QUOTA_EXCEEDED with `details {resource, limit, used}`, `used` being what it was before
 */
export async function takePlaces(
  em: EntityManager,
  name: CounterName,
  resource: LimitedResource,
  limit: number,
  count: number,
): Promise<void> {
  if (count === 0) return;
  requirePlaces(resource, limit, (await add(em, name, count)) - count, count);
}

/** @throws AppError QUOTA_EXCEEDED when so many more than `used` are beyond the limit */
export function requirePlaces(resource: LimitedResource, limit: number, used: number, count: number): void {
  if (used + count <= limit) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    { fr: `La limite de ${limit} est atteinte.`, en: `The limit of ${limit} is reached.` },
    { details: { resource, limit, used } },
  );
}

/** Gives a place back, as the transaction commits. */
export function freePlace(em: EntityManager, name: CounterName): void {
  freePlaces(em, name, 1);
}

/** Gives so many places back, as the transaction commits. */
export function freePlaces(em: EntityManager, name: CounterName, count: number): void {
  if (count === 0) return;
  // An upsert would offer a negative value to the CHECK first.
  lastAtCommit(
    em,
    sql`update counters set value = value - ${count} where tenant_id = ${tenantOf(em)} and name = ${name}`,
  );
}

/** The next number of a code. */
export function nextNumber(em: EntityManager, name: CounterName): Promise<number> {
  return add(em, name, 1);
}

/** Moves a code's counter past numbers that were taken by hand. */
export async function skipTo(em: EntityManager, name: CounterName, value: number): Promise<void> {
  await runStatement(
    em,
    sql`update counters set value = greatest(value, ${value}) where tenant_id = ${tenantOf(em)} and name = ${name}`,
  );
}
