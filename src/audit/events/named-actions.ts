/** More precise actions than "updated", named by the service that knows what happened. */
import type { AuditAction, AuditValues } from './audit-event.js';

interface NamedAction {
  /** A verb for the record's type (`converted`), or a whole action (`auth.password_changed`). */
  readonly verb: string;
  readonly metadata: AuditValues;
}

const names = new WeakMap<object, NamedAction>();

/**
 * Names what the next flush does to this entity. If the flush does not change the entity, there is no event.
 * @param verb `converted`, or with a dot a whole action such as `auth.password_changed`
 * @param metadata added to the event's `new_value`, e.g. how many records were deleted with it
 */
export function nameAction(entity: object, verb: string, metadata: AuditValues = {}): void {
  names.set(entity, { verb, metadata });
}

/** The name that a service gave; the next call returns undefined. */
export function takeActionName(entity: object): NamedAction | undefined {
  const name = names.get(entity);
  names.delete(entity);
  return name;
}

/** `converted` of a `customer` → `customer.converted`; a verb with a dot is already a whole action. */
export function actionFor(recordType: string, verb: string): AuditAction {
  return isWholeAction(verb) ? verb : `${recordType}.${verb}`;
}

function isWholeAction(verb: string): verb is AuditAction {
  return verb.includes('.');
}
