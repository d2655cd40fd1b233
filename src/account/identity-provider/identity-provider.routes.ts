import type { RequestContext } from '../../access/identity/request-context.js';
import { NoFields } from '../../platform/input/input-plan.js';
import { cursorScope, orderForm } from '../../platform/lists/keyset.js';
import { cutPage, pageAnswer, pagedQuery, readSort, readWindow, type PageQuery } from '../../platform/rest/page.js';
import { createdAnswer, readIfMatch, recordAnswer } from '../../platform/rest/record.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest/routes.js';
import { FieldsQuery, pickFields } from '../../platform/rest/sparse.js';
import type { AccountDependencies } from '../account-dependencies.js';
import { CreateIdentityProviderInput, UpdateIdentityProviderInput } from './identity-provider.input.js';
import { IDENTITY_PROVIDER_ORDER, IDENTITY_PROVIDER_SORT } from './identity-provider.query.js';
import { identityProviderSerializer } from './identity-provider.serializer.js';
import * as providers from './identity-provider.service.js';

const COLLECTION = '/v1/identity-providers';
const ONE = `${COLLECTION}/{id}`;

const IdentityProviderListQuery = pagedQuery(NoFields, IDENTITY_PROVIDER_SORT);

/** What all routes of providers have in common. */
const ADMIN = { tags: ['Identity providers'], authorize: providers.requireProviderRight };

async function answerList(ctx: RequestContext, query: PageQuery, url: string): Promise<RestAnswer> {
  const order = readSort(query.sort, IDENTITY_PROVIDER_SORT, IDENTITY_PROVIDER_ORDER);
  const scope = cursorScope(ctx.tenant.id, 'identity-providers', null, orderForm(order));
  const { rows, total = 0 } = await providers.listIdentityProviders(ctx, {
    order,
    ...readWindow(query, scope, order),
  });
  const contents = { ...cutPage(query, scope, order, rows), total, isTotalExact: true };
  return pageAnswer(pickFields(identityProviderSerializer, query.fields), query, contents, url);
}

const listRoute = defineRestRoute({
  ...ADMIN,
  method: 'GET',
  path: COLLECTION,
  operationId: 'listIdentityProviders',
  summary: 'List identity providers',
  description: 'By issuer. For admins, not with a key.',
  query: IdentityProviderListQuery,
  response: { type: 'page', serializer: identityProviderSerializer },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  handle: (ctx: RequestContext, { query, url }) => answerList(ctx, query, url),
});

const getRoute = defineRestRoute({
  ...ADMIN,
  method: 'GET',
  path: ONE,
  operationId: 'getIdentityProvider',
  summary: 'One identity provider',
  description: 'For admins, not with a key.',
  query: FieldsQuery,
  response: { type: 'record', serializer: identityProviderSerializer },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  handle: async (ctx: RequestContext, { params: { id = '' }, query }) =>
    recordAnswer(pickFields(identityProviderSerializer, query.fields), await providers.getIdentityProvider(ctx, id)),
});

function createRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method: 'POST',
    path: COLLECTION,
    operationId: 'createIdentityProvider',
    summary: 'Register an identity provider',
    description:
      'Its tokens are bearer tokens of this API, with X-Tenant-ID. The keys are fetched when the first token comes. At most 20 of a company.',
    body: CreateIdentityProviderInput,
    example: {
      issuer: 'https://connexion.exemple.com/realms/acme',
      audience: ['crm'],
      role_claim: 'realm_access.roles',
      role_map: { 'crm-admin': 'admin', commercial: 'user' },
    },
    returned: identityProviderSerializer,
    response: { type: 'record', serializer: identityProviderSerializer },
    status: 201,
    errors: ['FORBIDDEN', 'DUPLICATE', 'QUOTA_EXCEEDED'],
    handle: async (ctx: RequestContext, { body }) => {
      const { record } = await providers.createIdentityProvider(ctx, dependencies, body);
      return createdAnswer(identityProviderSerializer, record, COLLECTION);
    },
  });
}

function updateRoute(
  dependencies: AccountDependencies,
  method: 'PUT' | 'PATCH',
  operationId: string,
): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method,
    path: ONE,
    operationId,
    summary: 'Change an identity provider: absent is untouched',
    description: 'Takes effect within 30 seconds.',
    body: UpdateIdentityProviderInput,
    example: { link_by_email: true },
    returned: identityProviderSerializer,
    response: { type: 'record', serializer: identityProviderSerializer },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'DUPLICATE'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, headers, rejectChangedReadOnly }) => {
      const options = { expectedVersion: readIfMatch(headers), check: rejectChangedReadOnly };
      const { record } = await providers.updateIdentityProvider(ctx, dependencies, id, body, options);
      return recordAnswer(identityProviderSerializer, record);
    },
  });
}

function deleteRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method: 'DELETE',
    path: ONE,
    operationId: 'deleteIdentityProvider',
    summary: 'Remove an identity provider',
    description:
      'Its tokens count no more, within 30 seconds. Its users stay, and are found again where the issuer is registered again.',
    response: { type: 'none' },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    handle: async (ctx: RequestContext, { params: { id = '' }, headers }) => {
      await providers.deleteIdentityProvider(ctx, dependencies, id, readIfMatch(headers));
      return { status: 204 };
    },
  });
}

export function identityProviderRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  return [
    listRoute,
    createRoute(dependencies),
    getRoute,
    updateRoute(dependencies, 'PUT', 'updateIdentityProvider'),
    updateRoute(dependencies, 'PATCH', 'patchIdentityProvider'),
    deleteRoute(dependencies),
  ];
}
