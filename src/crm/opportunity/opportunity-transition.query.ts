/** The transitions of opportunities: status, probability, amount and currency after each change of them. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { atCommit } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { orderBySql, type OrderKey } from '../../platform/lists/keyset.js';
import { selectListSql, type RecordTable } from '../../platform/lists/record-table.js';
import { newId } from '../../platform/values/ids.js';
import { joinSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { OpportunityStatus } from './opportunity-enums.js';

/** One change, as it is written. */
export interface RecordedTransition {
  readonly opportunityId: string;
  /** Of the opportunity, after the change. */
  readonly version: number;
  /** null: it was created or restored. */
  readonly fromStatus: OpportunityStatus | null;
  /** null: it was deleted. */
  readonly toStatus: OpportunityStatus | null;
  readonly probability: number;
  readonly amount: string;
  readonly currency: string;
  readonly changedAt: string;
  /** null: not one of the tenant's users. */
  readonly changedBy: string | null;
}

/** Bounds the size of one message. */
const ROWS_PER_STATEMENT = 500;

/**
 * Writes a transition when the transaction commits. The subscriber calls it for every change that the entity manager flushes.
 * @param row called at the commit, when the record has its new version
 */
export function recordTransition(em: EntityManager, row: () => RecordedTransition): void {
  const tenantId = tenantOf(em);
  atCommit(em, () => insertSql(tenantId, [row()]));
}

/** The same for opportunities that were changed by SQL. */
export function recordTransitions(em: EntityManager, rows: readonly RecordedTransition[]): void {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    atCommit(em, insertSql(tenantOf(em), rows.slice(start, start + ROWS_PER_STATEMENT)));
}

function insertSql(tenantId: string, rows: readonly RecordedTransition[]): Sql {
  const tuples = rows.map(
    (row) => sql`(${tenantId}, ${newId()}, ${row.opportunityId}, ${row.version}, ${row.fromStatus}, ${row.toStatus},
      ${row.probability}, ${row.amount}, ${row.currency}, ${row.changedAt}, ${row.changedBy})`,
  );
  return sql`insert into opportunity_transitions (tenant_id, id, opportunity_id, version, from_status, to_status,
    probability, amount, currency, changed_at, changed_by) values ${joinSql(tuples, ', ')}`;
}

/** One change, as it is read. */
export interface TransitionRow extends Omit<RecordedTransition, 'opportunityId'> {
  readonly id: string;
  readonly weightedAmount: string;
}

export const transitionTable: RecordTable<TransitionRow> = {
  name: 'opportunity_transitions',
  alias: 's',
  properties: [
    'id', 'version', 'fromStatus', 'toStatus', 'probability', 'amount', 'weightedAmount', 'currency', 'changedAt', 'changedBy',
  ], // prettier-ignore
  computed: { weightedAmount: 'round(s.amount * s.probability / 100, 2)::numeric(15, 2)' },
  isPermanent: true,
  visible: (tenantId) => sql`EXISTS (SELECT FROM opportunities o
    WHERE o.tenant_id = ${tenantId} AND o.id = s.opportunity_id AND o.deleted_at IS NULL)`,
  filterColumns: {},
  references: {},
  // A transition has no owner of its own, and no export.
  owned: () => sql`FALSE`,
};

/** By version, which is unique for an opportunity and does not depend on a clock. */
export const OLDEST_FIRST: readonly OrderKey[] = [
  { column: 's.version', property: 'version', type: 'integer', direction: 'ASC', nulls: 'LAST' },
];

/** The transitions of one opportunity, the oldest first. */
export function listTransitions(reader: TenantReader, opportunityId: string): Promise<TransitionRow[]> {
  return reader.rows<TransitionRow>(
    sql`SELECT ${selectListSql(transitionTable, transitionTable.properties)} FROM opportunity_transitions s
      WHERE s.tenant_id = ${reader.tenantId} AND s.opportunity_id = ${opportunityId}
      ORDER BY ${orderBySql(OLDEST_FIRST)}`,
  );
}
