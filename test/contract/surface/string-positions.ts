/** Every place of an operation that takes a text. */
import {
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { inputPlanOf, type InputClass } from '../../../src/platform/input/input-plan.js';

/** Names from the argument inwards; `0` stands for the item of a list. */
export type Position = readonly string[];

/** `filter.name.contains`: what lies deeper are the filters of other lists. */
const MAX_DEPTH = 3;

/** REST names of the fields of an input class that are no numbers or booleans. */
export function textFields(Class: InputClass<object> | undefined): readonly string[] {
  if (!Class) return [];
  return [...inputPlanOf(Class).byRestName.keys()];
}

/** Of all arguments of a field. Enums and numbers are among them: a text is sent to those as well. */
export function positionsOf(field: GraphQLField<unknown, unknown>): readonly Position[] {
  return field.args.flatMap(({ name, type }) => positionsIn(type, [name]));
}

function positionsIn(type: GraphQLInputType, path: Position): readonly Position[] {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return positionsIn(nullable.ofType, [...path, '0']);
  if (!isInputObjectType(nullable)) return [path];
  if (path.length >= MAX_DEPTH) return [];
  return Object.values(nullable.getFields()).flatMap((field) => positionsIn(field.type, [...path, field.name]));
}

/** The value with another one at a position; lists on the way get one item. */
export function withText(value: unknown, [name, ...rest]: Position, text: string): unknown {
  if (name === undefined) return text;
  if (name === '0') return [withText(undefined, rest, text)];
  const known: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  return { ...known, [name]: withText(known[name], rest, text) };
}

/** Root fields by name, as `Query.customers`. */
export function rootFields(schema: GraphQLSchema): ReadonlyMap<string, GraphQLField<unknown, unknown>> {
  const types = [schema.getQueryType(), schema.getMutationType()].filter((type) => type !== null && type !== undefined);
  return new Map(
    types.flatMap((type) =>
      Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const),
    ),
  );
}

/** The types of a field's arguments, as a document declares them. */
export function argumentTypes(field: GraphQLField<unknown, unknown>): Record<string, string> {
  return Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)]));
}
