import { EnumField, TextField, UuidField } from '../../platform/input/fields.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { equalTo } from '../../platform/lists/filters.js';
import type { RecordSelection } from '../../platform/lists/record-table.js';
import { exportRoute, listRoute } from '../record/list-routes.js';
import { collectionOf, EXAMPLE_ID, need, type RecordNames } from '../record/record-names.js';
import { recordRoutes } from '../record/record-routes.js';
import { MAX_CODE } from '../record/record-code.js';
import { sinceFilter, SinceQuery } from '../record/since.js';
import { OpportunityStatus } from './opportunity-enums.js';
import { opportunityFile } from './opportunity-export.query.js';
import { lifecycleRoutes } from './opportunity-lifecycle.routes.js';
import { opportunityOrder } from './opportunity.filter.js';
import { CreateOpportunityInput, UpdateOpportunityInput } from './opportunity.input.js';
import { opportunityTable } from './opportunity.query.js';
import * as opportunities from './opportunity.service.js';
import { opportunitySerializer, transitionSerializer } from './opportunity.serializer.js';

const names: RecordNames = {
  recordType: 'opportunity',
  one: 'an opportunity',
  many: 'opportunities',
  tag: 'Opportunities',
};
const serializer = opportunitySerializer;

/** The filters of the list and of the export. */
class OpportunityFilterQuery extends SinceQuery {
  @EnumField(OpportunityStatus, { description: 'Only opportunities of this status.' })
  status?: OpportunityStatus | null;

  @UuidField({ description: 'Only opportunities of this customer.' })
  customerId?: string | null;

  @UuidField({ description: 'Only opportunities of this responsible user.' })
  assignedToId?: string | null;

  @TextField({ max: MAX_CODE, form: 'code', description: 'Only the opportunity with this code.' })
  code?: string | null;

  @TextField({ max: 255, description: 'Part of name or code.' })
  search?: string | null;
}

function toSelection(query: OpportunityFilterQuery, ctx: RequestContext): RecordSelection {
  const { search, status, customerId, assignedToId, code } = query;
  return { filter: { ...equalTo({ status, customerId, assignedToId, code }), ...sinceFilter(query, ctx) }, search };
}

const historyRoute = defineRestRoute({
  method: 'GET',
  path: `${collectionOf(names)}/{id}/history`,
  operationId: 'listOpportunityTransitions',
  summary: 'The history of an opportunity, the oldest change first',
  description: 'Its creation, and each change of its status, probability, amount and currency, in a bare array.',
  tags: [names.tag],
  response: { type: 'list', serializer: transitionSerializer },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  authorize: need(names, 'read'),
  handle: async (ctx: RequestContext, { params: { id = '' } }) => ({
    status: 200,
    json: transitionSerializer.writeList(await opportunities.getTransitions(ctx, id)),
  }),
});

export const opportunityRoutes: readonly RestRoute<RequestContext>[] = [
  listRoute(
    {
      names,
      serializer,
      table: opportunityTable,
      order: opportunityOrder,
      toSelection,
    },
    OpportunityFilterQuery,
  ),
  ...recordRoutes({
    names,
    serializer,
    createInput: CreateOpportunityInput,
    updateInput: UpdateOpportunityInput,
    createErrors: ['NOT_FOUND', 'DUPLICATE', 'QUOTA_EXCEEDED'],
    updateErrors: ['ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
    restoreErrors: ['ILLEGAL_TRANSITION', 'DUPLICATE', 'QUOTA_EXCEEDED'],
    examples: {
      create: {
        customer_id: EXAMPLE_ID,
        name: 'Projet ERP',
        amount: 50000,
        probability: 30,
        status: 'NEW',
        expected_close_date: '2026-03-31',
      },
      update: { status: 'NEGOTIATION' },
    },
    deleteDescription:
      'A soft deletion: restore brings the opportunity back. Its activities stay. Its code is free until then.',
    create: opportunities.createOpportunity,
    table: opportunityTable,
    update: opportunities.updateOpportunity,
    remove: opportunities.deleteOpportunity,
    restore: opportunities.restoreOpportunity,
  }),
  ...lifecycleRoutes(names),
  historyRoute,
  exportRoute(
    {
      names,
      filePrefix: 'opportunites_export',
      toSelection,
      file: opportunityFile,
    },
    OpportunityFilterQuery,
  ),
];
