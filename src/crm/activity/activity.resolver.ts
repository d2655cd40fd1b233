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
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import { ConnectionArgs, connectionOf, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { requireUuid } from '../../platform/values/ids.js';
import { connectionRequest, propertiesOf } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { pageWithChildren } from '../record/look-ahead.js';
import { Activity } from './activity.entity.js';
import { ActivityFilter, ActivityOrder, activityOrder } from './activity.filter.js';
import { CreateActivityInput, UpdateActivityInput } from './activity.input.js';
import { activityTable, type ActivityRow } from './activity.query.js';
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

const VERSION = 'The version that the caller saw; a stale one is refused with VERSION_CONFLICT.';

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
  assignedTo(@Root() { assignedTo }: ActivityRow, @Ctx() ctx: RequestContext): Promise<User | null> | null {
    return assignedTo === null ? null : loadUser(ctx, assignedTo);
  }

  @FieldResolver(() => User, { nullable: true, description: 'The user who created the record.' })
  createdBy(@Root() { createdBy }: ActivityRow, @Ctx() ctx: RequestContext): Promise<User | null> | null {
    return createdBy === null ? null : loadUser(ctx, createdBy);
  }

  @Mutation(() => Activity, {
    description:
      'Creates an activity. Errors: NOT_FOUND for an unknown or deleted customer, opportunity or contact; VALIDATION_FAILED for one of another customer.',
  })
  createActivity(
    @Arg('input', () => CreateActivityInput, { description: 'The new activity.' }) input: CreateActivityInput,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.createActivity(ctx, input);
  }

  @Mutation(() => Activity, { description: 'Changes an activity: absent is untouched, null is cleared.' })
  updateActivity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Arg('input', () => UpdateActivityInput, { description: 'The changes.' }) input: UpdateActivityInput,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.updateActivity(ctx, requireUuid(id, ['id']), input, {
      expectedVersion: expectedVersion ?? undefined,
    });
  }

  @Mutation(() => Activity, { description: 'Marks an activity as done; one that is done stays as it is.' })
  completeActivity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.completeActivity(ctx, requireUuid(id, ['id']), expectedVersion ?? undefined);
  }

  @Mutation(() => Activity, { description: 'Marks an activity as open again; one that is open stays as it is.' })
  reopenActivity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.reopenActivity(ctx, requireUuid(id, ['id']), expectedVersion ?? undefined);
  }

  @Mutation(() => Activity, { description: 'Deletes an activity; restoreActivity brings it back. Admins only.' })
  deleteActivity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Arg('expectedVersion', () => Int, { nullable: true, description: VERSION }) expectedVersion: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.deleteActivity(ctx, requireUuid(id, ['id']), expectedVersion ?? undefined);
  }

  @Mutation(() => Activity, {
    description:
      'Brings a deleted activity back. Admins only. Errors: ILLEGAL_TRANSITION while its customer is deleted.',
  })
  restoreActivity(
    @Arg('id', () => ID, { description: 'Id of the activity.' }) id: string,
    @Ctx() ctx: RequestContext,
  ): Promise<ActivityRow> {
    return activities.restoreActivity(ctx, requireUuid(id, ['id']));
  }
}
