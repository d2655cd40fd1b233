/** What an answer really held, at the prices of its document: the plan by which it is counted, made when somebody asks. */
import type { GraphQLCompositeType, SelectionSetNode } from 'graphql';
import { kindOf, planField, readConnection, type FieldKind, type PricedField } from './cost-plan.js';
import type { SelectedField, SelectFields } from './selection.js';

/** A field of the answer that holds objects. Each place of the answer is counted by what the document selects at that place. */
export interface CountedField {
  readonly responseName: string;
  readonly kind: FieldKind;
  /** Of an object or a list: names below it. */
  readonly rows: readonly CountedName[];
  /** Of a connection: the same rows, by each way that the document takes. */
  readonly paths: readonly CountedPath[];
  /** Of a connection: names next to its rows. */
  readonly beside: readonly CountedName[];
}

interface CountedPath {
  readonly list: string;
  readonly node: string | undefined;
  readonly rows: readonly CountedName[];
}

/** A name in the answer, and the fields that it may stand for: several where an object may be of several types. */
export type CountedName = readonly CountedAlternative[];

interface CountedAlternative {
  readonly field: CountedField;
  /** Which type it is an answer does not tell; so much it costs at most if it is this one. Absent where there is no other. */
  readonly price?: PricedField;
}

/** What is counted of a type. */
export function planCounts(
  select: SelectFields,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): readonly CountedName[] {
  return namesOf(select, select(type, sets));
}

function namesOf(select: SelectFields, fields: readonly SelectedField[]): readonly CountedName[] {
  const byName = Map.groupBy(fields, ({ responseName }) => responseName);
  return [...byName.values()].map((alternatives) =>
    alternatives.map((field) => ({
      field: countField(select, field),
      ...(alternatives.length > 1 && { price: planField(select, field) }),
    })),
  );
}

function countField(select: SelectFields, field: SelectedField): CountedField {
  const { responseName, type, below } = field;
  const kind = kindOf(field);
  if (kind !== 'connection')
    return { responseName, kind, rows: planCounts(select, type, below), paths: [], beside: [] };
  const { paths, beside } = readConnection(select, field);
  return {
    responseName,
    kind,
    rows: [],
    paths: paths.map(({ list, node, rows }) => ({ list, node, rows: planCounts(select, rows.type, rows.below) })),
    beside: namesOf(select, beside),
  };
}
