/** The deletion and the restoration of a customer's records: one statement each, after the customer's row was locked. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { runAhead, runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';

/** How many records were deleted or restored. */
export interface MovedChildren {
  readonly contacts: number;
  readonly opportunities: number;
  readonly activities: number;
  /** Of the opportunities, those that count against the limit. */
  readonly activeOpportunities: number;
}

interface Move {
  readonly customerId: string;
  readonly at: string;
  readonly by: string;
}

/** Deletes the live records of a customer, and writes transitions of its opportunities. */
export function deleteChildren(em: EntityManager, move: Move): Promise<MovedChildren> {
  return moveChildren(em, move, {
    which: sql`deleted_at is null`,
    mark: sql`deleted_at = ${move.at}, deleted_with = ${move.customerId}`,
    fromAndTo: sql`status, null`,
  });
}

/**
 * Makes restorations in a tenant run one after the other, by a lock on the tenant's row. Two restorations may insert the same codes in
 * different orders into the unique index, and would deadlock. The statement is sent with the next one.
 */
export async function holdRestorations(em: EntityManager): Promise<void> {
  await runAhead(em, sql`select 1 from tenants where id = ${tenantOf(em)} for no key update`);
}

/** Restores the records that were deleted with the customer at that instant, and none that was deleted by itself. */
export function restoreChildren(em: EntityManager, move: Move, deletedAt: string): Promise<MovedChildren> {
  return moveChildren(em, move, {
    which: sql`deleted_with = ${move.customerId} and deleted_at = ${deletedAt}`,
    mark: sql`deleted_at = null, deleted_with = null`,
    fromAndTo: sql`null, status`,
  });
}

interface Change {
  readonly which: Sql;
  readonly mark: Sql;
  /** `from_status, to_status` of a transition, as SQL over the opportunity. */
  readonly fromAndTo: Sql;
}

async function moveChildren(
  em: EntityManager,
  { customerId, at, by }: Move,
  { which, mark, fromAndTo }: Change,
): Promise<MovedChildren> {
  const tenantId = tenantOf(em);
  const move = (table: string, returned: string): Sql =>
    sql`update ${rawSql(table)} set ${mark}, updated_at = ${at}, version = version + 1
      where tenant_id = ${tenantId} and customer_id = ${customerId} and ${which} returning ${rawSql(returned)}`;
  const statement = sql`with contact as (${move('contacts', 'id')}), activity as (${move('activities', 'id')}),
    opportunity as (${move('opportunities', 'id, version, status, probability, amount, currency')}),
    transition as (
      insert into opportunity_transitions (tenant_id, opportunity_id, version, from_status, to_status, probability, amount,
        currency, changed_at, changed_by)
      select ${tenantId}, id, version, ${fromAndTo}, probability, amount, currency, ${at}, ${by} from opportunity)
    select (select count(*)::integer from contact) as contacts, (select count(*)::integer from activity) as activities,
      count(*)::integer as opportunities,
      (count(*) filter (where status not in ('WON', 'LOST')))::integer as "activeOpportunities" from opportunity`;
  const [moved] = await runStatement<MovedChildren>(em, statement);
  if (!moved) throw new Error('A count without a row.');
  return moved;
}

/** The live opportunity that has the code of one that was deleted with the customer; of several, the first by code. */
export async function findHolderOfTakenCode(
  reader: TenantReader,
  customerId: string,
): Promise<{ readonly id: string } | undefined> {
  const [holder] = await reader.rows<{ readonly id: string }>(
    sql`SELECT h.id FROM opportunities o JOIN opportunities h ON h.tenant_id = o.tenant_id AND h.code = o.code
      WHERE o.tenant_id = ${reader.tenantId} AND h.tenant_id = ${reader.tenantId} AND o.customer_id = ${customerId}
        AND o.deleted_with = ${customerId} AND h.deleted_at IS NULL
      ORDER BY h.code LIMIT 1`,
  );
  return holder;
}
