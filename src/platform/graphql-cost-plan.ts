/** Which fields of an operation cost anything, and how many rows each asks for: found out once per document. */
import {
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { boundOf } from './bounded-list.js';
import { createFieldSelector, type SelectedField, type SelectFields } from './graphql-selection.js';
import type { CoercedVariables } from './graphql-variables.js';

/** What a page holds when neither `first` nor `last` says, and the most that resolvers grant. */
const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** Where the rows of a connection are in its data: `nodes`, or `node` of each of `edges`, under the document's names for them. */
export interface RowPath {
  readonly list: string;
  readonly node: string | undefined;
}

/** A field that yields objects; scalars are free and not here. */
export interface PricedField {
  readonly responseName: string;
  readonly kind: 'object' | 'list' | 'connection';
  readonly countRows: (variables: CoercedVariables) => number;
  /** Fields of each object or row. */
  readonly rows: readonly PricedField[];
  /** Of a connection: fields next to its rows. */
  readonly beside: readonly PricedField[];
  /** Of a connection: empty when no row is selected. */
  readonly rowPaths: readonly RowPath[];
}

/** The priced fields at the root of an operation, each with those below it. */
export function planPrices(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly PricedField[] {
  const rootType = schema.getRootType(operation.operation);
  return rootType ? planFields(createFieldSelector(schema, document), rootType, [operation.selectionSet]) : [];
}

function planFields(
  select: SelectFields,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): readonly PricedField[] {
  return select(type, sets).map((field) => planField(select, field));
}

function planField(select: SelectFields, field: SelectedField): PricedField {
  const { responseName, type, below, definition } = field;
  const countRows = rowCounter(field);
  if (isConnection(type))
    return { responseName, kind: 'connection', countRows, ...planConnection(select, type, below) };
  const kind = isListType(getNullableType(definition.type)) ? 'list' : 'object';
  return { responseName, kind, countRows, rows: planFields(select, type, below), beside: [], rowPaths: [] };
}

function planConnection(
  select: SelectFields,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): Pick<PricedField, 'rows' | 'beside' | 'rowPaths'> {
  const rowPaths: RowPath[] = [];
  const rowFields: SelectedField[] = [];
  const beside: PricedField[] = [];
  for (const member of select(type, sets)) {
    if (member.name === 'nodes') {
      rowPaths.push({ list: member.responseName, node: undefined });
      rowFields.push(member);
    } else if (member.name === 'edges') {
      const inEdge = select(member.type, member.below).filter(({ name }) => name === 'node');
      rowFields.push(...inEdge);
      rowPaths.push(...inEdge.map(({ responseName }) => ({ list: member.responseName, node: responseName })));
    } else if (member.name !== 'pageInfo') beside.push(planField(select, member));
  }
  const [row] = rowFields;
  const below = rowFields.flatMap((field) => field.below);
  return { rows: row === undefined ? [] : planFields(select, row.type, below), beside, rowPaths };
}

function isConnection(type: GraphQLCompositeType): boolean {
  if (!isObjectType(type) || !type.name.endsWith('Connection')) return false;
  const { nodes, edges } = type.getFields();
  return nodes !== undefined || edges !== undefined;
}

/**
 * The bound that a list declares, rows by `first` or `last`, or as many as `ids` names; more than a page may hold is the resolver's
 * refusal, not a price.
 */
function rowCounter({ node, definition, type }: SelectedField): PricedField['countRows'] {
  const bound = boundOf(definition);
  if (bound !== undefined) return () => bound;
  const asked = (node.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last' || name.value === 'ids')
    .map(({ value }) => sizeReader(value));
  const byDefault = definition.args.find(({ name }) => name === 'first')?.defaultValue;
  const isPaged = isConnection(type) || definition.args.some(({ name }) => name === 'first');
  const otherwise = typeof byDefault === 'number' ? byDefault : isPaged ? DEFAULT_PAGE : 1;
  return (variables) => {
    const sizes = asked.map((read) => read(variables)).filter((size) => size !== undefined);
    return Math.min(MAX_PAGE, Math.max(0, ...(sizes.length === 0 ? [otherwise] : sizes)));
  };
}

function sizeReader(value: ValueNode): (variables: CoercedVariables) => number | undefined {
  if (value.kind === Kind.INT) return () => Number(value.value);
  if (value.kind === Kind.LIST) return () => value.values.length;
  return value.kind === Kind.VARIABLE ? (variables) => sizeOf(variables[value.name.value]) : () => undefined;
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
}
