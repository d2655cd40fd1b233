import { Arg, Args, Ctx, Mutation, Resolver } from 'type-graphql';
import { forDryRun } from '../access/identity/request-context.js';
import type { Changed } from '../access/writes/change-effects.js';
import { VersionArgs } from '../platform/input/change.args.js';
import type { AccountContext } from './account-context.js';
import { UpdateTenantPayload } from './account.payload.js';
import { UpdateTenantInput } from './tenant.input.js';
import type { TenantRow } from './tenant.query.js';
import { updateTenant } from './tenant.service.js';

@Resolver()
export class TenantResolver {
  @Mutation(() => UpdateTenantPayload, {
    description: 'Changes name, time zone, default currency or country of the company. For admins.',
  })
  updateTenant(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => UpdateTenantInput, { description: 'The changes.' }) input: UpdateTenantInput,
    @Args(() => VersionArgs) { expectedVersion, dryRun }: VersionArgs,
  ): Promise<Changed<TenantRow>> {
    return updateTenant(forDryRun(ctx, dryRun), ctx.account, input, { expectedVersion });
  }
}
