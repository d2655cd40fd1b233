import { hash } from 'node:crypto';
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  CUSTOMERS,
  graphqlIn,
  outcomeOf,
  pageIn,
  type CustomerJson,
  type PageJson,
} from './customer-support.js';

const service = useService();

interface CustomerConnection {
  readonly customers: {
    readonly totalCount?: number;
    readonly nodes: readonly { readonly id: string; readonly name: string }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}

/** Twelve customers with ties in every column and holes in `city`, and one that is deleted. */
async function aFilledTenant(): Promise<TestTenant> {
  const tenant = await service.aTenant();
  await service.ask(
    `INSERT INTO customers (tenant_id, id, code, name, type, city, country_code, payment_terms, currency, is_active,
       total_revenue, created_by, assigned_to, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'C' || n, (ARRAY['Été', 'Ete', 'ete', 'Zoo'])[n % 4 + 1],
       (ARRAY['PROSPECT', 'VIP'])[n % 2 + 1], (ARRAY['Lyon', NULL, 'Paris'])[n % 3 + 1], (ARRAY['FR', 'BE'])[n % 2 + 1], 'NET_30',
       'EUR', n % 3 > 0, (n % 3) * 100.5, $2, CASE WHEN n < 4 THEN $3::uuid END,
       '2026-01-01'::timestamptz + (n % 2) * interval '1 day', '2026-01-01'
     FROM generate_series(1, 12) n`,
    [tenant.id, tenant.admin.id, tenant.user.id],
  );
  const client = as(service, tenant.admin);
  await client.delete(addressOf(await aCustomer(client, { name: 'Absente' })));
  return tenant;
}

async function pagesOf(client: Client, query: string): Promise<PageJson[]> {
  const pages: PageJson[] = [];
  let cursor: string | null = null;
  do {
    const answer = await client.get(`${CUSTOMERS}?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    pages.push(pageIn(answer));
    cursor = pageIn(answer).next_cursor;
  } while (cursor !== null && pages.length < 20);
  return pages;
}

describe('pages by number', () => {
  test('tell where they stand and link to their neighbours', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    const first = await client.get(`${CUSTOMERS}?page_size=5&country_code=fr&search=e`);
    expect(pageIn(first)).toMatchObject({ total: 6, page: 1, page_size: 5, pages: 2 });
    const links = first.headers.get('link') ?? '';
    expect(links).toMatch(/^<([^>]+)>; rel="next"$/);
    const second = await client.get(/^<([^>]+)>/.exec(links)?.[1] ?? '');

    expect(pageIn(second)).toMatchObject({ total: 6, page: 2, pages: 2, next_cursor: null });
    expect(pageIn(second).items).toHaveLength(1);
    expect(second.headers.get('link')).toMatch(/page=1.*; rel="prev"$/);
  });

  test('hold 20 unless told otherwise, and at most 100', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    expect(pageIn(await client.get(CUSTOMERS))).toMatchObject({ page: 1, page_size: 20, pages: 1, next_cursor: null });
    expect((await client.get(`${CUSTOMERS}?page_size=100`)).status).toBe(200);
    expect((await client.get(CUSTOMERS)).headers.get('link')).toBeNull();
  });

  test('name no next page when the last one is full', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    const first = await client.get(`${CUSTOMERS}?page_size=6`);
    const byNumber = await client.get(`${CUSTOMERS}?page_size=6&page=2`);
    const byCursor = await client.get(`${CUSTOMERS}?page_size=6&cursor=${pageIn(first).next_cursor ?? ''}`);

    for (const last of [byNumber, byCursor]) {
      expect(pageIn(last)).toMatchObject({ items: { length: 6 }, pages: 2, next_cursor: null });
      expect(last.headers.get('link') ?? '').not.toContain('next');
    }
  });

  test('past the end are empty, with the total still there', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    for (const query of ['page=9', 'page=1000000', 'page=9&search=ete']) {
      const answer = await client.get(`${CUSTOMERS}?${query}`);
      expect(answer.status).toBe(200);
      expect(pageIn(answer)).toMatchObject({ items: [], total: query.includes('search') ? 9 : 12, next_cursor: null });
    }
  });

  test('together hold each customer once, without the deleted one', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    const pages = [1, 2, 3].map(
      async (page) => pageIn(await client.get(`${CUSTOMERS}?page_size=5&page=${page}`)).items,
    );
    const items = (await Promise.all(pages)).flat();

    expect(new Set(items.map(({ id }) => id)).size).toBe(12);
    expect(items.map(({ name }) => name)).toEqual(
      [...items.map(({ name }) => name)].sort(new Intl.Collator('und').compare),
    );
    expect(items.map(({ name }) => name)).not.toContain('Absente');
  });
});

describe('filters', () => {
  test.each([
    ['type=VIP', 6, (item: CustomerJson) => item.type === 'VIP'],
    ['is_active=true', 8, (item: CustomerJson) => item.is_active === true],
    ['is_active=false', 4, (item: CustomerJson) => item.is_active === false],
    ['country_code=BE', 6, (item: CustomerJson) => item.country_code === 'BE'],
    [
      'type=VIP&is_active=true&country_code=BE',
      4,
      (item: CustomerJson) => item.type === 'VIP' && item.is_active === true,
    ],
    ['type=&is_active=&search=&country_code=&assigned_to=', 12, () => true],
  ])('%s gives %i customers', async (query, total, holds) => {
    const client = as(service, (await aFilledTenant()).admin);

    const page = pageIn(await client.get(`${CUSTOMERS}?${query}`));

    expect([page.total, page.items.length, page.items.every(holds)]).toEqual([total, total, true]);
  });

  test('assigned_to gives those of one person', async () => {
    const { admin, user } = await aFilledTenant();

    const page = pageIn(await as(service, admin).get(`${CUSTOMERS}?assigned_to=${user.id.toUpperCase()}`));

    expect(page.items.map((item) => item.assigned_to)).toEqual([user.id, user.id, user.id]);
  });
});

describe('orders', () => {
  test.each(['name', 'code', 'city', 'total_revenue', 'created_at', 'updated_at'])(
    'sort=%s and its reverse mirror each other',
    async (field) => {
      const client = as(service, (await aFilledTenant()).admin);
      const read = async (sort: string): Promise<CustomerJson[]> => [
        ...pageIn(await client.get(`${CUSTOMERS}?sort=${sort}`)).items,
      ];

      const [ascending, descending] = [await read(field), await read(`-${field}`)];

      const present = (items: CustomerJson[]): string[] =>
        items.filter((item) => item[field] !== null).map(({ id }) => id);
      expect(present(descending).reverse()).toEqual(present(ascending));
      if (field !== 'city') return;
      for (const items of [ascending, descending])
        expect(items.slice(-4).map(({ city }) => city)).toEqual(Array(4).fill(null));
    },
  );

  test('several keys apply one after the other', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    const { items } = pageIn(await client.get(`${CUSTOMERS}?sort=-total_revenue,created_at,code`));

    const keys = items.map((item) => [-Number(item.total_revenue), String(item.created_at), item.code] as const);
    const sorted = [...keys].sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]) || (a[2] < b[2] ? -1 : 1));
    expect(keys).toEqual(sorted);
  });
});

describe('a walk by cursor over REST', () => {
  test.each(['name', '-name', 'city', '-city', '-total_revenue,city', 'created_at,-city', '-updated_at', 'code'])(
    'sort=%s meets each customer once, in the order of the list',
    async (sort) => {
      const client = as(service, (await aFilledTenant()).admin);
      const whole = pageIn(await client.get(`${CUSTOMERS}?sort=${sort}`)).items.map(({ id }) => id);

      for (const size of [1, 5, 12]) {
        const pages = await pagesOf(client, `sort=${sort}&page_size=${size}`);
        expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(whole);
        expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([12]));
      }
    },
  );

  test('links to the page after it', async () => {
    const client = as(service, (await aFilledTenant()).admin);
    const { next_cursor: cursor } = pageIn(await client.get(`${CUSTOMERS}?page_size=5`));

    const answer = await client.get(`${CUSTOMERS}?page_size=5&cursor=${cursor ?? ''}`);

    const next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    expect(pageIn(await client.get(next)).items).toHaveLength(2);
  });

  test('holds with filters and a search', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    const pages = await pagesOf(client, 'search=ete&type=PROSPECT&page_size=2');

    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(pages[0]?.total ?? -1);
  });
});

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [CustomerOrder!], $filter: CustomerFilter, $search: String) {
  customers(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter, search: $search) {
    totalCount nodes { id name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function readList(client: Client, variables: object): Promise<CustomerConnection['customers']> {
  const { data, errors } = graphqlIn<CustomerConnection>(await client.graphql(LIST, variables));
  if (!data) throw new Error(`The list was rejected: ${JSON.stringify(errors)}`);
  return data.customers;
}

/** The ids of all pages in reading order, from the end that `first` or `last` says; each page must know its neighbours. */
async function walk(client: Client, variables: { first?: number; last?: number; orderBy: unknown }): Promise<string[]> {
  const isBackward = variables.last !== undefined;
  const pages: string[][] = [];
  let position = {};
  for (;;) {
    const { nodes, pageInfo } = await readList(client, { ...variables, ...position });
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
    const [behind, ahead] = isBackward ? [hasNextPage, hasPreviousPage] : [hasPreviousPage, hasNextPage];
    expect(behind).toBe(pages.length > 0);
    pages.push(nodes.map(({ id }) => id));
    position = isBackward ? { before: startCursor } : { after: endCursor };
    if (!ahead || pages.length > 20) break;
  }
  return (isBackward ? pages.reverse() : pages).flat();
}

describe('a walk over GraphQL', () => {
  const ORDERS = [
    undefined,
    [{ field: 'NAME', direction: 'DESC' }],
    [{ field: 'CITY', nulls: 'FIRST' }],
    [{ field: 'CITY', direction: 'DESC', nulls: 'FIRST' }],
    [{ field: 'CITY', direction: 'DESC', nulls: 'LAST' }],
    [{ field: 'TOTAL_REVENUE', direction: 'DESC' }, { field: 'CITY' }, { field: 'CREATED_AT', direction: 'DESC' }],
  ];

  test.each(ORDERS.map((order) => ({ order })))(
    'meets each customer once in both directions: $order',
    async ({ order }) => {
      const client = as(service, (await aFilledTenant()).admin);
      const whole = (await readList(client, { orderBy: order, first: 100 })).nodes.map(({ id }) => id);
      expect(whole).toHaveLength(12);

      for (const size of [1, 5, 12]) {
        expect([size, await walk(client, { first: size, orderBy: order })]).toEqual([size, whole]);

        expect([size, await walk(client, { last: size, orderBy: order })]).toEqual([size, whole]);
      }
    },
  );

  test('cuts a window between two cursors', async () => {
    const client = as(service, (await aFilledTenant()).admin);
    const whole = await readList(client, { first: 12 });
    const { startCursor, endCursor } = whole.pageInfo;

    const inside = await readList(client, { first: 100, after: startCursor, before: endCursor });

    expect(inside.nodes).toEqual(whole.nodes.slice(1, -1));
    expect(inside.totalCount).toBe(12);
  });

  test('of no customers has no cursors', async () => {
    const client = as(service, (await aFilledTenant()).admin);

    expect(await readList(client, { first: 0 })).toMatchObject({
      nodes: [],
      totalCount: 12,
      pageInfo: { endCursor: null },
    });
    expect(await readList(client, { search: 'introuvable' })).toMatchObject({ nodes: [], totalCount: 0 });
  });
});

describe('a cursor', () => {
  test('is of no use in another list: filter, order, search, tenant or transport', async () => {
    const tenant = await aFilledTenant();
    const other = await aFilledTenant();
    const client = as(service, tenant.admin);
    const cursor = String(pageIn(await client.get(`${CUSTOMERS}?page_size=2`)).next_cursor);
    const endCursor = String((await readList(client, { first: 2 })).pageInfo.endCursor);

    for (const query of ['type=VIP', 'search=e', 'sort=-name', 'sort=city', 'is_active=true', 'country_code=FR']) {
      expect(outcomeOf(await client.get(`${CUSTOMERS}?${query}&cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
    }
    expect(outcomeOf(await as(service, other.admin).get(`${CUSTOMERS}?cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
    expect(outcomeOf(await client.get(`${CUSTOMERS}?cursor=${endCursor}`))).toBe('422 INVALID_CURSOR');
    const elsewhere = [
      { after: cursor },
      { after: endCursor, search: 'e' },
      { after: endCursor, filter: { type: { eq: 'VIP' } } },
      { before: endCursor, orderBy: [{ field: 'NAME', direction: 'DESC' }] },
    ];
    for (const variables of elsewhere) {
      expect(graphqlIn(await client.graphql(LIST, variables)).errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
    }
    const foreign = await as(service, other.admin).graphql(LIST, { after: endCursor });
    expect(graphqlIn(foreign).errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
  });

  test('outlives a release: what it is bound to is written as it always was', async () => {
    const tenant = await aFilledTenant();
    const client = as(service, tenant.admin);
    const order = [
      { column: 'c.name', direction: 'ASC', kind: 'text', nulls: 'LAST', property: 'name' },
      { column: 'c.id', direction: 'ASC', kind: 'uuid', nulls: 'LAST', property: 'id' },
    ];
    const scopeOf = (list: string): string =>
      hash('sha256', JSON.stringify([tenant.id, list, null, null, order]), 'base64url').slice(0, 16);
    const bound = (cursor: unknown): unknown =>
      (JSON.parse(Buffer.from(String(cursor), 'base64url').toString()) as unknown[])[0];

    expect(bound(pageIn(await client.get(`${CUSTOMERS}?page_size=2`)).next_cursor)).toBe(scopeOf('rest.customers'));
    expect(bound((await readList(client, { first: 2 })).pageInfo.endCursor)).toBe(scopeOf('customers'));
  });

  test.each(['x', '%00', 'bnVsbA', 'W10', 'e30', 'WyJhIl0', 'x'.repeat(4000)])(
    'made of nothing is rejected: %s',
    async (cursor) => {
      const client = as(service, (await service.aTenant()).admin);

      expect(outcomeOf(await client.get(`${CUSTOMERS}?cursor=${cursor}`))).toMatch(
        /^422 (INVALID_CURSOR|VALIDATION_FAILED)$/,
      );
      const graphql = await client.graphql(LIST, { after: decodeURIComponent(cursor) });
      expect(graphqlIn(graphql).errors?.[0]?.extensions.code).toMatch(/^(INVALID_CURSOR|VALIDATION_FAILED)$/);
    },
  );

  test.each([
    ['created_at', '2026-02-30T00:00:00.000Z'],
    ['created_at', '0000-01-01T00:00:00.000Z'],
    ['created_at', '2026-01-01T24:00:00.000Z'],
    ['created_at', 'now'],
    ['created_at', null],
    ['total_revenue', 'NaN'],
    ['total_revenue', 1],
    ['name', 'a\0b'],
    ['name', 'a\ud800'],
    ['name', { a: 1 }],
  ])('whose %s was written by hand as %p is rejected', async (sort, value) => {
    const client = as(service, (await aFilledTenant()).admin);
    const cursor = pageIn(await client.get(`${CUSTOMERS}?sort=${sort}&page_size=2`)).next_cursor ?? '';
    const [scope, , id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];

    const forged = Buffer.from(JSON.stringify([scope, value, id])).toString('base64url');

    expect(outcomeOf(await client.get(`${CUSTOMERS}?sort=${sort}&cursor=${forged}`))).toBe('422 INVALID_CURSOR');
  });
});
