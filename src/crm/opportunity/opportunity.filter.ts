/** What lists of opportunities can be filtered and ordered by. */
import {
  DateFilter,
  DateTimeFilter,
  DecimalFilter,
  enumFilter,
  IdFilter,
  IntFilter,
  PresenceFilter,
  SearchedTextFilter,
  TextFilter,
  TextListFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import type { Filter, RelatedList } from '../../platform/lists/filter-columns.js';
import { ColumnCondition, FilterInput, ListCondition, RecordCondition } from '../../platform/lists/filter-fields.js';
import { listOrder } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import { relatedCustomers, relatedOpportunities, RelatedActivitiesFilter } from '../record/related-types.js';
import { OpportunityStatus } from './opportunity-enums.js';

const OpportunityStatusFilter = enumFilter('OpportunityStatusFilter', OpportunityStatus, 'an opportunity status');

@FilterInput('opportunities')
export class OpportunityFilter {
  @ColumnCondition(IdFilter, 'By id.')
  id?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the id of the customer.')
  customerId?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By code.', { form: 'code' })
  code?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By name.')
  name?: OperatorValues | null;

  @ColumnCondition(OpportunityStatusFilter, 'By status.')
  status?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By the chance of winning, in percent.')
  probability?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By amount, regardless of currency.')
  amount?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By weighted amount, regardless of currency.')
  weightedAmount?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By currency.', { form: 'code' })
  currency?: OperatorValues | null;

  @ColumnCondition(DateFilter, 'By the day on which the sale is expected to be closed.')
  expectedCloseDate?: OperatorValues | null;

  @ColumnCondition(DateFilter, 'By the day on which the sale was won or lost.')
  actualCloseDate?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By where the sale came from.')
  source?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there is a description.')
  description?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By the free-form label.')
  stage?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By team.')
  team?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By campaign.')
  campaign?: OperatorValues | null;

  @ColumnCondition(TextListFilter, 'By competitors.')
  competitors?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there are notes.')
  notes?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether it says what to do next.')
  nextSteps?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By why it was won.')
  winReason?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By why it was lost.')
  lossReason?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By version.')
  version?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the responsible user.')
  assignedToId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the user who created the record.')
  createdById?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By creation.')
  createdAt?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, `By the last change. ${UPDATED_AT_NOTE}`)
  updatedAt?: OperatorValues | null;

  @RecordCondition(relatedCustomers, 'By the customer that it belongs to.')
  customer?: Filter | null;

  @ListCondition(RelatedActivitiesFilter, 'opportunity_id', 'By the activities about it.')
  activities?: RelatedList | null;
}

export const SEARCHED_OPPORTUNITIES: SearchedText = { table: 'opportunities', alias: 'o', hasPhone: false };
relatedOpportunities.describe({ input: OpportunityFilter, searched: SEARCHED_OPPORTUNITIES });
export const OPPORTUNITY_FILTER_COLUMNS = relatedOpportunities.columns('o');

export const opportunityOrder = listOrder('Opportunity', relatedOpportunities, [{ field: 'EXPECTED_CLOSE_DATE' }], {
  EXPECTED_CLOSE_DATE: {
    type: 'date',
    nullable: true,
    description: 'Day on which the sale is expected to be closed.',
  },
  AMOUNT: { type: 'decimal', description: 'Amount, regardless of currency.' },
  NAME: { type: 'text', description: 'Name, in alphabetical order: é sorts with e, and case does not matter.' },
  CREATED_AT: { type: 'instant', description: 'Creation.' },
  UPDATED_AT: { type: 'instant', description: `Last change. ${UPDATED_AT_NOTE}` },
});
