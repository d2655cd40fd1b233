import fc from 'fast-check';
import { newId } from '../../src/platform/ids.js';
import { as } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import { KINDS, storeRows, type Key, type Kind, type Parents, type WalkRow } from './walk-kinds.js';

let service: TestService;
let tenant: TestTenant;
/** Where the records of the other kinds are. */
const parents: Parents = { here: newId(), elsewhere: newId() };

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.aTenant();
  for (const id of [parents.here, parents.elsewhere]) {
    await service.ask(
      `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
       VALUES ($1, $2, $3, 'Essai', 'PARTNER', 'FR', 'NET_30', 'EUR', now(), now())`,
      [tenant.id, id, id.slice(-8)],
    );
  }
});

afterAll(() => service.close());

/** Runs of each property; FAST_CHECK_SEED of a failure repeats it. */
const SEED = process.env.FAST_CHECK_SEED;
const RUNS = { numRuns: 40, ...(SEED !== undefined && { seed: Number(SEED) }), endOnFailure: true };
const TIMEOUT_MS = 120_000;

/** Few values for many rows: ties are the rule, and accents, cases and blanks compare as PostgreSQL says. */
const aRow: fc.Arbitrary<WalkRow> = fc.record({
  text: fc.constantFrom('Élan', 'Elan', 'elan', 'Zoé', 'zoe', 'a b', 'ab', 'Œuvre', '10', '9', "L'Âne", '😀 SA'),
  other: fc.option(fc.constantFrom('Lyon', 'lyon', 'Évry', 'Evry', ''), { freq: 2 }),
  amount: fc.constantFrom('0.00', '0.01', '9.99', '10.00', '9999999999999.99', '-5.00'),
  day: fc.option(fc.constantFrom('2026-01-01', '2026-12-31', '1999-12-31'), { freq: 2 }),
  createdAt: fc.constantFrom('2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z', '1999-12-31T23:59:59.999Z'),
  updatedAt: fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.100Z'),
  narrow: fc.boolean(),
  elsewhere: fc.boolean(),
  deleted: fc.boolean(),
});

/** A list, or the same list below one customer. */
interface Place {
  readonly kind: Kind;
  readonly isNested: boolean;
}

interface Walk {
  readonly rows: readonly WalkRow[];
  readonly keys: readonly Key[];
  readonly size: number;
  readonly isNarrow: boolean;
}

function aWalk({ columns }: Kind): fc.Arbitrary<Walk> {
  const aKey: fc.Arbitrary<Key> = fc.record({
    field: fc.constantFrom(...Object.keys(columns)),
    direction: fc.constantFrom('ASC', 'DESC'),
    nulls: fc.constantFrom('FIRST' as const, 'LAST' as const, undefined),
  });
  return fc.record({
    rows: fc.array(aRow, { maxLength: 25 }),
    keys: fc.array(aKey, { minLength: 1, maxLength: 3 }),
    size: fc.constantFrom(1, 2, 3, 7, 100),
    isNarrow: fc.boolean(),
  });
}

/** The ids in the order that PostgreSQL itself gives; the id closes it, in the last key's direction. */
async function expected(
  { kind, isNested }: Place,
  { keys, isNarrow }: Pick<Walk, 'keys' | 'isNarrow'>,
): Promise<string[]> {
  const order = keys.map(
    ({ field, direction, nulls = 'LAST' }) => `${kind.columns[field] ?? ''} ${direction} NULLS ${nulls}`,
  );
  const conditions = [
    'tenant_id = $1 AND deleted_at IS NULL',
    ...(isNarrow ? [kind.narrow.sql] : kind.wide === undefined ? [] : [kind.wide]),
    ...(isNested ? [`customer_id = '${parents.here}'`] : []),
  ];
  const rows = await service.ask<{ id: string }>(
    `SELECT id FROM ${kind.many} WHERE ${conditions.join(' AND ')}
     ORDER BY ${[...order, `id ${keys.at(-1)?.direction ?? 'ASC'}`].join(', ')}`,
    [tenant.id],
  );
  return rows.map(({ id }) => id);
}

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

