/** What a change does beside its own record: payloads tell it, and the replay of an Idempotency-Key repeats it. */
import type { Language } from '../../platform/errors/errors.js';
import { toWarning, type Warning, type WarningDetails } from '../../platform/errors/warning-catalogue.js';

/** Records that went or came back with the record of the change, by their collection. */
export type RelatedCounts = Readonly<Record<string, number>>;

/** A second record that the change has altered. */
export interface OtherRecord {
  readonly id: string;
  /** As the change left it. Without it the record is read again: a replay has nothing else. */
  readonly row?: object;
}

/** Filled while a transaction runs; each attempt of a retried transaction has its own. */
export interface ChangeEffects {
  /** Whether anything that an audit event tells was changed. */
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
  /** False where the record was as wanted already. */
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

/** @param stored a key that was stored before effects were has none */
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
  return { record, changed, warnings: warnings.map((facts) => toWarning(facts, language)), counts, other };
}
