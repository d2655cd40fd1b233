/** The outcome of COMMIT: committed, not committed, or unknown. A transaction is only retried when it is certainly not committed. */
import type { BatchOutcome } from '../platform/postgres/batch.js';
import { deniesCommit, isServerGoodbye } from '../platform/postgres/database-errors.js';

/** True when the answers to all statements have arrived and the last one is COMMIT, even if the connection is lost right after. */
export function hasCommitted({ results, failure, isConnectionLost }: BatchOutcome, statements: number): boolean {
  const isWhole = results.length === statements && results.at(-1)?.tag === 'COMMIT';
  return isWhole && (failure === undefined || isConnectionLost);
}

/**
 * True when COMMIT certainly did not happen: it was not sent, the server reported an error and kept the connection, or the server ended
 * the connection at an earlier statement. After a socket error the outcome is unknown.
 */
export function hasNotCommitted(
  { results, failure, isConnectionLost, isSent }: BatchOutcome,
  statements: number,
): boolean {
  if (failure === undefined || !isSent) return true;
  if (isServerGoodbye(failure)) return results.length < statements - 1;
  return !isConnectionLost && deniesCommit(failure);
}
