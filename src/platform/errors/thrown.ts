/** Reading values of unknown type from a `catch`. */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** @returns the operating system's code of an error (`ENOENT` …), if it has one */
export function systemErrorCode(error: unknown): string | undefined {
  // No instanceof: inside jest, errors of Node's own modules come from another realm.
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
