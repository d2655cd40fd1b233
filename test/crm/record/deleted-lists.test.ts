/** Lists of deleted records, for those who may restore them: both transports, every record type. */
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

const service = useService();
const AT = '/v1/commercial';
let tenant: TestTenant;
let admin: Client;
/** Of each list a live and a deleted record; the customer of both is alive. */
let live: Readonly<Record<List, string>>;
let gone: Readonly<Record<List, string>>;

const LISTS = ['customers', 'contacts', 'opportunities', 'activities'] as const;
type List = (typeof LISTS)[number];

async function create(list: List, customer_id: string, name: string): Promise<string> {
  const bodies = {
    customers: { name },
    contacts: { customer_id, first_name: 'Léa', last_name: name },
    opportunities: { customer_id, name },
    activities: { customer_id, type: 'NOTE', subject: name },
  };
  const answer = await admin.post(`${AT}/${list}`, bodies[list]);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { readonly id: string }).id;
}

beforeEach(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
  const customers = await create('customers', '', 'Martin');
  const made = async (name: string): Promise<Record<List, string>> => ({
    customers: name === 'Martin' ? customers : await create('customers', '', name),
    contacts: await create('contacts', customers, name),
    opportunities: await create('opportunities', customers, name),
    activities: await create('activities', customers, name),
  });
  live = await made('Martin');
  gone = await made('Parti');
  for (const list of LISTS) expect((await admin.delete(`${AT}/${list}/${gone[list]}`)).status).toBe(204);
});

type Ask = (
  client: Client,
  list: List,
  more?: { readonly after?: string; readonly search?: string; readonly size?: number },
) => Promise<Found | string>;

interface Found {
  readonly ids: readonly string[];
  readonly total: number;
  readonly next: string | null;
}

const overRest: Ask = async (client, list, { after, search, size = 20 } = {}) => {
  const query = new URLSearchParams({ deleted: 'only', page_size: String(size), ...(search && { search }) });
  query.set(after === undefined ? 'page' : 'cursor', after ?? '1');
  const answer = await client.get(`${AT}/${list}?${query.toString()}`);
  if (answer.status !== 200) return (answer.body as { readonly code: string }).code;
  const { items, total, next_cursor } = answer.body as {
    readonly items: readonly { readonly id: string }[];
    readonly total: number;
    readonly next_cursor: string | null;
  };
  return { ids: items.map(({ id }) => id), total, next: next_cursor };
};

const QUERY = (list: List): string => `query ($after: String, $search: String, $size: Int) {
  list: ${list}(deleted: ONLY, after: $after, search: $search, first: $size) {
    totalCount nodes { id } pageInfo { endCursor hasNextPage } } }`;

