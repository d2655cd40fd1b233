/** Totals of lists: exact without a filter, and with one as far as lists are counted; beyond that a cursor goes on. */
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

const CUSTOMERS = '/v1/commercial/customers';
/** As far as a filtered list is counted, and a page of 100 more. */
const COUNTED = 10_000;
const ROWS = COUNTED + 100;

const service = useService();
let tenant: TestTenant;
let admin: Client;

/** Active ones: they end within the last page of 30 that has a number. */
const ACTIVE = COUNTED + 15;

/** Of one large company: 10 100 customers in Lille, of which 10 000 are VIP and 10 015 active, each with an active contact. */
beforeAll(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
  await service.ask(
    `WITH made AS (
       INSERT INTO customers (tenant_id, id, code, name, type, city, country_code, payment_terms, currency, is_active, created_at,
         updated_at)
       SELECT $1, gen_random_uuid(), 'C' || n, 'Nom ' || lpad(n::text, 6, '0'), CASE WHEN n <= $3 THEN 'VIP' ELSE 'LEAD' END, 'Lille', 'FR',
         'NET_30', 'EUR', n <= $4, now(), now() FROM generate_series(1, $2::integer) n RETURNING id, name)
     INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, preferred_language, created_at, updated_at)
     SELECT $1, gen_random_uuid(), id, 'Léa', name, 'fr', now(), now() FROM made`,
    [tenant.id, ROWS, COUNTED, ACTIVE],
  );
});

interface Envelope {
  readonly items: readonly { readonly name: string }[];
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly pages: number | null;
  readonly next_cursor: string | null;
}

async function page(query: string): Promise<Envelope & { readonly links: Readonly<Record<string, string>> }> {
  const answer = await admin.get(query.startsWith('/') ? query : `${CUSTOMERS}?${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return { ...(answer.body as Envelope), links: linksIn(answer) };
}

function linksIn(answer: Answer): Record<string, string> {
  const links = [...(answer.headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)];
  return Object.fromEntries(links.map(([, address = '', relation = '']) => [relation, address]));
}

test('without a filter a total is exact, and every page has its number', async () => {
  const last = await page('page=101&page_size=100');

  expect(last).toMatchObject({ total: ROWS, total_is_exact: true, pages: 101, next_cursor: null });
  expect(last.items).toHaveLength(100);
  expect(await page('page=102&page_size=100')).toMatchObject({ total: ROWS, pages: 101, items: [] });
  expect(await page('/v1/commercial/contacts?page_size=1')).toMatchObject({ total: ROWS, total_is_exact: true });
});

test.each(['country_code=FR', 'is_active=true', 'created_since=2000-01-01', 'search=lille', 'search=nom&sort=-name'])(
  'with %s it stops at 10 000',
  async (filter) => {
    const first = await page(`${filter}&page_size=100`);

    expect(first).toMatchObject({ total: COUNTED, total_is_exact: false, pages: null });
    expect(first.links.next).toContain('page=2');
    expect(first.links).not.toHaveProperty('prev');
  },
);

test('10 000 filtered records are counted to their end', async () => {
  expect(await page('type=VIP&page=100&page_size=100')).toMatchObject({
    total: COUNTED,
    total_is_exact: true,
    pages: 100,
    next_cursor: null,
    links: { prev: expect.stringContaining('page=99') as unknown },
  });
  expect(await page('type=VIP&page=101&page_size=100')).toMatchObject({ total: COUNTED, pages: 100, items: [] });
});

test('the last page by number leads on by a cursor, to the last record', async () => {
  const last = await page('country_code=FR&page=100&page_size=100');
  const beyond = await page(last.links.next ?? '');

  expect(last.links.next).not.toMatch(/[?&]page=/);
  expect(last.links.prev).toContain('page=99');
  expect(beyond.items.map(({ name }) => name)).toEqual(
    Array.from({ length: 100 }, (_, index) => `Nom ${String(COUNTED + 1 + index).padStart(6, '0')}`),
  );
  expect(beyond).toMatchObject({ total: COUNTED, total_is_exact: false, pages: null, next_cursor: null, links: {} });
});

test('a list that ends within the last page by number has no link to go on', async () => {
  const last = await page('is_active=true&page=334&page_size=30');

  expect(last.items.at(-1)).toMatchObject({ name: `Nom ${String(ACTIVE).padStart(6, '0')}` });
  expect(last).toMatchObject({ total: COUNTED, total_is_exact: false, pages: null, next_cursor: null });
  expect(Object.keys(last.links)).toEqual(['prev']);
});

test.each([
  'country_code=FR&page=101&page_size=100',
  'search=lille&page=10001&page_size=1',
  'country_code=FR&page=1000000',
])('a page by number beyond that is a 422 that names the cursor: %s', async (query) => {
  const answer = await admin.get(`${CUSTOMERS}?${query}`);

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [{ pointer: '/page', code: 'OUT_OF_RANGE', message: expect.stringContaining('cursor') as unknown }],
  });
});

test('GraphQL tells the same', async () => {
  const answer = await admin.graphql(`{
    all: customers { totalCount totalCountIsExact }
    filtered: customers(filter: { countryCode: { eq: "FR" } }) { totalCount totalCountIsExact }
    flag: customers(search: "lille") { totalCountIsExact }
    vip: customers(filter: { type: { eq: VIP } }) { totalCountIsExact totalCount }
    active: contacts { totalCount totalCountIsExact }
    nothing: customers(filter: { and: [{}], not: { or: [{}] } }, search: " ") { totalCount totalCountIsExact }
    nothingOfContacts: contacts(filter: { and: [] }) { totalCount totalCountIsExact }
    named: contacts(filter: { isActive: { eq: true }, firstName: { eq: "Léa" } }) { totalCount totalCountIsExact }
    one: customers(first: 1) { nodes { contacts { totalCount totalCountIsExact } } }
    auditEvents { totalCountIsExact }
    users { totalCountIsExact }
  }`);

  const exact = { totalCountIsExact: true };
  const stopped = { totalCount: COUNTED, totalCountIsExact: false };
  expect(answer.body).toEqual({
    data: {
      all: { totalCount: ROWS, ...exact },
      filtered: stopped,
      flag: { totalCountIsExact: false },
      vip: { totalCount: COUNTED, ...exact },
      active: { totalCount: ROWS, ...exact },
      nothing: { totalCount: ROWS, ...exact },
      nothingOfContacts: { totalCount: ROWS, ...exact },
      named: stopped,
      one: { nodes: [{ contacts: { totalCount: 1, ...exact } }] },
      auditEvents: exact,
      users: exact,
    },
  });
});

test('the log of the company says it of its totals', async () => {
  expect((await admin.get('/v1/audit/logs')).body).toMatchObject({ total_is_exact: true });
  expect((await admin.get('/v1/users')).body).toMatchObject({ total_is_exact: true });
});
