/** The list envelope of REST: pages by number, or a walk by cursor; `Link` headers for both. */
import { MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE } from '../graphql-schema/connection.js';
import { validationError, type AppError, type Sentence } from '../errors/errors.js';
import { IntegerField, TextField } from '../input/fields.js';
import type { InputClass } from '../input/input-plan.js';
import { decodeCursor, encodeCursor, type OrderColumn, type OrderKey, type Position } from '../lists/keyset.js';
import { MAX_COUNTED } from '../lists/record-count.js';
import { jsonOf } from './json-text.js';
import type { RestAnswer } from './routes.js';
import type { RestSerializer } from './serializer.js';
import { FieldsField } from './sparse.js';

/** REST name → column, for `sort`. */
export type SortFields = Readonly<Record<string, OrderColumn>>;

/** Parameters of every list, beside its filters. */
export interface PageQuery {
  page?: number;
  pageSize?: number;
  cursor?: string | null;
  sort?: string | null;
  fields?: string | null;
}

export function CursorField(): PropertyDecorator {
  return TextField({ max: 4000, description: 'Instead of page: next_cursor of the page before.' });
}

const FOLLOW_CHANGES =
  ' updated_at is when a change was made, not when it became visible: to follow changes use /v1/commercial/changes.';

/** @param sortFields what the list can be ordered by */
export function SortField(sortFields: SortFields): PropertyDecorator {
  const names = Object.keys(sortFields);
  const list = `Fields to order by, separated by commas, each with - before it for descending: ${names.join(', ')}.`;
  return TextField({ max: 200, description: names.includes('updated_at') ? list + FOLLOW_CHANGES : list });
}

/** The query class of a list: its filters with the paging parameters added. */
export function pagedQuery<T extends object>(
  Filters: InputClass<T>,
  sortFields: SortFields,
): InputClass<T & PageQuery> {
  // TypeScript cannot extend a class that is a type parameter.
  class Paged extends (Filters as InputClass<object>) implements PageQuery {
    @IntegerField({ min: 1, max: 1_000_000, default: 1, description: 'Number of the page, from 1.' })
    page?: number;

    @IntegerField({ min: 1, max: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE, description: 'Records on a page.' })
    pageSize?: number;

    @CursorField()
    cursor?: string | null;

    @SortField(sortFields)
    sort?: string | null;

    @FieldsField()
    fields?: string | null;
  }
  return Paged as InputClass<T & PageQuery>;
}

const UNKNOWN_SORT: Sentence = { fr: 'Ce champ de tri est inconnu.', en: 'This sort field is unknown.' };

/**
 * `-created_at,name` → order keys, with the id as the last one.
 * @throws AppError VALIDATION_FAILED for a field that the list cannot be sorted by
 */
export function readSort(
  sort: string | null | undefined,
  fields: SortFields,
  fallback: readonly OrderKey[],
): readonly OrderKey[] {
  if (!sort) return fallback;
  const keys = sort.split(',').map((word): OrderKey => {
    const name = word.trim();
    const descending = name.startsWith('-');
    const field = descending ? name.slice(1) : name;
    const column = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!column) throw validationError([{ path: ['sort'], code: 'NOT_IN_LIST', message: UNKNOWN_SORT }]);
    return { ...column, direction: descending ? 'DESC' : 'ASC', nulls: 'LAST' };
  });
  const id = fallback.at(-1);
  return id ? [...keys, { ...id, direction: keys.at(-1)?.direction ?? 'ASC' }] : keys;
}

/** Position of a page: its number, or a cursor. One extra row is read to tell whether another page follows. */
export function readWindow(
  { page = 1, pageSize: size = DEFAULT_PAGE_SIZE, cursor }: PageQuery,
  scope: string,
  order: readonly OrderKey[],
): { readonly limit: number; readonly after?: Position; readonly offset?: number } {
  return {
    limit: size + 1,
    ...(cursor ? { after: decodeCursor(scope, order, cursor) } : { offset: (page - 1) * size }),
  };
}

