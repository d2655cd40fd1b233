/** Better words for a change than "updated", said by the service that knows what happened. */
import type { AuditAction, AuditValues } from './audit-event.js';

interface NamedAction {
  /** A word for the record's type (`converted`), or a whole action (`auth.password_changed`). */
  readonly word: string;
  readonly metadata: AuditValues;
}

const names = new WeakMap<object, NamedAction>();

/**
 * Names what the next flush does to this entity. Without a change there is no event, whatever its name.
 * @param word `converted`, or with a dot a whole action such as `auth.password_changed`
 * @param metadata added to the event's `new_value`, e.g. how many records a delete took along
 */
export function nameAction(entity: object, word: string, metadata: AuditValues = {}): void {
  names.set(entity, { word, metadata });
}

/** The name that a service gave, once. */
export function takeActionName(entity: object): NamedAction | undefined {
  const name = names.get(entity);
  names.delete(entity);
  return name;
}

/** `converted` of a `customer` → `customer.converted`; a word with a dot is an action already. */
export function actionFor(recordType: string, word: string): AuditAction {
  return isWholeAction(word) ? word : `${recordType}.${word}`;
}

function isWholeAction(word: string): word is AuditAction {
  return word.includes('.');
}
