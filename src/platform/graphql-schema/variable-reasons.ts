/** Explains why the value of a variable is invalid, derived from the message of graphql-js. That message repeats the value; ours do not. */
import type { Sentence } from '../errors/errors.js';

const INVALID: Sentence = { fr: 'Cette valeur ne convient pas à son type.', en: 'This value does not fit its type.' };

const ONE_OF = ['Une des valeurs de $1 est attendue.', 'One of the values of $1 is expected.'] as const;

/** `$1` is the name of the type. In some messages it follows the sent value, which the greedy `.*` skips. */
const REASONS: readonly (readonly [message: RegExp, fr: string, en: string])[] = [
  [/^Int cannot represent non 32-bit/, 'Un entier de 32 bits est attendu.', 'A whole number of 32 bits is expected.'],
  [/^Int cannot represent/, 'Un nombre entier est attendu.', 'A whole number is expected.'],
  [/^Float cannot represent/, 'Un nombre est attendu.', 'A number is expected.'],
  [/^String cannot represent/, 'Un texte est attendu.', 'A text is expected.'],
  [/^Boolean cannot represent/, 'true ou false est attendu.', 'true or false is expected.'],
  [/^ID cannot represent/, 'Un identifiant est attendu.', 'An id is expected.'],
  [
    /^Decimal must be/,
    'Un nombre décimal est attendu, comme "50000.00".',
    'A decimal number is expected, such as "50000.00".',
  ],
  [/^Decimal takes at most two/, 'Deux décimales au plus sont admises.', 'At most two decimals are allowed.'],
  [
    /^Decimal takes at most 13/,
    'Treize chiffres au plus sont admis avant la virgule.',
    'At most 13 digits are allowed before the decimal point.',
  ],
  [
    /^Date must be/,
    'Une date qui existe est attendue, au format AAAA-MM-JJ.',
    'A date that exists is expected, written YYYY-MM-DD.',
  ],
  [
    /^DateTime must be/,
    'Une date et une heure RFC 3339 avec leur fuseau sont attendues.',
    'An RFC 3339 date and time with its offset is expected.',
  ],
  [
    /^DateOrDateTime must be/,
    'Une date qui existe, ou une date et une heure RFC 3339 avec leur fuseau, est attendue.',
    'A date that exists, or an RFC 3339 date and time with its offset, is expected.',
  ],
  [/^Value ".*" does not exist in "(\w{1,60})" enum\./s, ...ONE_OF],
  [/^Enum "(\w{1,60})" cannot represent/, ...ONE_OF],
  [/^Expected type "(\w{1,60})" to be an object/, 'Un objet est attendu ($1).', 'An object is expected ($1).'],
  [/^Expected type "(\w{1,60})"/, 'Une valeur de type $1 est attendue.', 'A value of type $1 is expected.'],
];

/** @param message of graphql-js or of a custom scalar */
export function reasonOf(message: string): Sentence {
  for (const [pattern, fr, en] of REASONS) {
    const [found, name = ''] = pattern.exec(message) ?? [];
    if (found !== undefined) return { fr: fr.replace('$1', name), en: en.replace('$1', name) };
  }
  return INVALID;
}
