import { as, type Answer } from '../support/client.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';
import { watchStatements, type StatementWatch } from '../support/statements.js';

let service: OwnService;
let tenant: TestTenant;
let watch: StatementWatch;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.aTenant();
  watch = watchStatements();
});

beforeEach(async () => {
  // The caller's identity is read once, and remembered for a while.
  await as(service, tenant.admin).get('/v1/auth/me');
  watch.clear();
});

afterAll(async () => {
  watch.stop();
  await service.close();
});

function many(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ');
}

/** `{ a { a { … leaf } } }` */
function nested(depth: number, field: string, leaf: string): string {
  return `${`${field} { `.repeat(depth)}${leaf}${' }'.repeat(depth)}`;
}

/** Each fragment spreads the next one twice: 2^levels fields in a text of some lines. */
function bomb(levels: number): string {
  const fragments = many(levels, (level) => `fragment F${level} on Customer { ...F${level + 1} ...F${level + 1} }`);
  return `{ customers { nodes { ...F0 } } } ${fragments} fragment F${levels} on Customer { id }`;
}

/** Each of so many fragments has the same fields as the next one, which it spreads; the last one's differ. */
function chain(length: number): string {
  const links = many(length, (link) => `fragment F${link} on Customer { ${SAME} ...F${link + 1} }`);
  return `{ customers { nodes { ...F0 } } } ${links} fragment F${length} on Customer { id: name }`;
}
const SAME = 'id name code city email phone notes state industry currency version type';

/** Thirteen fragments, each of which spreads all thirteen of the next layer. */
function layer(name: string, type: string, around: (spreads: string) => string, next: string): string {
  const spreads = many(13, (index) => `...${next}${index}`);
  return many(13, (index) => `fragment ${name}${index} on ${type} { ${around(spreads)} }`);
}

/** The same field so many times on each of the levels. */
function repeated(times: number, levels: readonly string[]): string {
  const [level, ...rest] = levels;
  return level === undefined
    ? ''
    : many(times, () => (rest.length === 0 ? level : `${level} { ${repeated(times, rest)} }`));
}

/** A filter within a filter within a filter. */
function filterWithin(depth: number, field: 'and' | 'or' | 'not'): object {
  let filter: object = { name: { contains: 'a' } };
  for (let level = 0; level < depth; level += 1) filter = { [field]: field === 'not' ? filter : [filter] };
  return filter;
}

const asLiteral = (value: object): string => JSON.stringify(value).replace(/"(\w+)":/g, '$1: ');
const FILTERED = 'query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }';
const withFilter = (filter: object) => ({ query: FILTERED, variables: { filter } });
const inDocument = (filter: object) => ({ query: `{ customers(filter: ${asLiteral(filter)}) { totalCount } }` });

interface Hostile {
  readonly body: unknown;
  readonly outcome: string;
  /** Of QUERY_TOO_COMPLEX: the limit that stopped it; `requested` for the price. */
  readonly measure?: string;
}

const tooComplex = (measure: string, query: string): Hostile => ({
  body: { query },
  outcome: '400 QUERY_TOO_COMPLEX',
  measure,
});
const invalid = (query: string): Hostile => ({ body: { query }, outcome: '400 GRAPHQL_VALIDATION_FAILED' });
const malformed = (body: unknown): Hostile => ({ body, outcome: '400 MALFORMED_REQUEST' });

const CORPUS: Readonly<Record<string, Hostile>> = {
  'a document deeper than 12': tooComplex('depth', `{ ${nested(13, 'customers', 'totalCount')} }`),
  'a document 600 deep': tooComplex('depth', `{ ${nested(600, 'customers', 'totalCount')} }`),
  'a document deep through inline fragments': tooComplex(
    'depth',
    `{ customers { nodes { ${'... on Customer { customer { '.repeat(20)} id ${'} } '.repeat(20)} } } }`,
  ),
  '31 aliases': tooComplex('aliases', `{ viewer { ${many(31, (index) => `a${index}: permissions`)} } }`),
  '120 aliases of a list': tooComplex(
    'aliases',
    `{ ${many(120, (index) => `a${index}: customers(first: 100) { totalCount }`)} }`,
  ),
  '16 root fields': tooComplex('rootFields', `{ ${many(16, () => '__typename')} }`),
  'a fragment bomb of 2^28': tooComplex('selections', bomb(28)),
  'a fragment bomb of 2^90': tooComplex('selections', bomb(90)),
  '10,000 tokens': tooComplex('tokens', `{ viewer { ${many(10_000, () => 'a')} } }`),
  'more than 64 KiB': tooComplex('bytes', `{ __typename } # ${'a'.repeat(70_000)}`),
  '101 operations': tooComplex(
    'definitions',
    many(101, (index) => `query Q${index} { __typename }`),
  ),
  'a fragment that spreads itself': invalid('{ ...A } fragment A on Query { ...A }'),
  'fragments that spread each other': invalid(
    '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...C } fragment C on Viewer { ...A }',
  ),
  'a ring of 90 fragments': invalid(
    `{ viewer { ...F0 } } ${many(90, (index) => `fragment F${index} on Viewer { ...F${(index + 1) % 90} }`)}`,
  ),
  'fields that overlap and differ': invalid(`{ ${many(15, (index) => `customers(first: ${index}) { totalCount }`)} }`),
  'fields that overlap and differ in every fragment': invalid(
    `{ ${many(15, (index) => `...F${index}`)} } ${many(15, (index) => `fragment F${index} on Query { customers(first: ${index}) { nodes { id ${many(20, () => 'name')} } } }`)}`,
  ),
  'fields that overlap in a chain of 80 fragments, the last of which differs': invalid(chain(80)),
  'fields that overlap within fields that overlap': invalid(
    `{ customers(first: 1) { totalCount } ${repeated(5, ['customers', 'nodes', 'contacts', 'totalCount'])} }`,
  ),
  'fragments that overlap on three levels': invalid(
    `{ customers { nodes { ${many(13, (index) => `...A${index}`)} } } }
     ${layer('A', 'Customer', (spreads) => `contacts { nodes { ${spreads} } }`, 'B')}
     ${layer('B', 'Contact', (spreads) => `customer { ${spreads} }`, 'C')}
     ${many(13, (index) => `fragment C${index} on Customer { name: ${index === 12 ? 'code' : 'name'} }`)}`,
  ),
  'a field 1,900 times': invalid(`{ customers(first: 1) { nodes { ${many(1900, () => 'name')} } } }`),
  'a directive 1,000 times': tooComplex('tokens', `{ viewer { permissions ${many(1000, () => '@skip(if: false)')} } }`),
  'a directive as often as tokens allow': invalid(`{ viewer { permissions ${many(280, () => '@skip(if: false)')} } }`),
  'unknown directives': invalid(`{ viewer { permissions ${many(900, (index) => `@d${index}`)} } }`),
  'many wrong fields': invalid(`{ viewer { ${many(1900, (index) => `x${index}`)} } }`),
  'introspection 30 deep': tooComplex(
    'introspectionDepth',
    `{ __schema { types { ${nested(30, 'ofType', 'name')} } } }`,
  ),
  'introspection of lists within lists': tooComplex(
    'introspectionLists',
    `{ __schema { types { ${'fields { type { '.repeat(4)} name ${'} } '.repeat(4)} } } }`,
  ),
  'a bomb of introspection': tooComplex(
    'introspectionLists',
    '{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { type { fields { name } } } }',
  ),
  'pages below pages': tooComplex(
    'requested',
    '{ customers(first: 100) { nodes { contacts(first: 100) { nodes { id } } } } }',
  ),
  'filters nested 1,000 deep in the document': tooComplex('tokens', inDocument(filterWithin(1000, 'and')).query),
  'or nested 1,000 deep in a variable': malformed(withFilter(filterWithin(1000, 'or'))),
  'not nested 1,000 deep in a variable': malformed(withFilter(filterWithin(1000, 'not'))),
  'variables nested 10,000 deep': malformed(
    `{"query":"{ __typename }","variables":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
  ),
  'a batch': malformed([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
  'a batch of 1,000': malformed(Array.from({ length: 1000 }, () => ({ query: '{ __typename }' }))),
  'a batch of 10,000': {
    body: Array.from({ length: 10_000 }, () => ({ query: '{ __typename }' })),
    outcome: '400 QUERY_TOO_COMPLEX',
    measure: 'values',
  },
  'or nested 230 deep in the document': tooComplex('valueDepth', inDocument(filterWithin(230, 'or')).query),
  'lists within lists in the document': tooComplex(
    'valueDepth',
    `{ customers(filter: ${'['.repeat(900)}${']'.repeat(900)}) { totalCount } }`,
  ),
  '10,000 alternatives in a variable': {
    body: withFilter({ or: Array.from({ length: 10_000 }, () => ({ city: { eq: 'Lyon' } })) }),
    outcome: '400 QUERY_TOO_COMPLEX',
    measure: 'values',
  },
  '10,000 ids in a variable': {
    body: withFilter({ id: { in: Array.from({ length: 10_000 }, (_, at) => `C${at}`) } }),
    outcome: '400 QUERY_TOO_COMPLEX',
    measure: 'values',
  },
  '1,900 ids in the document': invalid(
    `{ customers(filter: { id: { in: [${many(1900, (at) => `"C${at}"`)}] } }) { total } }`,
  ),
  'nodes of 10,000 ids': {
    body: {
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: Array.from({ length: 10_000 }, (_, at) => `C${at}`) },
    },
    outcome: '400 QUERY_TOO_COMPLEX',
    measure: 'values',
  },
  'a batch within a batch': malformed([[{ query: '{ __typename }' }]]),
  'an empty batch': malformed([]),
  'a huge whole number': invalid('{ customers(first: 99999999999999999999) { totalCount } }'),
  'a huge fraction': invalid('{ customers(first: 1e308) { totalCount } }'),
  'a number of 60,000 digits': invalid(`{ customers(first: ${'9'.repeat(60_000)}) { totalCount } }`),
  'a huge number in a variable': {
    body: { query: 'query ($n: Int) { customers(first: $n) { totalCount } }', variables: { n: 1e300 } },
    outcome: '400 BAD_USER_INPUT',
  },
  'a body over 1 MiB': {
    body: { query: FILTERED, variables: { filter: { name: { contains: 'x'.repeat(1_100_000) } } } },
    outcome: '413 PAYLOAD_TOO_LARGE',
  },
};

interface Body {
  readonly errors?: readonly {
    readonly extensions: { readonly code: string; readonly details?: { readonly measure?: string } };
  }[];
}

function outcomeOf({ status, body }: Answer): string {
  return `${status} ${(body as Body | undefined)?.errors?.[0]?.extensions.code ?? 'OK'}`;
}

const sent = (): string[] => watch.messages.flatMap(({ texts }) => [...texts]);

describe('rejected without a statement', () => {
  test.each(Object.entries(CORPUS))('%s', async (_name, { body, outcome, measure }) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);

    const answer = await as(service, tenant.admin).request('POST', '/graphql', payload);

    expect(outcomeOf(answer)).toBe(outcome);
    const details = (answer.body as Body).errors?.[0]?.extensions.details;
    if (measure === 'requested') expect(details).toHaveProperty('requested');
    else expect(details?.measure).toBe(measure);
    expect(sent()).toEqual([]);
    expect(answer.text.length).toBeLessThan(60_000);
  });

  test.each(['mutation { logout }', 'mutation { createCustomer(input: { name: "x" }) { customer { id } } }'])(
    'a GET of %s',
    async (query) => {
      const path = `/graphql?query=${encodeURIComponent(query)}`;

      const plain = await as(service, tenant.admin).get(path);
      const marked = await as(service, tenant.admin).get(path, { 'apollo-require-preflight': 'true' });

      expect([outcomeOf(plain), outcomeOf(marked)]).toEqual(['405 METHOD_NOT_ALLOWED', '405 METHOD_NOT_ALLOWED']);
      expect(sent()).toEqual([]);
    },
  );

  test.each(['in', 'notIn'])('4,000 words %s a list', async (operator) => {
    const words = Array.from({ length: 4000 }, (_, at) => `C${at}`);

    const answer = await as(service, tenant.admin).request(
      'POST',
      '/graphql',
      withFilter({ code: { [operator]: words } }),
    );

    expect(outcomeOf(answer)).toMatch(/BAD_USER_INPUT|VALIDATION_FAILED/);
    expect(sent()).toEqual([]);
  });
});

test('each limit can be set', async () => {
  const strict = await startTestService({
    GRAPHQL_MAX_COST: '5',
    GRAPHQL_MAX_BYTES: '200',
    GRAPHQL_MAX_TOKENS: '40',
    GRAPHQL_MAX_DEFINITIONS: '2',
    GRAPHQL_MAX_ALIASES: '1',
    GRAPHQL_MAX_ROOT_FIELDS: '3',
    GRAPHQL_MAX_DEPTH: '3',
    GRAPHQL_MAX_SELECTIONS: '10',
    GRAPHQL_MAX_INTROSPECTION_DEPTH: '4',
    GRAPHQL_MAX_INTROSPECTION_LISTS: '1',
    GRAPHQL_MAX_VALUE_DEPTH: '2',
    GRAPHQL_MAX_VALUES: '10',
  });
  const { admin } = await strict.aTenant();
  const measureOf = async (query: string, variable?: unknown): Promise<unknown> => {
    const answer = await as(strict, admin).graphql(query, { list: variable });
    const details: unknown = (answer.body as Body).errors?.[0]?.extensions.details;
    return details ?? 'none';
  };
  try {
    expect(await measureOf('{ customers(first: 4) { nodes { id } } }')).toBe('none');
    expect(await measureOf('{ customers(first: 5) { nodes { id } } }')).toEqual({ requested: 6, limit: 5 });
    expect(await measureOf(`{ __typename } # ${'a'.repeat(200)}`)).toEqual({ measure: 'bytes', limit: 200 });
    expect(await measureOf(`{ ${many(40, () => 'a')} }`)).toEqual({ measure: 'tokens', limit: 40 });
    expect(await measureOf(many(3, (index) => `query Q${index} { __typename }`))).toEqual({
      measure: 'definitions',
      limit: 2,
    });
    expect(await measureOf('{ a: __typename b: __typename }')).toEqual({ measure: 'aliases', limit: 1 });
    expect(await measureOf(`{ ${many(4, () => '__typename')} }`)).toEqual({ measure: 'rootFields', limit: 3 });
    expect(await measureOf(`{ ${nested(3, 'viewer', 'a')} }`)).toEqual({ measure: 'depth', limit: 3 });
    expect(await measureOf(`{ viewer { ${many(10, () => 'a')} } }`)).toEqual({ measure: 'selections', limit: 10 });
    expect(await measureOf('{ __type(name: "Query") { ofType { ofType { ofType { name } } } } }')).toEqual({
      measure: 'introspectionDepth',
      limit: 4,
    });
    expect(await measureOf('{ __schema { types { fields { name } } } }')).toEqual({
      measure: 'introspectionLists',
      limit: 1,
    });
    expect(await measureOf('{ customers(filter: { and: [{}] }) { totalCount } }')).toEqual({
      measure: 'valueDepth',
      limit: 2,
    });
    expect(await measureOf('{ __typename }', Array(10).fill(1))).toEqual({ measure: 'values', limit: 10 });
  } finally {
    await strict.close();
  }
});
