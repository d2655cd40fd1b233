/**
 * W7: an open opportunity is won. The service answers one that is won already without a change, so the load is kept short enough
 * for each to be won once; the others write again whatever it was.
 */
import { type LoadWorkload, type PeerRequest, graphql, rest } from '../workload.js';

const REASON = 'Meilleure offre technique';
const OPPORTUNITY_SELECTION = 'code status probability amount weightedAmount';

const byRoute = rest({
  path: (draw) => `/v1/commercial/opportunities/${draw.opportunityId}/win`,
  body: () => ({ reason: REASON }),
});

const byMutation = (selection: string, rows: string): PeerRequest =>
  graphql({
    query: `mutation ($id: ID!, $reason: String) { winOpportunity(id: $id, reason: $reason) { ${selection} } }`,
    variables: (draw) => ({ id: draw.opportunityId, reason: REASON }),
    rows,
  });

export const winOpportunity: LoadWorkload = {
  id: 'W7',
  title: 'win an opportunity',
  kind: 'write',
  distinctRequests: 3000,
  isUsedUp: true,
  fields: ['code', 'status', 'probability', 'amount'],
  expected: {
    sql: "SELECT code, 'WON' AS status, 100 AS probability, amount FROM opportunities WHERE tenant_id = 'big' AND id = $1",
    parameters: (draw) => [draw.opportunityId],
  },
  reach: { ours: 0.25, 'ours-rest': 0.28 },
  requests: {
    limit: byRoute,
    'limit-duties': byRoute,
    mercurius: byMutation(`id ${OPPORTUNITY_SELECTION}`, 'data.winOpportunity'),
    // A plain patch of the row: it neither recomputes the weighted amount nor promotes the prospect.
    postgraphile: graphql({
      query: `mutation ($id: UUID!, $patch: OpportunityPatch!) {
        updateOpportunity(input: { rowId: $id, patch: $patch }) { opportunity { rowId ${OPPORTUNITY_SELECTION} } }
      }`,
      variables: (draw) => ({
        id: draw.opportunityId,
        patch: { status: 'WON', probability: 100, actualCloseDate: '2026-06-30', winReason: REASON },
      }),
      rows: 'data.updateOpportunity.opportunity',
    }),
    ours: byMutation(`opportunity { id ${OPPORTUNITY_SELECTION} }`, 'data.winOpportunity.opportunity'),
    'ours-rest': byRoute,
  },
};
