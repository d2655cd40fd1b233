/** What an audit event changed, field by field, computed from the record before and after. */
import type { AuditValues } from '../events/audit-event.js';
import { canonicalJson } from '../seals/chain-digest.js';

export interface FieldChange {
  readonly old: unknown;
  readonly new: unknown;
}

interface BeforeAndAfter {
  readonly oldValue: AuditValues | null;
  readonly newValue: AuditValues | null;
}

/** @returns the fields that differ, where absent equals null; null if the event holds neither record */
export function diffOf({ oldValue, newValue }: BeforeAndAfter): Readonly<Record<string, FieldChange>> | null {
  if (oldValue === null && newValue === null) return null;
  const names = new Set([...Object.keys(oldValue ?? {}), ...Object.keys(newValue ?? {})]);
  const changes = [...names].map((name) => [name, changeOf(oldValue, newValue, name)] as const);
  return Object.fromEntries(changes.filter(([, change]) => canonicalJson(change.old) !== canonicalJson(change.new)));
}

function changeOf(oldValue: AuditValues | null, newValue: AuditValues | null, name: string): FieldChange {
  return { old: fieldOf(oldValue, name), new: fieldOf(newValue, name) };
}

function fieldOf(values: AuditValues | null, name: string): unknown {
  return values !== null && Object.hasOwn(values, name) ? values[name] : null;
}
