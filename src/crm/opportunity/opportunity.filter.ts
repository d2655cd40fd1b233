/** What lists of opportunities can be filtered and ordered by. */
import { ArgsType, Field, InputType, registerEnumType } from 'type-graphql';
import { CostsPerValue } from '../../platform/graphql-schema/condition-cost.js';
import { ConnectionArgs, NullsOrder, SortDirection } from '../../platform/graphql-schema/connection.js';
import {
  DateFilter,
  DateTimeFilter,
  DecimalFilter,
  enumFilter,
  IdFilter,
  IntFilter,
  SearchedTextFilter,
  TextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import type { Filter, FilterColumns, RelatedList } from '../../platform/lists/filter-columns.js';
import { listOrder, ORDER_KEY_COST } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import {
  relatedActivities,
  relatedCustomers,
  relatedOpportunities,
  RelatedActivitiesFilter,
} from '../record/related-types.js';
import { OpportunityStatus } from './opportunity-enums.js';

const OpportunityStatusFilter = enumFilter('OpportunityStatusFilter', OpportunityStatus, 'an opportunity status');

@InputType({ description: 'Conditions on opportunities; members of one object hold together (and).' })
export class OpportunityFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By id.' })
  id?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the customer.' })
  customerId?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By code.' })
  code?: OperatorValues | null;

  @Field(() => SearchedTextFilter, { nullable: true, description: 'By name.' })
  name?: OperatorValues | null;

  @Field(() => OpportunityStatusFilter, { nullable: true, description: 'By status.' })
  status?: OperatorValues | null;

  @Field(() => IntFilter, { nullable: true, description: 'By the chance of winning, in percent.' })
  probability?: OperatorValues | null;

  @Field(() => DecimalFilter, { nullable: true, description: 'By amount; of whichever currency.' })
  amount?: OperatorValues | null;

  @Field(() => DecimalFilter, { nullable: true, description: 'By weighted amount; of whichever currency.' })
  weightedAmount?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By currency.' })
  currency?: OperatorValues | null;

  @Field(() => DateFilter, { nullable: true, description: 'By the day on which the sale is expected to be closed.' })
  expectedCloseDate?: OperatorValues | null;

  @Field(() => DateFilter, { nullable: true, description: 'By the day on which the sale was won or lost.' })
  actualCloseDate?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By where the sale came from.' })
  source?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the responsible user.' })
  assignedToId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the user who created the record.' })
  createdById?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By creation.' })
  createdAt?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: `By the last change. ${UPDATED_AT_NOTE}` })
  updatedAt?: OperatorValues | null;

  @Field(() => relatedCustomers.input, { nullable: true, description: 'By the customer that it belongs to.' })
  customer?: Filter | null;

  @Field(() => RelatedActivitiesFilter, { nullable: true, description: 'By the activities about it.' })
  activities?: RelatedList | null;

  @Field(() => [OpportunityFilter], { nullable: true, description: 'All of these.' })
  and?: OpportunityFilter[] | null;

  @Field(() => [OpportunityFilter], { nullable: true, description: 'At least one of these.' })
  or?: OpportunityFilter[] | null;

  @Field(() => OpportunityFilter, { nullable: true, description: 'Not this.' })
  not?: OpportunityFilter | null;
}

/** What is searched of opportunities. */
function searchedTextOf(alias: string): SearchedText {
  return { table: 'opportunities', alias, hasPhone: false };
}

export const SEARCHED_OPPORTUNITIES = searchedTextOf('o');

