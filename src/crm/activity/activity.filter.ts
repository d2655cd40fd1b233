/** What lists of activities can be filtered and ordered by. */
import { Field, InputType, registerEnumType } from 'type-graphql';
import { CostsPerValue } from '../../platform/graphql-schema/condition-cost.js';
import { NullsOrder, SortDirection } from '../../platform/graphql-schema/connection.js';
import {
  BooleanFilter,
  DateTimeFilter,
  enumFilter,
  IdFilter,
  SearchedTextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import type { Filter, FilterColumns } from '../../platform/lists/filter-columns.js';
import { listOrder, ORDER_KEY_COST } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import { relatedActivities, relatedContacts, relatedCustomers, relatedOpportunities } from '../record/related-types.js';
import { ActivityType } from './activity-enums.js';

const ActivityTypeFilter = enumFilter('ActivityTypeFilter', ActivityType, 'an activity type');

@InputType({ description: 'Conditions on activities; members of one object hold together (and).' })
export class ActivityFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By id.' })
  id?: OperatorValues | null;

  @Field(() => ActivityTypeFilter, { nullable: true, description: 'By type.' })
  type?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By subject.' })
  subject?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the customer.' })
  customerId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the opportunity, deleted ones included.' })
  opportunityId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the contact, deleted ones included.' })
  contactId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the responsible user.' })
  assignedToId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the user who created the record.' })
  createdById?: OperatorValues | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it is done.' })
  isCompleted?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it took place, or will.' })
  date?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it must be done.' })
  dueDate?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By creation.' })
  createdAt?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: `By the last change. ${UPDATED_AT_NOTE}` })
  updatedAt?: OperatorValues | null;

  @Field(() => relatedCustomers.input, { nullable: true, description: 'By the customer that it belongs to.' })
  customer?: Filter | null;

  @Field(() => relatedOpportunities.input, {
    nullable: true,
    description: 'By the opportunity that it is about, unless that is deleted; {} asks for any.',
  })
  opportunity?: Filter | null;

  @Field(() => relatedContacts.input, {
    nullable: true,
    description: 'By the contact that it was with, active or not, unless that is deleted; {} asks for any.',
  })
  contact?: Filter | null;

  @Field(() => [ActivityFilter], { nullable: true, description: 'All of these.' })
  and?: ActivityFilter[] | null;

  @Field(() => [ActivityFilter], { nullable: true, description: 'At least one of these.' })
  or?: ActivityFilter[] | null;

  @Field(() => ActivityFilter, { nullable: true, description: 'Not this.' })
  not?: ActivityFilter | null;
}

/** What is searched of activities. */
function searchedTextOf(alias: string): SearchedText {
  return { table: 'activities', alias, hasPhone: false };
}

export const SEARCHED_ACTIVITIES = searchedTextOf('a');

/** How each field reaches the database, its table being under this alias. */
function columnsOf(a: string): FilterColumns {
  const searched = searchedTextOf(a);
  return {
    id: { column: `${a}.id`, type: 'uuid' },
    type: { column: `${a}.type`, type: 'text' },
    subject: { column: `${a}.subject`, type: 'text', searched, isAllSearched: true },
    customerId: { column: `${a}.customer_id`, type: 'uuid' },
    opportunityId: { column: `${a}.opportunity_id`, type: 'uuid' },
    contactId: { column: `${a}.contact_id`, type: 'uuid' },
    assignedToId: { column: `${a}.assigned_to`, type: 'uuid' },
    createdById: { column: `${a}.created_by`, type: 'uuid' },
    isCompleted: { column: `${a}.is_completed`, type: 'boolean' },
    date: { column: `${a}.date`, type: 'timestamptz' },
    dueDate: { column: `${a}.due_date`, type: 'timestamptz' },
    createdAt: { column: `${a}.created_at`, type: 'timestamptz' },
    updatedAt: { column: `${a}.updated_at`, type: 'timestamptz' },
    customer: { target: relatedCustomers, column: 'id', equals: `${a}.customer_id`, toMany: false },
    opportunity: { target: relatedOpportunities, column: 'id', equals: `${a}.opportunity_id`, toMany: false },
    contact: { target: relatedContacts, column: 'id', equals: `${a}.contact_id`, toMany: false },
  };
}

export const ACTIVITY_FILTER_COLUMNS = columnsOf('a');
relatedActivities.describe({ input: ActivityFilter, columns: columnsOf });

export const ActivityOrderField = {
  DATE: 'DATE',
  DUE_DATE: 'DUE_DATE',
  CREATED_AT: 'CREATED_AT',
  UPDATED_AT: 'UPDATED_AT',
} as const;
export type ActivityOrderField = keyof typeof ActivityOrderField;

registerEnumType(ActivityOrderField, {
  name: 'ActivityOrderField',
  description: 'What activities can be ordered by.',
  valuesConfig: {
    DATE: { description: 'When it took place, or will.' },
    DUE_DATE: { description: 'When it must be done.' },
    CREATED_AT: { description: 'Creation.' },
    UPDATED_AT: { description: `The last change. ${UPDATED_AT_NOTE}` },
  },
});

@InputType({ description: 'One key of an order of activities; the id closes every order.' })
export class ActivityOrder {
  @Field(() => ActivityOrderField, { description: 'What to order by.' })
  @CostsPerValue(ORDER_KEY_COST)
  field!: ActivityOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction?: SortDirection;

  @Field(() => NullsOrder, {
    nullable: true,
    description: 'Where records without a value go; last unless said otherwise.',
  })
  nulls?: NullsOrder | null;
}

const order = listOrder<ActivityOrderField>(
  'a',
  {
    DATE: { column: 'a.date', property: 'date', type: 'instant' },
    DUE_DATE: { column: 'a.due_date', property: 'dueDate', type: 'instant', nullable: true },
    CREATED_AT: { column: 'a.created_at', property: 'createdAt', type: 'instant' },
    UPDATED_AT: { column: 'a.updated_at', property: 'updatedAt', type: 'instant' },
  },
  [{ field: 'DATE', direction: 'DESC' }],
);

/** The fields of an order by their REST names, for `sort`. */
export const ACTIVITY_SORT = order.sortFields;

/** The keys of an order. Newest first when no order is asked for. @throws AppError VALIDATION_FAILED for more keys than there are fields */
export const activityOrder = order.keysOf;
