/** What the application takes from this folder. */
import type { Call, RequestContext } from '../access/identity/request-context.js';
import type { RestRoute } from '../platform/rest/routes.js';
import type { AccountTools } from './account-tools.js';
import { authRoutes, publicAuthRoutes } from './auth.routes.js';
import { SignInResolver, ViewerResolver } from './sign-in.resolver.js';
import { TenantResolver } from './tenant.resolver.js';
import { tenantRoutes } from './tenant.routes.js';
import { UserResolver } from './user.resolver.js';
import { userRoutes } from './user.routes.js';

export const accountResolvers = [SignInResolver, ViewerResolver, UserResolver, TenantResolver] as const;

/** Routes of signed-in callers. */
export function accountRoutes(tools: AccountTools): readonly RestRoute<RequestContext>[] {
  return [...authRoutes(tools), ...userRoutes(tools), ...tenantRoutes(tools)];
}

/** Routes that need neither token nor tenant header. */
export function publicAccountRoutes(tools: AccountTools): readonly RestRoute<Call>[] {
  return publicAuthRoutes(tools);
}