/** How each field reaches the database, its table being under this alias. */
function columnsOf(o: string): FilterColumns {
  const searched = searchedTextOf(o);
  return {
    id: { column: `${o}.id`, type: 'uuid' },
    customerId: { column: `${o}.customer_id`, type: 'uuid' },
    code: { column: `${o}.code`, type: 'text', form: 'code', searched },
    name: { column: `${o}.name`, type: 'text', searched },
    status: { column: `${o}.status`, type: 'text' },
    probability: { column: `${o}.probability`, type: 'integer' },
    amount: { column: `${o}.amount`, type: 'numeric' },
    weightedAmount: { column: `${o}.weighted_amount`, type: 'numeric' },
    currency: { column: `${o}.currency`, type: 'text', form: 'code' },
    expectedCloseDate: { column: `${o}.expected_close_date`, type: 'date' },
    actualCloseDate: { column: `${o}.actual_close_date`, type: 'date' },
    source: { column: `${o}.source`, type: 'text' },
    assignedToId: { column: `${o}.assigned_to`, type: 'uuid' },
    createdById: { column: `${o}.created_by`, type: 'uuid' },
    createdAt: { column: `${o}.created_at`, type: 'timestamptz' },
    updatedAt: { column: `${o}.updated_at`, type: 'timestamptz' },
    customer: { target: relatedCustomers, column: 'id', equals: `${o}.customer_id`, toMany: false },
    activities: { target: relatedActivities, column: 'opportunity_id', equals: `${o}.id`, toMany: true },
  };
}

export const OPPORTUNITY_FILTER_COLUMNS = columnsOf('o');
relatedOpportunities.describe({ input: OpportunityFilter, columns: columnsOf });

export const OpportunityOrderField = {
  EXPECTED_CLOSE_DATE: 'EXPECTED_CLOSE_DATE',
  AMOUNT: 'AMOUNT',
  NAME: 'NAME',
  CREATED_AT: 'CREATED_AT',
  UPDATED_AT: 'UPDATED_AT',
} as const;
export type OpportunityOrderField = keyof typeof OpportunityOrderField;

registerEnumType(OpportunityOrderField, {
  name: 'OpportunityOrderField',
  description: 'What opportunities can be ordered by.',
  valuesConfig: {
    EXPECTED_CLOSE_DATE: { description: 'Day on which the sale is expected to be closed.' },
    AMOUNT: { description: 'Amount, whatever the currency.' },
    NAME: { description: 'Name, as people sort it: é beside e, case aside.' },
    CREATED_AT: { description: 'Creation.' },
    UPDATED_AT: { description: `Last change. ${UPDATED_AT_NOTE}` },
  },
});

@InputType({ description: 'One key of an order of opportunities; the id closes every order.' })
export class OpportunityOrder {
  @Field(() => OpportunityOrderField, { description: 'What to order by.' })
  @CostsPerValue(ORDER_KEY_COST)
  field!: OpportunityOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction?: SortDirection;

  @Field(() => NullsOrder, {
    nullable: true,
    description: 'Where records without a value go; last unless said otherwise.',
  })
  nulls?: NullsOrder | null;
}

/** Of every list of opportunities: the root's and each customer's. */
@ArgsType()
export class OpportunityListArgs extends ConnectionArgs {
  @Field(() => OpportunityFilter, { nullable: true, description: 'Only these.' })
  filter?: OpportunityFilter | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of name or code; case and accents do not matter.',
  })
  search?: string | null;

  @Field(() => [OpportunityOrder], { nullable: true, description: 'Keys of the order, the first one first.' })
  orderBy?: OpportunityOrder[] | null;
}

const order = listOrder<OpportunityOrderField>(
  'o',
  {
    EXPECTED_CLOSE_DATE: {
      column: 'o.expected_close_date',
      property: 'expectedCloseDate',
      type: 'date',
      nullable: true,
    },
    AMOUNT: { column: 'o.amount', property: 'amount', type: 'decimal' },
    NAME: { column: 'o.name', property: 'name', type: 'text' },
    CREATED_AT: { column: 'o.created_at', property: 'createdAt', type: 'instant' },
    UPDATED_AT: { column: 'o.updated_at', property: 'updatedAt', type: 'instant' },
  },
  [{ field: 'EXPECTED_CLOSE_DATE' }],
);

/** The fields of an order by their REST names, for `sort`. */
export const OPPORTUNITY_SORT = order.sortFields;

/** The keys of an order. By expected close when no order is asked for. @throws AppError VALIDATION_FAILED for more keys than there are fields */
export const opportunityOrder = order.keysOf;
