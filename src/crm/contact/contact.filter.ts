/** What lists of contacts can be filtered and ordered by, and that they leave inactive contacts out unless asked. */
import {
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  IntFilter,
  PresenceFilter,
  SearchedTextFilter,
  TextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import type { Filter, RelatedList } from '../../platform/lists/filter-columns.js';
import { ColumnCondition, FilterInput, ListCondition, RecordCondition } from '../../platform/lists/filter-fields.js';
import { equalTo } from '../../platform/lists/filters.js';
import { listOrder } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import { relatedContacts, relatedCustomers, RelatedActivitiesFilter } from '../record/related-types.js';

@FilterInput('contacts')
export class ContactFilter {
  @ColumnCondition(IdFilter, 'By id.')
  id?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By id of the customer.')
  customerId?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By first name.')
  firstName?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By last name.')
  lastName?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By e-mail address.', { form: 'code', ignoresCase: true })
  email?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether it is the main contact of its customer.')
  isPrimary?: OperatorValues | null;

  @ColumnCondition(
    BooleanFilter,
    'By whether the person is still there. A filter that does not name it means the active ones; { isNull: false } means both.',
  )
  isActive?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By form of address.')
  title?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By position.')
  jobTitle?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By department.')
  department?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By telephone, as it was entered; `search` finds it in any form.', { form: 'code' })
  phone?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By mobile telephone, as it was entered; `search` finds it in any form.', {
    form: 'code',
  })
  mobile?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By the address of the LinkedIn profile.')
  linkedin?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether it is a contact for invoices.')
  isBilling?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether it is a contact for deliveries.')
  isShipping?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether the person decides about purchases.')
  isDecisionMaker?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By the language to use.', { form: 'code' })
  preferredLanguage?: OperatorValues | null;

  @ColumnCondition(TextFilter, 'By the way in which the person likes to be reached.')
  preferredContactMethod?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether the person must not be called.')
  doNotCall?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether the person must not be sent e-mail.')
  doNotEmail?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there are notes.')
  notes?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By version.')
  version?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the user who created the record.')
  createdById?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By creation.')
  createdAt?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, `By the last change. ${UPDATED_AT_NOTE}`)
  updatedAt?: OperatorValues | null;

  @RecordCondition(relatedCustomers, 'By the customer that it belongs to.')
  customer?: Filter | null;

  @ListCondition(RelatedActivitiesFilter, 'contact_id', 'By the activities with it.')
  activities?: RelatedList | null;
}

export const SEARCHED_CONTACTS: SearchedText = { table: 'contacts', alias: 'k', hasPhone: true };
relatedContacts.describe({ input: ContactFilter, searched: SEARCHED_CONTACTS, listed: activeUnlessNamed });
export const CONTACT_FILTER_COLUMNS = relatedContacts.columns('k');

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

export const contactOrder = listOrder('Contact', relatedContacts, [{ field: 'LAST_NAME' }, { field: 'FIRST_NAME' }], {
  LAST_NAME: {
    type: 'text',
    description: 'Last name, in alphabetical order: é sorts with e, and case does not matter.',
  },
  FIRST_NAME: { type: 'text', description: 'First name, in the same order.' },
  CREATED_AT: { type: 'instant', description: 'Creation.' },
  UPDATED_AT: { type: 'instant', description: `Last change. ${UPDATED_AT_NOTE}` },
});
