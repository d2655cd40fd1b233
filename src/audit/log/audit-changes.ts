/** What an audit event changed, in the names of GraphQL. */
import type { MetadataStorage } from '@mikro-orm/core';
import { toFieldName } from '../../platform/values/text.js';
import { diffOf } from './audit-diff.js';
import type { AuditEventRow } from './audit-log.query.js';

/** One field that the event changed. */
export interface FieldChange {
  readonly field: string;
  /** JSON values; null where there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** More than any record has fields, and its event facts beside them. */
export const MAX_CHANGES = 50;

type Names = ReadonlyMap<string, string>;

/** Word of the record type → column → field. */
const knownNames = new WeakMap<MetadataStorage, ReadonlyMap<string, Names>>();

function namesOf(metadata: MetadataStorage, entityType: string): Names | undefined {
  let names = knownNames.get(metadata);
  if (!names) knownNames.set(metadata, (names = readNames(metadata)));
  return names.get(entityType);
}

/** Events call a record by its entity's name, and its fields by their columns: the last of several, after the tenant's. */
function readNames(metadata: MetadataStorage): ReadonlyMap<string, Names> {
  return new Map(
    [...metadata.getAll().values()].map(({ className, props }) => [
      className.toLowerCase(),
      new Map(props.map(({ name, fieldNames }) => [fieldNames.at(-1) ?? name, name])),
    ]),
  );
}

/** @returns the fields that differ, none for an event that holds no values; what is no field of the record is named alike */
export function changesOf(metadata: MetadataStorage, event: AuditEventRow): readonly FieldChange[] {
  const names = namesOf(metadata, event.entityType);
  return Object.entries(diffOf(event) ?? {}).map(([column, change]) => ({
    field: names?.get(column) ?? toFieldName(column),
    before: change.old,
    after: change.new,
  }));
}
