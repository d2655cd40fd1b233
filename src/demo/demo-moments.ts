/** The moments of the demo: between 8:00 and 17:00 UTC on weekdays, when it is the same date in Paris and London. */
import type { Faker } from '@faker-js/faker';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const OPENS_MS = 8 * HOUR_MS;
const CLOSES_MS = 17 * HOUR_MS;

/** A working moment within the bounds; `fromMs` must be one itself. */
export function makeMomentAtWork(faker: Faker, fromMs: number, toMs: number): number {
  for (;;) {
    const atMs = faker.number.int({ min: fromMs, max: toMs });
    if (isAtWork(atMs)) return atMs;
  }
}

/** The end of a working day, the given number of days later, or on the next Monday. */
export function eveningAfter(fromMs: number, days: number): number {
  return onWeekday(startOfDay(fromMs) + days * DAY_MS) + CLOSES_MS;
}

/** `2026-11-20`: a weekday, the given number of days later, or the next Monday. */
export function weekdayAfter(fromMs: number, days: number): string {
  return dateText(onWeekday(fromMs + days * DAY_MS));
}

/** `2026-11-20T16:59:59.999Z` */
export function instantText(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** `2026-11-20` */
export function dateText(atMs: number): string {
  return instantText(atMs).slice(0, 10);
}

/** The next quarter of an hour, when meetings begin. */
export function nextQuarterHour(atMs: number): number {
  return Math.ceil(atMs / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
}

function isAtWork(atMs: number): boolean {
  const timeOfDayMs = atMs - startOfDay(atMs);
  return isWeekday(atMs) && timeOfDayMs >= OPENS_MS && timeOfDayMs <= CLOSES_MS;
}

function isWeekday(atMs: number): boolean {
  return ![0, 6].includes(new Date(atMs).getUTCDay());
}

function onWeekday(atMs: number): number {
  return isWeekday(atMs) ? atMs : onWeekday(atMs + DAY_MS);
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
