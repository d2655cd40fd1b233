/** A change in GraphQL, and the connection of the feed. */
import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RecordType } from '../../access/rights/record-types.js';
import { PageInfo } from '../../platform/graphql-schema/connection.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';

/** A copy: each enum of the schema is an object of its own. */
const ChangeType = { ...RecordType };
registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'Kind of the record that changed.',
  valuesConfig: {
    CUSTOMER: { description: 'A customer.' },
    CONTACT: { description: 'A contact.' },
    OPPORTUNITY: { description: 'An opportunity.' },
    ACTIVITY: { description: 'An activity.' },
  },
});

/** For both transports. */
export const CASCADES =
  'Whether all that belongs to the customer shares its fate, without changes of its own: true when a customer was deleted or restored. Drop what you hold of a deleted customer; of a restored one read contacts (inactive ones too), opportunities and activities anew.';

/** `record` is a field of the resolver. */
@ObjectType('Change', { description: 'Something that happened to a record.', simpleResolvers: true })
export class ChangeObject {
  @Field(() => ID, { description: 'UUID of the audit event; a change that is read twice has the same.' })
  id!: string;

  @Field(() => ChangeType, { description: 'Kind of the record.' })
  type!: RecordType;

  @Field(() => ID, { description: 'Id of the record.' })
  recordId!: string;

  @Field(() => String, { description: 'What happened, e.g. `customer.updated`; one may be added.' })
  action!: string;

  @Field(() => DateTimeScalar, { description: 'When; the order of the feed is another one.' })
  at!: string;

  @Field(() => ID, { nullable: true, description: 'Id of the user who did it; null for an operator.' })
  userId!: string | null;

  @Field(() => Boolean, { description: CASCADES })
  cascades!: boolean;
}

@ObjectType({ description: 'A change with its place.', simpleResolvers: true })
export class ChangeEdge {
  @Field(() => String, { description: 'Place in the feed, for `after`; good for REST as well.' })
  cursor!: string;

  @Field(() => ChangeObject, { description: 'The change.' })
  node!: object;
}

/** Without a total: counting would read the whole trail. */
@ObjectType({
  description: 'A page of changes; it may hold fewer than asked, even none, although more follow.',
  simpleResolvers: true,
})
export class ChangeConnection {
  @Field(() => [ChangeEdge], { description: 'The changes with their cursors.' })
  edges!: readonly ChangeEdge[];

  @Field(() => [ChangeObject], { description: 'The changes.' })
  nodes!: readonly object[];

  @Field(() => PageInfo, {
    description:
      'Where this page stands. `endCursor` is never null, not even on an empty page: keep it, and go on after it, now when `hasNextPage` is true, else later.',
  })
  pageInfo!: PageInfo;
}

/** The feed is read in one direction. */
@ArgsType()
export class ChangeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only what comes after this cursor; from the first change without it.',
  })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many at most: 0 to 100; 20 unless given.' })
  first?: number | null;
}
