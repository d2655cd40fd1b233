/** Signing in, users, the company and its log. */
import { newId } from '../../../src/platform/values/ids.js';
import { PASSWORD } from '../../support/service.js';
import { payloadOf, type GraphqlOperations, type RestOperations } from './operation.js';
import type { Target } from './target.js';

const user = (target: Target): string => target.userId;
/** Everybody sees their own API keys, and admins everybody's. */
const ownKey = (target: Target, callerId?: string): string => target.apiKeyOf(callerId);
const newUser = (): object => ({ email: `${newId()}@essai.example`, full_name: 'Nouvelle Personne', role: 'user' });

const provider = (target: Target): string => target.identityProviderId;
/** A fresh issuer each, since one is registered once. */
const newProvider = (): { issuer: string; audience: string[] } => ({
  issuer: `https://${newId()}.exemple.fr`,
  audience: ['crm'],
});

const UPDATE_PROVIDER = {
  needs: 'provider:manage',
  notByKey: true,
  id: provider,
  body: () => ({ name_claim: 'nom' }),
} as const;
const UPDATE_USER = { needs: 'user:manage', id: user, body: () => ({ full_name: 'Autre Nom' }) } as const;
const UPDATE_TENANT = { needs: 'tenant:manage', body: () => ({ name: 'Autre Raison' }) } as const;

export const ACCOUNT_REST: RestOperations = {
  'POST /v1/auth/login': {
    needs: 'open',
    body: ({ login: { email, password, tenantId } }) => ({ email, password, tenant_id: tenantId }),
  },
  'POST /v1/auth/refresh': {
    needs: 'open',
    body: async (target) => ({ refresh_token: await target.refreshToken() }),
  },
  'POST /v1/auth/logout': { needs: 'signed in', notByKey: true, bySession: true },
  'GET /v1/auth/me': { needs: 'signed in' },
  'POST /v1/auth/password': {
    needs: 'signed in',
    notByKey: true,
    bySession: true,
    body: () => ({ current_password: PASSWORD, new_password: 'jacinthes-et-narcisses' }),
  },
  'GET /v1/users': { needs: 'user:manage' },
  'POST /v1/users': { needs: 'user:manage', body: newUser },
  'GET /v1/users/{id}': { needs: 'user:manage', id: user },
  'PUT /v1/users/{id}': UPDATE_USER,
  'PATCH /v1/users/{id}': UPDATE_USER,
  'DELETE /v1/users/{id}': { needs: 'user:manage', id: user },
  'POST /v1/users/{id}/password': { needs: 'user:manage', id: user },
  'GET /v1/api-keys': { needs: 'signed in', notByKey: true },
  'POST /v1/api-keys': { needs: 'signed in', notByKey: true, body: () => ({ name: 'Entrepôt' }) },
  'GET /v1/api-keys/{id}': { needs: 'signed in', notByKey: true, id: ownKey },
  'DELETE /v1/api-keys/{id}': { needs: 'signed in', notByKey: true, id: ownKey },
  'POST /v1/api-keys/{id}/rotate': { needs: 'signed in', notByKey: true, id: ownKey },
  'GET /v1/identity-providers': { needs: 'provider:manage', notByKey: true },
  'POST /v1/identity-providers': { needs: 'provider:manage', notByKey: true, body: newProvider },
  'GET /v1/identity-providers/{id}': { needs: 'provider:manage', notByKey: true, id: provider },
  'PUT /v1/identity-providers/{id}': UPDATE_PROVIDER,
  'PATCH /v1/identity-providers/{id}': UPDATE_PROVIDER,
  'DELETE /v1/identity-providers/{id}': { needs: 'provider:manage', notByKey: true, id: provider },
  'GET /v1/tenant': { needs: 'tenant:manage' },
  'PUT /v1/tenant': UPDATE_TENANT,
  'PATCH /v1/tenant': UPDATE_TENANT,
  'GET /v1/meta/permissions': { needs: 'signed in' },
  'GET /v1/meta/limits': { needs: 'signed in' },
  'GET /v1/audit/logs': { needs: 'audit:read' },
  'GET /v1/audit/logs/{id}': { needs: 'audit:read', id: (target) => target.auditEventId },
  'GET /v1/audit/verify': { needs: 'audit:read' },
};

