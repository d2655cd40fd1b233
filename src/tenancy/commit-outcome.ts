/** What a message that ends in COMMIT tells about it: done, not done, or not known. Only what is certainly not done is tried again. */
import type { BatchOutcome } from '../platform/postgres/batch.js';
import { deniesCommit, isServerGoodbye } from '../platform/postgres/database-errors.js';

/** Whether the tag of COMMIT was seen, with all that went before it. Seen counts: the connection may be lost right after it. */
export function hasCommitted({ results, failure, isConnectionLost }: BatchOutcome, statements: number): boolean {
  const isWhole = results.length === statements && results.at(-1)?.tag === 'COMMIT';
  return isWhole && (failure === undefined || isConnectionLost);
}

/**
 * Whether COMMIT certainly did not happen: it never went out, the server says so and lives on, or the server ended the connection at a
 * statement before it. What a server says comes in order, so a broken socket tells nothing.
 */
export function hasNotCommitted(
  { results, failure, isConnectionLost, isSent }: BatchOutcome,
  statements: number,
): boolean {
  if (failure === undefined || !isSent) return true;
  if (isServerGoodbye(failure)) return results.length < statements - 1;
  return !isConnectionLost && deniesCommit(failure);
}
