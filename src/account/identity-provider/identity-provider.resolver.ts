import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { AtMost } from '../../platform/graphql-schema/query-cost.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { ChangeArgs, DryRunArgs } from '../../platform/input/change.args.js';
import { cursorScope, orderForm } from '../../platform/lists/keyset.js';
import { connectionPage, readConnection } from '../../platform/lists/record-connection.js';
import type { AccountContext } from '../account-context.js';
import { IdentityProvider, SignatureAlgorithm } from '../../access/identity/identity-provider.entity.js';
import { CreateIdentityProviderInput, UpdateIdentityProviderInput } from './identity-provider.input.js';
import {
  CreateIdentityProviderPayload,
  DeleteIdentityProviderPayload,
  UpdateIdentityProviderPayload,
} from './identity-provider.payload.js';
import { IDENTITY_PROVIDER_ORDER, identityProviderTable, type IdentityProviderRow } from './identity-provider.query.js';
import * as providers from './identity-provider.service.js';
import { IdentityProviderConnection } from './identity-provider.type.js';

const MAX_AUDIENCE = 5;
const MAX_ALGORITHMS = 4;

@Resolver(() => IdentityProvider)
export class IdentityProviderResolver {
  @FieldResolver(() => [String], { description: 'One of these must be in `aud` of a token.' })
  @AtMost(MAX_AUDIENCE)
  audience(@Root() { audience }: IdentityProviderRow): readonly string[] {
    return audience;
  }

  @FieldResolver(() => [SignatureAlgorithm], { description: 'How its tokens may be signed.' })
  @AtMost(MAX_ALGORITHMS)
  algorithms(@Root() { algorithms }: IdentityProviderRow): readonly string[] {
    return algorithms;
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who registered it.' })
  createdBy(
    @Root() { createdById }: IdentityProviderRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, createdById, selectionOf(info));
  }

  @Query(() => IdentityProviderConnection, {
    description: 'The identity providers of the company, by issuer. For admins, not with a key.',
  })
  async identityProviders(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 0 to 100; 20 unless given.' })
    first?: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' })
    after?: string | null,
  ): Promise<ConnectionPage<IdentityProviderRow>> {
    const list = { filter: undefined, search: undefined, order: IDENTITY_PROVIDER_ORDER };
    const scope = () => cursorScope(ctx.tenant.id, 'identityProviders', null, orderForm(IDENTITY_PROVIDER_ORDER));
    const request = readConnection(identityProviderTable, list, scope, { first, after }, info);
    return connectionPage(request, await providers.listIdentityProviders(ctx, request.query));
  }

  @Mutation(() => CreateIdentityProviderPayload, {
    description:
      'Registers an OpenID provider, whose tokens are then bearer tokens of this API. The keys are fetched when the first token comes. For admins, not with a key.',
  })
  createIdentityProvider(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => CreateIdentityProviderInput, { description: 'The new provider.' })
    input: CreateIdentityProviderInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
  ): Promise<Changed<IdentityProviderRow>> {
    return providers.createIdentityProvider(forDryRun(ctx, dryRun), ctx.account, input);
  }

  @Mutation(() => UpdateIdentityProviderPayload, {
    description: 'Changes an identity provider, within 30 seconds. For admins, not with a key.',
  })
  updateIdentityProvider(
    @Ctx() ctx: AccountContext,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Arg('input', () => UpdateIdentityProviderInput, { description: 'The changes.' })
    input: UpdateIdentityProviderInput,
  ): Promise<Changed<IdentityProviderRow>> {
    return providers.updateIdentityProvider(forDryRun(ctx, dryRun), ctx.account, id, input, { expectedVersion });
  }

  @Mutation(() => DeleteIdentityProviderPayload, {
    description:
      'Removes an identity provider: its tokens count no more, within 30 seconds. Its users stay. For admins, not with a key.',
  })
  deleteIdentityProvider(
    @Ctx() ctx: AccountContext,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
  ): Promise<Changed<IdentityProviderRow>> {
    return providers.deleteIdentityProvider(forDryRun(ctx, dryRun), ctx.account, id, expectedVersion);
  }
}
