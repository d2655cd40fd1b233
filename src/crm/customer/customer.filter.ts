/** What lists of customers can be filtered and ordered by. */
import { Field, InputType, registerEnumType } from 'type-graphql';
import { CostsPerCondition, CostsPerValue } from '../../platform/graphql-schema/condition-cost.js';
import { NullsOrder, SortDirection } from '../../platform/graphql-schema/connection.js';
import {
  BooleanFilter,
  DateTimeFilter,
  DecimalFilter,
  enumFilter,
  IdFilter,
  SearchedTextFilter,
  TextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import {
  CASELESS_COST,
  caselessSql,
  type FilterColumns,
  type RelatedList,
} from '../../platform/lists/filter-columns.js';
import { listOrder, ORDER_KEY_COST } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import {
  relatedActivities,
  relatedContacts,
  relatedCustomers,
  relatedOpportunities,
  RelatedActivitiesFilter,
  RelatedContactsFilter,
  RelatedOpportunitiesFilter,
} from '../record/related-types.js';
import { CustomerType } from './customer-enums.js';

const CustomerTypeFilter = enumFilter('CustomerTypeFilter', CustomerType, 'a customer type');

@InputType({ description: 'Conditions on customers; members of one object hold together (and).' })
export class CustomerFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By id.' })
  id?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By code.' })
  code?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By name.' })
  name?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By e-mail address.' })
  @CostsPerCondition(CASELESS_COST)
  email?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By city.' })
  city?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By country code.' })
  countryCode?: OperatorValues | null;

  @Field(() => CustomerTypeFilter, { nullable: true, description: 'By type.' })
  type?: OperatorValues | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether business is done with the customer.' })
  isActive?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the responsible user.' })
  assignedToId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the user who created the record.' })
  createdById?: OperatorValues | null;

  @Field(() => DecimalFilter, { nullable: true, description: 'By the sum of the orders so far.' })
  totalRevenue?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By creation.' })
  createdAt?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: `By the last change. ${UPDATED_AT_NOTE}` })
  updatedAt?: OperatorValues | null;

  @Field(() => RelatedContactsFilter, {
    nullable: true,
    description: 'By its contacts: active ones, unless the condition on them names isActive.',
  })
  contacts?: RelatedList | null;

  @Field(() => RelatedOpportunitiesFilter, { nullable: true, description: 'By its opportunities.' })
  opportunities?: RelatedList | null;

  @Field(() => RelatedActivitiesFilter, { nullable: true, description: 'By its activities.' })
  activities?: RelatedList | null;

  @Field(() => [CustomerFilter], { nullable: true, description: 'All of these.' })
  and?: CustomerFilter[] | null;

  @Field(() => [CustomerFilter], { nullable: true, description: 'At least one of these.' })
  or?: CustomerFilter[] | null;

  @Field(() => CustomerFilter, { nullable: true, description: 'Not this.' })
  not?: CustomerFilter | null;
}

/** What is searched of customers. */
function searchedTextOf(alias: string): SearchedText {
  return { table: 'customers', alias, hasPhone: true };
}

export const SEARCHED_CUSTOMERS = searchedTextOf('c');

/** How each field reaches the database, its table being under this alias. */
function columnsOf(c: string): FilterColumns {
  const searched = searchedTextOf(c);
  return {
    id: { column: `${c}.id`, type: 'uuid' },
    code: { column: `${c}.code`, type: 'text', form: 'code', searched },
    name: { column: `${c}.name`, type: 'text', searched },
    email: {
      column: caselessSql(`${c}.email`),
      type: 'text',
      form: 'code',
      ignoresCase: true,
      searched,
    },
    city: { column: `${c}.city`, type: 'text', searched },
    countryCode: { column: `${c}.country_code`, type: 'text', form: 'code' },
    type: { column: `${c}.type`, type: 'text' },
    isActive: { column: `${c}.is_active`, type: 'boolean' },
    assignedToId: { column: `${c}.assigned_to`, type: 'uuid' },
    createdById: { column: `${c}.created_by`, type: 'uuid' },
    tags: { column: `${c}.tags`, type: 'text' },
    totalRevenue: { column: `${c}.total_revenue`, type: 'numeric' },
    createdAt: { column: `${c}.created_at`, type: 'timestamptz' },
    updatedAt: { column: `${c}.updated_at`, type: 'timestamptz' },
    contacts: { target: relatedContacts, column: 'customer_id', equals: `${c}.id`, toMany: true },
    opportunities: { target: relatedOpportunities, column: 'customer_id', equals: `${c}.id`, toMany: true },
    activities: { target: relatedActivities, column: 'customer_id', equals: `${c}.id`, toMany: true },
  };
}

export const CUSTOMER_FILTER_COLUMNS = columnsOf('c');
relatedCustomers.describe({ input: CustomerFilter, columns: columnsOf });

export const CustomerOrderField = {
  NAME: 'NAME',
  CODE: 'CODE',
  CITY: 'CITY',
  TOTAL_REVENUE: 'TOTAL_REVENUE',
  CREATED_AT: 'CREATED_AT',
  UPDATED_AT: 'UPDATED_AT',
} as const;
export type CustomerOrderField = keyof typeof CustomerOrderField;

registerEnumType(CustomerOrderField, {
  name: 'CustomerOrderField',
  description: 'What customers can be ordered by.',
  valuesConfig: {
    NAME: { description: 'Name, as people sort it: é beside e, case aside.' },
    CODE: { description: 'Code, character by character.' },
    CITY: { description: 'City.' },
    TOTAL_REVENUE: { description: 'Sum of the orders so far.' },
    CREATED_AT: { description: 'Creation.' },
    UPDATED_AT: { description: `Last change. ${UPDATED_AT_NOTE}` },
  },
});

@InputType({ description: 'One key of an order of customers; the id closes every order.' })
export class CustomerOrder {
  @Field(() => CustomerOrderField, { description: 'What to order by.' })
  @CostsPerValue(ORDER_KEY_COST)
  field!: CustomerOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction?: SortDirection;

  @Field(() => NullsOrder, {
    nullable: true,
    description: 'Where records without a value go; last unless said otherwise.',
  })
  nulls?: NullsOrder | null;
}

const order = listOrder<CustomerOrderField>(
  'c',
  {
    NAME: { column: 'c.name', property: 'name', type: 'text' },
    CODE: { column: 'c.code', property: 'code', type: 'text' },
    CITY: { column: 'c.city', property: 'city', type: 'text', nullable: true },
    TOTAL_REVENUE: { column: 'c.total_revenue', property: 'totalRevenue', type: 'decimal' },
    CREATED_AT: { column: 'c.created_at', property: 'createdAt', type: 'instant' },
    UPDATED_AT: { column: 'c.updated_at', property: 'updatedAt', type: 'instant' },
  },
  [{ field: 'NAME' }],
);

/** The fields of an order by their REST names, for `sort`. */
export const CUSTOMER_SORT = order.sortFields;

/** The keys of an order. By name when no order is asked for. @throws AppError VALIDATION_FAILED for more keys than there are fields */
export const customerOrder = order.keysOf;
