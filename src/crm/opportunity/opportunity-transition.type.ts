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
    'A change of the status, probability, amount or currency of an opportunity. The pipeline as of a day is computed from these.',
})
export class OpportunityTransition {
  @Field(() => ID, { description: 'UUID of this change.' })
  id!: string;

  @Field(() => OpportunityStatus, {
    nullable: true,
    description: 'Status before the change; null when the opportunity was created or restored.',
  })
  fromStatus!: OpportunityStatus | null;

  @Field(() => OpportunityStatus, {
    nullable: true,
    description: 'Status after the change; null when the opportunity was deleted.',
  })
  toStatus!: OpportunityStatus | null;

  @Field(() => Int, { description: 'Probability after the change, in percent.' })
  probability!: number;

  @Field(() => DecimalScalar, { description: 'Amount after the change.' })
  amount!: string;

  @Field(() => DecimalScalar, { description: 'amount × probability / 100.' })
  weightedAmount!: string;

  @Field(() => String, { description: 'Currency after the change (ISO 4217).' })
  currency!: string;

  @Field(() => DateTimeScalar, { description: 'When the change was made.' })
  changedAt!: string;

  /** Id of the user; published by a field resolver. */
  changedBy!: string | null;
}

export const OpportunityTransitionConnection = connectionOf(
  'OpportunityTransition',
  () => OpportunityTransition,
  'transitions',
);
