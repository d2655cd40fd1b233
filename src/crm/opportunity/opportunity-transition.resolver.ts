/** `Opportunity.transitions`. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import { ConnectionArgs, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { pageBelow, ReadsChildren, type ChildConnection } from '../record/child-connection.js';
import { OLDEST_FIRST, transitionTable, type TransitionRow } from './opportunity-transition.query.js';
import { OpportunityTransition, OpportunityTransitionConnection } from './opportunity-transition.type.js';
import { Opportunity } from './opportunity.entity.js';
import type { OpportunityRow } from './opportunity.query.js';

const transitionsOfOpportunity: ChildConnection<ConnectionArgs, TransitionRow> = {
  table: transitionTable,
  column: 'opportunity_id',
  list: 'opportunity.transitions',
  permission: 'opportunity:read',
  readList: () => ({ filter: null, search: null, order: OLDEST_FIRST }),
};

@Resolver(() => Opportunity)
export class OpportunityTransitionsResolver {
  @FieldResolver(() => OpportunityTransitionConnection, {
    description: 'The changes of its status, probability, amount and currency, the oldest first.',
  })
  @ReadsChildren()
  transitions(
    @Root() { id }: Pick<OpportunityRow, 'id'>,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<TransitionRow>> {
    return pageBelow(transitionsOfOpportunity, ctx, id, args, info);
  }
}

@Resolver(() => OpportunityTransition)
export class OpportunityTransitionResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: 'The user who made the change; null if it was not a user of the company.',
  })
  changedBy(
    @Root() { changedBy }: TransitionRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, changedBy, selectionOf(info));
  }
}
