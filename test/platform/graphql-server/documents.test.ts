import { createHash } from 'node:crypto';
import { startToy, type Toy, type ToyAnswer } from './toy.js';

const NOBODY = { 'x-actor': '' };
const BAD_TOKEN = { ...NOBODY, authorization: 'bad' };

const toys: Toy[] = [];
afterAll(() => Promise.all(toys.map(({ app }) => app.close())));

async function aToy(...options: Parameters<typeof startToy>): Promise<Toy> {
  const toy = await startToy(...options);
  toys.push(toy);
  return toy;
}

function hashOf(query: string) {
  return { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } };
}

/** Sends the text with its hash, as Apollo Client does when the hash alone was not known. */
function register(toy: Toy, query: string, headers?: Record<string, string>): Promise<ToyAnswer> {
  return toy.post({ query, extensions: hashOf(query) }, headers);
}

async function isKept(toy: Toy, query: string): Promise<boolean> {
  const { body } = await toy.post({ extensions: hashOf(query) });
  return body.errors?.[0]?.extensions.code !== 'PERSISTED_QUERY_NOT_FOUND';
}

function codeOf({ status, body }: ToyAnswer) {
  return [status, body.errors?.[0]?.extensions.code];
}

describe('a document that nobody identified sent', () => {
  let toy: Toy;
  beforeAll(async () => {
    toy = await aToy();
  });

  test.each([NOBODY, BAD_TOKEN])('is run where anybody may, and not kept (%j)', async (headers) => {
    const query = 'mutation { login(password: "p") }';

    const answer = await register(toy, query, headers);

    expect(answer.body.data).toEqual({ login: 'session' });
    expect(await isKept(toy, query)).toBe(false);
  });

  test('is found by its hash by nobody either, so that clients send its text', async () => {
    const query = '{ known: __typename }';
    await register(toy, query);

    expect(await isKept(toy, query)).toBe(true);
    expect(codeOf(await toy.post({ extensions: hashOf(query) }, NOBODY))).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
    expect((await register(toy, query, NOBODY)).body.data).toEqual({ known: 'Query' });
  });

  test.each([
    ['{ hello }', 401, 'UNAUTHENTICATED'],
    ['{ unknown }', 401, 'UNAUTHENTICATED'],
    ['mutation { login(password: "p") { unknown } touch(id: 1) }', 401, 'UNAUTHENTICATED'],
    ['query A { __typename } query B { hello }', 401, 'UNAUTHENTICATED'],
    ['mutation { login }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['{ hello', 400, 'GRAPHQL_PARSE_FAILED'],
  ])('is not validated where it needs a token: %s', async (query, status, code) => {
    expect(codeOf(await toy.post({ query }, NOBODY))).toEqual([status, code]);
  });

  test('is rejected before it is validated when it is longer than a sign-in has to be', async () => {
    const query = (fields: number) => `{ ... { ${'__typename '.repeat(fields)} } }`;
    const limited = await aToy({ limits: { rootFields: 2000 } });

    expect(codeOf(await limited.post({ query: query(590) }, NOBODY))).toEqual([200, undefined]);
    expect(codeOf(await limited.post({ query: query(610) }, NOBODY))).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(codeOf(await limited.post({ query: query(610) }))).toEqual([200, undefined]);
  });

  test('by GET, is told first what GET is for', async () => {
    const asked = (query: string) => toy.get(`/graphql?query=${encodeURIComponent(query)}`, NOBODY);

    expect(codeOf(await asked('mutation { touch(id: 1) }'))).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(codeOf(await asked('{ hello }'))).toEqual([400, 'MALFORMED_REQUEST']);
    expect((await asked('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
  });
});

describe('what is kept of documents', () => {
  const text = (index: number, padding = 1000) => `{ a${index}: __typename } #${'x'.repeat(padding)}`;

  test('is bounded in bytes, and the least recently used goes first', async () => {
    // Room for eight: a text counts six times, at two bytes a character, and a plan of one field 3000.
    const toy = await aToy({ documents: { maxBytes: 128_000 } });
    for (let index = 0; index < 8; index += 1) await register(toy, text(index));
    await toy.post({ query: text(0) });

    await register(toy, text(8));

    expect(await isKept(toy, text(1))).toBe(false);
    expect(await Promise.all([text(0), text(2), text(8)].map((query) => isKept(toy, query)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('counts the tokens of a short text', async () => {
    const toy = await aToy({ documents: { maxDocumentBytes: 100_000 } });
    const query = (tokens: number) => `{ user(id: 1) { ${'id '.repeat(tokens)} } }`;

    await register(toy, query(100));
    await register(toy, query(200));

    expect([await isKept(toy, query(100)), await isKept(toy, query(200))]).toEqual([true, false]);
  });

  test('counts the plans, one for each outcome of the switches', async () => {
    const toy = await aToy({ documents: { maxDocumentBytes: 80_000 } });
    const fields = Array.from({ length: 14 }, (_, index) => `a${index}: hello`).join(' ');
    const query = `query($a: Boolean!, $b: Boolean!) { ... @include(if: $a) { ${fields} } b: __typename @skip(if: $b) }`;
    const ask = (a: boolean, b: boolean) => toy.post({ query, variables: { a, b }, extensions: hashOf(query) });

    await ask(true, true);
    const once = await isKept(toy, query);
    await ask(true, false);

    expect(once).toBe(true);
    expect(await isKept(toy, query)).toBe(false);
  });

  test('answers the same when nothing is kept at all', async () => {
    const toy = await aToy({ documents: { maxBytes: 1 } });

    for (let turn = 0; turn < 2; turn += 1)
      expect((await toy.post({ query: '{ users { nodes { id friends { totalCount } } } }' })).body).toEqual({
        data: { users: { nodes: [{ id: 'u1', friends: { totalCount: 1 } }] } },
      });
  });
});
