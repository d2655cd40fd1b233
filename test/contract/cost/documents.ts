/** Documents over the schema whose price is compared with what they answer: one per field that yields objects, and as chance has it. */
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

export interface CostDocument {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Ids and codes of records by their types, and a text that a search finds in many. */
export interface Known {
  readonly ids: Readonly<Record<string, string>>;
  readonly codes: Readonly<Record<string, string>>;
  readonly query: string;
}

/** A required argument of a field that is to find objects of a type. */
export function writeArgument({ ids, codes, query }: Known, name: string, typeName: string): string {
  const values: Readonly<Record<string, unknown>> = {
    id: ids[typeName],
    code: codes[typeName],
    ids: Object.values(ids),
    query,
  };
  return `${name}: ${JSON.stringify(values[name])}`;
}

export const isConnection = (type: GraphQLNamedType): boolean => type.name.endsWith('Connection');

/** The fields of a type with objects behind them. */
export function objectFieldsOf(type: GraphQLNamedType): Field[] {
  const fields: Field[] = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  return fields.filter((field) => isCompositeType(getNamedType(field.type)));
}

/** The objects that a field may yield: those behind an interface, the rows of a connection, or its own type. */
export function objectsBehind(schema: GraphQLSchema, field: Field): readonly GraphQLObjectType[] {
  const type = rowTypeOf(getNamedType(field.type));
  if (isInterfaceType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

function rowTypeOf(type: GraphQLNamedType): GraphQLNamedType {
  const rows = isConnection(type) ? objectFieldsOf(type).find(({ name }) => name === 'nodes') : undefined;
  return rows ? getNamedType(rows.type) : type;
}

export interface FieldDocument extends CostDocument {
  /** `Type.field` */
  readonly field: string;
  /** Names on the way from the data to what the field yields. */
  readonly path: readonly string[];
}

/** The way from Query to the objects of a type. */
interface Way {
  readonly type: GraphQLObjectType;
  readonly path: readonly string[];
  readonly around: (selection: string) => string;
}

/** One document for each field of each type that a query can reach, by the shortest way. */
export function fieldDocuments(schema: GraphQLSchema, known: Known): FieldDocument[] {
  const root = schema.getQueryType();
  const documents: FieldDocument[] = [];
  const ways: Way[] = root ? [{ type: root, path: [], around: (selection) => selection }] : [];
  const seen = new Set<GraphQLObjectType>();
  for (const way of ways) {
    if (seen.has(way.type)) continue;
    seen.add(way.type);
    for (const field of objectFieldsOf(way.type)) {
      const steps = objectsBehind(schema, field).map((type) => stepThrough(way, field, type, known));
      ways.push(...steps);
      const [step] = steps;
      if (!step) throw new Error(`${way.type.name}.${field.name} leads nowhere.`);
      const query = `{ ${step.around('__typename')} }`;
      documents.push({ field: `${way.type.name}.${field.name}`, path: step.path, query, variables: {} });
    }
  }
  return documents;
}

function stepThrough({ path, around }: Way, field: Field, type: GraphQLObjectType, known: Known): Way {
  const behind = getNamedType(field.type);
  const required = field.args.filter((arg) => isNonNullType(arg.type));
  const passed = required.map(({ name }) => writeArgument(known, name, type.name));
  // Totals have owners only where they are grouped by them.
  if (field.name === 'pipeline') passed.push('groupBy: OWNER');
  const head = field.name + (passed.length > 0 ? `(${passed.join()})` : '');
  const wrap = (selection: string): string => {
    if (isConnection(behind)) return `${head} { nodes { ${selection} } }`;
    return `${head} { ${isInterfaceType(behind) ? `__typename ... on ${type.name} { ${selection} }` : selection} }`;
  };
  const rows = isConnection(behind) ? ['nodes'] : [];
  return { type, path: [...path, field.name, ...rows], around: (selection) => around(wrap(selection)) };
}
