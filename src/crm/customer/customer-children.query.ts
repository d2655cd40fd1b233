/** The deletion and the restoration of a customer's records, in one round trip each, after the customer's row was locked. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { runAhead, runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { recordTransitions, type RecordedTransition } from '../opportunity/opportunity-transition.query.js';

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
    transition: (status) => ({ fromStatus: status, toStatus: null }),
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
    transition: (status) => ({ fromStatus: null, toStatus: status }),
  });
}

const IS_ACTIVE = `status not in ('WON', 'LOST') as "isActive"`;

interface Change {
  readonly which: Sql;
  readonly mark: Sql;
  readonly transition: (status: Status) => Pick<RecordedTransition, 'fromStatus' | 'toStatus'>;
}

type Status = NonNullable<RecordedTransition['toStatus']>;

/** An opportunity after the change. */
type MovedOpportunity = Pick<RecordedTransition, 'version' | 'probability' | 'amount' | 'currency'> & {
  readonly opportunityId: string;
  readonly status: Status;
  /** Whether it counts against the limit. */
  readonly isActive: boolean;
};

/** The transitions are written with VALUES: Citus runs INSERT … SELECT inside a statement that changes other tables as COPY, and rejects it. */
async function moveChildren(
  em: EntityManager,
  move: Move,
  { which, mark, transition }: Change,
): Promise<MovedChildren> {
  const update = (table: string, returned: string): Sql =>
    sql`update ${rawSql(table)} set ${mark}, updated_at = ${move.at}, version = version + 1
      where tenant_id = ${tenantOf(em)} and customer_id = ${move.customerId} and ${which} returning ${rawSql(returned)}`;
  const [opportunities, [counts]] = await Promise.all([
    runAhead<MovedOpportunity>(
      em,
      update('opportunities', `id as "opportunityId", version, status, probability, amount, currency, ${IS_ACTIVE}`),
    ),
    runStatement<Pick<MovedChildren, 'contacts' | 'activities'>>(
      em,
      sql`with contact as (${update('contacts', 'id')}), activity as (${update('activities', 'id')})
        select (select count(*)::integer from contact) as contacts, (select count(*)::integer from activity) as activities`,
    ),
  ]);
  if (!counts) throw new Error('A count without a row.');
  recordTransitions(
    em,
    opportunities.map((row) => ({ ...row, ...transition(row.status), changedAt: move.at, changedBy: move.by })),
  );
  const activeOpportunities = opportunities.filter(({ isActive }) => isActive).length;
  return { ...counts, opportunities: opportunities.length, activeOpportunities };
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