interface ListJson {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

const overGraphql: Ask = async (client, list, { after = '', search = '', size = 20 } = {}) => {
  const answer = await client.graphql(QUERY(list), { after, search, size });
  return foundIn(answer.body as GraphqlList);
};

interface GraphqlList {
  readonly data?: { readonly list: ListJson } | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

function foundIn({ data, errors }: GraphqlList): Found | string {
  if (!data) return errors?.[0]?.extensions.code ?? 'nothing';
  const { totalCount, nodes, pageInfo } = data.list;
  return { ids: nodes.map(({ id }) => id), total: totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

async function foundBy(ask: Ask, more: Parameters<Ask>[2]): Promise<Found> {
  const found = await ask(admin, 'customers', more);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** Every deleted customer, two at a time. */
async function walk(ask: Ask, after?: string): Promise<string[]> {
  const { ids, total, next } = await foundBy(ask, { size: 2, ...(after !== undefined && { after }) });
  expect(total).toBe(4);
  return next === null ? [...ids] : [...ids, ...(await walk(ask, next))];
}

describe.each([
  ['REST', overRest],
  ['GraphQL', overGraphql],
] as const)('over %s', (_name, ask) => {
  test.each(LISTS)('%s: an admin lists the deleted ones alone, until they are restored', async (list) => {
    expect(await ask(admin, list)).toEqual({ ids: [gone[list]], total: 1, next: null });
    expect(await ask(as(service, (await service.aTenant()).admin), list)).toMatchObject({ ids: [], total: 0 });

    expect((await admin.post(`${AT}/${list}/${gone[list]}/restore`)).status).toBe(200);

    expect(await ask(admin, list)).toMatchObject({ ids: [], total: 0 });
  });

  test.each(LISTS)('%s: nobody else may, and is recorded', async (list) => {
    for (const role of ['manager', 'user', 'readonly'] as const)
      expect(await ask(as(service, tenant[role]), list)).toBe('FORBIDDEN');

    const { logs } = (await admin.get('/v1/audit/logs?success=false')).body as {
      readonly logs: readonly { description: string }[];
    };
    expect(new Set(logs.map(({ description }) => description))).toEqual(
      new Set([
        `${{ customers: 'customer', contacts: 'contact', opportunities: 'opportunity', activities: 'activity' }[list]}:restore`,
      ]),
    );
    expect(logs).toHaveLength(3);
  });

  test('a walk returns each once, a search looks into them, and a cursor is of the deleted ones', async () => {
    for (const name of ['Un', 'Deux', 'Trois']) {
      const id = await create('customers', '', name);
      await admin.delete(`${AT}/customers/${id}`);
    }
    const ids = await walk(ask);
    expect(new Set(ids).size).toBe(4);
    expect(ids).not.toContain(live.customers);
    expect(await ask(admin, 'customers', { search: 'PARTI' })).toMatchObject({ ids: [gone.customers] });

    const next = (await foundBy(ask, { size: 1 })).next ?? '';
    const answer =
      ask === overRest
        ? await admin.get(`${AT}/customers?cursor=${next}`)
        : await admin.graphql(`{ customers(after: "${next}") { nodes { id } } }`);
    expect(answer.text).toContain('INVALID_CURSOR');
  });
});

const BELOW = `query ($id: ID!) { customer(id: $id) {
  contacts(deleted: ONLY) { totalCount nodes { id lastName viewerCan { restore { allowed } update { allowed code } } } }
  opportunities(deleted: ONLY) { nodes { id customer { id } } } activities(deleted: ONLY) { nodes { id } }
  all: contacts(deleted: EXCLUDE) { nodes { id } } } }`;

test('below a record likewise, and only restoring them is possible', async () => {
  const answer = await admin.graphql(BELOW, { id: live.customers });

  expect(answer.body).toEqual({
    data: {
      customer: {
        contacts: {
          totalCount: 1,
          nodes: [
            {
              ...{ id: gone.contacts, lastName: 'Parti' },
              viewerCan: { restore: { allowed: true }, update: { allowed: false, code: 'NOT_FOUND' } },
            },
          ],
        },
        opportunities: { nodes: [{ id: gone.opportunities, customer: { id: live.customers } }] },
        activities: { nodes: [{ id: gone.activities }] },
        all: { nodes: [{ id: live.contacts }] },
      },
    },
  });
});

test('below a record nobody else may either, and it is recorded once for each type', async () => {
  const answer = await as(service, tenant.manager).graphql(BELOW, { id: live.customers });

  const codes = (answer.body as { errors: { extensions: { code: string } }[] }).errors.map(
    ({ extensions }) => extensions.code,
  );
  expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
  const { logs } = (await admin.get('/v1/audit/logs?success=false')).body as {
    readonly logs: readonly { description: string }[];
  };
  expect(logs.map(({ description }) => description).sort()).toEqual([
    'activity:restore',
    'contact:restore',
    'opportunity:restore',
  ]);
});

test('the bare array of activities takes it too, exports do not, and other words are refused', async () => {
  const array = await admin.get(`${AT}/activities?deleted=only`);
  expect((array.body as { id: string }[]).map(({ id }) => id)).toEqual([gone.activities]);
  expect((await admin.get(`${AT}/activities?deleted=exclude`)).body).toMatchObject([{ id: live.activities }]);
  for (const path of [
    'customers?deleted=yes',
    'export/customers?deleted=only',
    `customers/${gone.customers}?deleted=only`,
  ])
    expect((await admin.get(`${AT}/${path}`)).status).toBe(422);
  expect((await admin.get(`${AT}/customers/${gone.customers}`)).status).toBe(404);
});
