/** Identifiers that the service makes. */
import { v7 } from 'uuid';
import { validationError, type Sentence } from '../errors/errors.js';
import { randomBytes } from './random-bytes.js';

let lastMsecs = 0;
let seq = 0;

/** UUID v7 in lower case. Ids of one process are ordered as they were made, so new rows are neighbours in every index. */
export function newId(): string {
  const random = randomBytes(16);
  const now = Date.now();
  if (now > lastMsecs) {
    lastMsecs = now;
    // Half of the 32 bits, which leaves room to count up within a millisecond.
    seq = random.readUInt32BE(6) >>> 1;
  } else seq = (seq + 1) >>> 0;
  return v7({ random, msecs: lastMsecs, seq });
}

/** @returns when an id of `newId` was made; milliseconds since 1970 */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text has the form of a UUID, in any case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** @returns the id in lower case; undefined for a value that is not a UUID */
export function findUuid(value: unknown): string | undefined {
  return typeof value === 'string' && isUuid(value) ? value.toLowerCase() : undefined;
}

export const NOT_AN_ID: Sentence = { fr: "Ce n'est pas un identifiant (UUID).", en: 'This is not an id (UUID).' };

/** @returns the id in lower case @throws AppError VALIDATION_FAILED that names the argument */
export function requireUuid(text: string, path: readonly string[]): string {
  if (!isUuid(text)) throw validationError([{ path, code: 'INVALID_UUID', message: NOT_AN_ID }]);
  return text.toLowerCase();
}
