/** Enums of which each value is written once, with its description. */
import { registerEnumType } from 'type-graphql';
import { describeCodes } from './word-enum.js';

/** The object for the schema, validation, REST and CSV: each name is its own value. */
type EnumOf<Value extends string> = { readonly [V in Value]: V };

/** Registers an enum. @param descriptions by value, in their order */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  descriptions: Readonly<Record<Value, string>>,
): EnumOf<Value> {
  const values = Object.fromEntries(Object.keys(descriptions).map((value) => [value, value]));
  registerEnumType(values, { name, description, valuesConfig: describeCodes(descriptions, (text) => text) });
  // Object.fromEntries forgets the keys.
  return values as EnumOf<Value>;
}
