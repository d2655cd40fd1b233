import type { RequestContext } from '../../access/identity/request-context.js';
import { requireNoKey } from '../../access/rights/permissions.js';
import { NoFields } from '../../platform/input/input-plan.js';
import { cursorScope, orderForm } from '../../platform/lists/keyset.js';
import { cutPage, pageAnswer, pagedQuery, readSort, readWindow, type PageQuery } from '../../platform/rest/page.js';
import { createdAnswer, recordAnswer } from '../../platform/rest/record.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest/routes.js';
import { FieldsQuery, pickFields } from '../../platform/rest/sparse.js';
import type { AccountDependencies } from '../account-dependencies.js';
import { CreateApiKeyInput, RotateApiKeyInput } from './api-key.input.js';
import { API_KEY_ORDER, API_KEY_SORT } from './api-key.query.js';
import { apiKeySerializer, newApiKeySerializer, toApiKeyRecord } from './api-key.serializer.js';
import * as keys from './api-key.service.js';

const COLLECTION = '/v1/api-keys';
const ONE = `${COLLECTION}/{id}`;

const ApiKeyListQuery = pagedQuery(NoFields, API_KEY_SORT);

/** What all routes of keys have in common: no key is enough for them. */
const SIGNED_IN = {
  tags: ['API keys'],
  authorize: (ctx: RequestContext): void => {
    requireNoKey(ctx, 'key:manage');
  },
};

async function answerList(ctx: RequestContext, query: PageQuery, url: string): Promise<RestAnswer> {
  const order = readSort(query.sort, API_KEY_SORT, API_KEY_ORDER);
  const scope = cursorScope(ctx.tenant.id, 'api-keys', null, orderForm(order));
  const { rows, total = 0 } = await keys.listApiKeys(ctx, { order, ...readWindow(query, scope, order) });
  const page = cutPage(query, scope, order, rows);
  const contents = { ...page, rows: page.rows.map(toApiKeyRecord), total, isTotalExact: true };
  return pageAnswer(pickFields(apiKeySerializer, query.fields), query, contents, url);
}

function answerNew({ record, secret }: keys.NewApiKey): RestAnswer {
  return createdAnswer(newApiKeySerializer, { ...toApiKeyRecord(record), secret }, COLLECTION);
}

const listRoute = defineRestRoute({
  ...SIGNED_IN,
  method: 'GET',
  path: COLLECTION,
  operationId: 'listApiKeys',
  summary: 'List API keys',
  description: 'The caller’s own, for admins everybody’s; the latest first, ended ones included. Not with a key.',
  query: ApiKeyListQuery,
  response: { type: 'page', serializer: apiKeySerializer },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  handle: (ctx: RequestContext, { query, url }) => answerList(ctx, query, url),
});

const getRoute = defineRestRoute({
  ...SIGNED_IN,
  method: 'GET',
  path: ONE,
  operationId: 'getApiKey',
  summary: 'One API key',
  description: 'Without its secret, which is stored nowhere.',
  query: FieldsQuery,
  response: { type: 'record', serializer: apiKeySerializer },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  handle: async (ctx: RequestContext, { params: { id = '' }, query }) =>
    recordAnswer(pickFields(apiKeySerializer, query.fields), toApiKeyRecord(await keys.getApiKey(ctx, id))),
});

const createRoute = defineRestRoute({
  ...SIGNED_IN,
  method: 'POST',
  path: COLLECTION,
  operationId: 'createApiKey',
  summary: 'Make an API key',
  description:
    'For oneself; admins also for a service account. The answer, and nothing else ever, holds the key’s text. At most 100 keys of a company are live at once.',
  body: CreateApiKeyInput,
  example: { name: 'Entrepôt de données', permissions: ['customer:read', 'contact:read'] },
  response: { type: 'record', serializer: newApiKeySerializer },
  status: 201,
  errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
  handle: async (ctx: RequestContext, { body }) => answerNew(await keys.createApiKey(ctx, body)),
});

function rotateRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...SIGNED_IN,
    method: 'POST',
    path: `${ONE}/rotate`,
    operationId: 'rotateApiKey',
    summary: 'Replace an API key by a new one',
    description:
      'The new key has the same user, name, permissions and lifetime. The old one goes on for `overlap_hours`, or until its own end if that is earlier. A key is replaced once.',
    body: RotateApiKeyInput,
    example: {},
    bodyOptional: true,
    response: { type: 'record', serializer: newApiKeySerializer },
    status: 201,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body }) =>
      answerNew(await keys.rotateApiKey(ctx, dependencies, id, body.overlapHours)),
  });
}

function revokeRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...SIGNED_IN,
    method: 'DELETE',
    path: ONE,
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'It ends at once in the process that answers, within 30 seconds everywhere. The record stays.',
    response: { type: 'none' },
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    handle: async (ctx: RequestContext, { params: { id = '' } }) => {
      await keys.revokeApiKey(ctx, dependencies, id);
      return { status: 204 };
    },
  });
}

export function apiKeyRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  return [listRoute, createRoute, getRoute, rotateRoute(dependencies), revokeRoute(dependencies)];
}
