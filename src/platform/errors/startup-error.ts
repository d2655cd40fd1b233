/** The error that ends a start on purpose. */

/** The start failed. The message tells the operator what to do and is shown without a stack trace. */
export class StartupError extends Error {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'StartupError';
  }
}
