/** The record types, named once: enums of the schema by their names, rights, events and REST by their words. */

export const RecordType = {
  CUSTOMER: 'customer',
  CONTACT: 'contact',
  OPPORTUNITY: 'opportunity',
  ACTIVITY: 'activity',
} as const;

/** `customer`: the word in rights (`customer:read`) and events (`customer.created`). */
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** The word for many of a kind: in addresses of REST, names of CSV files and their events. */
export type RecordCollection = 'customers' | 'contacts' | 'opportunities' | 'activities';

export const RECORD_TYPES: readonly RecordType[] = Object.values(RecordType);
