/** Every place among the arguments of a field where a scalar can stand, found in the schema: `filter.customer.id.eq`. */
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';

export interface Position {
  readonly path: readonly string[];
  /** Name of the scalar or enum. */
  readonly type: string;
  readonly inList: boolean;
  /** Filters around it beyond the first: connectives and relations. */
  readonly depth: number;
}

/** A filter goes through two relations, so one of the positions is too deep. */
const MAX_DEPTH = 3;
/** Within filters of filters these stand for all operators. */
const USUAL = ['eq', 'contains', 'in'];
/** What a filter within a filter is tried without: `some` stands for `none`. */
const SKIPPED = ['and', 'or', 'not', 'none'];

export function positionsOf(args: readonly GraphQLArgument[]): Position[] {
  return args.flatMap(({ name, type }) => positionsIn(type, [name], -1));
}

function positionsIn(type: GraphQLInputType, path: readonly string[], outer: number): Position[] {
  const named = getNamedType(type);
  const inList = isListType(getNullableType(type));
  if (!isInputObjectType(named)) return [{ path, type: named.name, inList, depth: Math.max(0, outer) }];
  const fields = named.getFields();
  const depth = outer + ('and' in fields ? 1 : 0);
  const tried = Object.values(fields).filter((field) => isTried(field, fields, depth));
  return tried.flatMap((field) => positionsIn(field.type, [...path, field.name], depth));
}

/** Everything in the first filter, the usual operators in the next; beyond it only what leads to an id, and its `eq`. */
function isTried({ name, type }: GraphQLInputField, siblings: object, depth: number): boolean {
  if (depth < 1) return true;
  if ('eq' in siblings) return depth > 1 ? name === 'eq' : USUAL.includes(name);
  if (SKIPPED.includes(name)) return false;
  return depth === 1 || name === 'id' || (depth < MAX_DEPTH && isRelation(type));
}

/** To one record or to many. */
function isRelation(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isInputObjectType(named) && ['and', 'some'].some((name) => name in named.getFields());
}

/** Arguments with the value there: `{ filter: { and: [{ id: { eq: value } }] } }`; a single value stands for a list of it. */
export function argumentsWith({ path }: Position, value: unknown): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}
