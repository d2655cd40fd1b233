/**
 * Two clocks. An event has the date of the service that wrote it, and the time at which the database stored the row, in a column that
 * the service cannot write. Together they tell an honest event that was sealed hours late, because no sealer ran, from one that was
 * forged with a past date.
 */
import type { StoredEvent, StoredSeal } from './audit-trail.query.js';

/**
 * An event's date and the time of its row differ by the transaction, which takes seconds, and by the two clocks. Synchronized hosts
 * differ by less than a second; five minutes tolerate one that is not.
 */
const TOLERANCE_MS = 300_000;

function differ(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) > TOLERANCE_MS;
}

/** For rows without the database's time, the seal shows at least that the event is not dated later than its seal. */
export function isMisdated(
  { created_at, recorded_at }: Pick<StoredEvent, 'created_at' | 'recorded_at'>,
  seal?: Pick<StoredSeal, 'sealed_at' | 'recorded_at'>,
): boolean {
  if (recorded_at !== null) return differ(created_at, recorded_at) || isLaterThanSeal(recorded_at, seal?.recorded_at);
  return isLaterThanSeal(created_at, seal?.sealed_at);
}

/** Whether the event is later than its own seal. */
function isLaterThanSeal(moment: string, sealed: string | null | undefined): boolean {
  return typeof sealed === 'string' && Date.parse(moment) - Date.parse(sealed) > TOLERANCE_MS;
}

/** Whether the date in the seal differs from the database's. */
export function isSealMisdated({ sealed_at, recorded_at }: StoredSeal): boolean {
  return recorded_at !== null && differ(sealed_at, recorded_at);
}
