/** A wait that took as long as it may: for a free connection, or for an answer. Waiting once more would only take longer. */
export class WaitTimeoutError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WaitTimeoutError';
  }
}
