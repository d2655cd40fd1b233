/** A good value for every field of an input, and bad ones: made of what GraphQL says that the field is. */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql';
import type { Target } from '../surface/target.js';
import { fieldIn, type Pair } from './pairs.js';

/** Fields of the input of an operation, by GraphQL's name. */
export function fieldsOf(schema: GraphQLSchema, pair: Pair): GraphQLInputField[] {
  const input = fieldIn(schema, pair).args.find(({ name }) => name === 'input');
  const type = input && getNamedType(input.type);
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

/** Names that REST has had for longer. */
const REST_NAMES: Readonly<Record<string, string>> = { assignedToId: 'assigned_to', createdById: 'created_by' };

/** `countryCode` → `country_code` */
export function snake(name: string): string {
  return (
    REST_NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/(?<=line)(?=\d)/, '')
  );
}

/** Texts that must be of a form. */
const WORDS: Readonly<Record<string, string>> = {
  email: 'Hélène@Exemple.fr',
  countryCode: 'be',
  currency: 'usd',
  preferredLanguage: 'EN',
  preferredContactMethod: 'phone',
  title: 'Mme',
  website: 'https://exemple.fr',
  linkedin: 'https://linkedin.example/in/helene',
  timeZone: 'Europe/Brussels',
};

const IDS: Readonly<Record<string, (target: Target) => string>> = {
  customerId: (t) => t.customerId,
  opportunityId: (t) => t.opportunityId,
  contactId: (t) => t.contactId,
  assignedToId: (t) => t.userId,
};

const VALUES: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 40,
  Decimal: '12.50',
  Date: '2026-12-31',
  DateTime: '2026-12-01T10:00:00+01:00',
  DateOrDateTime: '2026-12-31',
  JSON: { name: 'Licence', quantity: 2, options: [null, true] },
};

/** A value that differs from every default. */
export function goodValue({ name, type }: GraphQLInputField, target: Target): unknown {
  const named = getNamedType(type);
  const value = isEnumType(named)
    ? (named.getValues()[1]?.value as unknown)
    : (IDS[name]?.(target) ?? VALUES[named.name] ?? WORDS[name] ?? ` Œuvre ${name} `.slice(0, 20));
  return isListType(getNullableType(type)) ? [value] : value;
}

const LONG: readonly (readonly [what: string, value: unknown])[] = [101, 256, 20_001].map((length) => [
  `${length} characters`,
  'x'.repeat(length),
]);
const NUMBERS: readonly (readonly [what: string, value: unknown])[] = [
  ['a number', 12_345],
  ['a negative one', -1],
  ['three decimals', 1.234],
  ['a large number', 1e15],
];
const BAD: readonly (readonly [what: string, value: unknown])[] = [
  ['null', null],
  ['a boolean', true],
  ['a word', 'zzz'],
  ['an object', { a: 1 }],
];
/** REST takes blanks for null everywhere, GraphQL where a text can stand. */
const BAD_TEXTS: typeof BAD = [...LONG, ['NUL', 'a\u0000b'], ['blanks', '   ']];
const BAD_DATES: typeof BAD = [
  ['a day that is none', '2026-02-30'],
  ['an hour that is none', '2026-02-03T25:00:00Z'],
];
/** A single value instead of a list is a list of one in GraphQL, so lists get lists. */
const BAD_LISTS: readonly (readonly [what: string, value: unknown])[] = [
  ['null', null],
  ['a long text', ['x'.repeat(256)]],
  ['an empty text', ['']],
  ['null within', [null]],
  ['many', Array.from({ length: 101 }, (_, index) => `n${index}`)],
];

export function badValues({ type }: GraphQLInputField): typeof BAD {
  if (isListType(getNullableType(type))) return BAD_LISTS;
  const { name } = getNamedType(type);
  // GraphQL reads a number as an id.
  const more = name === 'String' || name === 'ID' ? BAD_TEXTS : NUMBERS;
  return [...BAD, ...more, ...(name.startsWith('Date') ? BAD_DATES : [])];
}
