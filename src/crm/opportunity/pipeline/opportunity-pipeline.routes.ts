import { authorize } from '../../../access/rights/permissions.js';
import type { RequestContext } from '../../../access/identity/request-context.js';
import { DateField } from '../../../platform/input/fields.js';
import { jsonOf } from '../../../platform/rest/json-text.js';
import { defineRestRoute, type RestRoute } from '../../../platform/rest/routes.js';
import { getPipeline } from './opportunity-pipeline.service.js';
import { pipelineSchema, pipelineTotalSerializer } from './opportunity-pipeline.serializer.js';

class PipelineQueryParameters {
  @DateField({
    description: 'The pipeline at the end of this day in the time zone of the company; a future day means today.',
  })
  asOf?: string | null;
}

const summaryRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/pipeline/summary',
  operationId: 'getPipelineSummary',
  summary: 'Totals of opportunities by status and currency',
  description:
    'As of a past day, each opportunity counts with the status, amount, probability and currency of that day.',
  tags: ['Opportunities'],
  query: PipelineQueryParameters,
  response: { type: 'json', schema: pipelineSchema },
  errors: ['ANSWER_TOO_LARGE', 'FORBIDDEN'],
  authorize: (ctx: RequestContext) => {
    authorize(ctx, 'opportunity:read');
  },
  handle: async (ctx: RequestContext, { query }) => {
    const { asOf, totals } = await getPipeline(ctx, { groupBy: 'STATUS', asOf: query.asOf });
    return { status: 200, json: jsonOf(`{"as_of":"${asOf}","items":`, pipelineTotalSerializer.writeList(totals), '}') };
  },
});

export const pipelineRoutes: readonly RestRoute<RequestContext>[] = [summaryRoute];
