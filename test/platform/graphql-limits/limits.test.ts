import { getIntrospectionQuery } from 'graphql';
import { startToy, type Toy } from '../graphql-server/toy.js';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy({ introspection: true });
});
afterAll(() => toy.app.close());

/** `{ user { boss { … } } }`, so many fields deep. */
function nested(depth: number): string {
  return `{ user(id: 1) ${'{ boss '.repeat(depth - 2)}{ name }${' }'.repeat(depth - 2)} }`;
}

function repeated(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ');
}

/** Inside inline fragments, so many levels deep. */
function wrapped(depth: number): string {
  return `{ ${'... { '.repeat(depth - 1)}hello${' }'.repeat(depth - 1)} }`;
}

/** Each level a fragment of its own, which is no level of depth. */
function chained(depth: number): string {
  const fragments = repeated(depth - 2, (level) => `fragment F${level} on Query { ...F${level + 1} }`);
  return `{ ...F0 } ${fragments} fragment F${depth - 2} on Query { hello }`;
}

/** 50 selections for each time that the fragment is spread. */
function spread(times: number): string {
  return `{ user(id: 1) { ${repeated(times, () => '...F')} } } fragment F on User { ${repeated(49, () => 'id')} }`;
}

/** Each fragment spreads the next one nine times: more than 9^levels selections in a small text. */
function bomb(levels: number): string {
  const fragments = repeated(levels, (level) => `fragment F${level} on User { ${`...F${level + 1} `.repeat(9)} }`);
  return `{ user(id: 1) { ...F0 } } ${fragments} fragment F${levels} on User { id }`;
}

