/** What a search over all record types answers with. */
import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RecordType } from '../../access/rights/record-types.js';
import { connectionOf } from '../../platform/graphql-schema/connection.js';

/** A copy: each enum of the schema is an object of its own. */
const SearchType = { ...RecordType };

registerEnumType(SearchType, {
  name: 'SearchType',
  description: 'Record types that a search can include.',
  valuesConfig: {
    CUSTOMER: { description: 'Customers, by name, code, e-mail, city or telephone.' },
    CONTACT: { description: 'Active contacts, by first and last name, e-mail or telephone.' },
    OPPORTUNITY: { description: 'Opportunities, by name or code.' },
    ACTIVITY: { description: 'Activities, by subject.' },
  },
});

@ObjectType({ description: 'A record that a search has found.', simpleResolvers: true })
export class SearchHit {
  @Field(() => SearchType, { description: 'Type of the record.' })
  type!: RecordType;

  @Field(() => String, {
    description: 'Name of the customer or opportunity, first and last name of the contact, subject of the activity.',
  })
  title!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of a customer, else the name of the customer that the record belongs to, which is null for an API key that may not read customers.',
  })
  subtitle!: string | null;
}

export const SearchHitConnection = connectionOf('SearchHit', () => SearchHit, 'hits');

/** Hits are read in one direction. */
@ArgsType()
export class SearchArgs {
  @Field(() => String, { description: 'What to look for, 1 to 255 characters; case and accents do not matter.' })
  query!: string;

  @Field(() => [SearchType], { nullable: true, description: 'Only records of these types. Default: all types.' })
  types?: RecordType[] | null;

  @Field(() => Int, { nullable: true, description: 'How many: 0 to 100; 20 by default.' })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only hits after this cursor, which must be of the same text and types.',
  })
  after?: string | null;
}
