/** Explains why the value of a variable is invalid, derived from the message of graphql-js. That message repeats the value; ours do not. */
import type { Sentence } from '../errors/errors.js';

const INVALID: Sentence = { fr: 'Cette valeur ne convient pas à son type.', en: 'This value does not fit its type.' };

type Reason = readonly [message: RegExp, sentence: (typeName: string) => Sentence];

function fixed(fr: string, en: string): () => Sentence {
  const sentence = { fr, en };
  return () => sentence;
}

/** In some messages the name of the type follows the sent value. The greedy `.*` skips that value. */
const REASONS: readonly Reason[] = [
  [
    /^Int cannot represent non 32-bit/,
    fixed('Un entier de 32 bits est attendu.', 'A whole number of 32 bits is expected.'),
  ],
  [/^Int cannot represent/, fixed('Un nombre entier est attendu.', 'A whole number is expected.')],
  [/^Float cannot represent/, fixed('Un nombre est attendu.', 'A number is expected.')],
  [/^String cannot represent/, fixed('Un texte est attendu.', 'A text is expected.')],
  [/^Boolean cannot represent/, fixed('true ou false est attendu.', 'true or false is expected.')],
  [/^ID cannot represent/, fixed('Un identifiant est attendu.', 'An id is expected.')],
  [
    /^Decimal must be/,
    fixed('Un nombre décimal est attendu, comme "50000.00".', 'A decimal number is expected, such as "50000.00".'),
  ],
  [/^Decimal takes at most two/, fixed('Deux décimales au plus sont admises.', 'At most two decimals are allowed.')],
  [
    /^Decimal takes at most 13/,
    fixed(
      'Treize chiffres au plus sont admis avant la virgule.',
      'At most 13 digits are allowed before the decimal point.',
    ),
  ],
  [
    /^Date must be/,
    fixed(
      'Une date qui existe est attendue, au format AAAA-MM-JJ.',
      'A date that exists is expected, written YYYY-MM-DD.',
    ),
  ],
  [
    /^DateTime must be/,
    fixed(
      'Une date et une heure RFC 3339 avec leur fuseau sont attendues.',
      'An RFC 3339 date and time with its offset is expected.',
    ),
  ],
  [
    /^DateOrDateTime must be/,
    fixed(
      'Une date qui existe, ou une date et une heure RFC 3339 avec leur fuseau, est attendue.',
      'A date that exists, or an RFC 3339 date and time with its offset, is expected.',
    ),
  ],
  [/^Value ".*" does not exist in "(\w{1,60})" enum\./s, oneOf],
  [/^Enum "(\w{1,60})" cannot represent/, oneOf],
  [
    /^Expected type "(\w{1,60})" to be an object/,
    (name) => ({ fr: `Un objet est attendu (${name}).`, en: `An object is expected (${name}).` }),
  ],
  [
    /^Expected type "(\w{1,60})"/,
    (name) => ({ fr: `Une valeur de type ${name} est attendue.`, en: `A value of type ${name} is expected.` }),
  ],
];

function oneOf(name: string): Sentence {
  return { fr: `Une des valeurs de ${name} est attendue.`, en: `One of the values of ${name} is expected.` };
}

/** @param message of graphql-js or of a custom scalar */
export function reasonOf(message: string): Sentence {
  for (const [pattern, sentence] of REASONS) {
    const match = pattern.exec(message);
    if (match) return sentence(match[1] ?? '');
  }
  return INVALID;
}
