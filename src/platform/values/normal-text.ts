/** The one normalisation of text: what is stored and what is looked up go through it, so that one finds the other. */
import { isLonger, isStorable } from './text.js';

/**
 * What a text is, which decides what may stand in it:
 * `free`, names and notes: keeps the two joiners (ZWJ, ZWNJ) that scripts and emoji need;
 * `code`, codes, e-mail addresses, telephones, numbers of registers, words of a closed list: nothing invisible;
 * `secret`, passwords, tokens, ids of tenants: composed and trimmed, and otherwise as it was sent.
 */
export type TextForm = 'free' | 'code' | 'secret';

/** Raw text may be this many times as long as its limit: composing makes text shorter, and takes quadratic time at worst. */
const RAW_LENGTHS = 4;

/** Composing sorts the marks of one character in quadratic time. No script needs more than a few; Unicode's stream-safe format has 30. */
const MANY_MARKS = /(?:^|\P{M})\p{M}{101}/u;

/** Printable ASCII with the controls that text may hold: nothing in it but the blanks at its ends is changed. */
const NOT_PLAIN = /[^ -~\t\n\r]/;

/** Line breaks that are controls, as word processors copy them. */
const CONTROL_BREAKS = /[\v\f\u0085]/g;
const NO_BREAK_SPACES = /[\u00a0\u202f]/g;

/**
 * Controls (no one can see them, terminals obey them, and U+001F parts the columns of the search text), zero-width, bidirectional
 * and other format characters. The signs of Arabic, Syriac and Kaithi that stand around numbers are format characters too, but visible.
 */
const INVISIBLE: Readonly<Record<'free' | 'code', RegExp>> = {
  free: /(?![\t\n\r\u200c-\u200d\u0600-\u0605\u06dd\u070f\u0890-\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}]/gu,
  code: /(?![\t\n\r\u0600-\u0605\u06dd\u070f\u0890-\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu,
};

/** Joiners join nothing where there is nothing else. */
const EMPTY = /^[\s\u200c-\u200d]*$/u;

/**
 * Without invisible characters, no-break spaces as spaces, composed (NFC), without blanks at its ends. Normal text stays as it is.
 * Text that cannot be stored, or is more than four times as long as `max`, comes back untouched for the caller's rules to reject.
 * @param max characters that the normal text may have
 */
export function normalizeText(text: string, form: TextForm, max: number): string {
  if (isLonger(text, RAW_LENGTHS * max)) return text;
  if (!NOT_PLAIN.test(text)) return text.trim();
  if (!isStorable(text)) return text;
  return form === 'secret' ? compose(text).trim() : clean(text, form);
}

function clean(text: string, form: 'free' | 'code'): string {
  const visible = text.replace(CONTROL_BREAKS, '\n').replace(INVISIBLE[form], '').replace(NO_BREAK_SPACES, ' ');
  const normal = compose(visible).trim();
  return EMPTY.test(normal) ? '' : normal;
}

/** After everything that could bring a letter and a mark together. */
function compose(text: string): string {
  return MANY_MARKS.test(text) ? text : text.normalize('NFC');
}
