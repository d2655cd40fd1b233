/** Measures a document as if its fragments were expanded. */
import { Kind, visit, type DocumentNode, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../graphql-schema/fragments.js';

/** Measures of a document; all are counts. */
export interface Structure {
  readonly definitions: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly depth: number;
  /** Selections with all fragments expanded, `__typename` included. */
  readonly selections: number;
  readonly introspectionDepth: number;
  /** Nested lists of the introspection schema: `types { fields { args } }` has three. */
  readonly introspectionLists: number;
  /** Nesting of lists and objects in a literal. Variables have the limit of JSON bodies. */
  readonly valueDepth: number;
}

/** Measures of a selection set with its fragments expanded. */
interface Extent {
  readonly selections: number;
  readonly fields: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  /** Nested fields with the name of an introspection list. They only count below `__schema` and `__type`. */
  readonly lists: number;
  readonly introspectionLists: number;
}

const NOTHING: Extent = { selections: 0, fields: 0, depth: 0, introspectionDepth: 0, lists: 0, introspectionLists: 0 };
const INTROSPECTION_ROOTS: ReadonlySet<string> = new Set(['__schema', '__type']);
const INTROSPECTION_LISTS: ReadonlySet<string> = new Set([
  'types',
  'fields',
  'args',
  'inputFields',
  'enumValues',
  'interfaces',
  'possibleTypes',
  'directives',
]);

export function measureStructure(document: DocumentNode): Structure {
  const { aliases, valueDepth } = measureNodes(document);
  const extentOf = createMeter(document);
  const extents = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [extentOf(definition.selectionSet)] : [],
  );
  const most = (of: (extent: Extent) => number) => Math.max(0, ...extents.map(of));
  return {
    definitions: document.definitions.length,
    aliases,
    rootFields: most(({ fields }) => fields),
    depth: most(({ depth }) => depth),
    selections: most(({ selections }) => selections),
    introspectionDepth: most(({ introspectionDepth }) => introspectionDepth),
    introspectionLists: most(({ introspectionLists }) => introspectionLists),
    valueDepth,
  };
}

function measureNodes(document: DocumentNode): { aliases: number; valueDepth: number } {
  let [aliases, depth, valueDepth] = [0, 0, 0];
  const nested = {
    enter: () => {
      depth += 1;
      valueDepth = Math.max(valueDepth, depth);
    },
    leave: () => {
      depth -= 1;
    },
  };
  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) aliases += 1;
    },
    ListValue: nested,
    ObjectValue: nested,
  });
  return { aliases, valueDepth };
}

/** Measures each fragment once, however often it is spread: the work grows with the text, not with its expansion. */
function createMeter(document: DocumentNode): (selectionSet: SelectionSetNode) => Extent {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Extent>();

  function ofSet(selectionSet: SelectionSetNode | undefined): Extent {
    return (selectionSet?.selections ?? []).map(ofSelection).reduce(together, NOTHING);
  }

  function ofSelection(selection: SelectionNode): Extent {
    if (selection.kind === Kind.FIELD) return fieldAround(selection, ofSet(selection.selectionSet));
    if (selection.kind === Kind.INLINE_FRAGMENT) return inlineFragmentAround(ofSet(selection.selectionSet));
    const inside = ofFragment(selection.name.value);
    return { ...inside, selections: inside.selections + 1 };
  }

  function ofFragment(name: string): Extent {
    let extent = known.get(name);
    if (extent === undefined) {
      // Ends the recursion for a fragment that spreads itself, which validation rejects later.
      known.set(name, NOTHING);
      extent = ofSet(fragments[name]?.selectionSet);
      known.set(name, extent);
    }
    return extent;
  }

  return ofSet;
}

function fieldAround({ name: { value: name } }: FieldNode, inside: Extent): Extent {
  const depth = Math.max(inside.depth, inside.introspectionDepth) + 1;
  const isIntrospection = INTROSPECTION_ROOTS.has(name);
  return {
    selections: inside.selections + 1,
    fields: 1,
    depth: isIntrospection ? 0 : depth,
    introspectionDepth: isIntrospection ? depth : 0,
    lists: inside.lists + (INTROSPECTION_LISTS.has(name) ? 1 : 0),
    introspectionLists: isIntrospection ? inside.lists : 0,
  };
}

/**
 * An inline fragment adds a level, as a field does: parsing, validation and execution recurse into both. A spread adds none, so that
 * clients may compose a document of many small fragments. The limit of definitions bounds the depth of spreads.
 */
function inlineFragmentAround(inside: Extent): Extent {
  const { selections, depth, introspectionDepth } = inside;
  return {
    ...inside,
    selections: selections + 1,
    depth: depth + 1,
    introspectionDepth: introspectionDepth === 0 ? 0 : introspectionDepth + 1,
  };
}

function together(one: Extent, other: Extent): Extent {
  return {
    selections: one.selections + other.selections,
    fields: one.fields + other.fields,
    depth: Math.max(one.depth, other.depth),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    lists: Math.max(one.lists, other.lists),
    introspectionLists: Math.max(one.introspectionLists, other.introspectionLists),
  };
}
