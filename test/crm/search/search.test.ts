import { jest } from '../../support/jest.js';
import { RIGHTS } from '../../../src/access/rights/permissions.js';
import { makeTarget } from '../../contract/surface/target.js';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { aChild } from '../record/child-rows.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

const service = useOwnService();
let tenant: TestTenant;
/** Ids by name. */
const made = new Map<string, string>();

beforeAll(async () => {
  tenant = await service.aTenant();
  await fill();
});

async function fill(): Promise<void> {
  const client = as(service, tenant.admin);
  for (const [name, fields] of [
    ['Café Moreau', { code: 'CLI-7', city: 'Lyon' }],
    ['Moreau & fils', { code: 'CLI-8' }],
    ['Société Lemoreau', { code: 'CLI-9', email: 'bonjour@moreau.example' }],
    ['Durand SA', { code: 'MOR-1', phone: '04 72 11 22 33' }],
  ] as const) {
    made.set(name, (await aCustomer(client, { name, ...fields })).id);
  }
  const [first = '', second = ''] = made.values();
  made.set('Anne Moreau', await aChild(service, tenant, 'contacts', second, { last_name: 'Moreau' }));
  await aChild(service, tenant, 'contacts', second, { first_name: 'Zoé', last_name: 'Moreau', is_active: false });
  await aChild(service, tenant, 'contacts', second, { last_name: 'Moreau-Brun', deleted_at: '2026-01-16T00:00:00Z' });
  made.set('Moreau : caisses', await aChild(service, tenant, 'opportunities', first, { name: 'Moreau : caisses' }));
  made.set('Visite chez Möreau', await aChild(service, tenant, 'activities', first, { subject: 'Visite chez Möreau' }));
}

interface Hit {
  readonly type: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly recordId: string;
  readonly record: Readonly<Record<string, unknown>> | null;
}

const ask = (query: string, variables: object = {}): Promise<Answer> =>
  as(service, tenant.readonly).graphql(query, variables);

const SEARCH = `query ($query: String!, $types: [SearchType!], $first: Int) {
  search(query: $query, types: $types, first: $first) { nodes { type title subtitle } } }`;

async function hitsOf(query: string, variables: object = {}, document = SEARCH): Promise<readonly Hit[]> {
  const answer = await ask(document, { query, ...variables });
  const hits = graphqlIn<{ search: { nodes: readonly Hit[] } }>(answer).data?.search.nodes;
  if (!hits) throw new Error(answer.text);
  return hits;
}

const titlesOf = async (query: string, variables?: object): Promise<string[]> =>
  (await hitsOf(query, variables)).map(({ title }) => title);

async function messagesOf(request: () => Promise<unknown>): Promise<number[]> {
  const watch = watchStatements();
  await request();
  watch.stop();
  return watch.messages.map(({ texts }) => texts.length);
}

