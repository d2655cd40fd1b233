/** Walks along a place, page by page, through both transports. */
import { as, type Answer } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { insertRows, type Ground, type Key, type Kind, type WalkRow } from './walk-types.js';
import { queryFor, takes, type Place } from './walk-places.js';

/** Whose rows are walked, and where. */
export interface Walker {
  readonly service: TestService;
  readonly tenant: TestTenant;
  readonly ground: Ground;
  readonly place: Place;
}

/** Rows that are stored when so many pages have been read. */
export interface LateRows {
  readonly afterPage: number;
  readonly rows: readonly WalkRow[];
}

export interface Walk {
  readonly keys: readonly Key[];
  readonly size: number;
  readonly isNarrow: boolean;
  readonly late: readonly LateRows[];
}

/** What a walk saw, and where it stood when rows came: each late row with the row that was read last before it came. */
export interface Seen {
  readonly ids: readonly string[];
  readonly lateAt: ReadonlyMap<string, string>;
}

/** The keys as PostgreSQL's; the id closes them, in the last key's direction. */
function orderSql({ columns, usual }: Kind, keys: readonly Key[]): string {
  if (keys.length === 0) return usual;
  const parts = keys.map(
    ({ field, direction, nulls = 'LAST' }) => `${columns[field] ?? ''} ${direction} NULLS ${nulls}`,
  );
  return [...parts, `id ${keys.at(-1)?.direction ?? 'ASC'}`].join(', ');
}

/** All ids in the order that PostgreSQL itself gives. */
export async function storedOrder(
  { service, ground, place: { recordType, below } }: Walker,
  { keys, isNarrow }: Pick<Walk, 'keys' | 'isNarrow'>,
): Promise<string[]> {
  const narrowed = isNarrow && recordType.narrow ? recordType.narrow.sql : recordType.wide;
  const parent = below && `${below.column} = '${ground.here[below.table] ?? ''}'`;
  const conditions = ['tenant_id = $1', recordType.live, narrowed, parent].filter(
    (condition) => condition !== undefined,
  );
  const rows = await service.ask<{ id: string }>(
    `SELECT ${recordType.identity}::text AS id FROM ${recordType.from ?? recordType.table}
     WHERE ${conditions.join(' AND ')} ORDER BY ${orderSql(recordType, keys)}`,
    [ground.tenantId],
  );
  return rows.map(({ id }) => id);
}

