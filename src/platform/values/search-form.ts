/** How texts are compared where neither case nor accents count: by searches, and by the keys of the sign-in throttle. */

/**
 * In UTF-16 units. Normalisation takes time quadratic in a run of combining marks, so what is longer than any text that is
 * compared (four times 255 characters) is cut first.
 */
const MAX_LENGTH = 1020;

const MARKS = /\p{M}+/gu;

/**
 * Compatibility forms and marks are gone, case is folded fully: `İ` is `i`, `ß` is `ss`, a final `ς` is `σ`. The same on every
 * machine: no locale takes part. Applied again it changes nothing.
 */
export function searchForm(text: string): string {
  const whole = text.slice(0, MAX_LENGTH).normalize('NFKD');
  // Lower case first, since `ẞ` has no upper case of its own; then upper, which writes `ß` out; then lower again.
  const folded = whole.toLowerCase().toUpperCase().toLowerCase();
  // Marks after case: upper case makes a letter of one of them (`ᾳ` is `ΑΙ`).
  return folded.normalize('NFKD').replace(MARKS, '').replaceAll('ς', 'σ');
}
