/** The pipeline in GraphQL: the groupings, and one total. */
import { Field, Int, ObjectType } from 'type-graphql';
import { describedEnum } from '../../../platform/graphql-schema/described-enum.js';
import { DateScalar, DecimalScalar } from '../../../platform/graphql-schema/scalars.js';

export const PipelineGroup = describedEnum('PipelineGroup', 'What the pipeline can be summed by.', {
  STATUS: 'Status, in its order from NEW to LOST.',
  OWNER: 'Responsible user; the key is their id.',
  MONTH: 'Month of the expected close; the key is written 2026-03.',
  SOURCE: 'Where the sale came from.',
});
export type PipelineGroup = keyof typeof PipelineGroup;

@ObjectType('PipelineGroupTotal', {
  description:
    'The total of the opportunities of one group in one currency. Amounts of different currencies are never added.',
  simpleResolvers: true,
})
export class PipelineGroupTotal {
  @Field(() => String, {
    nullable: true,
    description: 'The key of the group, as PipelineGroup describes it; null for opportunities without a value.',
  })
  key!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'First day of the month of the group; null unless grouped by MONTH, and for opportunities without a date.',
  })
  month!: string | null;

  /** Id of the user; published by a field resolver. */
  ownerId!: string | null;

  @Field(() => String, { description: 'ISO 4217, e.g. EUR.' })
  currency!: string;

  @Field(() => Int, { description: 'Number of opportunities.' })
  count!: number;

  @Field(() => DecimalScalar, { description: 'Sum of their amounts.' })
  amount!: string;

  @Field(() => DecimalScalar, { description: 'Sum of their weighted amounts, each rounded to two decimals.' })
  weightedAmount!: string;
}
