/** The start failed. The message tells the operator what to do and is shown without a stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
