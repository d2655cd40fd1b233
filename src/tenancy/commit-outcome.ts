/** The outcome of a message that commits: committed, not committed, or unknown. A transaction is only retried when it is certainly not committed. */
import type { BatchOutcome } from '../platform/postgres/batch.js';
import { deniesCommit, isServerGoodbye } from '../platform/postgres/database-errors.js';

export interface CommitMessage {
  /** The number of statements of the message. */
  readonly statements: number;
  /** Its last statement is not COMMIT: the server commits at the end of the message, and says that it is ready only afterwards. */
  readonly isWhole: boolean;
}

/**
 * True when the answers to all statements have arrived and the last one is COMMIT, even if the connection is lost right after; for a
 * whole transaction, when the server is ready again as well.
 */
export function hasCommitted(
  { results, failure, isConnectionLost }: BatchOutcome,
  { statements, isWhole }: CommitMessage,
): boolean {
  if (results.length !== statements) return false;
  if (isWhole) return failure === undefined;
  return results.at(-1)?.tag === 'COMMIT' && (failure === undefined || isConnectionLost);
}

/**
 * True when COMMIT certainly did not happen: it was not sent, the server reported an error and kept the connection, or the server ended
 * the connection at an earlier statement. After a socket error the outcome is unknown.
 */
export function hasNotCommitted(
  { results, failure, isConnectionLost, isSent }: BatchOutcome,
  { statements, isWhole }: CommitMessage,
): boolean {
  if (failure === undefined || !isSent) return true;
  if (isServerGoodbye(failure)) return results.length < (isWhole ? statements : statements - 1);
  return !isConnectionLost && deniesCommit(failure);
}
