import { readTenantHeader } from '../access/identity/headers.js';
import type { Call, RequestContext } from '../access/identity/request-context.js';
import { validationError, type AppError, type Sentence } from '../platform/errors/errors.js';
import { defineRestRoute, type RawRestRequest, type RestAnswer, type RestRoute } from '../platform/rest/routes.js';
import { SENTENCES } from '../platform/input/validation.js';
import { doneSchema, meSchema, signInSchema, writeSignIn } from './account.serializer.js';
import type { AccountDependencies } from './account-dependencies.js';
import { changePassword } from './password.service.js';
import { ChangePasswordInput, LoginInput, LogoutInput, RefreshInput } from './sign-in.input.js';
import { logIn, logOut, refreshSession } from './sign-in.service.js';
import { permissionsOf } from './tenant.service.js';

const TAGS = ['Sign-in'];
const PUBLIC = { public: true, notIdempotent: true } as const;
const SIGN_IN = { email: 'admin@demo.example', password: 'demo-password-2026', tenant_id: 'demo' };
const SIGNED_OUT: Sentence = { fr: 'Déconnexion réussie', en: 'Successfully logged out' };
const PASSWORD_CHANGED: Sentence = { fr: 'Mot de passe modifié', en: 'Password changed' };

function done({ language }: Call, sentence: Sentence): RestAnswer {
  return { status: 200, json: JSON.stringify({ success: true, message: sentence[language] }) };
}

/** From the body or the header. @throws AppError VALIDATION_FAILED if both differ or both are absent, TENANT_HEADER_INVALID */
function tenantOfLogin(body: LoginInput, headers: RawRestRequest['headers']): string {
  const inBody = body.tenantId ?? undefined;
  const inHeader =
    headers['x-tenant-id'] === undefined || headers['x-tenant-id'] === '' ? undefined : readTenantHeader(headers);
  const tenantId = inBody ?? inHeader;
  const reject = (code: 'REQUIRED' | 'CONFLICTING_MEMBERS'): AppError =>
    validationError([{ path: ['tenant_id'], code, message: SENTENCES[code] }]);
  if (tenantId === undefined) throw reject('REQUIRED');
  if (inHeader !== undefined && inHeader !== tenantId) throw reject('CONFLICTING_MEMBERS');
  return tenantId;
}

/** Routes that need neither token nor tenant header. */
export function publicAuthRoutes(dependencies: AccountDependencies): readonly RestRoute<Call>[] {
  const login = defineRestRoute({
    method: 'POST',
    path: '/v1/auth/login',
    operationId: 'login',
    summary: 'Sign in',
    description:
      'Failures are counted: 10 a minute per address, 5 in 15 minutes per company and e-mail. Too many sign-ins at once are answered 503 with a short Retry-After.',
    tags: TAGS,
    takesTenant: true,
    body: LoginInput,
    example: SIGN_IN,
    response: { type: 'json', schema: signInSchema },
    errors: ['UNAUTHENTICATED', 'TENANT_HEADER_INVALID'],
    ...PUBLIC,
    handle: async (call: Call, { body, headers }) => {
      const { email, password } = body;
      const signIn = await logIn(call, dependencies, { tenantId: tenantOfLogin(body, headers), email, password });
      return { status: 200, json: writeSignIn(signIn) };
    },
  });
  const refresh = defineRestRoute({
    method: 'POST',
    path: '/v1/auth/refresh',
    operationId: 'refreshSession',
    summary: 'New tokens for the latest refresh token',
    description:
      'Each refresh token works once. The one before the latest may come again within 10 seconds of its first use (two tabs, a lost answer); any other that comes again ends its whole session.',
    tags: TAGS,
    body: RefreshInput,
    example: { refresh_token: 'the latest one' },
    response: { type: 'json', schema: signInSchema },
    errors: ['UNAUTHENTICATED', 'TOKEN_EXPIRED'],
    ...PUBLIC,
    handle: async (call: Call, { body }) => {
      return { status: 200, json: writeSignIn(await refreshSession(call, dependencies, body.refreshToken)) };
    },
  });
  return [login, refresh];
}

/** Routes of signed-in callers. */
export function authRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  const logout = defineRestRoute({
    method: 'POST',
    path: '/v1/auth/logout',
    operationId: 'logout',
    summary: 'Sign out',
    description: 'The access token stops working at once, in other processes within 30 seconds.',
    tags: TAGS,
    body: LogoutInput,
    example: {},
    bodyOptional: true,
    response: { type: 'json', schema: doneSchema },
    notIdempotent: true,
    handle: async (ctx: RequestContext) => {
      await logOut(ctx, dependencies);
      return done(ctx, SIGNED_OUT);
    },
  });
  const password = defineRestRoute({
    method: 'POST',
    path: '/v1/auth/password',
    operationId: 'changePassword',
    summary: 'Change the own password',
    description: "The new password must differ from the current one. Ends the user's other sessions.",
    tags: TAGS,
    body: ChangePasswordInput,
    example: { current_password: 'demo-password-2026', new_password: 'another-password-2026' },
    response: { type: 'json', schema: doneSchema },
    notIdempotent: true,
    handle: async (ctx: RequestContext, { body }) => {
      await changePassword(ctx, dependencies, body);
      return done(ctx, PASSWORD_CHANGED);
    },
  });
  return [logout, meRoute, password];
}

const meRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/auth/me',
  operationId: 'me',
  summary: 'Who the caller is, and what they may do',
  description: 'The user of the access token. Permissions are those of `/v1/meta/permissions`.',
  tags: TAGS,
  response: { type: 'json', schema: meSchema },
  handle: (ctx: RequestContext) => {
    const { userId: id, email, tenantId: tenant_id, role, fullName: full_name } = ctx.actor;
    // Inactive callers are rejected earlier.
    const me = { id, email, tenant_id, role, full_name, is_active: true, permissions: permissionsOf(ctx) };
    return Promise.resolve({ status: 200, json: JSON.stringify(me) });
  },
});
