import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  contactAddress,
  CONTACTS,
  contactsIn,
  type ContactJson,
  type ContactPage,
} from './contact-support.js';
import {
  aCustomer,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  wrongFieldsOf,
  type CustomerJson,
} from '../customer/customer-support.js';

const service = useService();

interface Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customers: readonly [CustomerJson, CustomerJson];
}

/** Twelve active contacts of two customers with ties in every column, three inactive ones, and one that is deleted. */
async function aScene(): Promise<Scene> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const customers = [await aCustomer(client), await aCustomer(client)] as const;
  await service.ask(
    `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, email, is_active, created_by, created_at, updated_at)
     SELECT $1, gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $2::uuid ELSE $3::uuid END, (ARRAY['Zoé', 'anne', 'Anne'])[n % 3 + 1],
       (ARRAY['Été', 'Ete', 'ete', 'Zola'])[n % 4 + 1], 'n' || n || '@exemple.example', n <= 12, $4,
       '2026-01-01'::timestamptz + (n % 2) * interval '1 day', '2026-01-01'
     FROM generate_series(1, 15) n`,
    [tenant.id, customers[0].id, customers[1].id, tenant.admin.id],
  );
  await client.delete(contactAddress(await aContact(client, customers[0], { last_name: 'Absente' })));
  return { tenant, client, customers };
}

const idsOf = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

