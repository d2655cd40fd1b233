/** Comparison of identities: sign-in and the uniqueness of users' e-mail addresses. It does not depend on a server's locale. */
import { normalizeText } from './normal-text.js';

/** Characters of an e-mail address. */
export const MAX_EMAIL = 255;

/**
 * The text in lower case, character by character. No character depends on its neighbours (Σ becomes σ at the end of a word too),
 * so the lower case of a prefix is a prefix of the lower case.
 */
export function toLowerCase(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('');
}

/**
 * The form by which addresses are compared: normal text (NFC) in lower case. Accents count: `admín@` is not `admin@`. The dot of
 * İ is an accent too.
 */
export function identityForm(email: string): string {
  // Lower-casing can produce a letter and a mark that compose only in lower case: J̌ → ǰ.
  return toLowerCase(normalizeText(email, 'code', MAX_EMAIL)).normalize('NFC');
}
