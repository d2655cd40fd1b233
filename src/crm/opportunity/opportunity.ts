/** Every resolver of opportunities, by name. */
import { OpportunityLifecycleResolver } from './opportunity-lifecycle.resolver.js';
import { OpportunityTransitionResolver, OpportunityTransitionsResolver } from './opportunity-transition.resolver.js';
import { opportunityPayloads } from './opportunity.payload.js';
import { opportunityFields } from './opportunity.fields.js';
import { OpportunityResolver } from './opportunity.resolver.js';

export const opportunityResolvers = [
  OpportunityResolver,
  OpportunityLifecycleResolver,
  OpportunityTransitionsResolver,
  OpportunityTransitionResolver,
  ...opportunityPayloads,
  ...opportunityFields,
] as const;
