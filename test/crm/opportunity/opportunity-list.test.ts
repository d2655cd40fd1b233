import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { newId } from '../../../src/platform/values/ids.js';
import { addressOf, anOpportunity, OPPORTUNITIES, type OpportunityJson } from './opportunity-support.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf, outcomeOf, pageIn } from '../customer/customer-support.js';

const service = useService();
let tenant: TestTenant;
let client: Client;
let customers: readonly string[];

/** Twelve opportunities of two customers, with ties everywhere and holes in the dates, and one that is deleted. */
beforeAll(async () => {
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
  customers = [(await aCustomer(client)).id, (await aCustomer(client)).id];
  await service.ask(
    `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, expected_close_date,
       actual_close_date, source, assigned_to, created_by, created_at, updated_at)
     SELECT $1, gen_random_uuid(), CASE WHEN n <= 5 THEN $2::uuid ELSE $3::uuid END, 'O' || lpad(n::text, 2, '0'),
       (ARRAY['Été', 'Ete', 'ete', 'Zoo 100%'])[n % 4 + 1], (ARRAY['NEW', 'WON', 'PROPOSAL'])[n % 3 + 1],
       CASE n % 3 WHEN 1 THEN 100 ELSE n * 5 END, (n % 4) * 100.5, (ARRAY['EUR', 'USD'])[n % 2 + 1],
       CASE WHEN n % 4 > 0 THEN '2026-01-31'::date + n % 4 END, CASE n % 3 WHEN 1 THEN '2026-02-01'::date END,
       (ARRAY['Salon', NULL])[n % 2 + 1], CASE WHEN n < 4 THEN $4::uuid END, $5,
       '2026-01-01'::timestamptz + (n % 2) * interval '1 day', '2026-01-01'::timestamptz + n * interval '1 hour'
     FROM generate_series(1, 12) n`,
    [tenant.id, customers[0], customers[1], tenant.user.id, tenant.admin.id],
  );
  await service.ask(`INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'opportunity.live', 8)`, [tenant.id]);
  await client.delete(addressOf(await anOpportunity(client, { name: 'Absente', customer_id: customers[0] })));
});

