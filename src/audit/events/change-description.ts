/** The values of one changed entity before and after, under API names. */
import {
  ChangeSetType,
  ReferenceKind,
  type AnyEntity,
  type ChangeSet,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
} from '@mikro-orm/core';
import type { AuditEntityType } from './audit-entity-types.js';
import type { AuditValues, EventInput } from './audit-event.js';
import { actionFor, takeActionName } from './named-actions.js';

type Values = Readonly<Record<string, unknown>>;

/** Properties that the event has elsewhere, or that every change changes. */
const MECHANICAL = new Set(['tenantId', 'id', 'emailIdentity', 'searchPhone', 'createdAt', 'updatedAt', 'version']);
/** Properties that say whether a record is deleted. */
const DELETION = new Set(['deletedAt', 'deletedWith']);
/** Stands for the value of a secret column. */
const HIDDEN = '•••';

/** @returns undefined for an update without a visible change */
export function describeChange(
  recordType: AuditEntityType,
  change: ChangeSet<AnyEntity>,
  platform: Platform,
): EventInput | undefined {
  switch (change.type) {
    case ChangeSetType.CREATE:
      return eventInputOf(recordType, change, 'created', {
        newValue: withoutNulls(valuesAfter(change, changedProperties(change))),
      });
    case ChangeSetType.DELETE:
    case ChangeSetType.DELETE_EARLY:
      return eventInputOf(recordType, change, 'deleted', {
        oldValue: withoutNulls(valuesBefore(change, visibleProperties(change), platform)),
      });
    case ChangeSetType.UPDATE:
    case ChangeSetType.UPDATE_EARLY: {
      const changed = changedProperties(change);
      if (changed.length === 0) return undefined;
      const values = { oldValue: valuesBefore(change, changed, platform), newValue: valuesAfter(change, changed) };
      return { ...eventInputOf(recordType, change, verbOfUpdate(change), values), ...changedFieldsOf(changed) };
    }
  }
}

function eventInputOf(
  recordType: AuditEntityType,
  change: ChangeSet<AnyEntity>,
  verb: string,
  values: Pick<EventInput, 'oldValue' | 'newValue'>,
): EventInput {
  const entity: Values = change.entity;
  const name = takeActionName(change.entity);
  return {
    action: actionFor(recordType, name?.verb ?? verb),
    entityType: recordType,
    entityId: String(entity.id),
    ...values,
    ...(name?.metadata && { newValue: { ...values.newValue, ...name.metadata } }),
  };
}

/** Deleting is setting `deletedAt`, restoring is clearing it. */
function verbOfUpdate(change: ChangeSet<AnyEntity>): string {
  const before: Values = change.originalEntity ?? {};
  const after: Values = change.entity;
  const wasDeleted = Boolean(before.deletedAt);
  const isDeleted = Boolean(after.deletedAt);
  if (wasDeleted === isDeleted) return 'updated';
  return isDeleted ? 'deleted' : 'restored';
}

const visible = new WeakMap<EntityMetadata, readonly EntityProperty[]>();

/** In the order of their API names, as the digest of the event needs them. */
function visibleProperties({ meta }: ChangeSet<AnyEntity>): readonly EntityProperty[] {
  let found = visible.get(meta);
  if (!found) {
    const properties: Readonly<Record<string, EntityProperty>> = meta.properties;
    found = Object.values(properties).filter(({ name }) => !MECHANICAL.has(name));
    visible.set(meta, (found = found.toSorted((a, b) => (columnOf(a) < columnOf(b) ? -1 : 1))));
  }
  return found;
}

function changedProperties(change: ChangeSet<AnyEntity>): EntityProperty[] {
  return visibleProperties(change).filter(({ name }) => name in change.payload);
}

/** Nothing for a deletion or a restoration, which are no changes of fields. */
function changedFieldsOf(changed: readonly EntityProperty[]): Pick<EventInput, 'changedFields'> {
  const changedFields = changed.filter(({ name }) => !DELETION.has(name)).map(columnOf);
  return changedFields.length === 0 ? {} : { changedFields };
}

function valuesBefore(
  change: ChangeSet<AnyEntity>,
  properties: readonly EntityProperty[],
  platform: Platform,
): AuditValues {
  const before: Values = change.originalEntity ?? {};
  return toApiValues(properties, ({ name, customType }) => {
    const stored = before[name];
    // The ORM's snapshot holds values in the form that is sent to the database.
    return customType && stored !== null && stored !== undefined
      ? customType.convertToJSValue(stored, platform)
      : stored;
  });
}

function valuesAfter(change: ChangeSet<AnyEntity>, properties: readonly EntityProperty[]): AuditValues {
  const entity: Values = change.entity;
  const payload: Values = change.payload;
  return toApiValues(properties, ({ name, kind }) => (kind === ReferenceKind.SCALAR ? entity[name] : payload[name]));
}

/** The REST name is the column's name; for a composite reference, the name of the last column, after the tenant's. */
function columnOf({ name, fieldNames }: EntityProperty): string {
  return fieldNames.at(-1) ?? name;
}

function toApiValues(properties: readonly EntityProperty[], read: (property: EntityProperty) => unknown): AuditValues {
  const values: Record<string, unknown> = {};
  for (const property of properties) {
    const value = read(property) ?? null;
    values[columnOf(property)] = property.hidden && value !== null ? HIDDEN : value;
  }
  return values;
}

function withoutNulls(values: AuditValues): AuditValues {
  const present: Record<string, unknown> = {};
  for (const name in values) if (values[name] !== null) present[name] = values[name];
  return present;
}
