/** A change in GraphQL, and the connection of the feed. */
import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RecordType } from '../../access/rights/record-types.js';
import { PageInfo } from '../../platform/graphql-schema/connection.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';

/** A copy: each enum of the schema is an object of its own. */
const ChangeType = { ...RecordType };
registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'Type of the record that changed.',
  valuesConfig: {
    CUSTOMER: { description: 'A customer.' },
    CONTACT: { description: 'A contact.' },
    OPPORTUNITY: { description: 'An opportunity.' },
    ACTIVITY: { description: 'An activity.' },
  },
});

/** For both transports. */
export const CASCADES =
  'Whether the records of the customer were deleted or restored with it, without changes of their own. Drop the records of a deleted customer; read contacts (inactive ones too), opportunities and activities of a restored one again.';

export const FIELDS =
  'Names of the fields that the change set. null where the whole record is new, gone or back (created, deleted, restored), and in changes made before this field existed: take all fields as changed. Fields that follow from others (`updatedAt`, `version`, `weightedAmount`) are not named.';

/** `record` and `fields` are fields of the resolver. */
@ObjectType('Change', { description: 'A change of a record.', simpleResolvers: true })
export class ChangeObject {
  @Field(() => ID, { description: 'UUID of the audit event; a change that is read twice has the same.' })
  id!: string;

  @Field(() => ChangeType, { description: 'Type of the record.' })
  type!: RecordType;

  @Field(() => ID, { description: 'Id of the record.' })
  recordId!: string;

  @Field(() => String, { description: 'What happened, e.g. `customer.updated`; further actions may be added.' })
  action!: string;

  @Field(() => DateTimeScalar, { description: 'When it happened. The feed is not ordered by it.' })
  at!: string;

  @Field(() => ID, { nullable: true, description: 'Id of the user who did it; null for an operator.' })
  userId!: string | null;

  @Field(() => Boolean, { description: CASCADES })
  cascades!: boolean;
}

@ObjectType({ description: 'A change with its cursor.', simpleResolvers: true })
export class ChangeEdge {
  @Field(() => String, { description: 'Position in the feed, for `after`; valid in REST as well.' })
  cursor!: string;

  @Field(() => ChangeObject, { description: 'The change.' })
  node!: object;
}

/** Without a total: a count would read the whole audit log. */
@ObjectType({
  description: 'A page of changes. It may hold fewer than requested, even none, although more follow.',
  simpleResolvers: true,
})
export class ChangeConnection {
  @Field(() => [ChangeEdge], { description: 'The changes with their cursors.' })
  edges!: readonly ChangeEdge[];

  @Field(() => [ChangeObject], { description: 'The changes.' })
  nodes!: readonly object[];

  @Field(() => PageInfo, {
    description:
      'Position of the page. `endCursor` is never null, not even on an empty page: store it and continue after it, at once if `hasNextPage` is true, else later.',
  })
  pageInfo!: PageInfo;
}

/** For both transports. */
export const WAIT =
  'Where there is no change of these types yet, wait for one: 0 to 25 seconds, 0 by default. The answer comes with the first change, or without one when the time is over; at once if too many clients wait, and when the service is about to end.';

/** The feed is read in one direction only. */
@ArgsType()
export class ChangeArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Only changes after this cursor. Without it the feed begins with the first change. `LATEST` is the cursor of now, for the first call only: take `endCursor`, walk the lists, then follow the feed from there.',
  })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many at most: 0 to 100; 20 by default.' })
  first?: number | null;

  @Field(() => [ChangeType], {
    nullable: true,
    description:
      'Only changes of these types of record; all by default. `endCursor` moves past those of other types, so it belongs to these types.',
  })
  types?: RecordType[] | null;

  @Field(() => Int, { nullable: true, description: WAIT })
  wait?: number | null;
}
