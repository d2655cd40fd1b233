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

const OF_COLLECTION: Readonly<Record<RecordCollection, RecordType>> = {
  customers: 'customer',
  contacts: 'contact',
  opportunities: 'opportunity',
  activities: 'activity',
};

/** @param collection name of a table of records, e.g. `customers` @throws for any other name */
export function recordTypeOf(collection: string): RecordType {
  const found = Object.entries(OF_COLLECTION).find(([name]) => name === collection)?.[1];
  if (found === undefined) throw new Error(`${collection} are no records.`);
  return found;
}

export const RECORD_TYPES: readonly RecordType[] = Object.values(RecordType);
