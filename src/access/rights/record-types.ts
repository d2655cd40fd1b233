/** The record types. The schema's enums use the names; rights, events and REST use the values. */

export const RecordType = {
  CUSTOMER: 'customer',
  CONTACT: 'contact',
  OPPORTUNITY: 'opportunity',
  ACTIVITY: 'activity',
} as const;

/** `customer`: as in rights (`customer:read`) and events (`customer.created`). */
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** The plural: in REST paths, names of CSV files and their events. */
export type RecordCollection = 'customers' | 'contacts' | 'opportunities' | 'activities';

export const RECORD_TYPES: readonly RecordType[] = Object.values(RecordType);
