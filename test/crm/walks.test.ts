import fc from 'fast-check';
import { newId } from '../../src/platform/ids.js';
import { as } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.aTenant();
});

afterAll(() => service.close());

/** Runs of each property; FAST_CHECK_SEED of a failure repeats it. */
const SEED = process.env.FAST_CHECK_SEED;
const RUNS = { numRuns: 50, ...(SEED !== undefined && { seed: Number(SEED) }), endOnFailure: true };

/** What the API calls the orders, and the columns behind them. */
const COLUMNS = {
  NAME: 'name',
  CODE: 'code',
  CITY: 'city',
  TOTAL_REVENUE: 'total_revenue',
  CREATED_AT: 'created_at',
  UPDATED_AT: 'updated_at',
} as const;
type OrderField = keyof typeof COLUMNS;

/** Few values for many rows: ties are the rule, and accents, cases and blanks compare as PostgreSQL says. */
const aRow = fc.record({
  name: fc.constantFrom('Élan', 'Elan', 'elan', 'Zoé', 'zoe', 'a b', 'ab', 'Œuvre', '10', '9', "L'Âne", '😀 SA'),
  city: fc.option(fc.constantFrom('Lyon', 'lyon', 'Évry', 'Evry', ''), { freq: 2 }),
  revenue: fc.constantFrom('0.00', '0.01', '9.99', '10.00', '9999999999999.99', '-5.00'),
  createdAt: fc.constantFrom('2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z', '1999-12-31T23:59:59.999Z'),
  updatedAt: fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.100Z'),
  type: fc.constantFrom('LEAD', 'VIP'),
  deleted: fc.boolean(),
});
interface Row {
  readonly name: string;
  readonly city: string | null;
  readonly revenue: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly type: string;
  readonly deleted: boolean;
}

const aKey = fc.record({
  field: fc.constantFrom(...(Object.keys(COLUMNS) as OrderField[])),
  direction: fc.constantFrom('ASC', 'DESC'),
  nulls: fc.constantFrom('FIRST', 'LAST', undefined),
});
interface Key {
  readonly field: OrderField;
  readonly direction: string;
  readonly nulls: 'FIRST' | 'LAST' | undefined;
}

const aWalk = fc.record({
  rows: fc.array(aRow, { maxLength: 25 }),
  keys: fc.array(aKey, { minLength: 1, maxLength: 3 }),
  size: fc.constantFrom(1, 2, 3, 7, 100),
  onlyVip: fc.boolean(),
});
interface Walk {
  readonly rows: readonly Row[];
  readonly keys: readonly Key[];
  readonly size: number;
  readonly onlyVip: boolean;
}

/** Replaces the company's customers. */
async function store(rows: readonly Row[]): Promise<void> {
  await service.ask('DELETE FROM customers WHERE tenant_id = $1', [tenant.id]);
  for (const row of rows) {
    const id = newId();
    await service.ask(
      `INSERT INTO customers (tenant_id, id, code, name, city, total_revenue, created_at, updated_at, type, deleted_at, country_code, payment_terms, currency)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'FR', 'NET_30', 'EUR')`,
      [
        tenant.id,
        id,
        `k${id.slice(-6)}`,
        row.name,
        row.city,
        row.revenue,
        row.createdAt,
        row.updatedAt,
        row.type,
        row.deleted ? new Date() : null,
      ],
    );
  }
}

