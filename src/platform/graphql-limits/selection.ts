/** The fields of a selection that return objects, with fragments expanded and fields of equal response names merged. */
import {
  getNamedType,
  isCompositeType,
  isUnionType,
  print,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, visitFields, type FragmentNode } from '../graphql-schema/fragments.js';

/** One field, and the selection sets below it. */
export interface SelectedField {
  readonly name: string;
  readonly responseName: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly type: GraphQLCompositeType;
  readonly below: readonly SelectionSetNode[];
}

/**
 * A field that is selected on two types of a union counts as two fields: the cost is rather too high than too low. Fields with
 * different arguments are also separate, because selection sets from different positions may use one response name for both.
 */
export type SelectFields = (type: GraphQLCompositeType, sets: readonly SelectionSetNode[]) => readonly SelectedField[];

interface Growing extends SelectedField {
  readonly below: SelectionSetNode[];
}

/** @returns a function that reads the selections of one document */
export function createFieldSelector(schema: GraphQLSchema, document: DocumentNode): SelectFields {
  const fragments = fragmentsOf(document);
  const typeInside = ({ typeCondition }: FragmentNode, around: GraphQLCompositeType): GraphQLCompositeType => {
    const type = typeCondition && typeFromAST(schema, typeCondition);
    return isCompositeType(type) ? type : around;
  };
  return (parent, sets) => {
    const fields = new Map<string, Growing>();
    const field = (node: FieldNode, type: GraphQLCompositeType): void => {
      addField(type, node, fields);
    };
    visitFields(sets, fragments, { enter: typeInside, field }, parent);
    return [...fields.values()];
  };
}

function addField(parent: GraphQLCompositeType, node: FieldNode, fields: Map<string, Growing>): void {
  const name = node.name.value;
  const responseName = node.alias?.value ?? name;
  const key = `${parent.name}.${responseName}: ${callOf(node)}`;
  const definition = definitionOf(parent, name);
  const type = definition && getNamedType(definition.type);
  if (definition === undefined || node.selectionSet === undefined || !isCompositeType(type)) return;
  const known = fields.get(key);
  if (known === undefined) fields.set(key, { name, responseName, node, definition, type, below: [node.selectionSet] });
  else known.below.push(node.selectionSet);
}

/** `friends(first: 3)` */
function callOf({ name, arguments: given = [] }: FieldNode): string {
  return `${name.value}(${given.map(print).sort().join()})`;
}

/** @returns undefined for `__schema` and `__type`, which are not fields of the type and have their own limits */
function definitionOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(parent) ? undefined : parent.getFields()[name];
}
