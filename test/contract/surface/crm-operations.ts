/** The four record types, and what each of them has of its own. */
import { payloadOf, type GraphqlOperations, type RestOperations } from './operation.js';
import { recordGraphql, recordRest } from './record-operations.js';
import type { Target } from './target.js';

const customer = (target: Target): string => target.customerId;
const contact = (target: Target): string => target.contactId;
const opportunity = (target: Target): string => target.opportunityId;
const won = (target: Target): string => target.wonOpportunityId;
const activity = (target: Target): string => target.activityId;

const PEOPLE =
  'assignedTo { id fullName } createdBy { id fullName } viewerCan { update { allowed code reason } delete { allowed } export { code } }';

const CUSTOMERS = {
  recordType: 'customer',
  many: 'customers',
  id: customer,
  deletedId: (t: Target) => t.deletedId,
  create: { rest: () => ({ name: 'Nouveau Client' }), graphql: () => ({ name: 'Nouveau Client' }) },
  change: { rest: () => ({ city: 'Lyon' }), graphql: () => ({ city: 'Lyon' }) },
  selection: `{ id name ${PEOPLE} }`,
} as const;

const CONTACTS = {
  recordType: 'contact',
  many: 'contacts',
  id: contact,
  deletedId: (t: Target) => t.deletedContactId,
  create: {
    rest: (t: Target) => ({ customer_id: t.customerId, first_name: 'Jean', last_name: 'Dupont' }),
    graphql: (t: Target) => ({ customerId: t.customerId, firstName: 'Jean', lastName: 'Dupont' }),
  },
  change: { rest: () => ({ title: 'Mme' }), graphql: () => ({ title: 'Mme' }) },
  selection: '{ id lastName customer { id name } createdBy { id fullName } viewerCan { update { allowed reason } } }',
} as const;

const OPPORTUNITIES = {
  recordType: 'opportunity',
  many: 'opportunities',
  id: opportunity,
  deletedId: (t: Target) => t.deletedOpportunityId,
  create: {
    rest: (t: Target) => ({ customer_id: t.customerId, name: 'Projet ERP' }),
    graphql: (t: Target) => ({ customerId: t.customerId, name: 'Projet ERP' }),
  },
  change: { rest: () => ({ team: 'Nord' }), graphql: () => ({ team: 'Nord' }) },
  selection: `{ id name customer { id name } ${PEOPLE} }`,
} as const;

const ACTIVITIES = {
  recordType: 'activity',
  many: 'activities',
  id: activity,
  deletedId: (t: Target) => t.deletedActivityId,
  create: {
    rest: (t: Target) => ({ customer_id: t.customerId, type: 'CALL', subject: 'Appel' }),
    graphql: (t: Target) => ({ customerId: t.customerId, type: 'CALL', subject: 'Appel' }),
  },
  change: { rest: () => ({ duration_minutes: 5 }), graphql: () => ({ durationMinutes: 5 }) },
  selection: `{ id subject customer { id name } opportunity { id name } contact { id lastName } ${PEOPLE} }`,
} as const;

const AT = '/v1/commercial';

export const CRM_REST: RestOperations = {
  ...recordRest(CUSTOMERS),
  [`POST ${AT}/customers/{id}/convert`]: { needs: 'customer:update', id: customer },
  [`GET ${AT}/customers/{id}/contacts`]: { needs: 'contact:read', id: customer },
  ...recordRest(CONTACTS),
  ...recordRest(OPPORTUNITIES),
  [`POST ${AT}/opportunities/{id}/win`]: { needs: 'opportunity:update', id: opportunity },
  [`POST ${AT}/opportunities/{id}/lose`]: { needs: 'opportunity:update', id: opportunity },
  [`POST ${AT}/opportunities/{id}/reopen`]: { needs: 'opportunity:update', id: won },
  [`GET ${AT}/opportunities/{id}/history`]: { needs: 'opportunity:read', id: opportunity },
  [`GET ${AT}/pipeline/summary`]: { needs: 'opportunity:read' },
  ...recordRest(ACTIVITIES),
  [`POST ${AT}/activities/{id}/complete`]: { needs: 'activity:update', id: activity },
  [`POST ${AT}/activities/{id}/reopen`]: { needs: 'activity:update', id: activity },
  // Needs the right to read all four kinds, which no role has apart.
  [`GET ${AT}/changes`]: { needs: 'customer:read' },
};

/** Every role may read all four kinds, and the name of every user. */
const NODE = `{ __typename id ... on Customer { name } ... on Contact { lastName } ... on Opportunity { name } ... on Activity { subject } ... on User { fullName } ... on AuditEvent { action entityId } ... on OpportunityTransition { toStatus } }`;

export const CRM_GRAPHQL: GraphqlOperations = {
  ...recordGraphql(CUSTOMERS),
  'Query.changes': { needs: 'customer:read', selection: '{ nodes { id record { id } } }' },
  'Query.customerByCode': { needs: 'customer:read', selection: '{ id name }', variables: ({ code }) => ({ code }) },
  'Mutation.convertCustomer': {
    needs: 'customer:update',
    selection: payloadOf('customer'),
    variables: (t) => ({ id: customer(t) }),
  },
  ...recordGraphql(CONTACTS),
  ...recordGraphql(OPPORTUNITIES),
  'Query.opportunityByCode': {
    needs: 'opportunity:read',
    selection: '{ id name }',
    variables: ({ opportunityCode }) => ({ code: opportunityCode }),
  },
  'Query.pipeline': {
    needs: 'opportunity:read',
    selection: '{ key month owner { id } currency count amount weightedAmount }',
  },
  'Mutation.winOpportunity': {
    needs: 'opportunity:update',
    selection: payloadOf('opportunity', '{ id customer { type } }'),
    variables: (t) => ({ id: opportunity(t) }),
  },
  'Mutation.loseOpportunity': {
    needs: 'opportunity:update',
    selection: payloadOf('opportunity'),
    variables: (t) => ({ id: opportunity(t), reason: 'Budget insuffisant' }),
  },
  'Mutation.reopenOpportunity': {
    needs: 'opportunity:update',
    selection: payloadOf('opportunity'),
    variables: (t) => ({ id: won(t) }),
  },
  ...recordGraphql(ACTIVITIES),
  'Mutation.completeActivity': {
    needs: 'activity:update',
    selection: payloadOf('activity'),
    variables: (t) => ({ id: activity(t) }),
  },
  'Query.node': { needs: 'signed in', selection: NODE, variables: (t) => ({ id: customer(t) }) },
  'Query.nodes': {
    needs: 'signed in',
    selection: NODE,
    variables: (t) => ({ ids: [contact(t), opportunity(t), activity(t), t.userId, won(t), t.auditEventId] }),
  },
  'Query.search': {
    needs: 'customer:read',
    selection: `{ totalCount nodes { type title subtitle recordId record ${NODE} } edges { cursor } }`,
    variables: (t) => ({ query: `Client ${customer(t)}` }),
  },
  'Mutation.reopenActivity': {
    needs: 'activity:update',
    selection: payloadOf('activity'),
    variables: (t) => ({ id: activity(t) }),
  },
};
