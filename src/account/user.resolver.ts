import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../access/identity/request-context.js';
import {
  ConnectionArgs,
  pageOf,
  readConnectionArgs,
  type ConnectionPage,
} from '../platform/graphql-schema/connection.js';
import { cursorScope, decodeCursor, encodeCursor } from '../platform/lists/keyset.js';
import { parseInput } from '../platform/input/validation.js';
import { selectionOf } from '../platform/graphql-schema/selection.js';
import type { AccountContext } from './account-context.js';
import { Account, UserConnection, UserWithPassword } from './account.type.js';
import { CreateUserInput, ResetPasswordInput, UpdateUserInput } from './user.input.js';
import { USER_ORDER, type UserRow } from './user.query.js';
import * as users from './user.service.js';

const VERSION = { nullable: true, description: 'The version that the caller saw; an older one is refused.' } as const;

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
    const window = readConnectionArgs(Object.assign(new ConnectionArgs(), { first, after }));
    const scope = cursorScope(ctx.tenant.id, 'users', null, USER_ORDER);
    const { rows, total } = await users.listUsers(ctx, {
      order: USER_ORDER,
      limit: window.size + 1,
      after: window.after === undefined ? undefined : decodeCursor(scope, USER_ORDER, window.after),
      withoutTotal: !selectionOf(info).has('totalCount'),
    });
    return pageOf(rows, window, (row) => encodeCursor(scope, USER_ORDER, { ...row }), total);
  }

  @Mutation(() => UserWithPassword, { description: 'Creates a user; without a password one is generated. For admins.' })
  createUser(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
  ): Promise<users.UserAndPassword> {
    return users.createUser(ctx, ctx.account, input);
  }

  @Mutation(() => Account, { description: 'Changes name, role or state of a user. For admins.' })
  updateUser(
    @Ctx() ctx: AccountContext,
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Arg('input', () => UpdateUserInput, { description: 'The changes.' }) input: UpdateUserInput,
    @Arg('expectedVersion', () => Int, VERSION) expectedVersion?: number | null,
  ): Promise<UserRow> {
    return users.updateUser(ctx, ctx.account, id, input, { expectedVersion: expectedVersion ?? undefined });
  }

  @Mutation(() => Account, { description: 'Ends the sessions of a user, who can sign in no more. For admins.' })
  deactivateUser(
    @Ctx() ctx: AccountContext,
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Arg('expectedVersion', () => Int, VERSION) expectedVersion?: number | null,
  ): Promise<UserRow> {
    return users.deactivateUser(ctx, ctx.account, id, expectedVersion ?? undefined);
  }

  @Mutation(() => UserWithPassword, { description: 'Gives a user a new password and ends their sessions. For admins.' })
  resetUserPassword(
    @Ctx() ctx: AccountContext,
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Arg('password', () => String, { nullable: true, description: 'The new password; one is generated without it.' })
    password?: string | null,
  ): Promise<users.UserAndPassword> {
    return users.resetPassword(ctx, ctx.account, id, parseInput(ResetPasswordInput, { password }).password);
  }
}
