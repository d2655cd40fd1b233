/** Codes of records in arguments and parameters. */
import { TextField } from '../../platform/input/fields.js';
import { readLookedUpText } from '../../platform/input/looked-up-text.js';

/** Maximum length of a code, in characters. */
export const MAX_CODE = 50;

/** The code of a new record. */
export function CodeField(description: string): PropertyDecorator {
  return TextField({ min: 1, max: MAX_CODE, form: 'code', rejectEmpty: true, description });
}

/** @returns the code as it is stored @throws AppError VALIDATION_FAILED that names the argument */
export function readCode(code: string): string {
  return readLookedUpText(code, { form: 'code', max: MAX_CODE }, ['code']);
}
