/**
 * What graphql-js finds out about a document each time that it executes it, found out once: which fields, which resolver, which
 * completion. runner.ts follows the plan.
 */
import {
  BREAK,
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
  visit,
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
// The one place that decides which fields a selection holds; graphql-js does not export it from its root.
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { countKept } from '../graphql-schema/kept-bytes.js';
import { isLeaf, makeLeafReader, type LeafReader } from './leaf-reader.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** How a resolved value becomes data; `isNonNull` belongs to the type at this level of the list. */
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
  /** undefined: the property of the source that has the field's name. */
  readonly resolve: Resolver | undefined;
  /** The value of `__typename`, which is known beforehand. */
  readonly typename: string | undefined;
  /** Set when the field is a scalar property of the source: no resolver, no arguments. */
  readonly serializeProperty: ((value: unknown) => unknown) | undefined;
  readonly hasConstantArguments: boolean;
  /** Filled by the first run: what is wrong with an argument is an error of the field, not of the plan. */
  constantArguments: Readonly<Record<string, unknown>> | undefined;
  readonly completion: CompletionType;
  /** Plans of the selection below, per type that a value turned out to have; filled as types turn up. */
  readonly selections: Map<GraphQLObjectType, SelectionPlan>;
}

/** What a document selects of values of one object type. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Reads those that are scalar properties of the value. */
  readonly readLeaves: LeafReader | undefined;
  /** What it leaves to be run. */
  readonly others: readonly FieldPlan[];
}

/** One operation under one outcome of its `@skip` and `@include`. */
export interface OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly rootType: GraphQLObjectType;
  readonly root: SelectionPlan;
  /** Only the variables that decide about `@skip` and `@include`: the same for every run of this plan. */
  readonly conditions: CoercedVariables;
}

type PlanSource = Omit<OperationPlan, 'root'>;

/** Plans the root selection; what lies below is planned when the first value arrives. */
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

/** The plan, its lists and its part of the generated reader. Measured: 900, and 1500 where many fields are merged. */
const BYTES_PER_FIELD = 1500;

function planSelection(
  source: PlanSource,
  parentType: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectionPlan {
  const fields = planFields(source, parentType, collected);
  countKept(source.operation, BYTES_PER_FIELD * (1 + fields.length));
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
        hasConstantArguments: hasConstantArguments(node),
        constantArguments: undefined,
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

/** The values that need no work leave at once; every other one goes through graphql's own serialization. */
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

/** Whether every run of the operation gives this field the same arguments. */
function hasConstantArguments(node: FieldNode): boolean {
  let isConstant = true;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      Variable: () => {
        isConstant = false;
        return BREAK;
      },
    });
  }
  return isConstant;
}
