/** Thrown when a read is given up because its client has disconnected. It is not logged. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError';
  override readonly message = 'The client has left.';
}
