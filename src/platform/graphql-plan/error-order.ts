/** Sorts errors by the position of their fields in the document, not by time: clients show the first one, and tests compare answers. */
import type { FieldNode, GraphQLError, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { fieldsOf, type Fragments } from '../graphql-schema/fragments.js';
import { getOrMake } from '../values/get-or-make.js';

/** The response names of a selection in the order of their first mention, each with its nodes. */
type Fields = ReadonlyMap<string, { readonly index: number; readonly nodes: readonly FieldNode[] }>;
type MutableFields = Map<string, { readonly index: number; readonly nodes: FieldNode[] }>;

/** @returns the same errors, sorted: list items by index, an error before those below it */
export function inDocumentOrder(
  errors: readonly GraphQLError[],
  operation: OperationDefinitionNode,
  fragments: Fragments,
): readonly GraphQLError[] {
  if (errors.length < 2) return errors;
  const places = new Places(operation, fragments);
  const placed = errors.map((error) => ({ error, place: places.of(error.path ?? []) }));
  return placed.sort((one, other) => compare(one.place, other.place)).map(({ error }) => error);
}

function compare(one: readonly number[], other: readonly number[]): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** The positions of the fields of a document. */
class Places {
  private readonly root: Fields;
  private readonly below = new Map<readonly FieldNode[], Fields>();

  constructor(
    { selectionSet }: OperationDefinitionNode,
    private readonly fragments: Fragments,
  ) {
    this.root = this.collect([selectionSet]);
  }

  /** One number for each step of the path: a field's position in its selection, or a list item's index. */
  of(path: readonly (string | number)[]): readonly number[] {
    let fields: Fields = this.root;
    return path.map((key) => {
      if (typeof key === 'number') return key;
      const field = fields.get(key);
      fields = field === undefined ? new Map() : this.fieldsBelow(field.nodes);
      return field?.index ?? 0;
    });
  }

  private fieldsBelow(nodes: readonly FieldNode[]): Fields {
    return getOrMake(this.below, nodes, () => this.collect(nodes.map(({ selectionSet }) => selectionSet)));
  }

  /** Ignores type conditions: they do not change the order of the fields that apply to one type. */
  private collect(sets: readonly (SelectionSetNode | undefined)[]): Fields {
    const fields: MutableFields = new Map();
    for (const node of fieldsOf(sets, this.fragments)) addField(fields, node);
    return fields;
  }
}

function addField(fields: MutableFields, node: FieldNode): void {
  const name = (node.alias ?? node.name).value;
  const field = fields.get(name) ?? { index: fields.size, nodes: [] };
  field.nodes.push(node);
  fields.set(name, field);
}
