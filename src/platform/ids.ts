/** Identifiers that the service makes. */
import { v7 } from 'uuid';

/** UUID v7: ordered by time, so that new rows stand together in every index. Lower case. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text has the shape of a UUID, in any case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
