/** The decorators of input classes: one declaration per field gives the SDL, the validation of both transports and the OpenAPI schema. */
import 'reflect-metadata';
import type { GraphQLScalarType } from 'graphql';
import { Field, ID, Int } from 'type-graphql';
import type { Sentence } from '../errors/errors.js';
import { MAX_EMAIL } from '../values/identity-form.js';
import type { TextForm } from '../values/normal-text.js';
import { BY_SERVICE, declareField, type InputField, type FieldText, type QueryReading } from './input-plan.js';
import * as rules from './rules.js';
import { exactDecimal, lowerCase, unchanged, upperCase, utcInstant, wholeNumber } from './wire-form.js';
import { inStoredOrder, IS_OBJECT, IS_SHALLOW_JSON, IS_STORABLE_JSON, IS_VALUE, maxJsonLength } from './json-rules.js';
import {
  DateOrDateTimeScalar,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
} from '../graphql-schema/scalars.js';

export { BY_SERVICE };

/** Without any option a field may be absent or null, and an empty string means null. */
interface FieldOptions<T> {
  readonly description: string;
  /** Must be there, and neither null nor empty. */
  readonly required?: true;
  /** May be absent, but neither null nor empty. */
  readonly nullable?: false;
  /** May be absent, never null; an empty string means this value. An absent field stays absent. */
  readonly default?: T | typeof BY_SERVICE;
  /** An empty string is rejected in any case. */
  readonly rejectEmpty?: true;
}

type FieldType = typeof String | typeof Boolean | GraphQLScalarType | Readonly<Record<string, string>>;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

interface InputFieldType {
  readonly type: FieldType;
  readonly list?: true;
  /** A short word unless said otherwise. */
  readonly text?: FieldText | null | undefined;
  readonly rules: readonly rules.InputRule[];
  readonly queryReading?: QueryReading;
  readonly toWireForm?: (value: unknown) => unknown;
}

/** Characters of notes and descriptions. */
const LONG_TEXT = 20_000;
/** What PostgreSQL's `integer` and GraphQL's `Int` hold. */
const MAX_INT = 2_147_483_647;

/** For ids, dates, amounts and enums. Their own rules allow less than 64 characters. */
const WORD: FieldText = { form: 'code', max: 64 };

const TEXT_RULES = [rules.IS_TEXT, rules.IS_STORABLE] as const;

/** One text of limited length, `free` unless its form says otherwise. */
export function TextField(
  options: FieldOptions<string> & Bounds & { max: number; pattern?: RegExp; form?: TextForm },
): PropertyDecorator {
  const { min, max, pattern, form = 'free' } = options;
  const limits = [
    ...(min === undefined ? [] : [rules.minLength(min)]),
    rules.maxLength(max),
    ...(pattern === undefined ? [] : [rules.matches(pattern)]),
  ];
  return fieldOf({ type: String, text: { form, max }, rules: [...TEXT_RULES, ...limits] }, options);
}

/** Notes, descriptions. */
export function LongTextField(options: FieldOptions<string>): PropertyDecorator {
  return TextField({ ...options, max: LONG_TEXT });
}

/** An e-mail address. Its format is checked; its case is kept. */
export function EmailField(options: FieldOptions<string> & { max?: number }): PropertyDecorator {
  const max = options.max ?? MAX_EMAIL;
  const emailRules = [...TEXT_RULES, rules.maxLength(max), rules.IS_EMAIL];
  return fieldOf({ type: String, text: { form: 'code', max }, rules: emailRules }, options);
}

/** The id of a record, in lower case. */
export const UuidField = plain<string>({ type: ID, rules: [rules.IS_TEXT, rules.IS_UUID], toWireForm: lowerCase });

/** A value of an enum, which is an `as const` object registered with GraphQL. @param options `asSent`: the text is not trimmed */
export function EnumField<T extends string>(
  values: Readonly<Record<string, T>>,
  options: FieldOptions<NoInfer<T>> & { readonly asSent?: true },
): PropertyDecorator {
  const text = options.asSent ? null : undefined;
  return fieldOf({ type: values, text, rules: [rules.IS_TEXT, rules.isOneOf(Object.values(values))] }, options);
}

/** An amount; the instance holds exact text with two decimals. */
export function MoneyField(options: FieldOptions<string> & Bounds): PropertyDecorator {
  return fieldOf({ type: DecimalScalar, rules: rules.decimalRules(options), toWireForm: exactDecimal }, options);
}

/** 0 to 100 with at most two decimals, held like an amount. */
export function PercentField(options: FieldOptions<string>): PropertyDecorator {
  return MoneyField({ ...options, min: 0, max: 100 });
}

/**
 * A whole number within the range of PostgreSQL's `integer`, or within narrower bounds. `outside` is the message for a number out of
 * range. REST accepts it as text too.
 */
export function IntegerField(options: FieldOptions<number> & Bounds & { outside?: Sentence }): PropertyDecorator {
  const within = rules.isWithin({ min: options.min ?? -MAX_INT - 1, max: options.max ?? MAX_INT });
  const range = { ...within, sentence: options.outside ?? within.sentence };
  return fieldOf(
    { type: Int, rules: [rules.IS_INTEGER, range], queryReading: 'integer', toWireForm: wholeNumber },
    options,
  );
}

