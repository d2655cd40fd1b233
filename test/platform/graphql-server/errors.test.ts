import { startToy, type Toy, type ToyAnswer } from './toy.js';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy.app.close());
beforeEach(() => {
  toy.logged.length = 0;
});

const ENGLISH = { 'accept-language': 'en' };
const NOBODY = { 'x-actor': '' };

function failing(how: string, headers: Record<string, string> = ENGLISH): Promise<ToyAnswer> {
  return toy.post({ query: 'query($how: String!) { fail(how: $how) hello }', variables: { how } }, headers);
}

describe('what a resolver rejects', () => {
  test('leaves with code, request id and the fields that are wrong, and keeps the rest of the data', async () => {
    const { status, body } = await failing('validation');

    expect(status).toBe(200);
    expect(body).toEqual({
      errors: [
        {
          message: 'Some of the data are invalid.',
          locations: [{ line: 1, column: 24 }],
          path: ['fail'],
          extensions: {
            code: 'VALIDATION_FAILED',
            requestId: 'request-1',
            fields: [{ path: ['name', 0], code: 'REQUIRED', message: 'Name required.' }],
          },
        },
      ],
      data: { fail: null, hello: 'Hello you' },
    });
  });

  test('is told in French unless English is asked for', async () => {
    const { body } = await failing('validation', {});

    expect(body.errors?.[0]?.message).toBe('Certaines données sont invalides.');
    expect(body.errors?.[0]?.extensions.fields).toEqual([
      { path: ['name', 0], code: 'REQUIRED', message: 'Nom requis.' },
    ]);
  });

  test('carries its details', async () => {
    const { body } = await failing('quota');

    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { limit: 3, used: 3 } });
  });

  test.each(['bug', 'text', 'nothing'])(
    'by a fault of ours (%s) is neutral for the caller and whole in the log',
    async (how) => {
      const { status, text, body } = await failing(how);

      expect(status).toBe(200);
      expect(body.errors?.[0]).toMatchObject({
        message: 'Internal error',
        extensions: { code: 'INTERNAL', requestId: 'request-1' },
      });
      expect(text).not.toMatch(/secret|thrown/);
      expect(toy.logged).toHaveLength(1);
      expect(String(toy.logged[0])).toMatch(/secret table customers|a thrown text|undefined/);
    },
  );

  test('beside answered fields is 200, even for want of the database', async () => {
    const { status, headers } = await failing('unavailable');

    expect([status, headers['retry-after']]).toEqual([200, undefined]);
  });

  test.each([
    ['{ fail(how: "unavailable") }', '2'],
    ['{ strictFail(how: "unavailable") hello }', '2'],
    ['{ fail(how: "database") }', '1'],
  ])('everything of, for want of capacity, is 503 with Retry-After: %s', async (query, retryAfter) => {
    const { status, headers, body } = await toy.post({ query });

    expect([status, headers['retry-after']]).toEqual([503, retryAfter]);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    expect(toy.logged).toEqual([]);
  });
});

