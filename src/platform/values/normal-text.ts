/** The one normalisation of text. Stored and searched text both pass through it, so that searches find what is stored. */
import { isLonger, isStorable } from './text.js';

/**
 * The form of a text decides which characters it may hold:
 * `free` (names, notes): keeps the two joiners (ZWJ, ZWNJ) that scripts and emoji need;
 * `code` (codes, e-mail addresses, telephones, registration numbers, enum values): no invisible characters;
 * `secret` (passwords, tokens, tenant ids): composed and trimmed, otherwise unchanged.
 */
export type TextForm = 'free' | 'code' | 'secret';

/** Raw text may be this many times as long as the limit: composing shortens text, and takes quadratic time at worst. */
const RAW_LENGTHS = 4;

/** Maximum of marks on one character, which composing sorts in quadratic time. Scripts need a few; Unicode's stream-safe format allows 30. */
const MANY_MARKS = /(?:^|\P{M})\p{M}{101}/u;

/** Printable ASCII and allowed controls: such text is only trimmed. */
const NOT_PLAIN = /[^ -~\t\n\r]/;

/** Control characters that word processors use as line breaks. */
const CONTROL_BREAKS = /[\v\f\u0085]/g;
const NO_BREAK_SPACES = /[\u00a0\u202f]/g;

/**
 * Control characters (invisible, obeyed by terminals; U+001F separates the columns of the search text), zero-width, bidirectional
 * and other format characters. The Arabic, Syriac and Kaithi number signs are format characters too, but visible, so they stay.
 */
const INVISIBLE: Readonly<Record<'free' | 'code', RegExp>> = {
  free: /(?![\t\n\r\u200c-\u200d\u0600-\u0605\u06dd\u070f\u0890-\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}]/gu,
  code: /(?![\t\n\r\u0600-\u0605\u06dd\u070f\u0890-\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu,
};

/** A text of joiners alone. */
const EMPTY = /^[\s\u200c-\u200d]*$/u;

/**
 * Removes invisible characters, turns no-break spaces into spaces, composes (NFC) and trims. Normal text is returned unchanged.
 * Text that cannot be stored, or is more than four times as long as `max`, is returned unchanged too: validation rejects it.
 * @param max length limit of the normal text, in characters
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

/** Composes last, after every step that can place a mark behind a letter. */
function compose(text: string): string {
  return MANY_MARKS.test(text) ? text : text.normalize('NFC');
}
