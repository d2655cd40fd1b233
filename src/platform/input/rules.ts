/** What a field of an input may hold: each rule with its code, its sentences and what it means in JSON Schema. */
import { isEmail, isISO31661Alpha2, isISO4217CurrencyCode } from 'class-validator';
import { isCalendarDate, toUtcInstant } from '../values/calendar.js';
import { readDecimal, type DecimalProblem } from '../values/decimal.js';
import type { Sentence } from '../errors/errors.js';
import { isUuid } from '../values/ids.js';
import type { JsonSchema } from '../values/json-schema.js';
import { isLonger, isStorable } from '../values/text.js';

export interface InputRule {
  /** The `code` of the FieldError. */
  readonly code: string;
  readonly sentence: Sentence;
  readonly schema: JsonSchema;
  /** The rule is about each item of a list. */
  readonly each?: true;
  readonly holds: (value: unknown) => boolean;
}

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A rule about text; anything but a string fails it. */
function textRule(code: string, sentence: Sentence, schema: JsonSchema, holds: (text: string) => boolean): InputRule {
  return { code, sentence, schema, holds: (value) => typeof value === 'string' && holds(value) };
}

export const IS_TEXT: InputRule = textRule(
  'NOT_A_STRING',
  { fr: 'Une chaîne de caractères est attendue.', en: 'A string is expected.' },
  { type: 'string' },
  () => true,
);

export const IS_STORABLE: InputRule = textRule(
  'INVALID_CHARACTERS',
  { fr: 'Le texte contient des caractères interdits.', en: 'The text contains forbidden characters.' },
  {},
  isStorable,
);

/** Length in code points, as PostgreSQL and JSON Schema count it. */
export function maxLength(max: number): InputRule {
  const sentence = { fr: `${max} caractères au plus.`, en: `At most ${max} characters.` };
  return textRule('TOO_LONG', sentence, { maxLength: max }, (text) => text.length <= max || !isLonger(text, max));
}

/** Length in code points. */
export function minLength(min: number): InputRule {
  const sentence = { fr: `${min} caractères au moins.`, en: `At least ${min} characters.` };
  // Text is trimmed first, so blanks alone are too short.
  const schema = { minLength: min, ...(min === 1 ? { pattern: '\\S' } : {}) };
  return textRule('TOO_SHORT', sentence, schema, (text) => isLonger(text, min - 1));
}

/** A Unicode property. Validators that compile patterns without the flag `u` read it as plain letters. */
const UNICODE_PROPERTY = /\\p\{\w+\}/g;

/** Text that matches a regular expression. The OpenAPI pattern leaves out Unicode properties. */
export function matches(pattern: RegExp): InputRule {
  const sentence = { fr: "Le format n'est pas celui attendu.", en: 'The format is not the expected one.' };
  const published = { pattern: pattern.source.replace(UNICODE_PROPERTY, '') };
  return textRule('INVALID_FORMAT', sentence, published, (text) => pattern.test(text));
}

export const IS_EMAIL: InputRule = textRule(
  'INVALID_EMAIL',
  { fr: 'Une adresse e-mail est attendue.', en: 'An e-mail address is expected.' },
  { format: 'email' },
  (text) => isEmail(text),
);

export const IS_UUID: InputRule = textRule(
  'INVALID_UUID',
  { fr: 'Un UUID est attendu.', en: 'A UUID is expected.' },
  { format: 'uuid' },
  (text) => isUuid(text) && text === text.toLowerCase(),
);

/** One of a closed list of words. */
export function isOneOf(values: readonly string[]): InputRule {
  const known = new Set(values);
  const list = values.join(', ');
  const sentence = {
    fr: `Une de ces valeurs est attendue : ${list}.`,
    en: `One of these values is expected: ${list}.`,
  };
  return textRule('NOT_IN_LIST', sentence, { enum: [...values] }, (text) => known.has(text));
}

export const IS_COUNTRY: InputRule = textRule(
  'NOT_IN_LIST',
  {
    fr: 'Un code pays ISO 3166-1 à deux lettres est attendu.',
    en: 'A two-letter ISO 3166-1 country code is expected.',
  },
  { pattern: '^[A-Za-z]{2}$' },
  // The library takes any case, and `ß` for SS.
  (text) => /^[A-Z]{2}$/.test(text) && isISO31661Alpha2(text),
);

export const IS_CURRENCY: InputRule = textRule(
  'NOT_IN_LIST',
  { fr: 'Un code devise ISO 4217 est attendu.', en: 'An ISO 4217 currency code is expected.' },
  { pattern: '^[A-Za-z]{3}$' },
  (text) => /^[A-Z]{3}$/.test(text) && isISO4217CurrencyCode(text),
);

const LANGUAGE_NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

export const IS_LANGUAGE: InputRule = textRule(
  'NOT_IN_LIST',
  {
    fr: 'Un code de langue (BCP 47, sans région) est attendu.',
    en: 'A language code (BCP 47, no region) is expected.',
  },
  { pattern: '^[A-Za-z]{2,3}$' },
  (text) => /^[a-z]{2,3}$/.test(text) && LANGUAGE_NAMES.of(text) !== undefined,
);

