import { authorize } from '../../access/rights/permissions.js';
import { RECORD_NOUNS, type RecordNoun } from '../../access/rights/record-kinds.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { readSearch } from '../../platform/lists/search-text.js';
import { searchRecords, type SearchHitRow } from './search.query.js';

const MIN_LENGTH = 2;
export const MAX_HITS = 50;
export const DEFAULT_HITS = 20;

const TOO_SHORT: Sentence = {
  fr: `Une recherche a au moins ${MIN_LENGTH} caractères.`,
  en: `A search has at least ${MIN_LENGTH} characters.`,
};
const SIZE: Sentence = { fr: `« first » va de 0 à ${MAX_HITS}.`, en: `\`first\` goes from 0 to ${MAX_HITS}.` };

export interface SearchRequest {
  readonly query: string;
  /** undefined: all of them. */
  readonly types: readonly RecordNoun[] | undefined;
  readonly first: number;
}

/** The best hits of the kinds, each of which the caller must have the right to read. @throws AppError FORBIDDEN, BAD_USER_INPUT */
export async function search(
  ctx: RequestContext,
  { query, types: kinds = RECORD_NOUNS, first }: SearchRequest,
): Promise<readonly SearchHitRow[]> {
  for (const kind of kinds) authorize(ctx, `${kind}:read`);
  const text = readSearch(query);
  if (Array.from(text).length < MIN_LENGTH) throw new AppError('BAD_USER_INPUT', TOO_SHORT);
  if (first < 0 || first > MAX_HITS) throw new AppError('BAD_USER_INPUT', SIZE);
  return kinds.length === 0 || first === 0 ? [] : searchRecords(ctx.reader, { text, kinds, limit: first });
}
