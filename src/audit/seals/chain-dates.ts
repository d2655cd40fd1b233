/**
 * Whose clock says when. An event carries the date of the service that wrote it, and the database notes when it took the row, in a
 * column that the service cannot write. So an honest event that was sealed hours late, since no sealer ran, is told from one that was
 * forged with a date of the past.
 */
import type { StoredEvent, StoredSeal } from './audit-trail.query.js';

/**
 * Between an event's date and its row stands the transaction, which ends within seconds, and the difference of two clocks. Hosts that
 * keep time differ by less than a second; five minutes leaves room for one that does not.
 */
const TOLERANCE_MS = 300_000;

function differ(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) > TOLERANCE_MS;
}

/** Of what has no moment of the database, the seal tells at least that it was not dated in the future. */
export function isMisdated(
  { created_at, recorded_at }: Pick<StoredEvent, 'created_at' | 'recorded_at'>,
  seal?: Pick<StoredSeal, 'sealed_at' | 'recorded_at'>,
): boolean {
  if (recorded_at !== null) return differ(created_at, recorded_at) || isLaterThanSeal(recorded_at, seal?.recorded_at);
  return isLaterThanSeal(created_at, seal?.sealed_at);
}

/** Whether it came when its seal was there already. */
function isLaterThanSeal(moment: string, sealed: string | null | undefined): boolean {
  return typeof sealed === 'string' && Date.parse(moment) - Date.parse(sealed) > TOLERANCE_MS;
}

/** Whether the date that a seal carries is not the database's. */
export function isSealMisdated({ sealed_at, recorded_at }: StoredSeal): boolean {
  return recorded_at !== null && differ(sealed_at, recorded_at);
}
