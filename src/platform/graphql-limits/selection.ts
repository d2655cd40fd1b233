/** The fields of a selection that yield objects, with the fragments written out and equal response names joined. */
import {
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  print,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';

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

interface Collection {
  readonly fields: Map<string, Growing>;
  readonly visited: Set<string>;
}

/** @returns a function that reads selections of one document */
export function createFieldSelector(schema: GraphQLSchema, document: DocumentNode): SelectFields {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }

  function collect(type: GraphQLCompositeType, { selections }: SelectionSetNode, into: Collection): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) addField(type, selection, into.fields);
      else collectFragment(type, selection, into);
    }
  }

  function collectFragment(
    type: GraphQLCompositeType,
    spread: FragmentSpreadNode | InlineFragmentNode,
    into: Collection,
  ) {
    const fragment = spread.kind === Kind.INLINE_FRAGMENT ? spread : unvisited(spread.name.value, into.visited);
    if (fragment === undefined) return;
    const condition = fragment.typeCondition && typeFromAST(schema, fragment.typeCondition);
    collect(isCompositeType(condition) ? condition : type, fragment.selectionSet, into);
  }

  function unvisited(name: string, visited: Set<string>): FragmentDefinitionNode | undefined {
    if (visited.has(name)) return undefined;
    visited.add(name);
    return fragments.get(name);
  }

  return (type, sets) => {
    const into: Collection = { fields: new Map(), visited: new Set() };
    for (const set of sets) collect(type, set, into);
    return [...into.fields.values()];
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
