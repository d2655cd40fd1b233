import { authorize, grantOf } from '../../access/rights/permissions.js';
import { RECORD_TYPES, type RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { cursorScope, decodeCursor, encodeCursor } from '../../platform/lists/keyset.js';
import { readSearch } from '../../platform/lists/search-text.js';
import { BEST_FIRST, searchRecords, type SearchHitRow, type SearchPage } from './search.query.js';

const EMPTY: Sentence = {
  fr: 'Une recherche a au moins un caractère.',
  en: 'A search has at least one character.',
};

export interface SearchRequest {
  readonly query: string;
  /** undefined: all of them. */
  readonly types: readonly RecordType[] | undefined;
  readonly limit: number;
  readonly after: string | undefined;
  readonly withRows: boolean;
  readonly withTotal: boolean;
}

/** A page, with the function that makes the cursors of its hits. */
export interface FoundPage extends SearchPage {
  readonly cursorOf: (hit: SearchHitRow) => string;
}

/**
 * The best hits of the types, each of which the caller must have the right to read.
 * @throws AppError FORBIDDEN, BAD_USER_INPUT, INVALID_CURSOR (of another text, other types or another tenant)
 */
export async function search(
  ctx: RequestContext,
  { query, types = RECORD_TYPES, after, ...page }: SearchRequest,
): Promise<FoundPage> {
  for (const type of types) authorize(ctx, `${type}:read`);
  const text = readSearch(query);
  if (text === '') throw new AppError('BAD_USER_INPUT', EMPTY);
  // The same types in any order are the same search.
  const searched = RECORD_TYPES.filter((recordType) => types.includes(recordType));
  const scope = cursorScope(ctx.tenant.id, 'search', text, searched);
  const position = after === undefined ? undefined : decodeCursor(scope, BEST_FIRST, after);
  const withCustomers = grantOf(ctx.actor, 'customer:read') !== undefined;
  const found =
    searched.length === 0
      ? { rows: [], total: page.withTotal ? 0 : undefined }
      : await searchRecords(ctx.reader, { ...page, text, types: searched, after: position, withCustomers });
  return { ...found, cursorOf: (hit) => encodeCursor(scope, BEST_FIRST, { ...hit }) };
}
