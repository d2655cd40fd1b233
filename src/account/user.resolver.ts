import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import { forDryRun, type RequestContext } from '../access/identity/request-context.js';
import { userTable, type UserRow } from '../access/identity/user-row.js';
import type { Changed } from '../access/writes/change-effects.js';
import type { ConnectionPage } from '../platform/graphql-schema/connection.js';
import { cursorScope, orderForm } from '../platform/lists/keyset.js';
import { connectionPage, readConnection } from '../platform/lists/record-connection.js';
import { ChangeArgs, DryRunArgs, RecordArgs } from '../platform/input/change.args.js';
import { parseInput } from '../platform/input/validation.js';
import type { AccountContext } from './account-context.js';
import {
  CreateUserPayload,
  DeactivateUserPayload,
  ResetUserPasswordPayload,
  UpdateUserPayload,
} from './account.payload.js';
import { UserConnection } from './account.type.js';
import { CreateUserInput, ResetPasswordInput, UpdateUserInput } from './user.input.js';
import { USER_ORDER } from './user.query.js';
import * as users from './user.service.js';

@Resolver()
export class UserResolver {
  @Query(() => UserConnection, { description: 'The users of the company, by name. For admins.' })
  async users(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 0 to 100; 20 unless given.' })
    first?: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' })
    after?: string | null,
  ): Promise<ConnectionPage<UserRow>> {
    const list = { filter: undefined, search: undefined, order: USER_ORDER };
    const scope = () => cursorScope(ctx.tenant.id, 'users', null, orderForm(USER_ORDER));
    const request = readConnection(userTable, list, scope, { first, after }, info);
    return connectionPage(request, await users.listUsers(ctx, request.query));
  }

  @Mutation(() => CreateUserPayload, {
    description: 'Creates a user; without a password one is generated. For admins.',
  })
  createUser(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
  ): Promise<users.ChangedPassword> {
    return users.createUser(forDryRun(ctx, dryRun), ctx.account, input);
  }

  @Mutation(() => UpdateUserPayload, { description: 'Changes name, role or state of a user. For admins.' })
  updateUser(
    @Ctx() ctx: AccountContext,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Arg('input', () => UpdateUserInput, { description: 'The changes.' }) input: UpdateUserInput,
  ): Promise<Changed<UserRow>> {
    return users.updateUser(forDryRun(ctx, dryRun), ctx.account, id, input, { expectedVersion });
  }

  @Mutation(() => DeactivateUserPayload, {
    description: 'Ends the sessions of a user, who can sign in no more. For admins.',
  })
  deactivateUser(
    @Ctx() ctx: AccountContext,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
  ): Promise<Changed<UserRow>> {
    return users.deactivateUser(forDryRun(ctx, dryRun), ctx.account, id, expectedVersion);
  }

  @Mutation(() => ResetUserPasswordPayload, {
    description: 'Gives a user a new password and ends their sessions. For admins.',
  })
  resetUserPassword(
    @Ctx() ctx: AccountContext,
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Arg('password', () => String, { nullable: true, description: 'The new password; one is generated without it.' })
    password?: string | null,
  ): Promise<users.ChangedPassword> {
    const given = parseInput(ResetPasswordInput, { password }).password;
    return users.resetPassword(forDryRun(ctx, dryRun), ctx.account, id, given);
  }
}
