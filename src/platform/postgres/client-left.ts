/** A read was given up because nobody waits for its answer any more. No fault of anybody: it is not logged. */
export class ClientLeftError extends Error {
  constructor() {
    super('The client has left.');
    this.name = 'ClientLeftError';
  }
}
