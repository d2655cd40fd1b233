/** A wait that took as long as it may: for a free connection, or for an answer. Waiting once more would only take longer. */
export class WaitTimeoutError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WaitTimeoutError';
  }
}

/** How long any answer of the database may take: more than the server's own limit for a statement, so that only silence reaches it. Milliseconds. */
export const ANSWER_TIMEOUT_MS = 6500;
