/** What lists of customers can be filtered and ordered by. */
import {
  BooleanFilter,
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
import type { RelatedList } from '../../platform/lists/filter-columns.js';
import { ColumnCondition, FilterInput, ListCondition } from '../../platform/lists/filter-fields.js';
import { listOrder } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import {
  relatedCustomers,
  RelatedActivitiesFilter,
  RelatedContactsFilter,
  RelatedOpportunitiesFilter,
} from '../record/related-types.js';
import { CustomerType, PaymentMethod, PaymentTerms } from './customer-enums.js';

const CustomerTypeFilter = enumFilter('CustomerTypeFilter', CustomerType, 'a customer type');
const PaymentTermsFilter = enumFilter('PaymentTermsFilter', PaymentTerms, 'terms of payment');
const PaymentMethodFilter = enumFilter('PaymentMethodFilter', PaymentMethod, 'a method of payment');

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

  @ColumnCondition(TextFilter, 'By registered name.')
  legalName?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By telephone, as it was entered; `search` finds it in any form.', { form: 'code' })
  phone?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By mobile telephone, as it was entered; `search` finds it in any form.', {
    form: 'code',
  })
  mobile?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By the address of the web site.')
  website?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By street and number.')
  addressLine1?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By building, floor or post box.')
  addressLine2?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By state or region.')
  state?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By postal code.')
  postalCode?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By VAT number.', { form: 'code' })
  taxId?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By company registration number.', { form: 'code' })
  registrationNumber?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By legal form.')
  legalForm?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By branch of industry.')
  industry?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By size class.')
  size?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By yearly turnover, regardless of currency.')
  annualRevenue?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By number of employees.')
  employeeCount?: OperatorValues | null;

  @ColumnCondition(PaymentTermsFilter, 'By when invoices fall due.')
  paymentTerms?: OperatorValues | null;

  @ColumnCondition(PaymentMethodFilter, 'By how the customer pays.')
  paymentMethod?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By credit granted, regardless of currency.')
  creditLimit?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By currency.', { form: 'code' })
  currency?: OperatorValues | null;

  @ColumnCondition(DecimalFilter, 'By usual discount in percent.')
  discountRate?: OperatorValues | null;

  @ColumnCondition(TextListFilter, 'By labels.')
  tags?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By segment.')
  segment?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By where the customer came from.')
  source?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there are notes.')
  notes?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there are internal notes.')
  internalNotes?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By interest.')
  leadScore?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By the state of the relation.')
  healthScore?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By the number of orders so far.')
  orderCount?: OperatorValues | null;

  @ColumnCondition(DateFilter, 'By the day of the latest order.')
  lastOrderDate?: OperatorValues | null;

  @ColumnCondition(DateFilter, 'By the day of the first order.')
  firstOrderDate?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By version.')
  version?: OperatorValues | null;

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
export const CUSTOMER_FILTER_COLUMNS = relatedCustomers.columns('c');

export const customerOrder = listOrder('Customer', relatedCustomers, [{ field: 'NAME' }], {
  NAME: { type: 'text', description: 'Name, in alphabetical order: é sorts with e, and case does not matter.' },
  CODE: { type: 'text', description: 'Code, character by character.' },
  CITY: { type: 'text', nullable: true, description: 'City.' },
  TOTAL_REVENUE: { type: 'decimal', description: 'Sum of the orders so far.' },
  CREATED_AT: { type: 'instant', description: 'Creation.' },
  UPDATED_AT: { type: 'instant', description: `Last change. ${UPDATED_AT_NOTE}` },
});
