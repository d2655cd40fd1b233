/** Sums over opportunities, now or as of a moment: one statement each. */
import type { TenantReader } from '../../../tenancy/tenant-reader.js';
import type { Filter } from '../../../platform/lists/filter-columns.js';
import { filterSql } from '../../../platform/lists/filters.js';
import { conditionsSql } from '../../../platform/lists/record-table.js';
import { rawSql, sql, type Sql } from '../../../platform/postgres/sql.js';
import { OpportunityStatus } from '../opportunity-enums.js';
import type { PipelineGroup, PipelineGroupTotal } from './opportunity-pipeline.type.js';
import { OPPORTUNITY_FILTER_COLUMNS } from '../opportunity.filter.js';
import { opportunityTable } from '../opportunity.query.js';

export interface PipelineQuery {
  readonly groupBy: PipelineGroup;
  /** Applies to the opportunities as they are today, also for sums as of another day. */
  readonly filter?: Filter | null | undefined;
  /** The last moment that counts; undefined for now. */
  readonly until?: string | undefined;
  /** The maximum of totals to read; each row has the number of all. undefined: no limit. */
  readonly limit?: number | undefined;
}

/** One total, with the number of all totals. */
export interface PipelineTotalRow extends Omit<PipelineGroupTotal, 'month' | 'ownerId'> {
  readonly groups: number;
}

/** The key and the order of groups. Within a group totals are ordered by currency. */
interface Grouping {
  readonly key: string;
  readonly order: string;
}

const STATUSES = Object.values(OpportunityStatus)
  .map((status) => `'${status}'`)
  .join(', ');

/** Owner, month and source are always today's: transitions hold status, amount, probability and currency only. */
const GROUPINGS: Readonly<Record<PipelineGroup, (status: string) => Grouping>> = {
  STATUS: (status) => ({ key: status, order: `array_position(ARRAY[${STATUSES}], ${status})` }),
  OWNER: () => ({ key: 'o.assigned_to', order: 'o.assigned_to NULLS LAST' }),
  MONTH: () => inTextOrder("to_char(o.expected_close_date, 'YYYY-MM')"),
  SOURCE: () => inTextOrder('o.source'),
};

/** In the order of ICU, which is the same on every server. */
function inTextOrder(key: string): Grouping {
  return { key, order: `${key} COLLATE "und-x-icu" NULLS LAST` };
}

/** A total per group and currency. */
export function sumPipeline(reader: TenantReader, query: PipelineQuery): Promise<PipelineTotalRow[]> {
  const { groupBy, filter, until, limit } = query;
  const { tenantId } = reader;
  if (until !== undefined) return reader.rows<PipelineTotalRow>(pastSql(tenantId, query, until));
  const isWhole = groupBy === 'STATUS' && !filter;
  return reader.rows<PipelineTotalRow>(isWhole ? wholeSql(tenantId, limit) : currentSql(tenantId, query));
}

/** Over the rows `o`. Sums of integers in hundredths are exact, and a quarter cheaper for PostgreSQL than sums of numeric. */
const CURRENT_SUMS = rawSql(
  'count(*)::integer AS count, sum(o.amount_cents) * 0.01 AS amount, sum(o.weighted_cents) * 0.01 AS "weightedAmount"',
);

function currentSql(tenantId: string, { groupBy, filter, limit }: PipelineQuery): Sql {
  return totalsSql(GROUPINGS[groupBy]('o.status'), limit, {
    currency: 'o.currency',
    sums: CURRENT_SUMS,
    from: sql`opportunities o WHERE ${conditionsSql(opportunityTable, tenantId, { filter })}`,
  });
}

/**
 * By status and without a filter: steps through the index opportunities_pipeline from one pair of status and currency to the next, and
 * sums the rows of each pair. A GROUP BY would compare the pair of every row, which is a seventh of the whole cost.
 */
function wholeSql(tenantId: string, limit: number | undefined): Sql {
  const live = conditionsSql(opportunityTable, tenantId, {});
  return sql`WITH RECURSIVE pair AS (
      (SELECT o.status, o.currency FROM opportunities o WHERE ${live} ORDER BY o.status, o.currency LIMIT 1)
      UNION ALL
      SELECT next.status, next.currency FROM pair, LATERAL (
        SELECT o.status, o.currency FROM opportunities o
        WHERE ${live} AND (o.status, o.currency) > (pair.status, pair.currency)
        ORDER BY o.status, o.currency LIMIT 1) next)
    SELECT pair.status AS key, pair.currency, total.*, count(*) OVER ()::integer AS groups FROM pair, LATERAL (
      SELECT ${CURRENT_SUMS} FROM opportunities o
      WHERE ${live} AND o.status = pair.status AND o.currency = pair.currency) total
    ORDER BY ${rawSql(GROUPINGS.STATUS('pair.status').order)}, pair.currency LIMIT ${limit ?? null}`;
}

/** Integers in hundredths here too. No amount is negative, so half of a hundredth more rounds as `round` does. */
const PAST_SUMS = rawSql(
  'count(*)::integer AS count, sum(s.cents) * 0.01 AS amount, sum((s.cents * s.probability + 50) / 100) * 0.01 AS "weightedAmount"',
);

/**
 * Each opportunity as of its last transition until that moment. An opportunity without one did not exist yet. The last transition is
 * the one with the highest version, because clocks of several servers may differ. The primary key has this order when it is read from its
 * end, and all columns that are summed: for recent days PostgreSQL reads nothing else and sorts nothing. The opportunities themselves are
 * read only for what is today's.
 */
function pastSql(tenantId: string, { groupBy, filter, limit }: PipelineQuery, until: string): Sql {
  const filtered = filter && filterSql(tenantId, filter, OPPORTUNITY_FILTER_COLUMNS);
  const isOfToday = groupBy !== 'STATUS' || Boolean(filtered);
  const join = isOfToday ? sql`JOIN opportunities o ON o.tenant_id = ${tenantId} AND o.id = s.opportunity_id` : sql``;
  const last = lastTransitionsSql(tenantId, until);
  return totalsSql(GROUPINGS[groupBy]('s.to_status'), limit, {
    currency: 's.currency',
    sums: PAST_SUMS,
    // OFFSET 0 has PostgreSQL convert each amount once. But no condition passes it: a filter by id would read all transitions.
    from: filtered ? sql`(${last}) s ${join} WHERE ${filtered}` : sql`(${last} OFFSET 0) s ${join}`,
  });
}

function lastTransitionsSql(tenantId: string, until: string): Sql {
  return sql`SELECT opportunity_id, to_status, (amount * 100)::bigint AS cents, probability, currency FROM (
      SELECT DISTINCT ON (t.opportunity_id) t.opportunity_id, t.to_status, t.amount, t.probability, t.currency
      FROM opportunity_transitions t WHERE t.tenant_id = ${tenantId} AND t.changed_at <= ${until}
      ORDER BY t.opportunity_id DESC, t.version DESC) l
    WHERE to_status IS NOT NULL`;
}

interface Summed {
  readonly currency: string;
  readonly sums: Sql;
  readonly from: Sql;
}

function totalsSql({ key, order }: Grouping, limit: number | undefined, { currency, sums, from }: Summed): Sql {
  return sql`SELECT ${rawSql(key)} AS key, ${rawSql(currency)}, ${sums}, count(*) OVER ()::integer AS groups
    FROM ${from} GROUP BY ${rawSql(key)}, ${rawSql(currency)}
    ORDER BY ${rawSql(order)}, ${rawSql(currency)} LIMIT ${limit ?? null}`;
}
