import { Arg, Ctx, Int, Mutation, Resolver } from 'type-graphql';
import { Tenant } from '../access/identity/tenant.entity.js';
import type { AccountContext } from './account-context.js';
import { UpdateTenantInput } from './tenant.input.js';
import type { TenantRow } from './tenant.query.js';
import { updateTenant } from './tenant.service.js';

@Resolver()
export class TenantResolver {
  @Mutation(() => Tenant, { description: 'Changes name, time zone or default currency of the company. For admins.' })
  updateTenant(
    @Ctx() ctx: AccountContext,
    @Arg('input', () => UpdateTenantInput, { description: 'The changes.' }) input: UpdateTenantInput,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description: 'The version that the caller saw; an older one is refused.',
    })
    expectedVersion?: number | null,
  ): Promise<TenantRow> {
    return updateTenant(ctx, ctx.account, input, { expectedVersion: expectedVersion ?? undefined });
  }
}
