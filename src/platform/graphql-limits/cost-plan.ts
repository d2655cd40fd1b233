/** Which fields of an operation cost anything, and how many rows each asks for: found out once per document. */
import {
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type GraphQLCompositeType,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { SelectedField, SelectFields } from './selection.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';
import { listBoundOf } from '../graphql-schema/list-bound.js';

/** What a page holds when neither `first` nor `last` says, and the most that resolvers grant. */
const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** A field that yields objects; scalars are free and not here. */
export interface PricedField {
  readonly kind: FieldKind;
  readonly countRows: (variables: CoercedVariables) => number;
  /** Whether a row of the connection is selected at all. */
  readonly hasRows: boolean;
  /** Fields of each object or row; of a connection what `nodes` and `edges` select of them together, what both select once. */
  readonly rows: readonly PricedField[];
  /** Of a connection: fields next to its rows. */
  readonly beside: readonly PricedField[];
}

export type FieldKind = 'object' | 'list' | 'connection';

/** The priced fields of an operation's root, or of what sets of it select of a type. */
export function planFields(
  select: SelectFields,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): readonly PricedField[] {
  return select(type, sets).map((field) => planField(select, field));
}

/** The price of one field alone. */
export function planField(select: SelectFields, field: SelectedField): PricedField {
  const { type, below } = field;
  const common = { kind: kindOf(field), countRows: rowCounter(field) };
  if (common.kind !== 'connection')
    return { ...common, hasRows: true, rows: planFields(select, type, below), beside: [] };
  const { paths, beside } = readConnection(select, field);
  const [path] = paths;
  const sets = paths.flatMap(({ rows }) => rows.below);
  return {
    ...common,
    hasRows: path !== undefined,
    rows: path ? planFields(select, path.rows.type, sets) : [],
    beside: beside.map((member) => planField(select, member)),
  };
}

/** One way to the rows of a connection: `nodes`, or `node` of each of `edges`, under the document's names for them. */
export interface RowPath {
  readonly list: string;
  readonly node: string | undefined;
  readonly rows: SelectedField;
}

/** What is selected of a connection: its rows, by one way or several, and what else yields objects. */
export function readConnection(
  select: SelectFields,
  { type, below }: SelectedField,
): { readonly paths: readonly RowPath[]; readonly beside: readonly SelectedField[] } {
  const members = select(type, below);
  const paths = members.flatMap((member): RowPath[] => {
    const { name, responseName: list } = member;
    if (name === 'nodes') return [{ list, node: undefined, rows: member }];
    if (name !== 'edges') return [];
    const inEdge = select(member.type, member.below).filter((field) => field.name === 'node');
    return inEdge.map((rows) => ({ list, node: rows.responseName, rows }));
  });
  return { paths, beside: members.filter(({ name }) => !['nodes', 'edges', 'pageInfo'].includes(name)) };
}

export function kindOf({ type, definition }: SelectedField): FieldKind {
  if (isConnection(type)) return 'connection';
  return isListType(getNullableType(definition.type)) ? 'list' : 'object';
}

function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type) || !type.name.endsWith('Connection')) return false;
  const { nodes, edges } = type.getFields();
  return nodes !== undefined || edges !== undefined;
}

/**
 * Rows by `first` or `last`, or as many as `ids` names; by default a page, and of a list that is not paged all that it may hold.
 * More than the bound is the resolver's refusal, not a price.
 */
function rowCounter({ node, definition, type }: SelectedField): PricedField['countRows'] {
  const asked = (node.arguments ?? []).flatMap(({ name, value }) => sizeReaders[name.value]?.(value) ?? []);
  const bound = listBoundOf(definition) ?? MAX_PAGE;
  const first = definition.args.find(({ name }) => name === 'first');
  const byDefault: unknown = first?.defaultValue;
  const otherwise = typeof byDefault === 'number' ? byDefault : isConnection(type) || first ? DEFAULT_PAGE : bound;
  return (variables) => {
    const sizes = asked.map((read) => read(variables)).filter((size) => size !== undefined);
    return Math.min(bound, Math.max(0, ...(sizes.length === 0 ? [otherwise] : sizes)));
  };
}

type SizeReader = (variables: CoercedVariables) => number | undefined;

const sizeReaders: Readonly<Partial<Record<string, (value: ValueNode) => SizeReader>>> = {
  first: pageSize,
  last: pageSize,
  ids: listLength,
};

function pageSize(value: ValueNode): SizeReader {
  if (value.kind === Kind.INT) return () => Number(value.value);
  if (value.kind !== Kind.VARIABLE) return () => undefined;
  return (variables) => {
    const size = variables[value.name.value];
    return typeof size === 'number' ? size : undefined;
  };
}

/** A value that is no list stands for a list of it. */
function listLength(value: ValueNode): SizeReader {
  if (value.kind === Kind.LIST) return () => value.values.length;
  if (value.kind !== Kind.VARIABLE) return () => 1;
  return (variables) => {
    const list = variables[value.name.value];
    return Array.isArray(list) ? list.length : undefined;
  };
}
