/** The record types that filters of other record types refer to; the filter of each feature describes its own. */
import { relatedListFilter } from '../../platform/lists/filter-inputs.js';
import { RelatedType } from '../../platform/lists/filter-columns.js';

export const relatedCustomers = new RelatedType('customers', 'c');
export const relatedContacts = new RelatedType('contacts', 'k');
export const relatedOpportunities = new RelatedType('opportunities', 'o');
export const relatedActivities = new RelatedType('activities', 'a');

export const RelatedContactsFilter = relatedListFilter('RelatedContactsFilter', 'contacts', relatedContacts);
export const RelatedOpportunitiesFilter = relatedListFilter(
  'RelatedOpportunitiesFilter',
  'opportunities',
  relatedOpportunities,
);
export const RelatedActivitiesFilter = relatedListFilter('RelatedActivitiesFilter', 'activities', relatedActivities);
