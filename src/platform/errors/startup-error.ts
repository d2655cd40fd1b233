/** The one kind of fault that ends a start on purpose. */

/** A start that cannot go on: one plain sentence for the operator that says what to do, shown without a stack. */
export class StartupError extends Error {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'StartupError';
  }
}
