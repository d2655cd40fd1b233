/** The effects of a change beyond its own record. Payloads report them, and the replay of an Idempotency-Key repeats them. */
import type { Language } from '../../platform/errors/errors.js';
import { toWarning, type Warning, type WarningDetails } from '../../platform/errors/warning-catalogue.js';

/** How many records were deleted or restored with the record, by collection. */
export type RelatedCounts = Readonly<Record<string, number>>;

/** A second record that the change has altered. */
export interface OtherRecord {
  readonly id: string;
  /** The row after the change. Without it the record is read again, as in a replay. */
  readonly row?: object;
}

/** Filled while a transaction runs. Each attempt of a retried transaction starts anew. */
export interface ChangeEffects {
  /** Whether anything changed that has an audit event. */
  changed: boolean;
  warnings: readonly WarningDetails[];
  counts?: RelatedCounts;
  other?: OtherRecord;
}

/** What is stored with an Idempotency-Key, as JSON. */
export interface StoredEffects extends Readonly<Pick<ChangeEffects, 'changed' | 'warnings' | 'counts'>> {
  readonly otherId?: string;
}

/** What a change answers with. */
export interface Changed<Row> {
  readonly record: Row;
  /** False if the record already had the requested values. */
  readonly changed: boolean;
  readonly warnings: readonly Warning[];
  readonly counts: RelatedCounts | undefined;
  readonly other: OtherRecord | undefined;
}

export function noEffects(): ChangeEffects {
  return { changed: false, warnings: [] };
}

export function toStoredEffects({ changed, warnings, counts, other }: ChangeEffects): StoredEffects {
  return { changed, warnings, ...(counts && { counts }), ...(other && { otherId: other.id }) };
}

/** A key stored by an earlier version has no effects. */
export function fromStoredEffects({ changed, warnings, counts, otherId }: Partial<StoredEffects>): ChangeEffects {
  return {
    changed: changed ?? true,
    warnings: warnings ?? [],
    ...(counts && { counts }),
    ...(otherId !== undefined && { other: { id: otherId } }),
  };
}

export function toChanged<Row>(record: Row, effects: ChangeEffects, language: Language): Changed<Row> {
  const { changed, warnings, counts, other } = effects;
  return { record, changed, warnings: warnings.map((details) => toWarning(details, language)), counts, other };
}
