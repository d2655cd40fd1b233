/** `Opportunity.transitions`. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/request-context.js';
import { User } from '../../access/user.entity.js';
import { loadUser } from '../../access/user.loader.js';
import type { TransitionRow } from './opportunity-transition.query.js';
import { OpportunityTransition } from './opportunity-transition.type.js';
import { Opportunity } from './opportunity.entity.js';
import type { OpportunityRow } from './opportunity.query.js';
import { loadTransitionsOf } from './opportunity.service.js';

@Resolver(() => Opportunity)
export class OpportunityTransitionsResolver {
  @FieldResolver(() => [OpportunityTransition], {
    description: 'Every change of its status, probability, amount and currency, the oldest first.',
  })
  transitions(@Root() { id }: OpportunityRow, @Ctx() ctx: RequestContext): Promise<readonly TransitionRow[]> {
    return loadTransitionsOf(ctx, id);
  }
}

@Resolver(() => OpportunityTransition)
export class OpportunityTransitionResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: "The user who made the change; null if it was none of the company's.",
  })
  changedBy(@Root() { changedBy }: TransitionRow, @Ctx() ctx: RequestContext): Promise<User | null> | null {
    return changedBy === null ? null : loadUser(ctx, changedBy);
  }
}