describe('documents and variables', () => {
  test.each(['application/json', 'application/graphql-response+json'])('unreadable: 400 as %s', async (accept) => {
    const { status, body } = await toy.post({ query: '{ hello(name: "hunter2" "swordfish") }' }, { accept });

    expect(status).toBe(400);
    expect(body.errors?.[0]).toEqual({
      message: 'Syntax Error: Expected Name, found String.',
      locations: [{ line: 1, column: 25 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED', requestId: 'request-1' },
    });
  });

  test.each(['application/json', 'application/graphql-response+json'])(
    'invalid: 400 as %s, without a hint',
    async (accept) => {
      const { status, body } = await toy.post({ query: '{ helo secre { a } }' }, { accept });

      expect(status).toBe(400);
      expect(body.errors?.map(({ message }) => message)).toEqual([
        'Cannot query field "helo" on type "Query".',
        'Cannot query field "secre" on type "Query".',
      ]);
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'request-1' });
    },
  );

  test.each([
    '{ echo(point: { x: "hunter2" }) }',
    '{ echo(point: { x: 1, colour: HUNTER2 }) }',
    '{ echo(point: { x: 1, colour: "hunter2" }) }',
    '{ echo(even: "hunter2") }',
    '{ hello(name: 1234567) }',
    '{ hello(name: [{ a: "hunter2" }]) }',
    'query($n: Int = "hunter2") { users(first: $n) { totalCount } }',
    '{ "hunter2" }',
    '{ hello(name: 0hunter2) }',
    '{ hello(name: "hunter2\\u{zz}") }',
    '{ hello(name: "hunter2',
    '{ hello(name: -1234567.) }',
    '{ hello ~hunter2 }',
  ])('no value of the document comes back: %s', async (query) => {
    const { status, text } = await toy.post({ query });

    expect(status).toBe(400);
    expect(text).not.toMatch(/hunter2|1234567/i);
  });

  test.each([
    [{ x: 'hunter2' }, ['point', 'x'], 'INVALID'],
    [{}, ['point', 'x'], 'REQUIRED'],
    [{ x: null }, ['point', 'x'], 'REQUIRED'],
    [{ x: 1, hunter2: 1 }, ['point', 'hunter2'], 'UNKNOWN_MEMBER'],
    [{ x: 1, tags: ['a', null] }, ['point', 'tags', 1], 'REQUIRED'],
    [{ x: 1, inner: { x: 1, colour: 'hunter2' } }, ['point', 'inner', 'colour'], 'INVALID'],
    ['hunter2', ['point'], 'INVALID'],
  ])('a variable of the wrong type is 400 and named by its path: %j', async (point, path, code) => {
    const { status, body } = await toy.post({
      query: 'query($point: PointInput) { echo(point: $point) }',
      variables: { point },
    });

    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path, code }] });
    expect(body.errors?.[0]?.message).not.toMatch(/hunter2/);
  });

  test('a scalar that throws on a value does not echo it', async () => {
    const { status, text } = await toy.post({
      query: 'query($e: Even) { echo(even: $e) }',
      variables: { e: 1_234_567 },
    });

    expect(status).toBe(400);
    expect(text).not.toContain('1234567');
  });

  test('a required variable that is missing is named', async () => {
    const { body } = await toy.post({ query: 'query($how: String!) { fail(how: $how) }' }, ENGLISH);

    expect(body.errors?.[0]?.extensions.fields).toEqual([
      { path: ['how'], code: 'REQUIRED', message: 'This value is required.' },
    ]);
  });

  test("null for an argument that cannot be null is the caller's error, in its field", async () => {
    const { status, body } = await toy.post({
      query: 'query($how: String = "bug") { fail(how: $how) }',
      variables: { how: null },
    });

    expect(status).toBe(200);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(toy.logged).toEqual([]);
  });
});

describe('who may ask', () => {
  test('nobody unknown gets anything but the public fields', async () => {
    const { status, headers, body } = await toy.post({ query: '{ __typename hello }' }, NOBODY);

    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test.each([
    'mutation { login(password: "p") touch(id: 1) }',
    'mutation { ...A } fragment A on Mutation { ...B } fragment B on Mutation { touch(id: 1) }',
    'mutation { login: touch(id: 1) }',
    'mutation { ... on Mutation @skip(if: true) { touch(id: 1) } login(password: "p") }',
    '{ login: hello }',
    'query A { __typename } query B { hello }',
  ])('nobody unknown slips through with %s', async (query) => {
    const operationName = query.includes('query B') ? 'B' : undefined;

    const { status } = await toy.post({ query, operationName }, NOBODY);

    expect(status).toBe(401);
  });

  test.each(['mutation { login(password: "p") }', 'mutation { x: login(password: "p") __typename }', '{ __typename }'])(
    'anybody may send %s, with a bad token too',
    async (query) => {
      const { status, body } = await toy.post({ query }, { ...NOBODY, authorization: 'bad' });

      expect([status, body.errors]).toEqual([200, undefined]);
    },
  );

  test('the reason is told when there is a token that does not do', async () => {
    const { status, body } = await toy.post({ query: '{ hello }' }, { ...NOBODY, authorization: 'bad', ...ENGLISH });

    expect(status).toBe(401);
    expect(body.errors?.[0]).toEqual({
      message: 'Token expired',
      extensions: { code: 'TOKEN_EXPIRED', requestId: 'request-1' },
    });
  });

  test('introspection is rejected where it is off, to everybody', async () => {
    const { status, body } = await toy.post({ query: '{ __schema { types { name } } }' });

    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toBe('Introspection is turned off on this server.');
  });

  test('resolvers get the very context that was made', async () => {
    expect((await toy.post({ query: '{ secret }' })).body.data).toEqual({ secret: 'ada' });
  });

  test('a context that cannot be made is a fault of ours, told in the language of the request', async () => {
    const { status, body } = await toy.post({ query: '{ hello }' }, { 'x-broken': '1', ...ENGLISH });

    expect(status).toBe(500);
    expect(body).toEqual({
      errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL', requestId: 'request-1' } }],
    });
    expect(toy.logged).toHaveLength(1);
  });
});
