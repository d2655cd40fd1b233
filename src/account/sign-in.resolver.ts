import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver } from 'type-graphql';
import { LIMITED_RESOURCES } from '../access/identity/limits.js';
import type { RequestContext } from '../access/identity/request-context.js';
import { Tenant } from '../access/identity/tenant.entity.js';
import { User } from '../access/identity/user.entity.js';
import type { UserRow } from '../access/identity/user-row.js';
import { AtMost } from '../platform/graphql-schema/query-cost.js';
import { validationError } from '../platform/errors/errors.js';
import { parseInput, SENTENCES } from '../platform/input/validation.js';
import type { AccountCall, AccountContext } from './account-context.js';
import { ResourceLimit, SignedIn, Viewer } from './account.type.js';
import { changePassword } from './password.service.js';
import { ChangePasswordInput, LoginInput, RefreshInput } from './sign-in.input.js';
import { logIn, logOut, refreshSession, type SignIn } from './sign-in.service.js';
import { getOwnTenant, permissionsOf, readLimits, type ResourceUsage } from './tenant.service.js';
import type { TenantRow } from './tenant.query.js';
import { getOwnUser } from './user.service.js';

/** Root fields that need neither token nor tenant. */
export const publicGraphqlFields: ReadonlySet<string> = new Set(['Mutation.login', 'Mutation.refreshSession']);

@Resolver()
export class SignInResolver {
  @Mutation(() => SignedIn, { description: 'Signs in. Needs no token; one that is sent is ignored.' })
  login(
    @Ctx() call: AccountCall,
    @Arg('email', () => String, { description: 'E-mail address of the user.' }) email: string,
    @Arg('password', () => String, { description: 'Password.' }) password: string,
    @Arg('tenantId', () => ID, { description: 'Id of the company.' }) tenantId: string,
  ): Promise<SignIn> {
    const input = parseInput(LoginInput, { email, password, tenantId });
    // Blanks count as absent. REST then reads the header; a document has none.
    if (typeof input.tenantId !== 'string') {
      throw validationError([{ path: ['tenantId'], code: 'REQUIRED', message: SENTENCES.REQUIRED }]);
    }
    return logIn(call, call.account, { email: input.email, password: input.password, tenantId: input.tenantId });
  }

  @Mutation(() => SignedIn, {
    description:
      'New tokens for the latest refresh token. Each works once. The one before the latest may come again within 10 seconds of its first use (two tabs, a lost answer); any other that comes again ends its whole session.',
  })
  refreshSession(
    @Ctx() call: AccountCall,
    @Arg('refreshToken', () => String, { description: 'The latest refresh token.' }) refreshToken: string,
  ): Promise<SignIn> {
    return refreshSession(call, call.account, parseInput(RefreshInput, { refreshToken }).refreshToken);
  }

  @Mutation(() => Boolean, {
    description: 'Ends the session of the access token: here at once, everywhere within 30 seconds.',
  })
  async logout(@Ctx() ctx: AccountContext): Promise<boolean> {
    await logOut(ctx, ctx.account);
    return true;
  }

  @Mutation(() => Boolean, { description: "Changes the caller's password and ends their other sessions." })
  async changePassword(
    @Ctx() ctx: AccountContext,
    @Arg('currentPassword', () => String, { description: 'The password as it is.' }) currentPassword: string,
    @Arg('newPassword', () => String, {
      description: 'The new password, 12 to 128 characters; not the current one.',
    })
    newPassword: string,
  ): Promise<boolean> {
    await changePassword(ctx, ctx.account, parseInput(ChangePasswordInput, { currentPassword, newPassword }));
    return true;
  }
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who the caller is, and what they may do.' })
  viewer(@Ctx() ctx: RequestContext): Viewer {
    return Object.assign(new Viewer(), { permissions: permissionsOf(ctx) });
  }

  @FieldResolver(() => User, { description: 'The signed-in user.' })
  user(@Ctx() ctx: RequestContext): Promise<UserRow> {
    return getOwnUser(ctx);
  }

  @FieldResolver(() => Tenant, { description: 'The company.' })
  tenant(@Ctx() ctx: RequestContext): Promise<TenantRow> {
    return getOwnTenant(ctx);
  }

  @FieldResolver(() => [ResourceLimit], { description: "The company's limits, and how much of them is used." })
  @AtMost(LIMITED_RESOURCES.length)
  limits(@Ctx() ctx: RequestContext): Promise<readonly ResourceUsage[]> {
    return readLimits(ctx);
  }
}
