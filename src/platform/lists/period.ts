/** Filters by a period, as REST's lists take them. */
import { isCalendarDate } from '../values/calendar.js';
import { endOfDay, startOfDay } from '../values/time-zone.js';
import type { OperatorValues } from './filter-inputs.js';

/** The operators for a column with instants. Both ends are included; a date means the whole day in the time zone. */
export function periodOf(
  from: string | null | undefined,
  to: string | null | undefined,
  timeZone: string,
): OperatorValues | null {
  if (!from && !to) return null;
  // An end that is absent has no operator: one without an operand is rejected.
  return {
    ...(from && { gte: isCalendarDate(from) ? startOfDay(from, timeZone) : from }),
    ...(to && { lte: isCalendarDate(to) ? endOfDay(to, timeZone) : to }),
  };
}
