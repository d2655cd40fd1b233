/** Text that a caller looks for, read by the rules of the text that is stored. */
import { validationError } from '../errors/errors.js';
import { normalizeText } from '../values/normal-text.js';
import { isLonger } from '../values/text.js';
import type { FieldText } from './input-plan.js';
import { maxLength } from './rules.js';

/** No code, name or e-mail address is longer. */
export const MAX_LOOKED_UP = 255;

/** @returns the normal text @throws AppError VALIDATION_FAILED (TOO_LONG) at the path */
export function readLookedUpText(text: string, { form, max }: FieldText, path: readonly (string | number)[]): string {
  const normal = normalizeText(text, form, max);
  if (!isLonger(normal, max)) return normal;
  const { code, sentence } = maxLength(max);
  throw validationError([{ path, code, message: sentence }]);
}