describe('search', () => {
  test('finds records of all kinds: what begins with the text, then whole words, then the others, each by title', async () => {
    expect((await hitsOf('moreau')).map(({ type, title, subtitle }) => [type, title, subtitle])).toEqual([
      ['CONTACT', 'Anne Moreau', 'Moreau & fils'],
      ['OPPORTUNITY', 'Moreau : caisses', 'Café Moreau'],
      ['CUSTOMER', 'Moreau & fils', 'CLI-8'],
      ['CUSTOMER', 'Café Moreau', 'CLI-7'],
      ['ACTIVITY', 'Visite chez Möreau', 'Café Moreau'],
      ['CUSTOMER', 'Société Lemoreau', 'CLI-9'],
    ]);
  });

  test('gives the same in the same order whatever the case, the accents and the blanks around', async () => {
    const [plain, other] = [await hitsOf('moreau'), await hitsOf('  MÖREAU ')];

    expect(other).toEqual(plain);
    expect(await hitsOf('moreau')).toEqual(plain);
  });

  test('finds codes, telephones, towns and first names as the lists do', async () => {
    expect(await titlesOf('mor-1')).toEqual(['Durand SA']);
    expect(await titlesOf('0472112233')).toEqual(['Durand SA']);
    expect(await titlesOf('lyon')).toEqual(['Café Moreau']);
    expect(await titlesOf('anne m')).toEqual(['Anne Moreau']);
    expect(await titlesOf('moreau an')).toEqual(['Anne Moreau']);
  });

  test('leaves out contacts that are no longer active, and takes % and _ as they are', async () => {
    expect(await titlesOf('Zoé')).toEqual([]);
    expect(await titlesOf('Moreau-Brun')).toEqual([]);
    expect(await titlesOf('M%reau')).toEqual([]);
    expect(await titlesOf('M_reau')).toEqual([]);
  });

  test('keeps to the kinds and the number that are asked for', async () => {
    expect(await titlesOf('moreau', { types: ['ACTIVITY', 'CONTACT', 'CONTACT'] })).toEqual([
      'Anne Moreau',
      'Visite chez Möreau',
    ]);
    expect(await titlesOf('moreau', { types: [] })).toEqual([]);
    expect(await titlesOf('moreau', { first: 2 })).toEqual(['Anne Moreau', 'Moreau : caisses']);
    expect(await titlesOf('moreau', { first: 0 })).toEqual([]);
    expect(await titlesOf('moreau', { first: null })).toHaveLength(6);
  });

  test('leads to the records, which are read by one statement for each kind', async () => {
    const document = `query ($query: String!) { search(query: $query) { nodes { title recordId record { id __typename
      ... on Customer { city } ... on Contact { customer { name } } ... on Activity { subject } } } } }`;
    const hits = await hitsOf('moreau', {}, document);

    expect(hits.map(({ title, recordId, record }) => [title, recordId, record?.id])).toEqual(
      hits.map(({ title }) => [title, made.get(title), made.get(title)]),
    );
    expect(hits[0]?.record).toMatchObject({ __typename: 'Contact', customer: { name: 'Moreau & fils' } });
    expect(hits[3]?.record).toMatchObject({ __typename: 'Customer', city: 'Lyon' });
    // The lookup; the search; the four record types; the customers of the contacts.
    expect(await messagesOf(() => hitsOf('moreau', {}, document))).toEqual([1, 1, 4, 1]);
  });

  test('is one statement after the lookup of its text', async () => {
    expect(await messagesOf(() => hitsOf('moreau'))).toEqual([1, 1]);
    expect(await messagesOf(() => hitsOf('mo'))).toEqual([1]);
    expect(await messagesOf(() => ask('{ search(query: "moreau") { totalCount } }'))).toEqual([1, 1]);
    expect(await messagesOf(() => ask('{ search(query: "moreau") { totalCount nodes { title } } }'))).toEqual([1, 2]);
    expect(await messagesOf(() => ask('{ search(query: "moreau") { __typename } }'))).toEqual([]);
  });

  test('finds nothing of another company’s', async () => {
    const other = await service.aTenant();
    const foreign = await makeTarget(service, other);

    for (const word of ['Client', 'Contact', 'Affaire', 'Appel', foreign.code, foreign.opportunityCode]) {
      expect([word, (await hitsOf(word)).filter(({ title }) => title.includes('-'))]).toEqual([word, []]);
    }
    const { text } = await as(service, other.readonly).graphql(SEARCH, { query: 'Affaire' });
    expect(text).toContain(foreign.opportunityId);
  });
});

