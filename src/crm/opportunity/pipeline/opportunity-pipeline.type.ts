/** The pipeline in GraphQL: what it can be summed by, and one sum. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DecimalScalar } from '../../../platform/graphql-schema/scalars.js';

export const PipelineGroup = {
  STATUS: 'STATUS',
  OWNER: 'OWNER',
  MONTH: 'MONTH',
  SOURCE: 'SOURCE',
} as const;
export type PipelineGroup = keyof typeof PipelineGroup;

registerEnumType(PipelineGroup, {
  name: 'PipelineGroup',
  description: 'What the pipeline can be summed by.',
  valuesConfig: {
    STATUS: { description: 'Status, in its order from NEW to LOST.' },
    OWNER: { description: 'Responsible user; the key is their id.' },
    MONTH: { description: 'Month of the expected close; the key is written 2026-03.' },
    SOURCE: { description: 'Where the sale came from.' },
  },
});

@ObjectType('PipelineGroupTotal', {
  description: 'The opportunities of one group in one currency, summed up. Nothing adds two currencies.',
  simpleResolvers: true,
})
export class PipelineGroupTotal {
  @Field(() => String, {
    nullable: true,
    description: 'What they have in common, as PipelineGroup says; null for those without.',
  })
  key!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'First day of the month that they have in common; null unless grouped by MONTH, and for those without.',
  })
  month!: string | null;

  /** Id of the user; published by a field resolver. */
  ownerId!: string | null;

  @Field(() => String, { description: 'ISO 4217, e.g. EUR.' })
  currency!: string;

  @Field(() => Int, { description: 'How many they are.' })
  count!: number;

  @Field(() => DecimalScalar, { description: 'Sum of their amounts.' })
  amount!: string;

  @Field(() => DecimalScalar, { description: 'Sum of their weighted amounts, each rounded to two decimals.' })
  weightedAmount!: string;
}
