import { authorize } from '../../access/permissions.js';
import type { RequestContext } from '../../access/request-context.js';
import { todayIn } from '../../platform/calendar.js';
import { validationError, type Sentence } from '../../platform/errors.js';
import type { Filter } from '../../platform/filters.js';
import { endOfDay } from '../../platform/time-zone.js';
import { sumPipeline } from './opportunity-pipeline.query.js';
import { MAX_PIPELINE_TOTALS, type PipelineGroup, type PipelineGroupTotal } from './opportunity-pipeline.type.js';

const TOO_MANY_GROUPS: Sentence = {
  fr: `Plus de ${MAX_PIPELINE_TOTALS} totaux : restreignez le filtre.`,
  en: `More than ${MAX_PIPELINE_TOTALS} totals: narrow the filter.`,
};

export interface PipelineRequest {
  readonly groupBy: PipelineGroup;
  readonly filter?: Filter | null | undefined;
  /** A day in the company's time zone; none, or one to come, is today. */
  readonly asOf?: string | null | undefined;
}

export interface Pipeline {
  /** The day that the totals are of. */
  readonly asOf: string;
  readonly totals: readonly PipelineGroupTotal[];
}

/**
 * Everybody who may read opportunities sees the sums of all.
 * @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter, too many groups)
 */
export async function getPipeline(ctx: RequestContext, { groupBy, filter, asOf }: PipelineRequest): Promise<Pipeline> {
  authorize(ctx, 'opportunity:read');
  const { timeZone } = ctx.tenant;
  const today = todayIn(timeZone);
  // Both are written YYYY-MM-DD, and so compare as text.
  const isPast = typeof asOf === 'string' && asOf < today;
  const until = isPast ? endOfDay(asOf, timeZone) : undefined;
  const totals = await sumPipeline(ctx.reader, { groupBy, filter, until });
  if (totals.length > MAX_PIPELINE_TOTALS)
    throw validationError([{ path: ['groupBy'], code: 'TOO_MANY_GROUPS', message: TOO_MANY_GROUPS }]);
  return { asOf: isPast ? asOf : today, totals };
}
