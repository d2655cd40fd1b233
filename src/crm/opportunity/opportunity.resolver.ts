import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { readRecord, readRecords } from '../../access/loaders/record-reads.js';
import { connectionOf, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { ChangeArgs, DryRunArgs, RecordArgs } from '../../platform/input/change.args.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireUuid } from '../../platform/values/ids.js';
import { connectionRequest, propertiesOf, type ListRequest } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { wantsDeleted } from '../record/deleted-records.js';
import { listArgs } from '../record/list-args.js';
import { pageWithChildren } from '../record/look-ahead.js';
import { readCode } from '../record/record-code.js';
import { Opportunity } from './opportunity.entity.js';
import { OpportunityFilter, opportunityOrder } from './opportunity.filter.js';
import { CreateOpportunityInput, UpdateOpportunityInput } from './opportunity.input.js';
import { opportunityTable, type OpportunityRow } from './opportunity.query.js';
import {
  CreateOpportunityPayload,
  DeleteOpportunityPayload,
  RestoreOpportunityPayload,
  UpdateOpportunityPayload,
} from './opportunity.payload.js';
import * as opportunities from './opportunity.service.js';

export const OpportunityConnection = connectionOf('Opportunity', () => Opportunity, 'opportunities');

const SEARCHED = 'Part of name or code; case and accents do not matter.';

/** The arguments of every list of opportunities. */
@ArgsType()
export class OpportunityListArgs extends listArgs(OpportunityFilter, opportunityOrder.input, SEARCHED) {}

/** What such a list reads. */
export function readOpportunityList({ filter, search, orderBy, deleted }: OpportunityListArgs): ListRequest {
  return { filter, search, order: opportunityOrder.keysOf(orderBy), deleted: wantsDeleted(deleted) };
}

@Resolver(() => Opportunity)
export class OpportunityResolver {
  @Query(() => Opportunity, { nullable: true, description: 'One opportunity; null for an unknown id.' })
  async opportunity(
    @Arg('id', () => ID, { description: 'Id of the opportunity.' }) id: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpportunityRow | null> {
    const properties = propertiesOf(opportunityTable, selectionOf(info));
    return (await readRecord(ctx, opportunityTable, { id: requireUuid(id, ['id']) }, properties)) ?? null;
  }

  @Query(() => Opportunity, { nullable: true, description: 'One opportunity by its code; null for an unknown code.' })
  async opportunityByCode(
    @Arg('code', () => String, { description: 'Code of the opportunity.' }) code: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpportunityRow | null> {
    const properties = propertiesOf(opportunityTable, selectionOf(info));
    return (await readRecord(ctx, opportunityTable, { code: readCode(code) }, properties)) ?? null;
  }

  @Query(() => OpportunityConnection, {
    description: 'Opportunities, by expected close date unless ordered otherwise.',
  })
  opportunities(
    @Args(() => OpportunityListArgs) args: OpportunityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<OpportunityRow>> {
    const request = connectionRequest(
      opportunityTable,
      ctx,
      'opportunities',
      () => readOpportunityList(args),
      args,
      info,
    );
    return pageWithChildren(ctx, info, request, (query) => readRecords(ctx, opportunityTable, query));
  }

  @Mutation(() => CreateOpportunityPayload, {
    description:
      'Creates an opportunity of a customer. If it is created as won, a prospect or lead becomes a customer. Errors: NOT_FOUND (the customer), DUPLICATE, QUOTA_EXCEEDED.',
  })
  createOpportunity(
    @Arg('input', () => CreateOpportunityInput, { description: 'The new opportunity.' }) input: CreateOpportunityInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return opportunities.createOpportunity(forDryRun(ctx, dryRun), input);
  }

  @Mutation(() => UpdateOpportunityPayload, {
    description:
      'Changes an opportunity: an absent field is untouched, null clears it. A new status has the effect of win, lose or reopen. Errors: ILLEGAL_TRANSITION, QUOTA_EXCEEDED.',
  })
  updateOpportunity(
    @Arg('input', () => UpdateOpportunityInput, { description: 'The changes.' }) input: UpdateOpportunityInput,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return opportunities.updateOpportunity(forDryRun(ctx, dryRun), id, input, { expectedVersion });
  }

  @Mutation(() => DeleteOpportunityPayload, {
    description: 'Deletes an opportunity; its activities stay, and restoreOpportunity brings it back. Admins only.',
  })
  deleteOpportunity(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return opportunities.deleteOpportunity(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => RestoreOpportunityPayload, {
    description:
      'Brings a deleted opportunity back. Admins only. Errors: ILLEGAL_TRANSITION (its customer is deleted), DUPLICATE, QUOTA_EXCEEDED.',
  })
  restoreOpportunity(
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<OpportunityRow>> {
    return opportunities.restoreOpportunity(forDryRun(ctx, dryRun), id);
  }
}