/** True or false. */
export const BooleanField = plain<boolean>({ type: Boolean, rules: [rules.IS_BOOLEAN], queryReading: 'boolean' });

/** A list of short texts. */
export function TagsField(
  options: FieldOptions<readonly string[]> & { maxItems?: number; maxLength?: number },
): PropertyDecorator {
  const max = options.maxLength ?? 50;
  const itemRules = [...TEXT_RULES, rules.minLength(1), rules.maxLength(max)];
  const listRules = [rules.IS_LIST, rules.maxItems(options.maxItems ?? 50), ...itemRules.map(rules.forEachItem)];
  const text = { form: 'free', max } as const;
  return fieldOf({ type: String, list: true, text, rules: listRules, queryReading: 'list' }, options);
}

/** A list of values of an enum that is registered with GraphQL. */
export function EnumListField<T extends string>(
  values: Readonly<Record<string, T>>,
  options: FieldOptions<readonly NoInfer<T>[]> & { maxItems: number },
): PropertyDecorator {
  const itemRules = [rules.IS_TEXT, rules.isOneOf(Object.values(values))];
  const listRules = [rules.IS_LIST, rules.maxItems(options.maxItems), ...itemRules.map(rules.forEachItem)];
  return fieldOf({ type: values, list: true, rules: listRules, queryReading: 'list' }, options);
}

/** A list of at most 100 free-form JSON values, none of them null; 20 000 characters in all, 10 levels deep. */
export const JsonListField = plain<readonly unknown[]>({
  type: JsonScalar,
  list: true,
  text: null,
  rules: [
    rules.IS_LIST,
    rules.maxItems(100),
    ...[IS_VALUE, IS_SHALLOW_JSON, IS_STORABLE_JSON].map(rules.forEachItem),
    maxJsonLength(LONG_TEXT),
  ],
  toWireForm: (value) => inStoredOrder(value, LONG_TEXT),
});

/** A free-form JSON object; 20 000 characters, 10 levels deep. */
export const JsonObjectField = plain<object>({
  type: JsonScalar,
  text: null,
  rules: [IS_OBJECT, IS_SHALLOW_JSON, IS_STORABLE_JSON, maxJsonLength(LONG_TEXT)],
  toWireForm: (value) => inStoredOrder(value, LONG_TEXT),
});

/** ISO 3166-1 alpha-2, in upper case. */
export const CountryField = plain<string>({
  type: String,
  rules: [rules.IS_TEXT, rules.IS_COUNTRY],
  toWireForm: upperCase,
});

/** ISO 4217, in upper case. */
export const CurrencyField = plain<string>({
  type: String,
  rules: [rules.IS_TEXT, rules.IS_CURRENCY],
  toWireForm: upperCase,
});

/** A BCP 47 primary tag, in lower case. */
export const LanguageField = plain<string>({
  type: String,
  rules: [rules.IS_TEXT, rules.IS_LANGUAGE],
  toWireForm: lowerCase,
});

/** A calendar date. */
export const DateField = plain<string>({ type: DateScalar, rules: [rules.IS_TEXT, rules.IS_DATE] });

/** An instant; the instance holds UTC with milliseconds. REST also accepts one without a zone, as UTC; GraphQL's scalar does not. */
export const InstantField = plain<string>({
  type: DateTimeScalar,
  rules: [rules.IS_TEXT, rules.IS_INSTANT],
  toWireForm: utcInstant,
});

/** A calendar date, kept as it is, or an instant as InstantField holds it: the description says which moment a date means. */
export const DateOrInstantField = plain<string>({
  type: DateOrDateTimeScalar,
  rules: [rules.IS_TEXT, rules.IS_DATE_OR_INSTANT],
  toWireForm: utcInstant,
});

/** Makes the decorator of a type that has no options beyond the common ones. */
function plain<T>(type: InputFieldType): (options: FieldOptions<T>) => PropertyDecorator {
  return (options) => fieldOf(type, options);
}

function fieldOf<T>(type: InputFieldType, options: FieldOptions<T>): PropertyDecorator {
  const required = options.required === true;
  const nullable = !required && options.nullable !== false && options.default === undefined;
  const { text = WORD } = type;
  return (prototype, key) => {
    const description = describe(options);
    const field: InputField = {
      name: String(key),
      description,
      required,
      nullable,
      emptyMeans: options.default,
      rejectsEmpty: required || options.rejectEmpty === true || (!nullable && options.default === undefined),
      queryReading: type.queryReading ?? 'text',
      text,
      toWireForm: type.toWireForm ?? unchanged,
      rules: type.rules,
    };
    declareField(prototype, field);
    Field(() => (type.list ? [type.type] : type.type), { nullable: !required, description })(prototype, key);
  };
}

function describe<T>(options: FieldOptions<T>): string {
  if (options.default === undefined || options.default === BY_SERVICE) return options.description;
  return `${options.description} Default: ${JSON.stringify(options.default)}.`;
}
