/** What lists of customers can be filtered and ordered by. */
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
import type { FilterColumns, RelatedList } from '../../platform/lists/filter-columns.js';
import { ColumnCondition, FilterInput, ListCondition } from '../../platform/lists/filter-fields.js';
import { listOrder } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import {
  relatedCustomers,
  RelatedActivitiesFilter,
  RelatedContactsFilter,
  RelatedOpportunitiesFilter,
} from '../record/related-types.js';
import { CustomerType } from './customer-enums.js';

const CustomerTypeFilter = enumFilter('CustomerTypeFilter', CustomerType, 'a customer type');

@FilterInput('customers')
export class CustomerFilter {
  @ColumnCondition(IdFilter, 'By id.')
  id?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By code.', { form: 'code' })
  code?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By name.')
  name?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By e-mail address.', { form: 'code', ignoresCase: true })
  email?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By city.')
  city?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By country code.', { form: 'code' })
  countryCode?: OperatorValues | null;

  @ColumnCondition(CustomerTypeFilter, 'By type.')
  type?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether business is done with the customer.')
  isActive?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the responsible user.')
  assignedToId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the user who created the record.')
  createdById?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By the sum of the orders so far.')
  totalRevenue?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By creation.')
  createdAt?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, `By the last change. ${UPDATED_AT_NOTE}`)
  updatedAt?: OperatorValues | null;

  @ListCondition(
    RelatedContactsFilter,
    'customer_id',
    'By its contacts: active ones, unless the condition on them names isActive.',
  )
  contacts?: RelatedList | null;

  @ListCondition(RelatedOpportunitiesFilter, 'customer_id', 'By its opportunities.')
  opportunities?: RelatedList | null;

  @ListCondition(RelatedActivitiesFilter, 'customer_id', 'By its activities.')
  activities?: RelatedList | null;
}

export const SEARCHED_CUSTOMERS: SearchedText = { table: 'customers', alias: 'c', hasPhone: true };
relatedCustomers.describe({ input: CustomerFilter, searched: SEARCHED_CUSTOMERS });
export const CUSTOMER_FILTER_COLUMNS: FilterColumns = {
  ...relatedCustomers.columns('c'),
  // REST's `tag`.
  tags: { column: 'c.tags', type: 'text' },
};

export const customerOrder = listOrder('Customer', relatedCustomers, [{ field: 'NAME' }], {
  NAME: { type: 'text', description: 'Name, in alphabetical order: é sorts with e, and case does not matter.' },
  CODE: { type: 'text', description: 'Code, character by character.' },
  CITY: { type: 'text', nullable: true, description: 'City.' },
  TOTAL_REVENUE: { type: 'decimal', description: 'Sum of the orders so far.' },
  CREATED_AT: { type: 'instant', description: 'Creation.' },
  UPDATED_AT: { type: 'instant', description: `Last change. ${UPDATED_AT_NOTE}` },
});
