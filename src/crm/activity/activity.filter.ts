/** What lists of activities can be filtered and ordered by. */
import {
  BooleanFilter,
  DateTimeFilter,
  enumFilter,
  IdFilter,
  IntFilter,
  PresenceFilter,
  SearchedTextFilter,
  UPDATED_AT_NOTE,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import type { Filter } from '../../platform/lists/filter-columns.js';
import { ColumnCondition, FilterInput, RecordCondition } from '../../platform/lists/filter-fields.js';
import { listOrder } from '../../platform/lists/list-order.js';
import type { SearchedText } from '../../platform/lists/text-conditions.js';
import { relatedActivities, relatedContacts, relatedCustomers, relatedOpportunities } from '../record/related-types.js';
import { ActivityType } from './activity-enums.js';

const ActivityTypeFilter = enumFilter('ActivityTypeFilter', ActivityType, 'an activity type');

@FilterInput('activities')
export class ActivityFilter {
  @ColumnCondition(IdFilter, 'By id.')
  id?: OperatorValues | null;

  @ColumnCondition(ActivityTypeFilter, 'By type.')
  type?: OperatorValues | null;

  @ColumnCondition(SearchedTextFilter, 'By subject.', { isAllSearched: true })
  subject?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the customer.')
  customerId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the opportunity, deleted ones included.')
  opportunityId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the contact, deleted ones included.')
  contactId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the responsible user.')
  assignedToId?: OperatorValues | null;

  @ColumnCondition(IdFilter, 'By the user who created the record.')
  createdById?: OperatorValues | null;

  @ColumnCondition(BooleanFilter, 'By whether it is done.')
  isCompleted?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By when it took place, or will.')
  date?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By when it must be done.')
  dueDate?: OperatorValues | null;

  @ColumnCondition(PresenceFilter, 'By whether there is a description.')
  description?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By how long it took, in minutes.')
  durationMinutes?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By when it was completed.')
  completedAt?: OperatorValues | null;

  @ColumnCondition(IntFilter, 'By version.')
  version?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, 'By creation.')
  createdAt?: OperatorValues | null;

  @ColumnCondition(DateTimeFilter, `By the last change. ${UPDATED_AT_NOTE}`)
  updatedAt?: OperatorValues | null;

  @RecordCondition(relatedCustomers, 'By the customer that it belongs to.')
  customer?: Filter | null;

  @RecordCondition(
    relatedOpportunities,
    'By the opportunity that it is about, unless that is deleted; {} asks for any.',
  )
  opportunity?: Filter | null;

  @RecordCondition(
    relatedContacts,
    'By the contact that it was with, active or not, unless that is deleted; {} asks for any.',
  )
  contact?: Filter | null;
}

export const SEARCHED_ACTIVITIES: SearchedText = { table: 'activities', alias: 'a', hasPhone: false };
relatedActivities.describe({ input: ActivityFilter, searched: SEARCHED_ACTIVITIES });
export const ACTIVITY_FILTER_COLUMNS = relatedActivities.columns('a');

export const activityOrder = listOrder('Activity', relatedActivities, [{ field: 'DATE', direction: 'DESC' }], {
  DATE: { type: 'instant', description: 'When it took place, or will.' },
  DUE_DATE: { type: 'instant', nullable: true, isIndexedWithoutNulls: true, description: 'When it must be done.' },
  CREATED_AT: { type: 'instant', description: 'Creation.' },
  UPDATED_AT: { type: 'instant', description: `The last change. ${UPDATED_AT_NOTE}` },
});