/** The ids in the order that PostgreSQL itself gives; the id closes it, in the last key's direction. */
async function expected({ keys, onlyVip }: Pick<Walk, 'keys' | 'onlyVip'>): Promise<string[]> {
  const order = keys.map(({ field, direction, nulls = 'LAST' }) => `${COLUMNS[field]} ${direction} NULLS ${nulls}`);
  const rows = await service.ask<{ id: string }>(
    `SELECT id FROM customers WHERE tenant_id = $1 AND deleted_at IS NULL ${onlyVip ? "AND type = 'VIP'" : ''}
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

const QUERY = `query ($filter: CustomerFilter, $orderBy: [CustomerOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  customers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function askPage({ keys, onlyVip }: Walk, window: object): Promise<Page> {
  const filter = onlyVip ? { type: { eq: 'VIP' } } : null;
  const answer = await as(service, tenant.readonly).graphql(QUERY, { filter, orderBy: keys, ...window });
  const { data } = answer.body as { data?: { customers: Page } };
  if (!data) throw new Error(answer.text);
  return data.customers;
}

/** All ids, page by page; each page's own words about its place are checked on the way. */
async function walkForward(walk: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const page: Page = await askPage(walk, { first: walk.size, after });
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

async function walkBackward(walk: Walk): Promise<string[]> {
  const seen: string[] = [];
  for (let before: string | null = null; ;) {
    const page: Page = await askPage(walk, { last: walk.size, before });
    seen.unshift(...page.edges.map(({ node }) => node.id));
    if (!page.pageInfo.hasPreviousPage) return seen;
    before = page.pageInfo.startCursor;
  }
}

async function walkRest({ keys, size, onlyVip }: Walk): Promise<string[]> {
  const sort = keys.map(({ field, direction }) => (direction === 'DESC' ? '-' : '') + COLUMNS[field]).join();
  const base = `/v1/commercial/customers?sort=${sort}&page_size=${size}${onlyVip ? '&type=VIP' : ''}`;
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await as(service, tenant.readonly).get(base + (cursor === '' ? '' : `&cursor=${cursor}`));
    if (answer.status !== 200) throw new Error(answer.text);
    const page = answer.body as { items: { id: string }[]; next_cursor: string | null };
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return seen;
}

/** Throws with the seed and the smallest walk that fails. */
function holds(
  walk: (walk: Walk) => Promise<string[]>,
  orderOf: (walk: Walk) => Promise<string[]> = expected,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(aWalk, async (given) => {
      await store(given.rows);
      expect(await walk(given)).toEqual(await orderOf(given));
    }),
    RUNS,
  );
}

describe('a walk gives each matching customer once, in the order of PostgreSQL', () => {
  test('forward', () => holds(walkForward), 120_000);

  test('backward', () => holds(walkBackward), 120_000);

  test(
    'over REST, where nulls come last',
    () =>
      holds(walkRest, ({ keys, onlyVip }) =>
        expected({ onlyVip, keys: keys.map((key: Key) => ({ ...key, nulls: 'LAST' })) }),
      ),
    120_000,
  );

  test(
    'page by page with numbers',
    () =>
      holds(
        async ({ rows, size, onlyVip }) => {
          const seen: string[] = [];
          for (let page = 1; page <= Math.ceil(rows.length / size) + 1; page += 1) {
            const path = `/v1/commercial/customers?page=${page}&page_size=${size}${onlyVip ? '&type=VIP' : ''}`;
            const answer = await as(service, tenant.readonly).get(path);
            seen.push(...(answer.body as { items: { id: string }[] }).items.map(({ id }) => id));
          }
          return seen;
        },
        ({ onlyVip }) => expected({ onlyVip, keys: [{ field: 'NAME', direction: 'ASC', nulls: 'LAST' }] }),
      ),
    120_000,
  );

  test.each(Object.keys(COLUMNS) as OrderField[])('by %s alone, both ways, nulls at both ends', async (field) => {
    const names = ['Zoé', 'elan', 'Élan', 'elan', 'ab'];
    const row = {
      revenue: '1.00',
      createdAt: '2026-01-01T00:00:00.001Z',
      updatedAt: '2026-11-22T12:00:00.000Z',
      type: 'VIP',
      deleted: false,
    } as const;
    await store(names.map((name, index) => ({ ...row, name, city: index % 2 === 0 ? null : 'Lyon' })));
    for (const direction of ['ASC', 'DESC']) {
      for (const nulls of ['FIRST', 'LAST'] as const) {
        const walk = { rows: [], keys: [{ field, direction, nulls }], size: 2, onlyVip: false };
        const order = await expected(walk);

        expect(await walkForward(walk)).toEqual(order);
        expect(await walkBackward(walk)).toEqual(order);
      }
    }
  });
});
