/** Every way through the schema from a field of Query to the records behind it, as documents. */
import {
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

export interface NestedDocument {
  /** Field of Query. */
  readonly root: string;
  readonly query: string;
  /** How many statements it may cost: one for each level, two where a connection counts. */
  readonly levels: number;
}

interface Selection {
  readonly text: string;
  readonly levels: number;
}

/** Records of a page at the root, and on each level below. */
const SIZES = [50, 5, 2];

/** Other lists take `first` as well. */
const isConnection = (field: Field): boolean => getNamedType(field.type).name.endsWith('Connection');
const isOptional = (field: Field): boolean => field.args.every((arg) => !isNonNullType(arg.type));

function leavesOf(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).filter(isOptional);
  return fields
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map(({ name }) => name)
    .join(' ');
}

/** Fields with records behind them. */
function relationsOf(type: GraphQLObjectType): Field[] {
  return Object.values(type.getFields()).filter((field) => isObjectType(getNamedType(field.type)) && isOptional(field));
}

function objectBehind(field: Field): GraphQLObjectType {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw new Error(`${field.name} leads to no object.`);
  return type;
}

/** What can be asked of a record: its own fields, and those of each record that it leads to, so many levels deep. */
function* selectionsOf(type: GraphQLObjectType, more: number, level: number): Generator<Selection> {
  const leaves = leavesOf(type);
  if (leaves !== '') yield { text: leaves, levels: 0 };
  for (const field of more > 0 ? relationsOf(type) : []) yield* selectionsBehind(field, more - 1, level + 1);
}

function* selectionsBehind(field: Field, more: number, level: number): Generator<Selection> {
  const type = objectBehind(field);
  if (!isConnection(field)) {
    for (const { text, levels } of selectionsOf(type, more, level))
      yield { text: `${field.name} { ${text} }`, levels: levels + 1 };
    return;
  }
  for (const { text, levels } of pagesOf(type, more, level))
    yield { text: `${field.name}(first: ${SIZES[level] ?? 1}) { ${text} }`, levels };
}

/** A connection's page: with the total, where it has one, as nodes; and once as edges. */
function* pagesOf(type: GraphQLObjectType, more: number, level: number): Generator<Selection> {
  const { nodes, totalCount } = type.getFields();
  if (!nodes) throw new Error(`${type.name} has no nodes.`);
  const record = objectBehind(nodes);
  yield { text: `edges { cursor node { ${leavesOf(record)} } } pageInfo { hasNextPage endCursor }`, levels: 1 };
  for (const { text, levels } of selectionsOf(record, more, level))
    yield totalCount
      ? { text: `totalCount nodes { ${text} }`, levels: levels + 2 }
      : { text: `nodes { ${text} }`, levels: levels + 1 };
}

/**
 * Every query field with every way below it. Required arguments stand as variables of their own names.
 * @param depth how many relations below the root's records
 */
export function nestedDocuments(schema: GraphQLSchema, depth: number): NestedDocument[] {
  const roots = Object.values(schema.getQueryType()?.getFields() ?? {});
  return roots
    .filter((field) => isObjectType(getNamedType(field.type)))
    .flatMap((field) => {
      const required = field.args.filter((arg) => isNonNullType(arg.type));
      const declared = required.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
      const passed = required.map(({ name }) => `${name}: $${name}`).join(', ');
      const type = objectBehind(field);
      const [args, selections] = isConnection(field)
        ? [
            `(${[`first: ${SIZES[0] ?? 1}`, ...(passed === '' ? [] : [passed])].join(', ')})`,
            [...pagesOf(type, depth, 0)],
          ]
        : [passed === '' ? '' : `(${passed})`, withLevel(selectionsOf(type, depth, 0))];
      const head = declared === '' ? 'query' : `query (${declared})`;
      return selections.map(({ text, levels }) => ({
        root: field.name,
        query: `${head} { ${field.name}${args} { ${text} } }`,
        levels,
      }));
    });
}

function withLevel(selections: Iterable<Selection>): Selection[] {
  return [...selections].map(({ text, levels }) => ({ text, levels: levels + 1 }));
}