async function pagesOf(query: string): Promise<OpportunityJson[][]> {
  const pages: OpportunityJson[][] = [];
  let cursor: string | null = null;
  do {
    const answer = await client.get(`${OPPORTUNITIES}?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    pages.push([...(pageIn(answer).items as unknown as OpportunityJson[])]);
    cursor = pageIn(answer).next_cursor;
  } while (cursor !== null && pages.length < 20);
  return pages;
}

const codesOf = (items: readonly { readonly code: string }[]): string[] => items.map(({ code }) => code);

describe('the list', () => {
  test('is by expected close, those without a date last, without the deleted one', async () => {
    const { items, total } = pageIn(await client.get(OPPORTUNITIES));

    const dates = items.map((item) => item.expected_close_date);
    expect(total).toBe(12);
    expect(dates.slice(-3)).toEqual([null, null, null]);
    expect(dates.slice(0, 9)).toEqual([...dates.slice(0, 9)].sort());
    expect(dates[0]).toBe('2026-02-01');
  });

  test.each<[query: string, total: number]>([
    ['status=WON', 4],
    ['status=LOST', 0],
    ['status=NEW&search=zoo', 1],
    ['search=ete', 9],
    ['search=100%25', 3],
    ['search=O1', 3],
    ['search=_', 0],
    ['status=&customer_id=&assigned_to=&search=', 12],
  ])('%s holds %i', async (query, total) => {
    const page = pageIn(await client.get(`${OPPORTUNITIES}?${query}`));

    expect([page.total, page.items.length]).toEqual([total, total]);
  });

  test('of a customer, of a responsible user', async () => {
    const totalOf = async (query: string): Promise<number> =>
      pageIn(await client.get(`${OPPORTUNITIES}?${query}`)).total;

    expect(await totalOf(`customer_id=${customers[0] ?? ''}`)).toBe(5);
    expect(await totalOf(`customer_id=${(customers[1] ?? '').toUpperCase()}`)).toBe(7);
    expect(await totalOf(`assigned_to=${tenant.user.id}`)).toBe(3);
    expect(await totalOf(`assigned_to=${tenant.user.id}&customer_id=${customers[1] ?? ''}`)).toBe(0);
    expect(await totalOf(`customer_id=${newId()}`)).toBe(0);
  });

  test.each([
    'status=OPEN',
    'customer_id=x',
    'assigned_to=x',
    'sort=stage',
    'sort=-',
    'limit=5',
    'page=0',
    'page_size=101',
    'cursor=x',
    'status=NEW&status=WON',
  ])('%s is rejected', async (query) => {
    expect(outcomeOf(await client.get(`${OPPORTUNITIES}?${query}`))).toMatch(
      /^422 (VALIDATION_FAILED|INVALID_CURSOR)$/,
    );
  });

  test.each([
    '',
    'expected_close_date',
    '-expected_close_date',
    'amount',
    '-amount,name',
    'name,-amount',
    '-created_at',
    'updated_at',
    '-expected_close_date,amount',
  ])('a walk with sort=%s meets each once, in the order of the list', async (sort) => {
    const whole = codesOf(pageIn(await client.get(`${OPPORTUNITIES}?sort=${sort}`)).items);
    expect(whole).toHaveLength(12);

    for (const size of [1, 5, 12]) {
      expect(codesOf((await pagesOf(`sort=${sort}&page_size=${size}`)).flat())).toEqual(whole);
    }
    const byNumber = await Promise.all(
      [1, 2, 3].map((page) => client.get(`${OPPORTUNITIES}?sort=${sort}&page_size=5&page=${page}`)),
    );
    expect(byNumber.flatMap((answer) => codesOf(pageIn(answer).items))).toEqual(whole);
  });

  test('a cursor is of no use in another list', async () => {
    const cursor = pageIn(await client.get(`${OPPORTUNITIES}?page_size=2`)).next_cursor ?? '';

    for (const query of ['status=NEW', 'search=e', 'sort=name', `customer_id=${customers[0] ?? ''}`]) {
      expect(outcomeOf(await client.get(`${OPPORTUNITIES}?${query}&cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
    }
    const stranger = as(service, (await service.aTenant()).admin);
    expect(outcomeOf(await stranger.get(`${OPPORTUNITIES}?cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
  });
});

const LIST = `query ($filter: OpportunityFilter, $orderBy: [OpportunityOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  opportunities(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { code } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly code: string }[];
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'startCursor' | 'endCursor', string | null>>;
}

async function read(variables: object): Promise<Page> {
  const { data, errors } = graphqlIn<{ opportunities: Page }>(await client.graphql(LIST, variables));
  if (!data) throw new Error(errors?.[0]?.extensions.code);
  return data.opportunities;
}

describe('filters', () => {
  test.each<[filter: object, codes: string]>([
    [{ code: { eq: 'O01' } }, 'O01'],
    [{ code: { contains: '1' }, name: { startsWith: 'É' } }, 'O12'],
    [{ name: { contains: '0%' } }, 'O03 O07 O11'],
    [{ status: { in: ['WON', 'LOST'] } }, 'O01 O04 O07 O10'],
    [{ status: { notIn: ['WON', 'NEW'] } }, 'O02 O05 O08 O11'],
    [{ probability: { eq: 10 } }, 'O02'],
    [{ probability: { gt: 45, lt: 100 } }, 'O11 O12'],
    [{ probability: { between: [10, 15] } }, 'O02 O03'],
    [{ probability: { in: [10, 25] } }, 'O02 O05'],
    [{ amount: { gte: '201', lte: 301.5 }, status: { eq: 'NEW' } }, 'O03 O06'],
    [{ amount: { eq: 0 } }, 'O04 O08 O12'],
    [{ weightedAmount: { gt: '200.99' } }, 'O07 O10'],
    [{ currency: { eq: 'USD' }, amount: { eq: '100.5' } }, 'O01 O05 O09'],
    [{ expectedCloseDate: { eq: '2026-02-01' } }, 'O01 O05 O09'],
    [{ expectedCloseDate: { isNull: true } }, 'O04 O08 O12'],
    [{ expectedCloseDate: { gt: '2026-02-01', lte: '2026-02-02' } }, 'O02 O06 O10'],
    [{ expectedCloseDate: { between: ['2026-02-03', '2026-12-31'] } }, 'O03 O07 O11'],
    [{ expectedCloseDate: { notIn: ['2026-02-01', '2026-02-02', '2026-02-03'] } }, 'O04 O08 O12'],
    [{ actualCloseDate: { isNull: false } }, 'O01 O04 O07 O10'],
    [{ source: { eq: 'Salon' }, status: { eq: 'WON' } }, 'O04 O10'],
    [{ source: { isNull: true }, status: { eq: 'WON' } }, 'O01 O07'],
    [{ createdAt: { gt: '2026-01-01T12:00:00Z' }, status: { eq: 'NEW' } }, 'O03 O09'],
    [{ updatedAt: { lt: '2026-01-01T02:30:00Z' } }, 'O01 O02'],
    [{ or: [{ code: { eq: 'O01' } }, { code: { eq: 'O02' } }], not: { status: { eq: 'WON' } } }, 'O02'],
    [{ and: [{ status: { eq: 'NEW' } }, { amount: { eq: 0 } }] }, 'O12'],
  ])('%j', async (filter, codes) => {
    const { nodes, totalCount } = await read({ filter, first: 100 });

    expect([codesOf(nodes).sort().join(' '), totalCount]).toEqual([codes, nodes.length]);
  });

  test('by ids', async () => {
    const count = async (filter: object): Promise<number> => (await read({ filter })).totalCount;

    expect(await count({ customerId: { eq: customers[0] } })).toBe(5);
    expect(await count({ assignedToId: { eq: tenant.user.id } })).toBe(3);
    expect(await count({ assignedToId: { isNull: true }, createdById: { eq: tenant.admin.id } })).toBe(9);
    expect(await count({ id: { in: [newId()] } })).toBe(0);
  });

  test.each<[filter: object, code: string]>([
    [{ customerId: { eq: 'x' } }, 'VALIDATION_FAILED'],
    [{ probability: { between: [1] } }, 'VALIDATION_FAILED'],
    [{ probability: { eq: 1.5 } }, 'BAD_USER_INPUT'],
    [{ probability: { eq: '10' } }, 'BAD_USER_INPUT'],
    [{ expectedCloseDate: { eq: '2026-02-30' } }, 'BAD_USER_INPUT'],
    [{ expectedCloseDate: { eq: '2026-02-01T00:00:00Z' } }, 'BAD_USER_INPUT'],
    [{ status: { eq: 'OPEN' } }, 'BAD_USER_INPUT'],
    [{ notes: { eq: 'x' } }, 'BAD_USER_INPUT'],
    [{ name: { contains: 'a\0' } }, 'VALIDATION_FAILED'],
  ])('%j is rejected', async (filter, code) => {
    expect(graphqlOutcomeOf(await client.graphql(LIST, { filter }))).toBe(code);
  });

  test('an order of more keys than there are fields is rejected', async () => {
    const orderBy = Array<object>(6).fill({ field: 'NAME' });

    expect(graphqlOutcomeOf(await client.graphql(LIST, { orderBy }))).toBe('VALIDATION_FAILED');
  });
});

describe('a walk over GraphQL', () => {
  test.each([
    [undefined],
    [[{ field: 'EXPECTED_CLOSE_DATE', direction: 'DESC' }]],
    [[{ field: 'EXPECTED_CLOSE_DATE', nulls: 'FIRST' }]],
    [[{ field: 'EXPECTED_CLOSE_DATE', direction: 'DESC', nulls: 'FIRST' }]],
    [[{ field: 'AMOUNT', direction: 'DESC' }, { field: 'EXPECTED_CLOSE_DATE' }]],
    [[{ field: 'NAME' }, { field: 'UPDATED_AT', direction: 'DESC' }]],
    [[{ field: 'CREATED_AT' }]],
  ])('meets each once, in both directions: %j', async (orderBy) => {
    const whole = codesOf((await read({ orderBy, first: 100 })).nodes);
    expect(new Set(whole).size).toBe(12);

    for (const size of [1, 5]) {
      const forward: string[] = [];
      const backward: string[] = [];
      for (let after: string | null = null, more = true; more;) {
        const { nodes, pageInfo } = await read({ orderBy, first: size, after });
        forward.push(...codesOf(nodes));
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      for (let before: string | null = null, more = true; more;) {
        const { nodes, pageInfo } = await read({ orderBy, last: size, before });
        backward.unshift(...codesOf(nodes));
        [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
      }
      expect([forward, backward]).toEqual([whole, whole]);
    }
  });

  test("below a customer stays with that customer's own", async () => {
    const answer = await client.graphql(
      `{ customers(first: 5, orderBy: [{ field: CODE }]) { nodes { id
          all: opportunities(first: 100) { totalCount nodes { code } }
          won: opportunities(first: 1, filter: { status: { eq: WON } }, orderBy: [{ field: AMOUNT, direction: DESC }]) { totalCount nodes { code amount } pageInfo { hasNextPage } } } } }`,
    );

    const { data } = graphqlIn<{ customers: { nodes: { id: string; all: Page; won: Page }[] } }>(answer);
    const [one, two] = data?.customers.nodes ?? [];
    expect([one?.all.totalCount, two?.all.totalCount]).toEqual([5, 7]);
    expect(one?.all.nodes).toHaveLength(5);
    expect(one?.won).toEqual({
      totalCount: 2,
      nodes: [{ code: 'O01', amount: '100.50' }],
      pageInfo: { hasNextPage: true },
    });
    expect(two?.won).toEqual({
      totalCount: 2,
      nodes: [{ code: 'O07', amount: '301.50' }],
      pageInfo: { hasNextPage: true },
    });
  });
});
