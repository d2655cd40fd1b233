/** What the application takes from this folder. */
import type { RequestContext } from '../access/identity/request-context.js';
import type { RestRoute } from '../platform/rest/routes.js';
import type { AccountDependencies } from './account-dependencies.js';
import { authRoutes } from './auth.routes.js';
import { SignInResolver, ViewerResolver } from './sign-in.resolver.js';
import { TenantResolver } from './tenant.resolver.js';
import { tenantRoutes } from './tenant.routes.js';
import { UserResolver } from './user.resolver.js';
import { userRoutes } from './user.routes.js';

export const accountResolvers = [SignInResolver, ViewerResolver, UserResolver, TenantResolver] as const;

/** Routes of signed-in callers. */
export function accountRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  return [...authRoutes(dependencies), ...userRoutes(dependencies), ...tenantRoutes(dependencies)];
}

export { publicAuthRoutes as publicAccountRoutes } from './auth.routes.js';
