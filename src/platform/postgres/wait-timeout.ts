/** Thrown when a wait for a connection or for an answer reached its limit. It is not retried. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
}

/** Time limit for answers of the database; milliseconds. The server's own limit is shorter, so only a silent server reaches it. */
export const ANSWER_TIMEOUT_MS = 6500;
