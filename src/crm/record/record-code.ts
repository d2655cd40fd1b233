/** Codes of records as callers give them. */
import { readLookedUpText } from '../../platform/input/looked-up-text.js';

/** Characters of a code. */
export const MAX_CODE = 50;

/** @returns the code as it is stored @throws AppError VALIDATION_FAILED that names the argument */
export function readCode(code: string): string {
  return readLookedUpText(code, { form: 'code', max: MAX_CODE }, ['code']);
}
