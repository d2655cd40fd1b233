import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ApiKey } from '../../access/identity/api-key.entity.js';
import { keyPrefix } from '../../access/identity/key-text.js';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { AtMost } from '../../platform/graphql-schema/query-cost.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { DryRunArgs, RecordArgs } from '../../platform/input/change.args.js';
import { parseInput } from '../../platform/input/validation.js';
import { cursorScope, orderForm } from '../../platform/lists/keyset.js';
import { connectionPage, readConnection } from '../../platform/lists/record-connection.js';
import type { AccountContext } from '../account-context.js';
import { PermissionEnum } from '../account.type.js';
import { CreateApiKeyInput, RotateApiKeyInput } from './api-key.input.js';
import { CreateApiKeyPayload, RevokeApiKeyPayload, RotateApiKeyPayload } from './api-key.payload.js';
import { API_KEY_ORDER, apiKeyTable, type ApiKeyRow } from './api-key.query.js';
import * as keys from './api-key.service.js';
import { ApiKeyConnection } from './api-key.type.js';

const MAX_PERMISSIONS = 100;

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @FieldResolver(() => String, {
    description: 'How the key begins: `crm_` and the first eight characters of its id.',
  })
  prefix(@Root() { id }: ApiKeyRow): string {
    return keyPrefix(id);
  }

  @FieldResolver(() => [PermissionEnum], {
    nullable: true,
    description: 'What it is narrowed to; null for all of its user’s rights that need not be named.',
  })
  @AtMost(MAX_PERMISSIONS)
  permissions(@Root() { permissions }: ApiKeyRow): readonly string[] | null {
    return permissions;
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whose key it is.' })
  user(
    @Root() { userId }: ApiKeyRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, userId, selectionOf(info));
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who made it; null for an operator.' })
  createdBy(
    @Root() { createdById }: ApiKeyRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, createdById, selectionOf(info));
  }

  @Query(() => ApiKeyConnection, {
    description:
      'The caller’s own API keys, for admins everybody’s; the latest first, ended ones included. Not with a key.',
  })
  async apiKeys(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 0 to 100; 20 unless given.' })
    first?: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' })
    after?: string | null,
  ): Promise<ConnectionPage<ApiKeyRow>> {
    const list = { filter: undefined, search: undefined, order: API_KEY_ORDER };
    const scope = () => cursorScope(ctx.tenant.id, 'apiKeys', null, orderForm(API_KEY_ORDER));
    const request = readConnection(apiKeyTable, list, scope, { first, after }, info);
    return connectionPage(request, await keys.listApiKeys(ctx, request.query));
  }

  @Mutation(() => CreateApiKeyPayload, {
    description:
      'Makes an API key: for oneself, by admins also for a service account. The payload, and nothing else ever, holds the key’s text.',
  })
  createApiKey(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) input: CreateApiKeyInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
  ): Promise<keys.NewApiKey> {
    return keys.createApiKey(forDryRun(ctx, dryRun), input);
  }

  @Mutation(() => RotateApiKeyPayload, {
    description:
      'Replaces an API key by a new one with the same user, name, permissions and lifetime. The old one goes on for the overlap, or until its own end. A key is replaced once.',
  })
  rotateApiKey(
    @Ctx() ctx: AccountContext,
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Arg('overlapHours', () => Int, { nullable: true, description: 'Hours, 0 to 168; 24 unless given.' })
    overlapHours?: number | null,
  ): Promise<keys.NewApiKey> {
    const given = parseInput(RotateApiKeyInput, overlapHours === null ? {} : { overlapHours }).overlapHours;
    return keys.rotateApiKey(forDryRun(ctx, dryRun), ctx.account, id, given);
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Ends an API key: at once in the process that answers, within 30 seconds everywhere.',
  })
  revokeApiKey(
    @Ctx() ctx: AccountContext,
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
  ): Promise<Changed<ApiKeyRow>> {
    return keys.revokeApiKey(forDryRun(ctx, dryRun), ctx.account, id);
  }
}
