/** winOpportunity, loseOpportunity, reopenOpportunity. */
import { Args, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { loseOpportunity, reopenOpportunity, winOpportunity } from './opportunity-lifecycle.service.js';
import { Opportunity } from './opportunity.entity.js';
import { LoseOpportunityArgs, ReopenOpportunityArgs, WinOpportunityArgs } from './opportunity.input.js';
import type { OpportunityRow } from './opportunity.query.js';

@Resolver(() => Opportunity)
export class OpportunityLifecycleResolver {
  @Mutation(() => Opportunity, {
    description:
      'Wins an opportunity; its customer, if a prospect or lead, becomes a customer. One that is won is returned unchanged. Errors: ILLEGAL_TRANSITION.',
  })
  winOpportunity(
    @Args(() => WinOpportunityArgs) { id, reason, expectedVersion }: WinOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<OpportunityRow> {
    return winOpportunity(ctx, id, { reason, expectedVersion: expectedVersion ?? undefined });
  }

  @Mutation(() => Opportunity, {
    description: 'Loses an opportunity. One that is lost is returned unchanged. Errors: ILLEGAL_TRANSITION.',
  })
  loseOpportunity(
    @Args(() => LoseOpportunityArgs) { id, reason, expectedVersion }: LoseOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<OpportunityRow> {
    return loseOpportunity(ctx, id, { reason, expectedVersion: expectedVersion ?? undefined });
  }

  @Mutation(() => Opportunity, {
    description: 'Makes a won or lost opportunity active again. Errors: ILLEGAL_TRANSITION, QUOTA_EXCEEDED.',
  })
  reopenOpportunity(
    @Args(() => ReopenOpportunityArgs) { id, status, expectedVersion }: ReopenOpportunityArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<OpportunityRow> {
    return reopenOpportunity(ctx, id, { status, expectedVersion: expectedVersion ?? undefined });
  }
}
