/** Programs send null for what they do not have: as an operand it is an error, in place of a condition it asks for nothing. */
import { as, type Answer } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

const service = useService();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  for (const name of ['Un', 'Deux']) {
    const customer = await client.post('/v1/commercial/customers', { name });
    const children = { customer_id: (customer.body as { readonly id: string }).id };
    await client.post('/v1/commercial/contacts', { ...children, first_name: name, last_name: name });
    await client.post('/v1/commercial/opportunities', { ...children, name });
    await client.post('/v1/commercial/activities', { ...children, type: 'CALL', subject: name });
  }
});

const LISTS = {
  customers: { type: 'CustomerFilter', text: 'name', related: 'contacts' },
  contacts: { type: 'ContactFilter', text: 'lastName', related: 'activities' },
  opportunities: { type: 'OpportunityFilter', text: 'name', related: 'activities' },
  activities: { type: 'ActivityFilter', text: 'subject', related: undefined },
} as const;
type List = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as List[];

async function list(name: List, filter: unknown, inDocument = false): Promise<Answer> {
  const client = as(service, tenant.admin);
  if (inDocument) return client.graphql(`{ ${name}(filter: ${literal(filter)}) { totalCount } }`);
  return client.graphql(`query ($f: ${LISTS[name].type}) { ${name}(filter: $f) { totalCount } }`, { f: filter });
}

/** As GraphQL writes it. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"(\w+)":/g, '$1:');
}

interface Page {
  readonly totalCount?: number;
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string };
}

interface Reply {
  readonly data?: Readonly<Record<string, Page>>;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly fields?: readonly object[] } }[];
}

function read({ body }: Answer): Reply {
  return body as Reply;
}

function wrongOf(answer: Answer): readonly object[] {
  return (read(answer).errors ?? []).flatMap(({ extensions }) => extensions.fields ?? []);
}

const NAMES_IS_NULL: unknown = expect.stringContaining('isNull');

describe.each(NAMES)('a filter of %s', (name) => {
  const { text, related } = LISTS[name];

  test.each(['eq', 'neq', 'in', 'notIn', 'isNull', 'startsWith', 'contains'])(
    'takes no null for %s',
    async (operator) => {
      for (const inDocument of [false, true]) {
        const answer = await list(name, { [text]: { [operator]: null } }, inDocument);

        expect(read(answer).errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
        expect(wrongOf(answer)).toMatchObject([{ path: ['filter', text, operator], message: NAMES_IS_NULL }]);
      }
    },
  );

  test.each(['gt', 'gte', 'lt', 'lte', 'between'])('takes no null for %s of an instant', async (operator) => {
    expect(wrongOf(await list(name, { and: [{ createdAt: { [operator]: null } }] }))).toMatchObject([
      { path: ['filter', 'createdAt', operator], message: NAMES_IS_NULL },
    ]);
  });

  test('wants an operator where it names a member', async () => {
    for (const filter of [{ [text]: {} }, { not: { or: [{ [text]: {} }] } }]) {
      expect(wrongOf(await list(name, filter))).toMatchObject([{ path: ['filter', text], message: NAMES_IS_NULL }]);
    }
  });

  test('asks for nothing with null in place of a condition', async () => {
    for (const filter of [null, {}, { [text]: null }, { and: null, or: null, not: null }, { and: [] }, { not: {} }]) {
      expect(read(await list(name, filter)).data?.[name]?.totalCount).toBe(2);
    }
  });

  if (related !== undefined)
    test('wants some or none of a relation to many', async () => {
      expect(wrongOf(await list(name, { [related]: {} }))).toMatchObject([{ path: ['filter', related] }]);
    });

  test('goes on after a cursor with any filter that asks for the same', async () => {
    const query = `query ($f: ${LISTS[name].type}, $after: String, $before: String) {
      ${name}(filter: $f, first: 1, after: $after, before: $before) { nodes { id } pageInfo { endCursor } } }`;
    const client = as(service, tenant.admin);
    const first = read(await client.graphql(query, {})).data?.[name];

    const second = async (f: unknown): Promise<unknown> => {
      const { errors, data } = read(await client.graphql(query, { f, after: first?.pageInfo.endCursor, before: '' }));
      return errors?.[0]?.extensions.code ?? data?.[name]?.nodes[0]?.id;
    };
    const id = await second(null);

    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(id).not.toBe(first?.nodes[0]?.id);
    for (const f of [
      {},
      { and: [] },
      { and: [{}] },
      { [text]: null },
      { not: null },
      { not: {} },
      { not: { or: [{}] } },
      { or: [{}, { [text]: { eq: 'x' } }] },
    ])
      expect(await second(f)).toBe(id);
    for (const f of [{ or: [] }, { not: { or: [] } }, { [text]: { neq: 'x' } }])
      expect(await second(f)).toBe('INVALID_CURSOR');
  });
});

test('a filter of audit events asks for nothing with null, and its cursors are good for an equal one', async () => {
  const client = as(service, tenant.admin);
  const query = `query ($f: AuditEventFilter, $after: String) {
    auditEvents(filter: $f, first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }`;
  const [first, empty] = [await client.graphql(query, {}), await client.graphql(query, { f: {}, after: '' })];
  const after = read(first).data?.auditEvents?.pageInfo.endCursor;

  expect(empty.body).toEqual(first.body);
  expect(read(await client.graphql(query, { f: { action: null }, after })).data?.auditEvents?.nodes).toHaveLength(1);
});

describe('an empty cursor is none', () => {
  const FIELDS = [
    'customers(after: "", before: "") { nodes { id } }',
    'customers(last: 5, after: "", before: "") { nodes { id contacts(after: "") { nodes { id } } activities(before: "") { nodes { id } } } }',
    'opportunities(after: "") { nodes { transitions(after: "") { nodes { id } } history(after: "") { nodes { id } } } }',
    'changes(after: "") { nodes { type } }',
    'users(after: "") { nodes { id } }',
    'auditEvents(after: "") { nodes { id } }',
    'search(query: "un", after: "") { nodes { __typename } }',
  ];

  test.each(FIELDS)('%s', async (field) => {
    const without = field
      .replaceAll(/(?:, )?(?:after|before): ""/g, '')
      .replaceAll('()', '')
      .replaceAll('(, ', '(');
    const client = as(service, tenant.admin);
    const [one, other] = [await client.graphql(`{ ${field} }`), await client.graphql(`{ ${without} }`)];

    expect(read(one).errors).toBeUndefined();
    expect(one.body).toEqual(other.body);
  });
});

test('an empty search is none: cursors are good for either, through both transports', async () => {
  const client = as(service, tenant.admin);
  const query = `query ($after: String, $search: String) {
    customers(search: $search, first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }`;
  const first = read(await client.graphql(query, {})).data?.customers;
  const after = first?.pageInfo.endCursor;
  const next = read(await client.graphql(query, { after, search: ' ' })).data?.customers?.nodes[0]?.id;
  const page = await client.get('/v1/commercial/customers?page_size=1');
  const { next_cursor: cursor } = page.body as { readonly next_cursor: string };
  const second = await client.get(`/v1/commercial/customers?page_size=1&search=&cursor=${cursor}`);

  expect(next).toMatch(/^[0-9a-f-]{36}$/);
  expect(second.body).toMatchObject({ items: [{ id: next }] });
  expect(read(await client.graphql(query, { after, search: 'u' })).errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
});