function queryFor({ kind: { many, type }, isNested }: Place): string {
  const list = `${many}(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  return `query ($filter: ${type}Filter, $orderBy: [${type}Order!], $first: Int, $after: String, $last: Int, $before: String) {
    ${isNested ? `customer(id: "${parents.here}") { ${list} }` : list} }`;
}

async function askPage(place: Place, { keys, isNarrow }: Walk, window: object): Promise<Page> {
  const filter = isNarrow ? place.kind.narrow.filter : null;
  const answer = await as(service, tenant.readonly).graphql(queryFor(place), { filter, orderBy: keys, ...window });
  const { data } = answer.body as { data?: Record<string, Page> & { customer?: Record<string, Page> } };
  const page = (place.isNested ? data?.customer : data)?.[place.kind.many];
  if (!page) throw new Error(answer.text);
  return page;
}

/** All ids, page by page; each page's own words about its place are checked on the way. */
async function walkForward(place: Place, walk: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const page: Page = await askPage(place, walk, { first: walk.size, after });
    expectPlace(page, walk.size, seen.length);
    seen.push(...page.edges.map(({ node }) => node.id));
    if (!page.pageInfo.hasNextPage) return seen;
    after = page.pageInfo.endCursor;
  }
}

function expectPlace({ totalCount, edges, pageInfo }: Page, size: number, before: number): void {
  expect(edges).toHaveLength(Math.min(size, totalCount - before));
  expect(pageInfo).toEqual({
    hasNextPage: before + edges.length < totalCount,
    hasPreviousPage: before > 0,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  });
}

async function walkBackward(place: Place, walk: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let before: string | null = null; ;) {
    const page: Page = await askPage(place, walk, { last: walk.size, before });
    seen.unshift(...page.edges.map(({ node }) => node.id));
    if (!page.pageInfo.hasPreviousPage) return seen;
    before = page.pageInfo.startCursor;
  }
}

interface RestPage {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

async function askRest({ kind }: Place, { size, isNarrow }: Walk, more: string): Promise<RestPage> {
  const path = `/v1/commercial/${kind.many}?page_size=${size}${isNarrow ? `&${kind.narrow.query}` : ''}&${more}`;
  const answer = await as(service, tenant.readonly).get(path);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body as RestPage;
}

async function walkRest(place: Place, walk: Walk): Promise<string[]> {
  const sort = walk.keys.map(({ field, direction }) => (direction === 'DESC' ? '-' : '') + field.toLowerCase()).join();
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: RestPage = await askRest(place, walk, `sort=${sort}&${cursor === '' ? 'page=1' : `cursor=${cursor}`}`);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return seen;
}

async function walkNumbers(place: Place, walk: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let page = 1; page <= Math.ceil(walk.rows.length / walk.size) + 1; page += 1)
    seen.push(...(await askRest(place, walk, `page=${page}`)).items.map(({ id }) => id));
  return seen;
}

/** Throws with the seed and the smallest walk that fails. @param orderOf how the walk is ordered, if not by its keys */
function holds(
  place: Place,
  walk: (place: Place, walk: Walk) => Promise<string[]>,
  orderOf: (keys: readonly Key[]) => readonly Key[] = (keys) => keys,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(aWalk(place.kind), async (given) => {
      await storeRows(service, tenant.id, place.kind, parents, given.rows);
      const { isNarrow } = given;
      expect(await walk(place, given)).toEqual(await expected(place, { isNarrow, keys: orderOf(given.keys) }));
    }),
    RUNS,
  );
}

const PLACES = KINDS.flatMap((kind): [string, Place][] => [
  [kind.many, { kind, isNested: false }],
  ...(kind.many === 'customers' ? [] : [[`customer.${kind.many}`, { kind, isNested: true }] as [string, Place]]),
]);

describe.each(PLACES)('a walk over %s gives each matching record once, in the order of PostgreSQL', (_name, place) => {
  /** Walks over customers meet no others; walks over the rest need them. */
  beforeAll(async () => {
    const deletedAt = place.kind.many === 'customers' ? new Date() : null;
    await service.ask('UPDATE customers SET deleted_at = $2 WHERE tenant_id = $1 AND id = ANY ($3)', [
      tenant.id,
      deletedAt,
      Object.values(parents),
    ]);
  });

  test('forward', () => holds(place, walkForward), TIMEOUT_MS);

  test('backward', () => holds(place, walkBackward), TIMEOUT_MS);

  const row = {
    text: '',
    amount: '1.00',
    createdAt: '2026-01-01T00:00:00.001Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
  };
  const flags = { narrow: true, elsewhere: false, deleted: false };

  test.each(Object.keys(place.kind.columns))('by %s alone, both ways, nulls at both ends', async (field) => {
    const rows = ['Zoé', 'elan', 'Élan', 'elan', 'ab'].map((text, index): WalkRow => {
      const [other, day] = index % 2 === 0 ? [null, null] : ['Lyon', '2026-12-31'];
      return { ...row, ...flags, text, other, day };
    });
    await storeRows(service, tenant.id, place.kind, parents, rows);
    for (const direction of ['ASC', 'DESC']) {
      for (const nulls of ['FIRST', 'LAST'] as const) {
        const walk = { rows: [], keys: [{ field, direction, nulls }], size: 2, isNarrow: true };
        const order = await expected(place, walk);

        expect(order).toHaveLength(5);
        expect(await walkForward(place, walk)).toEqual(order);
        expect(await walkBackward(place, walk)).toEqual(order);
      }
    }
  });

  if (place.isNested) return;

  test(
    'over REST, where nulls come last',
    () => holds(place, walkRest, (keys) => keys.map((key) => ({ ...key, nulls: 'LAST' }))),
    TIMEOUT_MS,
  );

  test('page by page with numbers', () => holds(place, walkNumbers, () => place.kind.defaultOrder), TIMEOUT_MS);
});
