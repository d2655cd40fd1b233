/** Days of a time zone as instants in wire form. */
import { LRUCache } from 'lru-cache';

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
/** The range of four-digit years; in UTC a day at either end can exceed it. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The first instant of a calendar date.
 * @param timeZone IANA name
 */
export function startOfDay(date: string, timeZone: string): string {
  return toWireForm(startOfDayMs(Date.parse(date), timeZone), FIRST_MS);
}

/** The last instant of a calendar date that a column with milliseconds can hold. */
export function endOfDay(date: string, timeZone: string): string {
  return toWireForm(startOfDayMs(Date.parse(date) + DAY_MS, timeZone) - 1, LAST_MS);
}

/** 23:59:59 of a calendar date, without a fraction: the due time of something due on that day. */
export function lastSecondOfDay(date: string, timeZone: string): string {
  const last = Math.floor(LAST_MS / SECOND_MS) * SECOND_MS;
  return toWireForm(startOfDayMs(Date.parse(date) + DAY_MS, timeZone) - SECOND_MS, last);
}

/** @param limit replaces an instant that exceeds the range */
function toWireForm(instantMs: number, limit: number): string {
  const fits = instantMs >= FIRST_MS && instantMs <= LAST_MS;
  return new Date(fits ? instantMs : limit).toISOString();
}

/**
 * If clocks go back over midnight, the day begins at the first of the two midnights. If they skip midnight, it begins at that moment.
 * @param midnightMs the local midnight, as if it were UTC
 */
function startOfDayMs(midnightMs: number, timeZone: string): number {
  const [before, after] = [midnightMs - DAY_MS, midnightMs + DAY_MS].map(
    (near) => midnightMs - offsetMs(near, timeZone),
  );
  const isMidnight = (instant: number): boolean => instant + offsetMs(instant, timeZone) === midnightMs;
  return [before, after].find((instant) => isMidnight(instant ?? NaN)) ?? before ?? midnightMs;
}

/** Formatters of the zones in use. One takes some 10 kB, and there are 600 zones. */
const formats = new LRUCache<string, Intl.DateTimeFormat>({
  max: 50,
  memoMethod: (timeZone) => new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }),
});

/** `GMT`, `GMT+02:00`, and `GMT+00:09:21` for local mean time. */
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(instantMs: number, timeZone: string): number {
  const parts = formats.memo(timeZone).formatToParts(instantMs);
  const name = parts.find(({ type }) => type === 'timeZoneName');
  const [, sign, ...units] = OFFSET.exec(name?.value ?? '') ?? [];
  const [hours = 0, minutes = 0, seconds = 0] = units.map((text: string | undefined) => Number(text ?? 0));
  return (sign === '-' ? -SECOND_MS : SECOND_MS) * ((hours * 60 + minutes) * 60 + seconds);
}