const ACCOUNT = '{ id email }';
const NEW_USER = (): object => ({
  input: { email: `${newId()}@essai.example`, fullName: 'Nouvelle Personne', role: 'USER' },
});

export const ACCOUNT_GRAPHQL: GraphqlOperations = {
  'Query.auditEvents': {
    needs: 'audit:read',
    selection: '{ totalCount nodes { id action entityId changes { field before after } actor { id fullName } } }',
  },
  'Query.users': { needs: 'user:manage', selection: `{ totalCount nodes ${ACCOUNT} }` },
  'Query.viewer': {
    needs: 'signed in',
    selection: `{ permissions user ${ACCOUNT} tenant { id name } limits { resource limit used } }`,
  },
  'Mutation.login': { needs: 'open', selection: '{ accessToken }', variables: ({ login }) => login },
  'Mutation.refreshSession': {
    needs: 'open',
    selection: '{ accessToken }',
    variables: async (target) => ({ refreshToken: await target.refreshToken() }),
  },
  'Mutation.logout': { needs: 'signed in', notByKey: true, bySession: true, selection: '' },
  'Mutation.changePassword': {
    needs: 'signed in',
    notByKey: true,
    bySession: true,
    selection: '',
    variables: () => ({ currentPassword: PASSWORD, newPassword: 'jacinthes-et-narcisses' }),
  },
  'Mutation.createUser': { needs: 'user:manage', selection: payloadOf('user', ACCOUNT), variables: NEW_USER },
  'Mutation.updateUser': {
    needs: 'user:manage',
    selection: payloadOf('user', ACCOUNT),
    variables: (t) => ({ id: t.userId, input: { fullName: 'Autre Nom' } }),
  },
  'Mutation.deactivateUser': {
    needs: 'user:manage',
    selection: payloadOf('user', ACCOUNT),
    variables: (t) => ({ id: t.userId }),
  },
  'Mutation.resetUserPassword': {
    needs: 'user:manage',
    selection: payloadOf('user', ACCOUNT),
    variables: (t) => ({ id: t.userId }),
  },
  'Query.apiKeys': {
    needs: 'signed in',
    notByKey: true,
    selection: '{ totalCount nodes { id name prefix permissions user { id fullName } createdBy { id } } }',
  },
  'Mutation.createApiKey': {
    needs: 'signed in',
    notByKey: true,
    selection: payloadOf('apiKey', '{ id name prefix }'),
    variables: () => ({ input: { name: 'Entrepôt' } }),
  },
  'Mutation.rotateApiKey': {
    needs: 'signed in',
    notByKey: true,
    selection: payloadOf('apiKey', '{ id name }'),
    variables: (t, callerId) => ({ id: ownKey(t, callerId) }),
  },
  'Mutation.revokeApiKey': {
    needs: 'signed in',
    notByKey: true,
    selection: payloadOf('apiKey', '{ id name }'),
    variables: (t, callerId) => ({ id: ownKey(t, callerId) }),
  },
  'Query.identityProviders': {
    needs: 'provider:manage',
    notByKey: true,
    selection: '{ totalCount nodes { id issuer audience algorithms roleMap createdBy { id } } }',
  },
  'Mutation.createIdentityProvider': {
    needs: 'provider:manage',
    notByKey: true,
    selection: payloadOf('identityProvider', '{ id issuer }'),
    variables: () => ({ input: newProvider() }),
  },
  'Mutation.updateIdentityProvider': {
    needs: 'provider:manage',
    notByKey: true,
    selection: payloadOf('identityProvider', '{ id issuer }'),
    variables: (t) => ({ id: provider(t), input: { nameClaim: 'nom' } }),
  },
  'Mutation.deleteIdentityProvider': {
    needs: 'provider:manage',
    notByKey: true,
    selection: payloadOf('identityProvider', '{ id issuer }'),
    variables: (t) => ({ id: provider(t) }),
  },
  'Mutation.updateTenant': {
    needs: 'tenant:manage',
    selection: payloadOf('tenant', '{ id name }'),
    variables: () => ({ input: { name: 'Autre Raison' } }),
  },
};