describe('the structure of a document', () => {
  test.each([
    ['bytes', `{ hello } #a${'é'.repeat(32_762)}`, `{ hello } #aa${'é'.repeat(32_762)}`],
    [
      'tokens',
      `{ user(id: 1) { ${repeated(1990, () => 'id')} } }`,
      `{ user(id: 1) { ${repeated(1991, () => 'id')} } }`,
    ],
    ['definitions', `{ hello } ${definitions(99)}`, `{ hello } ${definitions(100)}`],
    ['aliases', `{ ${usersWith(30)} }`, `{ ${usersWith(31)} }`],
    [
      'rootFields',
      `{ ${repeated(15, () => 'hello')} }`,
      `{ ...A hello } fragment A on Query { ${repeated(15, () => 'hello')} }`,
    ],
    ['depth', nested(12), nested(13)],
    ['depth', wrapped(12), wrapped(13)],
    ['depth', wrapped(12), wrapped(600)],
    ['depth', chained(90), chained(90).replace('hello', nested(13).slice(2, -2))],
    ['selections', spread(99), spread(100)],
    [
      'introspectionLists',
      '{ __schema { types { fields { args { name } } } } }',
      '{ __schema { types { fields { args { type { fields { name } } } } } } }',
    ],
    ['introspectionDepth', `{ __schema { types ${ofType(18)} } }`, `{ __schema { types ${ofType(19)} } }`],
  ])('is rejected when it has too many %s, and only then', async (measure, within, beyond) => {
    const allowed = await toy.post({ query: within });
    const rejected = await toy.post({ query: beyond });

    expect(allowed.body.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain('QUERY_TOO_COMPLEX');
    expect(rejected.status).toBe(400);
    expect(rejected.body.errors?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', details: { measure } });
  });

  test('is measured in the time of its text, whatever its fragments expand to', async () => {
    const before = process.cpuUsage();

    const { body } = await toy.post({ query: bomb(9) });

    expect(body.errors?.[0]?.extensions.details).toMatchObject({ measure: 'selections' });
    // Of the processor, so that a busy machine fails nothing.
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  test('does not loop on fragments that spread each other', async () => {
    const { body } = await toy.post({
      query: '{ user(id: 1) { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
    });

    expect(body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('lets the introspection of every client pass', async () => {
    const { status, body } = await toy.post({ query: getIntrospectionQuery({ inputValueDeprecation: true }) });

    expect([status, body.errors]).toEqual([200, undefined]);
  });
});

function definitions(count: number): string {
  return repeated(count, (index) => `fragment F${index} on Query { hello }`);
}

function usersWith(aliases: number): string {
  return `user(id: 1) { ${repeated(aliases, (index) => `a${index}: id`)} }`;
}

function ofType(depth: number): string {
  return `${'{ ofType '.repeat(depth - 1)}{ name }${' }'.repeat(depth - 1)}`;
}

describe('the cost of an operation', () => {
  test.each([
    ['{ hello __typename }', {}, 0],
    ['{ user(id: 1) { id } }', {}, 1],
    ['{ user(id: 1) { boss { boss { id } } } }', {}, 3],
    ['{ users { totalCount pageInfo { hasNextPage } } }', {}, 2],
    ['{ users { nodes { id } } }', {}, 21],
    ['{ users(first: 5) { edges { cursor } } }', {}, 6],
    ['{ users(first: 5) { edges { cursor node { id } } } }', {}, 11],
    ['{ users(last: 7) { nodes { id } } }', {}, 8],
    ['{ users(first: 5) { nodes { id } edges { node { name } } } }', {}, 16],
    ['{ users(first: 5) { nodes { boss { id } } edges { node { boss { name } } } } }', {}, 26],
    [`{ users(first: 100) { ${repeated(30, (index) => `a${index}: nodes { id }`)} } }`, {}, 3001],
    [`{ users(first: 100) { edges { ${repeated(30, (index) => `a${index}: node { id }`)} } } }`, {}, 3101],
    ['{ users(first: 5) { a: pageInfo { hasNextPage } b: pageInfo { hasNextPage } } }', {}, 3],
    ['{ users(first: 5) { nodes { friends(first: 3) { nodes { id } } } } }', {}, 26],
    ['query($n: Int) { users(first: $n) { nodes { id } } }', { n: 50 }, 51],
    ['query($n: Int = 4) { users(first: $n) { nodes { id } } }', {}, 5],
    ['{ users(first: 5000) { nodes { id } } }', {}, 101],
    ['query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['1', '2', '3'] }, 3],
    ['{ nodes(ids: [1, 2]) { ... on User { boss { id } } } }', {}, 4],
    ['{ nodes(ids: 1) { id } }', {}, 1],
    [
      '{ users(first: 5) { a: nodes { x: friends(first: 0) { nodes { id } } } b: nodes { x: friends(first: 100) { nodes { id } } } } }',
      {},
      521,
    ],
    [
      '{ users(first: 5) { nodes { x: friends(first: 0) { nodes { id } } } edges { node { x: friends(first: 100) { nodes { id } } } } } }',
      {},
      526,
    ],
    [
      '{ users(first: 5) { nodes { friends(first: 3, last: null) { nodes { id } } } edges { node { friends(last: null, first: 3) { nodes { name } } } } } }',
      {},
      56,
    ],
    ['{ ...A ...A } fragment A on Query { user(id: 1) { id } }', {}, 1],
  ])('of %s with %j is %i', async (query, variables, requested) => {
    const { body } = await toy.post({ query, variables }, { 'x-cost': '1' });

    expect(body.errors).toBeUndefined();
    expect(body.extensions).toMatchObject({ cost: { requested, limit: 10_000 } });
  });

  test('is told beside what the answer really held', async () => {
    const { body } = await toy.post(
      { query: '{ users { nodes { boss { id } } edges { node { id } } } }' },
      { 'x-cost': '1' },
    );

    expect(body.extensions).toEqual({ cost: { requested: 81, actual: 4, limit: 10_000 } });
  });

  test('is not told unasked', async () => {
    expect((await toy.post({ query: '{ users { nodes { id } } }' })).body.extensions).toBeUndefined();
  });

  test('over the limit is rejected before anything runs, with both figures, also when the document is known', async () => {
    const query = 'query($n: Int) { users(first: $n) { nodes { friends(first: 100) { nodes { id } } } } }';
    const cheap = await toy.post({ query, variables: { n: 5 } });

    const { status, body } = await toy.post(
      { query, variables: { n: 100 } },
      { 'x-cost': '1', 'accept-language': 'en' },
    );

    expect(cheap.status).toBe(200);
    expect(status).toBe(400);
    expect(body).toEqual({
      errors: [
        {
          message: 'Query too complex: its cost is 10201, the limit is 10000.',
          extensions: {
            code: 'QUERY_TOO_COMPLEX',
            requestId: 'request-1',
            details: { requested: 10_201, limit: 10_000 },
          },
        },
      ],
      extensions: { cost: { requested: 10_201, limit: 10_000 } },
    });
  });

  test('has a limit that can be set', async () => {
    const strict = await startToy({ limits: { cost: 20 } });

    const { status } = await strict.post({ query: '{ users { nodes { id } } }' });
    await strict.app.close();

    expect(status).toBe(400);
  });
});