export const IS_DATE: InputRule = textRule(
  'INVALID_DATE',
  { fr: 'Une date existante est attendue (AAAA-MM-JJ).', en: 'A date that exists is expected (YYYY-MM-DD).' },
  { format: 'date' },
  isCalendarDate,
);

export const IS_INSTANT: InputRule = textRule(
  'INVALID_DATE_TIME',
  {
    fr: 'Une date et heure RFC 3339 est attendue (en UTC si elle est sans décalage).',
    en: 'An RFC 3339 date and time is expected (UTC where it has no offset).',
  },
  { format: 'date-time' },
  (text) => toUtcInstant(text) !== undefined,
);

export const IS_DATE_OR_INSTANT: InputRule = textRule(
  'INVALID_DATE_TIME',
  {
    fr: 'Une date (AAAA-MM-JJ), ou une date et heure RFC 3339 (en UTC si elle est sans décalage), est attendue.',
    en: 'A date (YYYY-MM-DD), or an RFC 3339 date and time (UTC where it has no offset), is expected.',
  },
  { anyOf: [{ format: 'date' }, { format: 'date-time' }] },
  (text) => isCalendarDate(text) || toUtcInstant(text) !== undefined,
);

function decimalRule(code: DecimalProblem, sentence: Sentence, schema: JsonSchema): InputRule {
  return {
    code,
    sentence,
    schema,
    holds: (value) => {
      const reading = readDecimal(value);
      return 'text' in reading || reading.problem !== code;
    },
  };
}

/** The range of `numeric(15,2)`. A narrower bound overrides it. */
const MOST = { minimum: -9_999_999_999_999.99, maximum: 9_999_999_999_999.99 };

/** The OpenAPI pattern of a decimal sent as text. */
function decimalPattern({ min, max }: Bounds): string {
  if (min === undefined || min < 0) return '^-?\\d{1,13}(\\.\\d{1,2})?$';
  return max === 100 ? '^(?:100(\\.0{1,2})?|\\d{1,2}(\\.\\d{1,2})?)$' : '^\\d{1,13}(\\.\\d{1,2})?$';
}

/** Exact decimals with two places, within bounds. */
export function decimalRules(bounds: Bounds): readonly InputRule[] {
  return [
    decimalRule(
      'NOT_A_NUMBER',
      { fr: 'Un nombre est attendu, sans exposant.', en: 'A number is expected, without an exponent.' },
      { type: ['number', 'string'], pattern: decimalPattern(bounds), ...MOST },
    ),
    decimalRule('TOO_MANY_DECIMALS', { fr: 'Deux décimales au plus.', en: 'At most two decimals.' }, {}),
    decimalRule(
      'OUT_OF_RANGE',
      { fr: '13 chiffres au plus avant la virgule.', en: 'At most 13 digits before the decimal point.' },
      {},
    ),
    isWithin(bounds),
  ];
}

export const IS_INTEGER: InputRule = {
  code: 'NOT_AN_INTEGER',
  sentence: { fr: 'Un nombre entier est attendu.', en: 'An integer is expected.' },
  schema: { type: 'integer' },
  holds: Number.isInteger,
};

/** Bounds of a number, or of a decimal in text; an absent bound is none. */
export function isWithin({ min, max }: Bounds): InputRule {
  const schema = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
  const low = min ?? -Infinity;
  const high = max ?? Infinity;
  const holds = (value: unknown): boolean => Number(value) >= low && Number(value) <= high;
  return { code: 'OUT_OF_RANGE', sentence: rangeSentence({ min, max }), schema, holds };
}

function rangeSentence({ min, max }: Bounds): Sentence {
  if (min === undefined) return { fr: `Au plus ${max ?? ''}.`, en: `At most ${max ?? ''}.` };
  if (max === undefined) return { fr: `Au moins ${min}.`, en: `At least ${min}.` };
  return {
    fr: `Une valeur entre ${min} et ${max} est attendue.`,
    en: `A value between ${min} and ${max} is expected.`,
  };
}

export const IS_BOOLEAN: InputRule = {
  code: 'NOT_A_BOOLEAN',
  sentence: { fr: 'Vrai ou faux est attendu.', en: 'True or false is expected.' },
  schema: { type: 'boolean' },
  holds: (value) => typeof value === 'boolean',
};

export const IS_LIST: InputRule = {
  code: 'NOT_A_LIST',
  sentence: { fr: 'Une liste est attendue.', en: 'A list is expected.' },
  schema: { type: 'array' },
  holds: Array.isArray,
};

/** Length of a list. */
export function maxItems(max: number): InputRule {
  const sentence = { fr: `${max} éléments au plus.`, en: `At most ${max} items.` };
  return {
    code: 'TOO_MANY_ITEMS',
    sentence,
    schema: { maxItems: max },
    holds: (value) => Array.isArray(value) && value.length <= max,
  };
}

/** The same rule for each item of a list. */
export function forEachItem(rule: InputRule): InputRule {
  return { ...rule, each: true };
}
