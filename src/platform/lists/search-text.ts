/** Checks and normalizes the text of a search. */
import { AppError, type Sentence } from '../errors/errors.js';
import { MAX_LOOKED_UP as MAX_SEARCH_LENGTH } from '../input/looked-up-text.js';
import { normalizeText } from '../values/normal-text.js';
import { isLonger } from '../values/text.js';

const TOO_LONG: Sentence = {
  fr: `Une recherche a ${MAX_SEARCH_LENGTH} caractères au plus.`,
  en: `A search has at most ${MAX_SEARCH_LENGTH} characters.`,
};

/** @returns the text as it would be stored @throws AppError BAD_USER_INPUT */
export function readSearch(search: string): string;
export function readSearch(search: string | null | undefined): string | undefined;
export function readSearch(search: string | null | undefined): string | undefined {
  if (search === null || search === undefined) return undefined;
  const text = normalizeText(search, 'free', MAX_SEARCH_LENGTH);
  if (isLonger(text, MAX_SEARCH_LENGTH)) throw new AppError('BAD_USER_INPUT', TOO_LONG);
  return text;
}

/** @returns the part of a cursor's scope: an empty search counts as none */
export function soughtText(search: string | null | undefined): string | null {
  return search === '' ? null : (search ?? null);
}
