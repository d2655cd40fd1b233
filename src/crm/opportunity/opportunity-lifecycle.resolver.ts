/** winOpportunity, loseOpportunity, reopenOpportunity. */
import { Args, Ctx, Mutation, Resolver } from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { loseOpportunity, reopenOpportunity, winOpportunity } from './opportunity-lifecycle.service.js';
import { LoseOpportunityArgs, ReopenOpportunityArgs, WinOpportunityArgs } from './opportunity.input.js';
import { LoseOpportunityPayload, ReopenOpportunityPayload, WinOpportunityPayload } from './opportunity.payload.js';
import type { OpportunityRow } from './opportunity.query.js';

@Resolver()
export class OpportunityLifecycleResolver {
  @Mutation(() => WinOpportunityPayload, {
    description:
      'Wins an opportunity; its customer, if a prospect or lead, becomes a customer. One that is won is returned unchanged. Errors: ILLEGAL_TRANSITION.',
  })
  winOpportunity(
    @Args(() => WinOpportunityArgs) { id, reason, expectedVersion, dryRun }: WinOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return winOpportunity(forDryRun(ctx, dryRun), id, { reason, expectedVersion });
  }

  @Mutation(() => LoseOpportunityPayload, {
    description: 'Loses an opportunity. One that is lost is returned unchanged. Errors: ILLEGAL_TRANSITION.',
  })
  loseOpportunity(
    @Args(() => LoseOpportunityArgs) { id, reason, expectedVersion, dryRun }: LoseOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return loseOpportunity(forDryRun(ctx, dryRun), id, { reason, expectedVersion });
  }

  @Mutation(() => ReopenOpportunityPayload, {
    description: 'Makes a won or lost opportunity active again. Errors: ILLEGAL_TRANSITION, QUOTA_EXCEEDED.',
  })
  reopenOpportunity(
    @Args(() => ReopenOpportunityArgs) { id, status, reason, expectedVersion, dryRun }: ReopenOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return reopenOpportunity(forDryRun(ctx, dryRun), id, {
      status,
      reason,
      expectedVersion,
    });
  }
}
