/** The kinds of record that filters of other kinds lead to; each feature describes its own in its filter. */
import { relatedListFilter } from '../../platform/lists/filter-inputs.js';
import { RelatedKind } from '../../platform/lists/filter-columns.js';

export const customerKind = new RelatedKind('customers', 'c');
export const contactKind = new RelatedKind('contacts', 'k');
export const opportunityKind = new RelatedKind('opportunities', 'o');
export const activityKind = new RelatedKind('activities', 'a');

export const RelatedContactsFilter = relatedListFilter('RelatedContactsFilter', 'contacts', contactKind);
export const RelatedOpportunitiesFilter = relatedListFilter(
  'RelatedOpportunitiesFilter',
  'opportunities',
  opportunityKind,
);
export const RelatedActivitiesFilter = relatedListFilter('RelatedActivitiesFilter', 'activities', activityKind);
