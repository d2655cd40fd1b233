/** W7: an opportunity is won. Each is won once per round while the 5 000 last, then they come round again. */
import { type LoadWorkload, graphql, rest } from '../workload.js';

const REASON = 'Meilleure offre technique';
const OPPORTUNITY_SELECTION = 'code status probability amount weightedAmount';

export const winOpportunity: LoadWorkload = {
  id: 'W7',
  title: 'win an opportunity',
  kind: 'write',
  distinctRequests: 5000,
  fields: ['status', 'probability'],
  expected: () => ({ status: 'WON', probability: 100 }),
  reach: { ours: 0.35, 'ours-rest': 0.4 },
  requests: {
    limit: rest({
      path: (draw) => `/v1/commercial/opportunities/${draw.opportunityId}/win`,
      body: () => ({ reason: REASON }),
    }),
    mercurius: graphql({
      query: `mutation ($id: ID!, $reason: String) {
        winOpportunity(id: $id, reason: $reason) { id ${OPPORTUNITY_SELECTION} }
      }`,
      variables: (draw) => ({ id: draw.opportunityId, reason: REASON }),
      rows: 'data.winOpportunity',
    }),
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
  },
};
