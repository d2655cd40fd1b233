/** What a `catch` may hold. */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** @returns the operating system's code of an error (`ENOENT` …), if it has one */
export function systemErrorCode(error: unknown): string | undefined {
  // No instanceof: errors of Node's own modules are of another realm inside a jest test.
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
