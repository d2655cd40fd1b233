import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import { ConnectionArgs, connectionOf, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { ChangeArgs, DryRunArgs, RecordArgs } from '../../platform/input/change.args.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireUuid } from '../../platform/values/ids.js';
import { connectionRequest, propertiesOf } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { pageWithChildren } from '../record/look-ahead.js';
import { Activity } from './activity.entity.js';
import { ActivityFilter, ActivityOrder, activityOrder } from './activity.filter.js';
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

@ObjectType('ActivityConnection', { description: 'A page of activities.', simpleResolvers: true })
export class ActivityConnection extends connectionOf('Activity', () => Activity, 'activities') {}

/** What every list of activities takes, wherever it stands. */
@ArgsType()
export class ActivityListArgs extends ConnectionArgs {
  @Field(() => ActivityFilter, { nullable: true, description: 'Only these.' })
  filter?: ActivityFilter | null;

  @Field(() => String, { nullable: true, description: 'Part of the subject; case and accents do not matter.' })
  search?: string | null;

  @Field(() => [ActivityOrder], { nullable: true, description: 'Keys of the order, the first one first.' })
  orderBy?: ActivityOrder[] | null;
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
    return (await activities.findActivity(ctx, requireUuid(id, ['id']), properties)) ?? null;
  }

  @Query(() => ActivityConnection, { description: 'Activities, newest first unless ordered otherwise.' })
  activities(
    @Args(() => ActivityListArgs) args: ActivityListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<ActivityRow>> {
    const list = () => ({ filter: args.filter, search: args.search, order: activityOrder(args.orderBy) });
    const request = connectionRequest(activityTable, ctx, 'activities', list, args, info);
    return pageWithChildren(ctx, info, request, (query) => activities.listActivities(ctx, query));
  }

  @FieldResolver(() => User, { nullable: true, description: 'The responsible user.' })
  assignedTo(
    @Root() { assignedToId }: ActivityRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return assignedToId === null ? null : loadUser(ctx, assignedToId, selectionOf(info));
  }

  @FieldResolver(() => User, { nullable: true, description: 'The user who created the record.' })
  createdBy(
    @Root() { createdById }: ActivityRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return createdById === null ? null : loadUser(ctx, createdById, selectionOf(info));
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

  @Mutation(() => UpdateActivityPayload, { description: 'Changes an activity: absent is untouched, null is cleared.' })
  updateActivity(
    @Arg('input', () => UpdateActivityInput, { description: 'The changes.' }) input: UpdateActivityInput,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.updateActivity(forDryRun(ctx, dryRun), id, input, { expectedVersion });
  }

  @Mutation(() => CompleteActivityPayload, {
    description: 'Marks an activity as done; one that is done stays as it is.',
  })
  completeActivity(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.completeActivity(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => ReopenActivityPayload, {
    description: 'Marks an activity as open again; one that is open stays as it is.',
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
    description:
      'Brings a deleted activity back. Admins only. Errors: ILLEGAL_TRANSITION while its customer is deleted.',
  })
  restoreActivity(
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ActivityRow>> {
    return activities.restoreActivity(forDryRun(ctx, dryRun), id);
  }
}
