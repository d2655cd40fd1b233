/** The fields that a document selects below a field. They are read once per document; resolvers fetch only these. */
import {
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { fieldsOf, type FragmentNode, type Fragments } from './fragments.js';
import { getOrMake } from '../values/get-or-make.js';
import { countKept } from './kept-bytes.js';

/** Names of the selected fields, each with the selection below it. Fields with @skip or @include count as selected. */
export type Selection = ReadonlyMap<string, Selection>;

type MutableSelection = Map<string, MutableSelection>;

type SelectedInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'operation'>;

const selections = new WeakMap<readonly FieldNode[], Selection>();

/** Memory per field of a selection: its map, and the entries that lists cache for it. Measured: 200. */
const BYTES_PER_FIELD = 300;

/** @returns the selection below the field being resolved; fragments and repeated fields are merged */
export function selectionOf(info: SelectedInfo): Selection {
  return getOrMake(selections, info.fieldNodes, () => readSelection(info));
}

const typedSelections = new WeakMap<readonly FieldNode[], Map<string, Selection>>();

/**
 * Like `selectionOf`, for a field whose type is an interface: the selection on one object type, without fragments on other types.
 * @param typeName of an object type
 */
export function selectionOnType(info: SelectedInfo & Pick<GraphQLResolveInfo, 'schema'>, typeName: string): Selection {
  const ofField = getOrMake(typedSelections, info.fieldNodes, () => new Map<string, Selection>());
  return getOrMake(ofField, typeName, () =>
    readSelection(
      info,
      ({ typeCondition }) => typeCondition === undefined || isOfType(info.schema, typeName, typeCondition.name.value),
    ),
  );
}

function readSelection(
  { fieldNodes, fragments, operation }: SelectedInfo,
  applies?: (fragment: FragmentNode) => boolean,
): Selection {
  const selection: MutableSelection = new Map();
  const sets = fieldNodes.map(({ selectionSet }) => selectionSet);
  collect(sets, fragments, selection, applies);
  countKept(operation, BYTES_PER_FIELD * (1 + countFields(selection)));
  return selection;
}

function countFields(selection: Selection): number {
  let count = selection.size;
  for (const below of selection.values()) count += countFields(below);
  return count;
}

function isOfType(schema: GraphQLSchema, typeName: string, condition: string): boolean {
  const [type, wanted] = [schema.getType(typeName), schema.getType(condition)];
  return condition === typeName || (isAbstractType(wanted) && isObjectType(type) && schema.isSubType(wanted, type));
}

/** @param applies whether to include a fragment of these sets; fragments in nested selections are always included */
function collect(
  sets: readonly (SelectionSetNode | undefined)[],
  fragments: Fragments,
  into: MutableSelection,
  applies?: (fragment: FragmentNode) => boolean,
): void {
  for (const { name, selectionSet } of fieldsOf(sets, fragments, applies)) {
    const below = into.get(name.value) ?? new Map<string, MutableSelection>();
    into.set(name.value, below);
    collect([selectionSet], fragments, below);
  }
}

const EMPTY: Selection = new Map();
const recordSelections = new WeakMap<Selection, Selection>();

/** The fields that a connection's selection selects on its records, through `nodes` and `edges { node }`. */
export function recordsOf(connection: Selection): Selection {
  return getOrMake(recordSelections, connection, () => {
    const edges = connection.get('edges')?.get('node') ?? EMPTY;
    return new Map([...(connection.get('nodes') ?? EMPTY), ...edges]);
  });
}
