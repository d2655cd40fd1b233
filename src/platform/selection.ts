/** What a GraphQL document selects below a field: read once per document, so that a resolver fetches that and no more. */
import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** Selected field names, each with what is selected below it. Fields behind @skip/@include count as selected. */
export type Selection = ReadonlyMap<string, Selection>;

type MutableSelection = Map<string, MutableSelection>;

const selections = new WeakMap<readonly FieldNode[], Selection>();

/** @returns the selection below the field being resolved, merged over fragments and repetitions */
export function selectionOf(info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): Selection {
  let selection = selections.get(info.fieldNodes);
  if (!selection) {
    const merged: MutableSelection = new Map();
    for (const node of info.fieldNodes) collect(node.selectionSet, info.fragments, merged);
    selections.set(info.fieldNodes, (selection = merged));
  }
  return selection;
}

function collect(
  set: SelectionSetNode | undefined,
  fragments: GraphQLResolveInfo['fragments'],
  into: MutableSelection,
): void {
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) {
      const below = into.get(node.name.value) ?? new Map<string, MutableSelection>();
      into.set(node.name.value, below);
      collect(node.selectionSet, fragments, below);
    } else {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments[node.name.value];
      collect(fragment?.selectionSet, fragments, into);
    }
  }
}

const EMPTY: Selection = new Map();
const recordSelections = new WeakMap<Selection, Selection>();

/** What a connection's selection wants of its records, through `nodes` and through `edges { node }`. */
export function recordsOf(connection: Selection): Selection {
  let records = recordSelections.get(connection);
  if (!records) {
    const edges = connection.get('edges')?.get('node') ?? EMPTY;
    records = new Map([...(connection.get('nodes') ?? EMPTY), ...edges]);
    recordSelections.set(connection, records);
  }
  return records;
}
