/** One change of an opportunity in GraphQL, and the connection of its changes. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../platform/graphql-schema/connection.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateTimeScalar, DecimalScalar } from '../../platform/graphql-schema/scalars.js';
import { OpportunityStatus } from './opportunity-enums.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'A change of what an opportunity was worth, or of where it stood: what the pipeline as of a day is made of.',
})
export class OpportunityTransition {
  @Field(() => ID, { description: 'UUID of this change.' })
  id!: string;

  @Field(() => OpportunityStatus, { nullable: true, description: 'null when it was created or restored.' })
  fromStatus!: OpportunityStatus | null;

  @Field(() => OpportunityStatus, { nullable: true, description: 'null when it was deleted.' })
  toStatus!: OpportunityStatus | null;

  @Field(() => Int, { description: 'Afterwards, in percent.' })
  probability!: number;

  @Field(() => DecimalScalar, { description: 'Afterwards, in the currency.' })
  amount!: string;

  @Field(() => DecimalScalar, { description: 'amount × probability / 100.' })
  weightedAmount!: string;

  @Field(() => String, { description: 'Afterwards: ISO 4217.' })
  currency!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  changedAt!: string;

  /** Id of the user; published by a field resolver. */
  changedBy!: string | null;
}

@ObjectType('OpportunityTransitionConnection', { description: 'A page of transitions.', simpleResolvers: true })
export class OpportunityTransitionConnection extends connectionOf(
  'OpportunityTransition',
  () => OpportunityTransition,
  'transitions',
) {}
