/** Calendar dates and instants in wire form: `2026-03-31` and `2026-11-22T12:02:18.758Z`. */
import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars';
import { LRUCache } from 'lru-cache';

// The longest instant accepted, `2026-11-22T12:02:18.123456789+02:00`, has 35 characters.
const MAX_TEXT_LENGTH = 40;

/** @returns whether the text is a date that exists, in the years 0001 to 9999 (PostgreSQL has no year 0) */
export function isCalendarDate(text: string): boolean {
  return text.length === 10 && !text.startsWith('0000') && accepts(GraphQLDate, text);
}

/** @returns the instant in UTC with milliseconds (finer fractions are cut), or undefined if the text is not RFC 3339 */
export function toUtcInstant(text: string): string | undefined {
  if (text.length > MAX_TEXT_LENGTH || !accepts(GraphQLDateTime, text)) return undefined;
  const instant = new Date(text.toUpperCase()).toISOString();
  // An offset can push the year out of four digits, or into year 0.
  return instant.length === 24 && isCalendarDate(instant.slice(0, 10)) ? instant : undefined;
}

/**
 * `2026-11-22 12:02`: a space for the T and no seconds, as forms and Python write it. A space before the offset is a `+` that was
 * not percent-encoded in a query string.
 */
const MOMENT = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?([Zz]|[+ -]\d{2}:\d{2})?$/;

/** The same for input of REST clients: without a zone it is UTC. */
export function readUtcInstant(text: string): string | undefined {
  const [, day = '', minute = '', second = ':00', zone = 'Z'] = MOMENT.exec(text) ?? [];
  return toUtcInstant(`${day}T${minute}${second}${zone.replace(' ', '+')}`);
}

/** As in time-zone.ts. Swedish dates are ISO 8601. Creating a formatter costs far more than using it. */
const dayFormats = new LRUCache<string, Intl.DateTimeFormat>({
  max: 50,
  memoMethod: (timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone }),
});

const todays = new Map<string, { readonly minute: number; readonly day: string }>();

/** Today's date. It is computed once a minute, since days begin on whole minutes. @param timeZone IANA name */
export function todayIn(timeZone: string): string {
  const minute = Math.floor(Date.now() / 60_000);
  let today = todays.get(timeZone);
  if (today?.minute !== minute) todays.set(timeZone, (today = { minute, day: dayIn(timeZone, new Date()) }));
  return today.day;
}

/** The calendar date of an instant. @param timeZone IANA name */
export function dayIn(timeZone: string, instant: Date): string {
  return dayFormats.memo(timeZone).format(instant);
}

function accepts(scalar: typeof GraphQLDate | typeof GraphQLDateTime, text: string): boolean {
  try {
    scalar.parseValue(text);
    return true;
  } catch {
    return false;
  }
}
