/** What a search over all kinds of record answers with. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { RecordKind, type RecordNoun } from '../../access/rights/record-kinds.js';

/** A copy: each enum of the schema is an object of its own. */
export const SearchType = { ...RecordKind };

registerEnumType(SearchType, {
  name: 'SearchType',
  description: 'Kinds of record that a search goes through.',
  valuesConfig: {
    CUSTOMER: { description: 'Customers, by name, code, e-mail, city or telephone.' },
    CONTACT: { description: 'Active contacts, by first and last name, e-mail or telephone.' },
    OPPORTUNITY: { description: 'Opportunities, by name or code.' },
    ACTIVITY: { description: 'Activities, by subject.' },
  },
});

@ObjectType({ description: 'A record that a search has found.', simpleResolvers: true })
export class SearchHit {
  @Field(() => SearchType, { description: 'Kind of record.' })
  type!: RecordNoun;

  @Field(() => String, {
    description: 'Name of the customer or opportunity, first and last name of the contact, subject of the activity.',
  })
  title!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What tells it from others: the code of a customer, else the name of the customer that it belongs to.',
  })
  subtitle!: string | null;
}
