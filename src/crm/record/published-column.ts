/** The columns of records that GraphQL publishes under their own names. */
import type { PropertyOptions } from '@mikro-orm/core';
import { Property } from '@mikro-orm/decorators/legacy';
import { Field, Int } from 'type-graphql';
import { DateScalar, DateTimeScalar, DecimalScalar, JsonScalar } from '../../platform/graphql-schema/scalars.js';
import { ExactDecimalType, InstantType, JsonListType, TextListType } from '../../platform/postgres/column-types.js';

/** Each type in GraphQL and in PostgreSQL. The ORM takes a list for text unless it is told the type. */
const TYPES = {
  text: [String, 'text'],
  integer: [Int, 'integer'],
  boolean: [Boolean, 'boolean'],
  decimal: [DecimalScalar, ExactDecimalType],
  date: [DateScalar, 'date'],
  instant: [DateTimeScalar, InstantType],
  textList: [[String], TextListType],
  jsonList: [[JsonScalar], JsonListType],
} as const;

/** Declares the column and the field together. @param type an enum is stored as text */
export function PublishedColumn(
  type: keyof typeof TYPES | Readonly<Record<string, string>>,
  description: string,
  options: Pick<PropertyOptions<object>, 'nullable' | 'precision' | 'scale' | 'generated'> = {},
): PropertyDecorator {
  const [field, column] = typeof type === 'string' ? TYPES[type] : ([type, 'text'] as const);
  return (prototype, name) => {
    Field(() => field, { nullable: options.nullable === true, description })(prototype, name);
    Property({ ...options, type: column })(prototype, String(name));
  };
}