/** Makes a page of the rows that were read for it. */
export function cutPage<Row extends object>(
  { pageSize: size = DEFAULT_PAGE_SIZE }: PageQuery,
  scope: string,
  order: readonly OrderKey[],
  rows: readonly Row[],
): Pick<PageContents<Row>, 'rows' | 'nextCursor'> {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const nextCursor =
    rows.length > size && last ? encodeCursor(scope, order, last as Readonly<Record<string, unknown>>) : null;
  return { rows: page, nextCursor };
}

/** One page; `nextCursor` is null at the end. */
export interface PageContents<Row extends object> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** false if counting stopped at `total` although there are more. */
  readonly isTotalExact: boolean;
  readonly nextCursor: string | null;
}

/** `{"items":[…],"total":…,"page":…,"page_size":…,"pages":…,"total_is_exact":…,"next_cursor":…}` with `Link`. */
export function pageAnswer<Row extends object>(
  serializer: RestSerializer<Row>,
  query: PageQuery,
  contents: PageContents<Row>,
  url: string,
): RestAnswer {
  const { rows, total, isTotalExact, nextCursor } = contents;
  const { page = 1, pageSize: size = DEFAULT_PAGE_SIZE } = query;
  const pages = isTotalExact ? Math.ceil(total / size) : null;
  const place = `"total":${total},"page":${page},"page_size":${size},"pages":${pages},"total_is_exact":${isTotalExact}`;
  const end = `,${place},"next_cursor":${JSON.stringify(nextCursor)}}`;
  const json = jsonOf('{"items":', serializer.writeList(rows), end);
  const links = linksOf(query, contents, url, pages);
  return { status: 200, json, ...(links !== '' && { headers: { link: links } }) };
}

function linksOf<Row extends object>(
  query: PageQuery,
  contents: PageContents<Row>,
  url: string,
  pages: number | null,
): string {
  const { cursor, page = 1 } = query;
  if (cursor) return contents.nextCursor === null ? '' : linkTo(url, 'cursor', contents.nextCursor, 'next');
  return pages === null ? uncountedLinks(query, contents, url) : pageLinks(url, page, pages);
}

/** Beyond the counted rows only a cursor goes on, unless the page is the last one. */
function uncountedLinks<Row extends object>(
  { page = 1, pageSize: size = DEFAULT_PAGE_SIZE }: PageQuery,
  { total, nextCursor }: PageContents<Row>,
  url: string,
): string {
  const links: string[] = [];
  if (page * size < total) links.push(linkTo(url, 'page', String(page + 1), 'next'));
  else if (nextCursor !== null) links.push(cursorLink(url, nextCursor));
  if (page > 1) links.push(linkTo(url, 'page', String(page - 1), 'prev'));
  return links.join(', ');
}

function cursorLink(url: string, nextCursor: string): string {
  const address = new URL(url, 'http://relative');
  address.searchParams.delete('page');
  return linkTo(address.pathname + address.search, 'cursor', nextCursor, 'next');
}

/** `Link` of a page by number; empty if it is the only page. */
export function pageLinks(url: string, page: number, pages: number): string {
  const links: string[] = [];
  if (page < pages) links.push(linkTo(url, 'page', String(page + 1), 'next'));
  if (page > 1 && pages > 0) links.push(linkTo(url, 'page', String(Math.min(page - 1, pages)), 'prev'));
  return links.join(', ');
}

const USE_CURSOR: Sentence = {
  fr: `Au-delà de ${MAX_COUNTED} fiches filtrées, suivez « cursor » (next_cursor de la page précédente).`,
  en: `Beyond ${MAX_COUNTED} filtered records follow \`cursor\` (next_cursor of the page before).`,
};

/** The error for a page number beyond the counted rows. */
export function beyondCounted(): AppError {
  return validationError([{ path: ['page'], code: 'OUT_OF_RANGE', message: USE_CURSOR }]);
}

/** The same address with one parameter replaced. */
export function linkTo(url: string, parameter: string, value: string, relation: string): string {
  const address = new URL(url, 'http://relative');
  address.searchParams.set(parameter, value);
  return `<${address.pathname}${address.search}>; rel="${relation}"`;
}
