/** What an audit event changed, under GraphQL's names. */
import type { MetadataStorage } from '@mikro-orm/core';
import { toFieldName, toRestName } from '../../platform/values/text.js';
import { diffOf } from './audit-diff.js';
import type { AuditEventRow } from './audit-log.query.js';

/** One field that the event changed. */
export interface FieldChange {
  readonly field: string;
  /** JSON values; null where there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** More than any record has fields, plus the metadata of its event. */
export const MAX_CHANGES = 50;

type Names = ReadonlyMap<string, string>;

/** Record type → column → field. */
const knownNames = new WeakMap<MetadataStorage, ReadonlyMap<string, Names>>();

function namesOf(metadata: MetadataStorage, entityType: string): Names | undefined {
  let names = knownNames.get(metadata);
  if (!names) knownNames.set(metadata, (names = readNames(metadata)));
  return names.get(entityType);
}

/** Events name a record by its entity, and a field by its column; of several columns by the last one, after the tenant's. */
function readNames(metadata: MetadataStorage): ReadonlyMap<string, Names> {
  return new Map(
    [...metadata.getAll().values()].map(({ className, props }) => [
      toRestName(className.charAt(0).toLowerCase() + className.slice(1)),
      new Map(props.map(({ name, fieldNames }) => [fieldNames.at(-1) ?? name, name])),
    ]),
  );
}

/** @returns the names of fields, from those of their columns */
export function fieldNamesOf(metadata: MetadataStorage, entityType: string, columns: readonly string[]): string[] {
  const names = namesOf(metadata, entityType);
  return columns.map((column) => names?.get(column) ?? toFieldName(column));
}

/** @returns the fields that differ; none for an event without values. Metadata, which are no fields, get names in the same style */
export function changesOf(metadata: MetadataStorage, event: AuditEventRow): readonly FieldChange[] {
  const names = namesOf(metadata, event.entityType);
  return Object.entries(diffOf(event) ?? {}).map(([column, change]) => ({
    field: names?.get(column) ?? toFieldName(column),
    before: change.old,
    after: change.new,
  }));
}
