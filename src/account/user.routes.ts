import { authorize } from '../access/rights/permissions.js';
import type { RequestContext } from '../access/identity/request-context.js';
import { pickUser } from '../access/identity/user-row.js';
import { BooleanField } from '../platform/input/fields.js';
import { cursorScope, orderForm } from '../platform/lists/keyset.js';
import { cutPage, pageAnswer, pagedQuery, readSort, readWindow, type PageQuery } from '../platform/rest/page.js';
import { createdAnswer, readIfMatch, recordAnswer } from '../platform/rest/record.js';
import { FieldsQuery, pickFields } from '../platform/rest/sparse.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../platform/rest/routes.js';
import { userSerializer, userWithPasswordSerializer } from './account.serializer.js';
import type { AccountDependencies } from './account-dependencies.js';
import { CreateUserInput, ResetPasswordInput, UpdateUserInput } from './user.input.js';
import { USER_ORDER, USER_SORT } from './user.query.js';
import * as users from './user.service.js';

const COLLECTION = '/v1/users';
const ONE = `${COLLECTION}/{id}`;
const TAGS = ['Users'];

/** The filter of the list. */
class UserFilterQuery {
  @BooleanField({ description: 'Only active, or only inactive users.' })
  isActive?: boolean | null;
}

const UserListQuery = pagedQuery(UserFilterQuery, USER_SORT);

/** What all routes of users have in common. */
const ADMIN = {
  tags: TAGS,
  authorize: (ctx: RequestContext): void => {
    authorize(ctx, 'user:manage');
  },
};

async function answerList(ctx: RequestContext, query: UserFilterQuery & PageQuery, url: string): Promise<RestAnswer> {
  const order = readSort(query.sort, USER_SORT, USER_ORDER);
  const scope = cursorScope(ctx.tenant.id, 'users', query.isActive ?? null, orderForm(order));
  const { rows, total = 0 } = await users.listUsers(ctx, {
    isActive: query.isActive,
    order,
    ...readWindow(query, scope, order),
  });
  const serializer = pickFields(userSerializer, query.fields);
  return pageAnswer(serializer, query, { ...cutPage(query, scope, order, rows), total, isTotalExact: true }, url);
}

const listRoute = defineRestRoute({
  ...ADMIN,
  method: 'GET',
  path: COLLECTION,
  operationId: 'listUsers',
  summary: 'List users',
  description: 'For admins, inactive ones included.',
  query: UserListQuery,
  response: { type: 'page', serializer: userSerializer },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  handle: (ctx: RequestContext, { query, url }) => answerList(ctx, query, url),
});

const getRoute = defineRestRoute({
  ...ADMIN,
  method: 'GET',
  path: ONE,
  operationId: 'getUser',
  summary: 'One user',
  description: 'For admins; others see themselves at `/v1/auth/me`.',
  query: FieldsQuery,
  response: { type: 'record', serializer: userSerializer },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  handle: async (ctx: RequestContext, { params: { id = '' }, query }) =>
    recordAnswer(pickFields(userSerializer, query.fields), await users.getUser(ctx, id)),
});

function createRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method: 'POST',
    path: COLLECTION,
    operationId: 'createUser',
    summary: 'Create a user',
    description: 'Without a password the answer, and nothing else ever, holds a generated one.',
    body: CreateUserInput,
    example: { email: 'anne.martin@exemple.com', full_name: 'Anne Martin', role: 'user' },
    returned: userSerializer,
    response: { type: 'record', serializer: userWithPasswordSerializer },
    status: 201,
    errors: ['FORBIDDEN', 'DUPLICATE'],
    handle: async (ctx: RequestContext, { body }) => {
      const { record, initialPassword } = await users.createUser(ctx, dependencies, body);
      return createdAnswer(userWithPasswordSerializer, { ...pickUser(record), initialPassword }, COLLECTION);
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
    summary: 'Change name, role or state of a user: absent is untouched',
    description: 'A changed role or state takes effect within 30 seconds. The last active admin stays one.',
    body: UpdateUserInput,
    example: { full_name: 'Anne Martin' },
    returned: userSerializer,
    response: { type: 'record', serializer: userSerializer },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, headers, rejectChangedReadOnly }) => {
      const options = { expectedVersion: readIfMatch(headers), check: rejectChangedReadOnly };
      const { record } = await users.updateUser(ctx, dependencies, id, body, options);
      return recordAnswer(userSerializer, record);
    },
  });
}

function deactivateRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method: 'DELETE',
    path: ONE,
    operationId: 'deactivateUser',
    summary: 'Deactivate a user',
    description:
      'Ends their sessions. The record stays, since others point to it; `is_active: true` lets them in again.',
    response: { type: 'none' },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, headers }) => {
      await users.deactivateUser(ctx, dependencies, id, readIfMatch(headers));
      return { status: 204 };
    },
  });
}

function resetRoute(dependencies: AccountDependencies): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method: 'POST',
    path: `${ONE}/password`,
    operationId: 'resetPassword',
    summary: 'Give a user a new password',
    description: 'Ends their sessions. Without a password the answer, and nothing else ever, holds a generated one.',
    body: ResetPasswordInput,
    example: {},
    bodyOptional: true,
    response: { type: 'record', serializer: userWithPasswordSerializer },
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body }) => {
      const { record, initialPassword } = await users.resetPassword(ctx, dependencies, id, body.password);
      return recordAnswer(userWithPasswordSerializer, { ...pickUser(record), initialPassword });
    },
  });
}

/** Everything about users, for admins. */
export function userRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  return [
    listRoute,
    createRoute(dependencies),
    getRoute,
    updateRoute(dependencies, 'PUT', 'updateUser'),
    updateRoute(dependencies, 'PATCH', 'patchUser'),
    deactivateRoute(dependencies),
    resetRoute(dependencies),
  ];
}
