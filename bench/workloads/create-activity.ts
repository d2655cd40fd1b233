/** W6: a new activity of a customer. */
import { type LoadWorkload, graphql, rest } from '../workload.js';

const DESCRIPTION = 'Discussion sur les besoins';
const ACTIVITY_SELECTION = 'customerId type subject date isCompleted';

const byRoute = rest({
  path: () => '/v1/commercial/activities',
  body: (draw) => ({
    customer_id: draw.customerId,
    type: draw.activityType,
    subject: `bench ${draw.n}`,
    description: DESCRIPTION,
  }),
});

export const createActivity: LoadWorkload = {
  id: 'W6',
  title: 'create an activity',
  kind: 'write',
  distinctRequests: 400,
  fields: ['type', 'subject', 'is_completed'],
  expected: (draw) => ({ type: draw.activityType, subject: `bench ${draw.n}`, is_completed: false }),
  reach: { ours: 0.35, 'ours-rest': 0.4 },
  requests: {
    limit: byRoute,
    'limit-duties': byRoute,
    mercurius: graphql({
      query: `mutation ($input: ActivityInput!) { createActivity(input: $input) { id ${ACTIVITY_SELECTION} } }`,
      variables: (draw) => ({
        input: {
          customerId: draw.customerId,
          type: draw.activityType,
          subject: `bench ${draw.n}`,
          description: DESCRIPTION,
        },
      }),
      rows: 'data.createActivity',
    }),
    postgraphile: graphql({
      query: `mutation ($activity: ActivityInput!) {
        createActivity(input: { activity: $activity }) { activity { rowId ${ACTIVITY_SELECTION} } }
      }`,
      variables: (draw) => ({
        activity: {
          tenantId: 'big',
          customerId: draw.customerId,
          type: draw.activityType,
          subject: `bench ${draw.n}`,
          description: DESCRIPTION,
        },
      }),
      rows: 'data.createActivity.activity',
    }),
    // Without the customer: here it is a record, not an id, and the caller has just named it.
    ours: graphql({
      query: `mutation ($input: CreateActivityInput!) {
        createActivity(input: $input) { activity { id ${ACTIVITY_SELECTION.replace('customerId ', '')} } }
      }`,
      variables: (draw) => ({
        input: {
          customerId: draw.customerId,
          type: draw.activityType,
          subject: `bench ${draw.n}`,
          description: DESCRIPTION,
        },
      }),
      rows: 'data.createActivity.activity',
    }),
    'ours-rest': byRoute,
  },
};
