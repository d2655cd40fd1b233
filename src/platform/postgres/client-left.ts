/** Thrown when a read is given up because its client has disconnected. It is not logged. */
export class ClientLeftError extends Error {
  constructor() {
    super('The client has left.');
    this.name = 'ClientLeftError';
  }
}
