/** W5: count and sums of the opportunities by status. */
import { type LoadWorkload, graphql, rest } from '../workload.js';

export const summarizePipeline: LoadWorkload = {
  id: 'W5',
  title: 'pipeline by status',
  kind: 'read',
  distinctRequests: 1,
  fields: ['status', 'count', 'amount', 'weighted'],
  // By the alphabet or from NEW to LOST.
  unordered: [''],
  expected: {
    sql: `SELECT status, count(*)::int, sum(amount) AS amount, sum(weighted_amount) AS weighted
          FROM opportunities WHERE tenant_id = 'big' GROUP BY status ORDER BY status`,
    parameters: () => [],
  },
  reach: { ours: 1.05, 'ours-rest': 1.1 },
  requests: {
    limit: rest({ path: () => '/v1/commercial/pipeline' }),
    mercurius: graphql({ query: '{ pipeline { status count amount weighted } }', rows: 'data.pipeline' }),
    // Through the SQL function pipeline_summary(): PostGraphile's core has no group-by.
    postgraphile: graphql({
      query: '{ pipelineSummary { nodes { status count amount weighted } } }',
      rows: 'data.pipelineSummary.nodes',
    }),
    // Ours are sums per status and currency; the data are all in euros.
    ours: graphql({
      query: '{ pipeline { key currency count amount weightedAmount } }',
      rows: 'data.pipeline',
      names: { key: 'status', weighted_amount: 'weighted' },
    }),
    'ours-rest': rest({
      path: () => '/v1/commercial/pipeline/summary',
      rows: 'items',
      names: { weighted_amount: 'weighted' },
    }),
  },
};
