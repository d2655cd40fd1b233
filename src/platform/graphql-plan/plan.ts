/**
 * Plans an operation once: its fields, their resolvers and the completion of their values. graphql-js determines these again for each
 * execution. runner.ts executes the plan.
 */
import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
// They decide which fields a selection contains. graphql-js does not export them from its root.
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { countKept } from '../graphql-schema/kept-bytes.js';
import { countArgumentNodes, planArguments, type ArgumentReader } from './argument-plan.js';
import { isLeaf, makeLeafReader, type LeafReader } from './leaf-reader.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** How a resolved value becomes data. In a list, `isNonNull` belongs to the type at this level of nesting. */
export type CompletionType =
  | { readonly kind: 'leaf'; readonly isNonNull: boolean; readonly serialize: (value: unknown) => unknown }
  | { readonly kind: 'list'; readonly isNonNull: boolean; readonly item: CompletionType }
  | { readonly kind: 'object'; readonly isNonNull: boolean; readonly type: GraphQLObjectType }
  | { readonly kind: 'abstract'; readonly isNonNull: boolean; readonly type: GraphQLAbstractType };

export interface FieldPlan {
  readonly responseName: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  /** undefined: the field reads the source's property of the same name. */
  readonly resolve: Resolver | undefined;
  /** Set for the field `__typename`: the name of the parent type. */
  readonly typename: string | undefined;
  /** Set when the field is a scalar property of the source, without resolver and arguments. */
  readonly serializeProperty: ((value: unknown) => unknown) | undefined;
  /** undefined: the field takes no arguments. */
  readonly readArguments: ArgumentReader | undefined;
  readonly completion: CompletionType;
  /** Plans of the selection below, by the type of the value. A plan is added when a value of a new type is met. */
  readonly selections: Map<GraphQLObjectType, SelectionPlan>;
}

/** The fields that a document selects on one object type. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Reads the fields that are scalar properties of the value. */
  readonly readLeaves: LeafReader | undefined;
  /** The fields that `readLeaves` does not read. */
  readonly others: readonly FieldPlan[];
}

/** One operation with one combination of values for its `@skip` and `@include`. */
export interface OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly rootType: GraphQLObjectType;
  readonly root: SelectionPlan;
  /** The variables of `@skip` and `@include` only. They are the same for every execution of this plan. */
  readonly conditions: CoercedVariables;
}

type PlanSource = Omit<OperationPlan, 'root'>;

/** Plans the root selection. Selections below it are planned when their first value arrives. */
export function planOperation(source: PlanSource): OperationPlan {
  const { schema, fragments, conditions, rootType, operation } = source;
  const fields = collectFields(schema, fragments, conditions, rootType, operation.selectionSet);
  return { ...source, root: planSelection(source, rootType, fields) };
}

/** The plan of a field's selection on one object type. */
export function selectionOn(plan: OperationPlan, field: FieldPlan, type: GraphQLObjectType): SelectionPlan {
  let selection = field.selections.get(type);
  if (selection === undefined) {
    const collected = collectSubfields(plan.schema, plan.fragments, plan.conditions, type, field.nodes);
    selection = planSelection(plan, type, collected);
    field.selections.set(type, selection);
  }
  return selection;
}

/** Memory of a field: its plan and its part of the generated reader. Measured: 900, and 1500 where many fields are merged. */
const BYTES_PER_FIELD = 1500;
/** Memory of a syntax node in an argument. Measured: 170. */
const BYTES_PER_ARGUMENT_NODE = 250;

function planSelection(
  source: PlanSource,
  parentType: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectionPlan {
  const fields = planFields(source, parentType, collected);
  const nodes = fields.reduce((count, { nodes: [node] }) => count + (node ? countArgumentNodes(node) : 0), 0);
  countKept(source.operation, BYTES_PER_FIELD * (1 + fields.length) + BYTES_PER_ARGUMENT_NODE * nodes);
  return { fields, readLeaves: makeLeafReader(fields), others: fields.filter((field) => !isLeaf(field)) };
}

function planFields(
  source: PlanSource,
  parentType: GraphQLObjectType,
  fields: ReadonlyMap<string, readonly FieldNode[]>,
): readonly FieldPlan[] {
  return [...fields].flatMap(([responseName, nodes]) => {
    const [node] = nodes;
    const definition = node === undefined ? undefined : definitionOf(source.schema, parentType, node.name.value);
    if (node === undefined || definition === undefined) return [];
    const completion = completionTypeOf(definition.type);
    const isProperty = definition.resolve === undefined && definition.args.length === 0;
    return [
      {
        responseName,
        nodes,
        definition,
        parentType,
        resolve: definition.resolve,
        typename: definition === TypeNameMetaFieldDef ? parentType.name : undefined,
        serializeProperty: isProperty && completion.kind === 'leaf' ? completion.serialize : undefined,
        readArguments: planArguments(definition, node),
        completion,
        selections: new Map<GraphQLObjectType, SelectionPlan>(),
      },
    ];
  });
}

function definitionOf(
  schema: GraphQLSchema,
  parentType: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}

function completionTypeOf(type: GraphQLOutputType): CompletionType {
  const isNonNull = isNonNullType(type);
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return { kind: 'list', isNonNull, item: completionTypeOf(nullable.ofType) };
  if (isObjectType(nullable)) return { kind: 'object', isNonNull, type: nullable };
  if (isAbstractType(nullable)) return { kind: 'abstract', isNonNull, type: nullable };
  return { kind: 'leaf', isNonNull, serialize: serializerOf(nullable) };
}

/** Returns values of the expected JavaScript type unchanged, and serializes all others with graphql-js. */
function serializerOf(type: GraphQLLeafType): (value: unknown) => unknown {
  const serialize = (value: unknown) => type.serialize(value);
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (value) => (typeof value === 'string' ? value : serialize(value));
    case GraphQLBoolean:
      return (value) => (typeof value === 'boolean' ? value : serialize(value));
    case GraphQLInt:
      return (value) => (typeof value === 'number' && (value | 0) === value ? value : serialize(value));
    case GraphQLFloat:
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : serialize(value));
    default:
      return serialize;
  }
}
