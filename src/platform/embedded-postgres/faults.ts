/** Explains faults of the embedded PostgreSQL to the operator. */
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

/** True when the output of PostgreSQL reports a full disk. */
export function tellsOfFullDisk(output: string): boolean {
  return /No space left on device|Disk quota exceeded|Check free disk space|wrote only \d+ of \d+ bytes/.test(output);
}

/** The error for a full disk. */
export function diskFull(folder: string, cause?: unknown): StartupError {
  return new StartupError(`The disk that holds ${folder} is full: free some space and start again.`, { cause });
}

/** The error for data that are missing or incomplete. */
export function dataGone(cluster: string): StartupError {
  return new StartupError(
    `The data of PostgreSQL in ${cluster} are gone or incomplete: put them back, or set another DATA_DIR.`,
  );
}

/** @param said the server's log output before it ended */
export function explainRejection(folder: { readonly root: string; readonly log: string }, said: string): StartupError {
  if (tellsOfFullDisk(said)) return diskFull(folder.root);
  const line = /(?:FATAL|PANIC): {2}(.*)/.exec(said)?.[1] ?? 'it ended without a word';
  return new StartupError(`PostgreSQL did not start (${line}): see ${folder.log}.`);
}

/**
 * Explains an error that occurred while the server was in use.
 * @returns an error with a sentence for the operator, or the error itself
 */
export function explainUse(
  folder: { readonly root: string; readonly log: string },
  server: { readonly said: string; readonly hasEnded: boolean },
  error: unknown,
): unknown {
  if (tellsOfFullDisk(server.said)) return diskFull(folder.root, error);
  if (error instanceof StartupError || !server.hasEnded) return error;
  return new StartupError(`PostgreSQL ended while it was in use: see ${folder.log}, then start again.`, {
    cause: error,
  });
}

/** @returns an error with a sentence for the operator if the operating system reported a fault of the folder, otherwise the error itself */
export function explainFault(dataDir: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir, error);
  if (error instanceof StartupError || code === undefined || !isOfFile(error)) return error;
  return new StartupError(`The data folder ${dataDir} ${whatIsWrong(code)}, or set another DATA_DIR.`, {
    cause: error,
  });
}

function isOfFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'path' in error;
}

function whatIsWrong(code: string): string {
  if (code === 'EROFS') return 'is read-only: make it writable';
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'is no folder: move away what is in its place';
  if (code === 'EACCES' || code === 'EPERM') return `cannot be used by this user (${code}): give it to this user`;
  return `cannot be used (${code}): look at it`;
}
