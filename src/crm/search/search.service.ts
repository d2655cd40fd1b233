import { grantOf, type Permission } from '../../access/permissions.js';
import type { RequestContext } from '../../access/request-context.js';
import { AppError, type Sentence } from '../../platform/errors.js';
import { readSearch } from '../../platform/search-text.js';
import { SEARCHED_KINDS, searchRecords, type SearchedKind, type SearchHitRow } from './search.query.js';

const MIN_LENGTH = 2;
const MAX_HITS = 50;
export const DEFAULT_HITS = 20;

const TOO_SHORT: Sentence = {
  fr: `Une recherche a au moins ${MIN_LENGTH} caractères.`,
  en: `A search has at least ${MIN_LENGTH} characters.`,
};
const SIZE: Sentence = { fr: `« first » va de 0 à ${MAX_HITS}.`, en: `\`first\` goes from 0 to ${MAX_HITS}.` };

const RIGHTS: Readonly<Record<SearchedKind, Permission>> = {
  CUSTOMER: 'customer:read',
  CONTACT: 'contact:read',
  OPPORTUNITY: 'opportunity:read',
  ACTIVITY: 'activity:read',
};

export interface SearchRequest {
  readonly query: string;
  /** undefined: all of them. */
  readonly types: readonly SearchedKind[] | undefined;
  readonly first: number;
}

/** The best hits among the kinds that the caller may read. @throws AppError BAD_USER_INPUT */
export function search(ctx: RequestContext, { query, types, first }: SearchRequest): Promise<readonly SearchHitRow[]> {
  const text = readSearch(query);
  if (Array.from(text).length < MIN_LENGTH) throw new AppError('BAD_USER_INPUT', TOO_SHORT);
  if (first < 0 || first > MAX_HITS) throw new AppError('BAD_USER_INPUT', SIZE);
  const kinds = (types ?? SEARCHED_KINDS).filter((kind) => grantOf(ctx.actor, RIGHTS[kind]) !== undefined);
  return kinds.length === 0 || first === 0
    ? Promise.resolve([])
    : searchRecords(ctx.reader, { text, kinds, limit: first });
}
