import { authorizeFilter } from '../../../access/rights/filter-rights.js';
import { authorize } from '../../../access/rights/permissions.js';
import type { RequestContext } from '../../../access/identity/request-context.js';
import { todayIn } from '../../../platform/values/calendar.js';
import { AppError } from '../../../platform/errors/errors.js';
import type { Filter } from '../../../platform/lists/filter-columns.js';
import { endOfDay } from '../../../platform/values/time-zone.js';
import { OPPORTUNITY_FILTER_COLUMNS } from '../opportunity.filter.js';
import { sumPipeline, type PipelineTotalRow } from './opportunity-pipeline.query.js';
import type { PipelineGroup } from './opportunity-pipeline.type.js';

export interface PipelineRequest {
  readonly groupBy: PipelineGroup;
  readonly filter?: Filter | null | undefined;
  /** A day in the company's time zone. Absent, or a future day: today. */
  readonly asOf?: string | null | undefined;
  /** More totals are rejected; undefined: no limit. */
  readonly maxTotals?: number;
}

/** The key of a group by its type, where it is more than a text. */
interface InCommon {
  readonly month: string | null;
  readonly ownerId: string | null;
}

export type PipelineTotal = PipelineTotalRow & InCommon;

export interface Pipeline {
  /** The day of the totals. */
  readonly asOf: string;
  readonly totals: readonly PipelineTotal[];
}

/**
 * The totals of all opportunities, for everybody who may read opportunities. The answer is complete, or an error.
 * @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter), QUERY_TOO_COMPLEX (more than maxTotals)
 */
export async function getPipeline(
  ctx: RequestContext,
  { groupBy, filter, asOf, maxTotals }: PipelineRequest,
): Promise<Pipeline> {
  authorize(ctx, 'opportunity:read');
  authorizeFilter(ctx, OPPORTUNITY_FILTER_COLUMNS, filter);
  const { timeZone } = ctx.tenant;
  const today = todayIn(timeZone);
  // Both are written YYYY-MM-DD, so they compare as text.
  const isPast = typeof asOf === 'string' && asOf < today;
  const until = isPast ? endOfDay(asOf, timeZone) : undefined;
  const totals = await sumPipeline(ctx.reader, { groupBy, filter, until, limit: maxTotals });
  const groups = totals[0]?.groups ?? 0;
  if (maxTotals !== undefined && groups > maxTotals) throw tooMany(groups, maxTotals);
  return {
    asOf: isPast ? asOf : today,
    totals: totals.map((total) => ({ ...total, ...inCommon(groupBy, total.key) })),
  };
}

function inCommon(groupBy: PipelineGroup, key: string | null): InCommon {
  return {
    month: groupBy === 'MONTH' && key !== null ? `${key}-01` : null,
    ownerId: groupBy === 'OWNER' ? key : null,
  };
}

function tooMany(groups: number, limit: number): AppError {
  const sentence = {
    fr: `Ce regroupement donne ${groups} totaux, la limite est ${limit} : ajoutez un filtre.`,
    en: `This grouping gives ${groups} totals, the limit is ${limit}: add a filter.`,
  };
  return new AppError('QUERY_TOO_COMPLEX', sentence, { details: { groups, limit } });
}