export interface Page {
  readonly totalCount?: number;
  readonly edges: readonly { readonly cursor: string; readonly node: Readonly<Record<string, unknown>> }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Asks for a page with arguments of the connection. */
export function askList({ service, tenant, ground, place }: Walker, args: object): Promise<Answer> {
  const id = place.below && ground.here[place.below.table];
  return as(service, tenant.admin).graphql(queryFor(place), { id, ...place.recordType.args, ...args });
}

interface OfList {
  readonly list?: Page | null;
}

export function pageIn(answer: Answer): Page {
  const { data, errors } = answer.body as {
    readonly data?: (OfList & { readonly parent?: OfList | null }) | null;
    readonly errors?: unknown;
  };
  const page = data?.list ?? data?.parent?.list;
  if (!page || errors !== undefined) throw new Error(answer.text);
  return page;
}

async function askPage(walker: Walker, { keys, isNarrow }: Walk, window: object): Promise<Page> {
  const { recordType } = walker.place;
  return pageIn(
    await askList(walker, {
      ...window,
      ...(isNarrow && recordType.narrow && { filter: recordType.narrow.filter }),
      ...(takes(walker.place, 'orderBy') && { orderBy: keys }),
    }),
  );
}

const idsIn = ({ edges }: Page, { identity, field = identity }: Kind): string[] =>
  edges.map(({ node }) => String(node[field]));

/** More than any walk has: one that goes on for ever is to fail like others, with its seed. */
const MAX_PAGES = 200;

/** Stores what is to come after a page. @returns it with the row that was read last */
async function storeLate(
  { service, place, ground }: Walker,
  { late }: Walk,
  pages: number,
  last: string | undefined,
): Promise<[string, string][]> {
  if (pages > MAX_PAGES) throw new Error('The walk does not end.');
  const rows = late.filter(({ afterPage }) => afterPage === pages).flatMap((part) => part.rows);
  return (await insertRows(service, place.recordType, ground, rows)).map((id) => [id, last ?? '']);
}

/** Page by page; each page's own words about its place are checked on the way, when nothing comes between. */
export async function walkForward(walker: Walker, walk: Walk): Promise<Seen> {
  const [ids, lateAt]: [string[], [string, string][]] = [[], []];
  for (let after: string | null = null, pages = 1; ; pages += 1) {
    const page: Page = await askPage(walker, walk, { first: walk.size, after });
    if (walk.late.length === 0) expectPlace(page, walk.size, ids.length);
    ids.push(...idsIn(page, walker.place.recordType));
    if (!page.pageInfo.hasNextPage) return { ids, lateAt: new Map(lateAt) };
    lateAt.push(...(await storeLate(walker, walk, pages, ids.at(-1))));
    after = page.pageInfo.endCursor;
  }
}

/** The change feed counts nothing, and its pages may end where no change is. */
function expectPlace({ totalCount, edges, pageInfo }: Page, size: number, before: number): void {
  if (totalCount === undefined) return;
  expect(edges).toHaveLength(Math.min(size, totalCount - before));
  expect(pageInfo).toEqual({
    hasNextPage: before + edges.length < totalCount,
    hasPreviousPage: before > 0,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  });
}

export async function walkBackward(walker: Walker, walk: Walk): Promise<Seen> {
  const [ids, lateAt]: [string[], [string, string][]] = [[], []];
  for (let before: string | null = null, pages = 1; ; pages += 1) {
    const page: Page = await askPage(walker, walk, { last: walk.size, before });
    ids.unshift(...idsIn(page, walker.place.recordType));
    if (!page.pageInfo.hasPreviousPage) return { ids, lateAt: new Map(lateAt) };
    lateAt.push(...(await storeLate(walker, walk, pages, ids[0])));
    before = page.pageInfo.startCursor;
  }
}

interface RestPage {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

async function askRest(
  { service, tenant, place: { recordType } }: Walker,
  { size, isNarrow }: Walk,
  more: string,
): Promise<RestPage> {
  const narrow = isNarrow && recordType.narrow ? `&${recordType.narrow.query}` : '';
  const path = `/v1/commercial/${recordType.table}?page_size=${size}${narrow}&${more}`;
  const answer = await as(service, tenant.readonly).get(path);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body as RestPage;
}

export async function walkRest(walker: Walker, walk: Walk): Promise<Seen> {
  const sort = walk.keys.map(({ field, direction }) => (direction === 'DESC' ? '-' : '') + field.toLowerCase()).join();
  const [ids, lateAt]: [string[], [string, string][]] = [[], []];
  for (let cursor: string | null = '', pages = 1; ; pages += 1) {
    const page: RestPage = await askRest(walker, walk, `sort=${sort}&${cursor === '' ? 'page=1' : `cursor=${cursor}`}`);
    ids.push(...page.items.map(({ id }) => id));
    if (page.next_cursor === null) return { ids, lateAt: new Map(lateAt) };
    lateAt.push(...(await storeLate(walker, walk, pages, ids.at(-1))));
    cursor = page.next_cursor;
  }
}

/** By page number, which promises nothing when rows come between. */
export async function walkNumbers(walker: Walker, walk: Walk): Promise<Seen> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const { items } = await askRest(walker, walk, `page=${page}`);
    if (items.length === 0) return { ids, lateAt: new Map() };
    ids.push(...items.map(({ id }) => id));
  }
}