describe('a walk over the hits', () => {
  const WALK = `query ($query: String!, $types: [SearchType!], $first: Int, $after: String) {
    search(query: $query, types: $types, first: $first, after: $after) {
      totalCount edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

  interface Page {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: Hit }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
  }

  const pageOf = async (variables: object): Promise<Page> => {
    const answer = await ask(WALK, { query: 'moreau', ...variables });
    const page = graphqlIn<{ search: Page }>(answer).data?.search;
    if (!page) throw new Error(answer.text);
    return page;
  };

  test.each([1, 2, 4, 5, 6])(
    'by %i gives each hit once, of all types in one order, and their number',
    async (first) => {
      const titles: string[] = [];
      let after: string | null = null;
      for (;;) {
        const page: Page = await pageOf({ first, after });
        expect(page.totalCount).toBe(6);
        expect(page.pageInfo.hasPreviousPage).toBe(titles.length > 0);
        titles.push(...page.edges.map(({ node }) => node.title));
        expect(page.pageInfo.hasNextPage).toBe(titles.length < 6);
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }

      expect(titles).toEqual(await titlesOf('moreau'));
    },
  );

  test('goes on where the text and the types are the same, however they are written, and nowhere else', async () => {
    const types = ['CUSTOMER', 'CONTACT'];
    const { cursor: after = '' } = (await pageOf({ types, first: 1 })).edges[0] ?? {};
    const outcomeOf = async (variables: object): Promise<string> =>
      graphqlOutcomeOf(await ask(WALK, { query: 'moreau', types, first: 1, after, ...variables }));

    expect(await outcomeOf({})).toBe('OK');
    expect(await outcomeOf({ query: ' moreau ', types: ['CONTACT', 'CUSTOMER', 'CONTACT'], first: 3 })).toBe('OK');
    expect(await outcomeOf({ query: 'durand' })).toBe('INVALID_CURSOR');
    expect(await outcomeOf({ types: ['CUSTOMER'] })).toBe('INVALID_CURSOR');
    expect(await outcomeOf({ types: null })).toBe('INVALID_CURSOR');
    expect(await outcomeOf({ after: 'x' })).toBe('INVALID_CURSOR');
  });
});

describe('a search is rejected, before it reads anything,', () => {
  test.each([
    ['of nothing', { query: '' }],
    ['of blanks', { query: '    ' }],
    ['of 256 characters', { query: 'é'.repeat(256) }],
    ['for 101 hits', { query: 'moreau', first: 101 }],
    ['for fewer than none', { query: 'moreau', first: -1 }],
  ])('%s', async (_what, variables) => {
    const sent = await messagesOf(async () => {
      const answer = await ask(SEARCH, variables);
      expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([200, 'BAD_USER_INPUT']);
    });

    expect(sent).toEqual([]);
  });

  test('but not of 1 or of 255 characters, blanks around it aside, nor for 100 hits', async () => {
    expect(await titlesOf(' 7 ', { types: ['CUSTOMER'] })).toEqual(['Café Moreau']);
    expect(await titlesOf('%')).toEqual([]);
    expect(await hitsOf(` ${'é'.repeat(255)} `)).toEqual([]);
    expect(await hitsOf('mo', { first: 100 })).not.toEqual([]);
    expect(await hitsOf('𝄞𝄞')).toEqual([]);
  });
});

describe('a search by somebody who may read customers alone', () => {
  beforeEach(() => {
    jest.replaceProperty(RIGHTS, 'readonly', { 'customer:read': 'all' });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('finds them where it is for nothing else', async () => {
    expect(await titlesOf('moreau', { types: ['CUSTOMER'] })).toHaveLength(3);
  });

  test.each([
    ['of all kinds', {}],
    ['of another kind beside them', { types: ['CUSTOMER', 'ACTIVITY'] }],
  ])('is rejected %s, before its text is looked at', async (_which, variables) => {
    for (const query of ['moreau', 'a']) {
      expect(graphqlOutcomeOf(await ask(SEARCH, { query, ...variables }))).toBe('FORBIDDEN');
    }
  });
});

describe('the search of a list', () => {
  const LISTS = ['customers', 'contacts', 'opportunities', 'activities'];
  const nested = (id: string): string[] => [
    ...LISTS.slice(1).map((field) => `customer(id: "${id}") { it: ${field}(search: $search) { nodes { id } } }`),
  ];

  test('has 255 characters at most, at the root and below a record', async () => {
    const id = made.get('Café Moreau') ?? '';
    const fields = [...LISTS.map((field) => `${field}(search: $search) { nodes { id } }`), ...nested(id)];
    const outcomes: string[][] = [];
    for (const field of fields) {
      const send = async (length: number): Promise<string> =>
        graphqlOutcomeOf(await ask(`query ($search: String) { ${field} }`, { search: ` ${'é'.repeat(length)} ` }));
      outcomes.push([await send(255), await send(256)]);
    }

    expect(outcomes).toEqual(fields.map(() => ['OK', 'BAD_USER_INPUT']));
  });
});

/** What finding them costs, beside the objects of the answer. */
const FINDING = 940;

describe('the price of a search', () => {
  const costOf = async (query: string): Promise<{ requested: number; actual: number }> => {
    const answer = await as(service, tenant.admin).graphql(query, {}, { 'x-cost': '1' });
    return (answer.body as { extensions: { cost: { requested: number; actual: number } } }).extensions.cost;
  };

  test('is one for each hit and one for each record, 20 unless said otherwise', async () => {
    expect((await costOf('{ search(query: "moreau") { nodes { title } } }')).requested).toBe(FINDING + 1 + 20);
    expect(await costOf('{ search(query: "moreau", first: 5) { nodes { title record { id } } } }')).toEqual({
      requested: FINDING + 11,
      conditions: FINDING,
      actual: 11,
      limit: 10_000,
    });
  });

  test('is never more than announced, whatever the kinds hold', async () => {
    const { requested, actual } = await costOf(
      `{ search(query: "moreau", first: 6) { nodes { record {
        ... on Customer { viewerCan { update { allowed } } contacts(first: 3) { nodes { id } } }
        ... on Contact { customer { id } viewerCan { update { allowed } } }
        ... on Opportunity { customer { id } } ... on Activity { customer { id } } } } } }`,
    );

    expect(requested).toBe(FINDING + 1 + 6 * (1 + 1 + 2 + 4 + 1 + 2 + 1 + 1));
    expect(actual).toBeLessThanOrEqual(requested - FINDING);
  });
});
