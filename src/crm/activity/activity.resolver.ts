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
import { Activity } from './activity.entity.js';
import { ActivityFilter, activityOrder } from './activity.filter.js';
import { CreateActivityInput, UpdateActivityInput } from './activity.input.js';
import { activityTable, type ActivityRow } from './activity.query.js';
import {
  CompleteActivityPayload,
  CreateActivityPayload,
  DeleteActivityPayload,
  ReopenActivityPayload,
  RestoreActivityPayload,
  UpdateActivityPayload,
} from './activity.payload.js';
import * as activities from './activity.service.js';

export const ActivityConnection = connectionOf('Activity', () => Activity, 'activities');

const SEARCHED = 'Part of the subject; case and accents do not matter.';

/** The arguments of every list of activities. */
@ArgsType()
export class ActivityListArgs extends listArgs(ActivityFilter, activityOrder.input, SEARCHED) {}

/** What such a list reads. */
export function readActivityList({ filter, search, orderBy, deleted }: ActivityListArgs): ListRequest {
  return { filter, search, order: activityOrder.keysOf(orderBy), deleted: wantsDeleted(deleted) };
}

@Resolver(() => Activity)
export class ActivityResolver {
  @Query(() => Activity, { nullable: true, description: 'One activity; null for an unknown id.' })
  async activity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ActivityRow | null> {
    const properties = propertiesOf(activityTable, selectionOf(info));
    return (await readRecord(ctx, activityTable, { id: requireUuid(id, ['id']) }, properties)) ?? null;
  }

  @Query(() => ActivityConnection, { description: 'Activities, newest first unless ordered otherwise.' })
  activities(
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<ActivityRow>> {
    const request = connectionRequest(activityTable, ctx, 'activities', () => readActivityList(args), args, info);
    return pageWithChildren(ctx, info, request, (query) => readRecords(ctx, activityTable, query));
  }

  @Mutation(() => CreateActivityPayload, {
    description:
      'Creates an activity. Errors: NOT_FOUND for an unknown or deleted customer, opportunity or contact; VALIDATION_FAILED for one of another customer.',
  })
  createActivity(
    @Arg('input', () => CreateActivityInput, { description: 'The new activity.' }) input: CreateActivityInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.createActivity(forDryRun(ctx, dryRun), input);
  }

  @Mutation(() => UpdateActivityPayload, {
    description: 'Changes an activity: an absent field is untouched, null clears it.',
  })
  updateActivity(
    @Arg('input', () => UpdateActivityInput, { description: 'The changes.' }) input: UpdateActivityInput,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.updateActivity(forDryRun(ctx, dryRun), id, input, { expectedVersion });
  }

  @Mutation(() => CompleteActivityPayload, {
    description: 'Marks an activity as completed. A completed activity stays as it is.',
  })
  completeActivity(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.completeActivity(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => ReopenActivityPayload, {
    description: 'Marks an activity as open again. An open activity stays as it is.',
  })
  reopenActivity(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.reopenActivity(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => DeleteActivityPayload, {
    description: 'Deletes an activity; restoreActivity brings it back. Admins only.',
  })
  deleteActivity(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.deleteActivity(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => RestoreActivityPayload, {
    description: 'Restores a deleted activity. Admins only. Errors: ILLEGAL_TRANSITION while its customer is deleted.',
  })
  restoreActivity(
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.restoreActivity(forDryRun(ctx, dryRun), id);
  }
}
