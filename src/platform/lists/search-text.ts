/** What a caller looks for, before it is looked for. */
import { AppError, type Sentence } from '../errors/errors.js';
import { isLonger } from '../values/text.js';

/** In characters: no name, code or e-mail address is longer. */
export const MAX_SEARCH_LENGTH = 255;

const TOO_LONG: Sentence = {
  fr: `Une recherche a ${MAX_SEARCH_LENGTH} caractères au plus.`,
  en: `A search has at most ${MAX_SEARCH_LENGTH} characters.`,
};

/** @returns the text without the blanks around it @throws AppError BAD_USER_INPUT */
export function readSearch(search: string): string;
export function readSearch(search: string | null | undefined): string | undefined;
export function readSearch(search: string | null | undefined): string | undefined {
  const text = search?.trim();
  if (text === undefined) return undefined;
  if (isLonger(text, MAX_SEARCH_LENGTH)) throw new AppError('BAD_USER_INPUT', TOO_LONG);
  return text;
}
