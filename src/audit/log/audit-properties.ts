/** What must be read of an audit event for a selection. */
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { AUDIT_EVENT_PROPERTIES, type AuditEventProperty } from './audit-log.query.js';

/** Read beside the selected fields: what cursors hold, and what computed fields are made of. */
const ALWAYS: readonly AuditEventProperty[] = ['id', 'createdAt'];
const MADE_OF: Readonly<Record<string, readonly AuditEventProperty[]>> = {
  actor: ['userId'],
  changes: ['entityType', 'oldValue', 'newValue'],
};

const selectedProperties = new WeakMap<Selection, readonly AuditEventProperty[]>();

/** @returns the same list for the same selection */
export function propertiesFor(selection: Selection): readonly AuditEventProperty[] {
  let properties = selectedProperties.get(selection);
  if (!properties) {
    const needed = Object.entries(MADE_OF).flatMap(([field, parts]) => (selection.has(field) ? parts : []));
    properties = AUDIT_EVENT_PROPERTIES.filter(
      (name) => ALWAYS.includes(name) || selection.has(name) || needed.includes(name),
    );
    selectedProperties.set(selection, properties);
  }
  return properties;
}
