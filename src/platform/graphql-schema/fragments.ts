/** The fields of a selection with its fragments expanded. All code that walks a document reads fragments here. */
import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** An inline fragment, or the fragment that a spread names. */
export type FragmentNode = FragmentDefinitionNode | InlineFragmentNode;

/** The fragments by name. The object has no prototype, because a fragment may be called `constructor`. */
export function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>; // TypeScript calls it any
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

export interface FieldVisitor<Scope> {
  readonly field: (node: FieldNode, scope: Scope) => void;
  /** @returns the scope inside the fragment; undefined leaves it out */
  readonly enter: (fragment: FragmentNode, scope: Scope, selection: SelectionNode) => Scope | undefined;
}

type Sets = readonly (SelectionSetNode | undefined)[];

/** Visits the fields of several selection sets in document order. A named fragment is visited once, as in graphql-js. */
export function visitFields<Scope>(sets: Sets, fragments: Fragments, visitor: FieldVisitor<Scope>, scope: Scope): void {
  const visited = new Set<string>();
  for (const set of sets) visitSet(set, scope);

  function visitSet(set: SelectionSetNode | undefined, inside: Scope): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) visitor.field(selection, inside);
      else visitFragment(selection, inside);
    }
  }

  function visitFragment(selection: Exclude<SelectionNode, FieldNode>, around: Scope): void {
    const name = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    if (fragment === undefined || (name !== undefined && visited.has(name))) return;
    const inside = visitor.enter(fragment, around, selection);
    if (inside === undefined) return;
    if (name !== undefined) visited.add(name);
    visitSet(fragment.selectionSet, inside);
  }
}

/** @param enters whether to include the fields of a fragment */
export function fieldsOf(
  sets: Sets,
  fragments: Fragments,
  enters: (fragment: FragmentNode, selection: SelectionNode) => boolean = () => true,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const visitor: FieldVisitor<true> = {
    field: (node) => fields.push(node),
    enter: (fragment, _scope, selection) => enters(fragment, selection) || undefined,
  };
  visitFields(sets, fragments, visitor, true);
  return fields;
}
