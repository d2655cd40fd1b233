/** The fields of a selection that yield objects, with the fragments written out and equal response names joined. */
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

/** One field with everything that the document selects below it. */
export interface SelectedField {
  readonly name: string;
  readonly responseName: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly type: GraphQLCompositeType;
  readonly below: readonly SelectionSetNode[];
}

/**
 * Types are told apart: a field of two types of a union is two fields, which errs on the expensive side of a cost. So are arguments:
 * sets of different places in the document may use one name for two fields.
 */
export type SelectFields = (type: GraphQLCompositeType, sets: readonly SelectionSetNode[]) => readonly SelectedField[];

interface Growing extends SelectedField {
  readonly below: SelectionSetNode[];
}

/** @returns a function that reads selections of one document */
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

/** `__schema` and `__type` are no fields of the type: they have limits of their own. */
function definitionOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(parent) ? undefined : parent.getFields()[name];
}