async function pagesOf(client: Client, query: string): Promise<ContactPage[]> {
  const pages: ContactPage[] = [];
  let cursor: string | null = null;
  do {
    const answer = await client.get(`${CONTACTS}?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    pages.push(contactsIn(answer));
    cursor = contactsIn(answer).next_cursor;
  } while (cursor !== null && pages.length < 20);
  return pages;
}

describe('the list over REST', () => {
  test('holds the active contacts, by last name, first name and id', async () => {
    const { client } = await aScene();

    const page = contactsIn(await client.get(CONTACTS));

    expect(page).toMatchObject({ total: 12, page: 1, page_size: 20, pages: 1, next_cursor: null });
    const order = new Intl.Collator('und').compare;
    const key = (item: ContactJson) => [item.last_name, item.first_name, item.id] as const;
    const sorted = page.items.map(key).sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]) || (a[2] < b[2] ? -1 : 1));
    expect(page.items.map(key)).toEqual(sorted);
  });

  test.each([
    ['is_active=true', 12],
    ['is_active=', 12],
    ['is_active=1', 12],
    ['is_active=false', 3],
    ['is_active=0', 3],
    ['search=ete', 9],
    ['search=ete&is_active=false', 2],
    ['search=', 12],
    ['search=n15@exemple&is_active=false', 1],
    ['customer_id=', 12],
    ['customer_id=01a205ae-f10b-74f1-851d-5191d9d0985a', 0],
  ])('?%s gives %i contacts', async (query, total) => {
    const { client } = await aScene();

    const page = contactsIn(await client.get(`${CONTACTS}?${query}`));

    expect([page.total, page.items.length]).toEqual([total, total]);
  });

  test('customer_id gives the contacts of one customer, in any case of letters', async () => {
    const { client, customers } = await aScene();

    const page = contactsIn(await client.get(`${CONTACTS}?customer_id=${customers[1].id.toUpperCase()}&search=ete`));

    expect(page.total).toBe(3);
    expect(new Set(page.items.map((item) => item.customer_id))).toEqual(new Set([customers[1].id]));
  });

  test.each([
    ['customer_id=x', 'customer_id'],
    ['is_active=maybe', 'is_active'],
    ['page=0', 'page'],
    ['page_size=101', 'page_size'],
    ['sort=email', 'sort'],
    ['sort=customer_id', 'sort'],
    ['sort=last_name,notes', 'sort'],
    ['last_name=Zola', 'last_name'],
    ['is_primary=true', 'is_primary'],
    ['search=a&search=b', 'search'],
  ])('?%s is a 422', async (query, parameter) => {
    const { client } = await aScene();

    const answer = await client.get(`${CONTACTS}?${query}`);

    expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(answer)[0]).toMatch(new RegExp(`^/${parameter} `));
  });

  test('pages tell where they stand, link to their neighbours and hold each contact once', async () => {
    const { client } = await aScene();

    const first = await client.get(`${CONTACTS}?page_size=5`);
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const rest = [await client.get(next), await client.get(`${CONTACTS}?page_size=5&page=3`)];

    expect(contactsIn(first)).toMatchObject({ total: 12, page: 1, page_size: 5, pages: 3 });
    const items = [first, ...rest].flatMap((answer) => contactsIn(answer).items);
    expect(idsOf(items)).toEqual(idsOf(contactsIn(await client.get(CONTACTS)).items));
    const beyond = contactsIn(await client.get(`${CONTACTS}?page=9&search=ete`));
    expect(beyond).toMatchObject({ items: [], total: 9, next_cursor: null });
  });
});

describe('orders over REST', () => {
  test.each(['last_name', 'first_name', 'created_at', 'updated_at'])(
    'sort=%s and its reverse mirror each other',
    async (field) => {
      const { client } = await aScene();
      const read = async (sort: string): Promise<string[]> =>
        idsOf(contactsIn(await client.get(`${CONTACTS}?sort=${sort}`)).items);

      expect((await read(`-${field}`)).reverse()).toEqual(await read(field));
    },
  );

  test('several keys apply one after the other', async () => {
    const { client } = await aScene();

    const { items } = contactsIn(await client.get(`${CONTACTS}?sort=-created_at,first_name,-last_name`));

    const order = new Intl.Collator('und').compare;
    const keys = items.map((item) => [String(item.created_at), item.first_name, item.last_name] as const);
    const sorted = [...keys].sort((a, b) => order(b[0], a[0]) || order(a[1], b[1]) || order(b[2], a[2]));
    expect(keys).toEqual(sorted);
  });

  test.each(['', 'last_name', '-last_name', 'first_name,-created_at', '-updated_at'])(
    'a walk by cursor in the order %p meets each contact once',
    async (sort) => {
      const { client } = await aScene();
      const query = sort === '' ? 'search=e' : `search=e&sort=${sort}`;
      const whole = idsOf(contactsIn(await client.get(`${CONTACTS}?${query}`)).items);
      expect(whole.length).toBeGreaterThan(8);

      for (const size of [1, 5, 100]) {
        const pages = await pagesOf(client, `${query}&page_size=${size}`);
        expect(pages.flatMap(({ items }) => idsOf(items))).toEqual(whole);
      }
    },
  );
});

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [ContactOrder!], $filter: ContactFilter, $search: String) {
  contacts(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter, search: $search) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

interface Connection {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'startCursor' | 'endCursor', string | null>>;
}

async function readList(client: Client, variables: object): Promise<Connection> {
  const { data, errors } = graphqlIn<{ contacts: Connection }>(await client.graphql(LIST, variables));
  if (!data) throw new Error(`The list was rejected: ${JSON.stringify(errors)}`);
  return data.contacts;
}

/** The ids of all pages in reading order, from the end that `first` or `last` says. */
async function walk(client: Client, variables: { first?: number; last?: number; orderBy: unknown }): Promise<string[]> {
  const isBackward = variables.last !== undefined;
  const pages: string[][] = [];
  let position = {};
  for (;;) {
    const { nodes, pageInfo } = await readList(client, { ...variables, ...position });
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
    const [behind, ahead] = isBackward ? [hasNextPage, hasPreviousPage] : [hasPreviousPage, hasNextPage];
    expect(behind).toBe(pages.length > 0);
    pages.push(idsOf(nodes));
    position = isBackward ? { before: startCursor } : { after: endCursor };
    if (!ahead || pages.length > 20) break;
  }
  return (isBackward ? pages.reverse() : pages).flat();
}

describe('the list over GraphQL', () => {
  test('is that of REST', async () => {
    const { client } = await aScene();

    const list = await readList(client, {});

    expect(idsOf(list.nodes)).toEqual(idsOf(contactsIn(await client.get(CONTACTS)).items));
    expect(list.totalCount).toBe(12);
  });

  test.each<{ order: unknown }>([
    { order: undefined },
    { order: [] },
    { order: [{ field: 'LAST_NAME', direction: 'DESC' }] },
    { order: [{ field: 'FIRST_NAME', nulls: 'FIRST' }] },
    { order: [{ field: 'CREATED_AT', direction: 'DESC' }, { field: 'FIRST_NAME' }, { field: 'LAST_NAME' }] },
    { order: [{ field: 'UPDATED_AT' }] },
  ])('a walk meets each contact once in both directions: $order', async ({ order }) => {
    const { client } = await aScene();
    const whole = idsOf((await readList(client, { orderBy: order, first: 100 })).nodes);
    expect(whole).toHaveLength(12);

    for (const size of [1, 5, 12]) {
      expect([size, await walk(client, { first: size, orderBy: order })]).toEqual([size, whole]);
      expect([size, await walk(client, { last: size, orderBy: order })]).toEqual([size, whole]);
    }
  });

  test('an order of more keys than there are fields is rejected', async () => {
    const { client } = await aScene();

    const answer = await client.graphql(LIST, { orderBy: Array<object>(5).fill({ field: 'LAST_NAME' }) });

    expect(graphqlOutcomeOf(answer)).toBe('VALIDATION_FAILED');
  });
});

test('a cursor is of no use in another list: filter, order, search, tenant or edge', async () => {
  const { client, customers } = await aScene();
  const other = await aScene();
  const cursor = String(contactsIn(await client.get(`${CONTACTS}?page_size=2`)).next_cursor);
  const endCursor = String((await readList(client, { first: 2 })).pageInfo.endCursor);

  const queries = [
    `customer_id=${customers[0].id}`,
    'is_active=false',
    'search=e',
    'sort=-last_name',
    'sort=last_name',
  ];
  for (const query of queries) {
    expect(outcomeOf(await client.get(`${CONTACTS}?${query}&cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
  }
  expect(outcomeOf(await other.client.get(`${CONTACTS}?cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
  expect((await client.get(`${CONTACTS}?is_active=true&cursor=${cursor}`)).status).toBe(200);
  const elsewhere = [
    { after: endCursor, search: 'e' },
    { after: endCursor, filter: { isActive: { eq: false } } },
    { after: endCursor, filter: { isActive: { isNull: false } } },
    { before: endCursor, orderBy: [{ field: 'CREATED_AT' }] },
  ];
  for (const variables of elsewhere) {
    expect(graphqlOutcomeOf(await client.graphql(LIST, variables))).toBe('INVALID_CURSOR');
  }
  expect(graphqlOutcomeOf(await other.client.graphql(LIST, { after: endCursor }))).toBe('INVALID_CURSOR');
});
