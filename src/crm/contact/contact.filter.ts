/** What lists of contacts can be filtered and ordered by, and that they leave inactive contacts out unless asked. */
import { ArgsType, Field, InputType, registerEnumType } from 'type-graphql';
import { CostsPerCondition, CostsPerValue } from '../../platform/graphql-schema/condition-cost.js';
import { ConnectionArgs, NullsOrder, SortDirection } from '../../platform/graphql-schema/connection.js';
import {
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  SearchedTextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import {
  CASELESS_COST,
  caselessSql,
  type Filter,
  type FilterColumns,
  type RelatedList,
} from '../../platform/lists/filter-columns.js';
import { equalTo } from '../../platform/lists/filters.js';
import { listOrder, ORDER_KEY_COST } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import {
  relatedActivities,
  relatedContacts,
  relatedCustomers,
  RelatedActivitiesFilter,
} from '../record/related-types.js';

@InputType({ description: 'Conditions on contacts; members of one object hold together (and).' })
export class ContactFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By id.' })
  id?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By id of the customer.' })
  customerId?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By first name.' })
  firstName?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By last name.' })
  lastName?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By e-mail address.' })
  @CostsPerCondition(CASELESS_COST)
  email?: OperatorValues | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it is the main contact of its customer.' })
  isPrimary?: OperatorValues | null;

  @Field(() => BooleanFilter, {
    nullable: true,
    description:
      'By whether the person is still there. A filter that does not name it means the active ones; { isNull: false } means both.',
  })
  isActive?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the user who created the record.' })
  createdById?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By creation.' })
  createdAt?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: `By the last change. ${UPDATED_AT_NOTE}` })
  updatedAt?: OperatorValues | null;

  @Field(() => relatedCustomers.input, { nullable: true, description: 'By the customer that it belongs to.' })
  customer?: Filter | null;

  @Field(() => RelatedActivitiesFilter, { nullable: true, description: 'By the activities with it.' })
  activities?: RelatedList | null;

  @Field(() => [ContactFilter], { nullable: true, description: 'All of these.' })
  and?: ContactFilter[] | null;

  @Field(() => [ContactFilter], { nullable: true, description: 'At least one of these.' })
  or?: ContactFilter[] | null;

  @Field(() => ContactFilter, { nullable: true, description: 'Not this.' })
  not?: ContactFilter | null;
}

/** What is searched of contacts. */
function searchedTextOf(alias: string): SearchedText {
  return { table: 'contacts', alias, hasPhone: true };
}

export const SEARCHED_CONTACTS = searchedTextOf('k');

/** How each field reaches the database, its table being under this alias. */
function columnsOf(k: string): FilterColumns {
  const searched = searchedTextOf(k);
  return {
    id: { column: `${k}.id`, type: 'uuid' },
    customerId: { column: `${k}.customer_id`, type: 'uuid' },
    firstName: { column: `${k}.first_name`, type: 'text', searched },
    lastName: { column: `${k}.last_name`, type: 'text', searched },
    email: {
      column: caselessSql(`${k}.email`),
      type: 'text',
      form: 'code',
      ignoresCase: true,
      searched,
    },
    isPrimary: { column: `${k}.is_primary`, type: 'boolean' },
    isActive: { column: `${k}.is_active`, type: 'boolean' },
    createdById: { column: `${k}.created_by`, type: 'uuid' },
    createdAt: { column: `${k}.created_at`, type: 'timestamptz' },
    updatedAt: { column: `${k}.updated_at`, type: 'timestamptz' },
    customer: { target: relatedCustomers, column: 'id', equals: `${k}.customer_id`, toMany: false },
    activities: { target: relatedActivities, column: 'contact_id', equals: `${k}.id`, toMany: true },
  };
}

export const CONTACT_FILTER_COLUMNS = columnsOf('k');
relatedContacts.describe({ input: ContactFilter, columns: columnsOf, listed: activeUnlessNamed });

/** A filter of contacts, whoever made it. */
interface MaybeActive {
  readonly isActive?: OperatorValues | null;
  readonly and?: readonly MaybeActive[] | null;
  readonly or?: readonly MaybeActive[] | null;
  readonly not?: MaybeActive | null;
}

/** The same filter, for active contacts only where it does not name `isActive` anywhere. */
export function activeUnlessNamed(filter: MaybeActive | null | undefined): Filter {
  if (filter && namesActivity(filter)) return filter;
  return Object.assign({}, filter, equalTo({ isActive: true }));
}

function namesActivity({ isActive, and, or, not }: MaybeActive): boolean {
  if (isActive) return true;
  return [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].some(namesActivity);
}

export const ContactOrderField = {
  LAST_NAME: 'LAST_NAME',
  FIRST_NAME: 'FIRST_NAME',
  CREATED_AT: 'CREATED_AT',
  UPDATED_AT: 'UPDATED_AT',
} as const;
export type ContactOrderField = keyof typeof ContactOrderField;

registerEnumType(ContactOrderField, {
  name: 'ContactOrderField',
  description: 'What contacts can be ordered by.',
  valuesConfig: {
    LAST_NAME: { description: 'Last name, as people sort it: é beside e, case aside.' },
    FIRST_NAME: { description: 'First name, sorted likewise.' },
    CREATED_AT: { description: 'Creation.' },
    UPDATED_AT: { description: `Last change. ${UPDATED_AT_NOTE}` },
  },
});

@InputType({ description: 'One key of an order of contacts; the id closes every order.' })
export class ContactOrder {
  @Field(() => ContactOrderField, { description: 'What to order by.' })
  @CostsPerValue(ORDER_KEY_COST)
  field!: ContactOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction?: SortDirection;

  @Field(() => NullsOrder, {
    nullable: true,
    description: 'Where records without a value go; last unless said otherwise.',
  })
  nulls?: NullsOrder | null;
}

const SEARCH =
  'Part of first name, last name, both in either order, or e-mail, or at least three digits of a telephone; case and accents do not matter.';

/** The arguments of every list of contacts, wherever it stands. */
@ArgsType()
export class ContactListArgs extends ConnectionArgs {
  @Field(() => ContactFilter, { nullable: true, description: 'Only these.' })
  filter?: ContactFilter | null;

  @Field(() => String, { nullable: true, description: SEARCH })
  search?: string | null;

  @Field(() => [ContactOrder], { nullable: true, description: 'Keys of the order, the first one first.' })
  orderBy?: ContactOrder[] | null;
}

const order = listOrder<ContactOrderField>(
  'k',
  {
    LAST_NAME: { column: 'k.last_name', property: 'lastName', type: 'text' },
    FIRST_NAME: { column: 'k.first_name', property: 'firstName', type: 'text' },
    CREATED_AT: { column: 'k.created_at', property: 'createdAt', type: 'instant' },
    UPDATED_AT: { column: 'k.updated_at', property: 'updatedAt', type: 'instant' },
  },
  [{ field: 'LAST_NAME' }, { field: 'FIRST_NAME' }],
);

/** The fields of an order by their REST names, for `sort`. */
export const CONTACT_SORT = order.sortFields;

/** The keys of an order. By last and first name when no order is asked for. @throws AppError VALIDATION_FAILED for more keys than there are fields */
export const contactOrder = order.keysOf;
