/** The comparison of identities: sign-in and the uniqueness of users' e-mail addresses. It depends on no server's locale. */
import { normalizeText } from './normal-text.js';

/** Characters of an e-mail address. */
export const MAX_EMAIL = 255;

/**
 * The text in lower case, character by character: what a character becomes depends on no other, so that the beginning of a text
 * becomes the beginning of its lower case (Σ becomes σ at the end of a word too).
 */
export function toLowerCase(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('');
}

/**
 * What two spellings of an address have in common: normal text (NFC) in lower case. Accents are kept: `admín@` is never `admin@`,
 * and the dot of İ is an accent as well.
 */
export function identityForm(email: string): string {
  // Lower case can bring a letter and a mark together that are one character in lower case only: J̌ → ǰ.
  return toLowerCase(normalizeText(email, 'code', MAX_EMAIL)).normalize('NFC');
}
