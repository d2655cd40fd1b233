import { serverAudits } from 'graphql-http';
import { send, startToy, type Toy } from './toy.js';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy.app.close());

const HELLO = { query: '{ hello }' };

describe('GraphQL over HTTP', () => {
  test('passes the audit suite of graphql-http but for the three that want 200 on rejected documents', async () => {
    const audited = await startToy({ introspection: true });

    const failed: string[] = [];
    for (const audit of serverAudits({ url: audited.url })) {
      const result = await audit.fn();
      if (result.status !== 'ok') failed.push(audit.id);
    }

    await audited.app.close();
    expect(failed.sort()).toEqual(['572B', '7B9B', 'FDE2']);
  });

  test.each([
    [undefined, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json; charset=utf-8'],
    ['application/json, application/graphql-response+json', 'application/json; charset=utf-8'],
    ['application/json;q=0.2, application/*;q=0.5', 'application/graphql-response+json; charset=utf-8'],
  ])('answers Accept %s with %s', async (accept, type) => {
    const { status, headers } = await toy.post(HELLO, accept === undefined ? {} : { accept });

    expect([status, headers['content-type']]).toEqual([200, type]);
    expect(headers['cache-control']).toBe('no-store');
  });

  test('answers 406 to a caller that takes neither type', async () => {
    const { status, body } = await toy.post(HELLO, { accept: 'image/png, application/json;q=0' });

    expect(status).toBe(406);
    expect(body.errors?.[0]?.extensions.code).toBe('NOT_ACCEPTABLE');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
  ])('rejects a body of type %s with 415', async (type) => {
    const { status, body } = await toy.post(HELLO, { 'content-type': type });

    expect(status).toBe(415);
    expect(body.errors?.[0]?.extensions.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  test('rejects a compressed body with 415', async () => {
    expect((await toy.post(HELLO, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test.each(['application/json; charset=UTF-8', 'application/json;charset="utf-8"', 'Application/JSON'])(
    'takes a body of type %s',
    async (type) => {
      expect((await toy.post(HELLO, { 'content-type': type })).status).toBe(200);
    },
  );

  test.each([
    ['broken JSON', '{"query":'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no body', ''],
    ['an array (batching)', [HELLO]],
    ['a text', '"{ hello }"'],
    ['null', 'null'],
    ['no query', {}],
    ['an empty query', { query: '' }],
    ['a query that is no text', { query: { kind: 'Document' } }],
    ['variables in a text', { ...HELLO, variables: '{}' }],
    ['variables in an array', { ...HELLO, variables: [] }],
    ['an operation name that is no text', { ...HELLO, operationName: 3 }],
    ['extensions that are no object', { ...HELLO, extensions: 'x' }],
    ['JSON nested 40 deep', `{"query":"{hello}","variables":{"a":${'['.repeat(40)}${']'.repeat(40)}}}`],
    ['an unknown operation name', { query: 'query A { hello }', operationName: 'B' }],
    ['several operations and no name', { query: 'query A { hello } query B { hello }' }],
    [
      'a persisted query of another hash',
      { ...HELLO, extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } },
    ],
    ['a persisted query without hash', { ...HELLO, extensions: { persistedQuery: { version: 1 } } }],
  ])('rejects %s with 400 MALFORMED_REQUEST', async (_what, body) => {
    const answer = await toy.post(body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      errors: [
        {
          message: answer.body.errors?.[0]?.message,
          extensions: { code: 'MALFORMED_REQUEST', requestId: 'request-1' },
        },
      ],
    });
  });

  test('rejects a body over 1 MiB with 413', async () => {
    const { status, body } = await toy.post({ ...HELLO, variables: { a: 'x'.repeat(1_048_576) } });

    expect(status).toBe(413);
    expect(body.errors?.[0]?.extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('GET', () => {
  const preflight = { 'apollo-require-preflight': '1' };

  test('runs a query with its variables', async () => {
    const variables = encodeURIComponent('{"n":"Ada"}');

    const { status, body } = await toy.get(
      `/graphql?query=query($n:String){hello(name:$n)}&variables=${variables}`,
      preflight,
    );

    expect([status, body.data]).toEqual([200, { hello: 'Hello Ada' }]);
  });

  test('does not run a mutation', async () => {
    const { status, headers, body } = await toy.get('/graphql?query=mutation{touch(id:1)}', preflight);

    expect([status, headers.allow]).toEqual([405, 'POST']);
    expect(body.errors?.[0]?.extensions.code).toBe('METHOD_NOT_ALLOWED');
  });

  test('is blocked when another site could have sent it', async () => {
    const { status, body } = await toy.get('/graphql?query={hello}');

    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toMatch(/apollo-require-preflight/);
  });

  test.each([
    ['authorization', 'Bearer abc'],
    ['x-tenant-id', 'acme'],
  ])('is answered with %s', async (name, value) => {
    expect((await toy.get('/graphql?query={hello}', { [name]: value })).status).toBe(200);
  });

  test('is blocked when a browser could have added the credentials by itself', async () => {
    expect((await toy.get('/graphql?query={hello}', { authorization: 'Basic YTpi' })).status).toBe(400);
  });

  test('takes an empty name of the operation for none', async () => {
    expect((await toy.get('/graphql?query={hello}&operationName=', preflight)).status).toBe(200);
    expect((await toy.post({ query: '{ hello }', operationName: '' })).status).toBe(200);
  });

  test.each(['/graphql?query={hello}&query={hello}', '/graphql?query={hello}&variables={', '/graphql'])(
    'rejects %s with 400',
    async (url) => {
      expect((await toy.get(url, preflight)).status).toBe(400);
    },
  );

  test('survives a Host header that is no host', async () => {
    expect((await toy.get('/graphql?query={hello}', { ...preflight, host: 'a b' })).status).toBe(200);
  });

  test('HEAD answers as GET without a body', async () => {
    const { status, text } = await send('HEAD', `${toy.url}?query={hello}`, preflight);

    expect([status, text]).toEqual([200, '']);
  });

  test('hands a browser without a query to the playground', async () => {
    const withPage = await startToy(
      {},
      { playground: (_request, reply) => reply.type('text/html').send('<p>page</p>') },
    );
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';

    const page = await withPage.get('/graphql', { accept });
    const operation = await withPage.get('/graphql?query={hello}', { accept, ...preflight });
    await withPage.app.close();

    expect(page.text).toBe('<p>page</p>');
    expect(operation.body.data).toEqual({ hello: 'Hello you' });
  });
});

describe('automatic persisted queries', () => {
  const sha256Hash = '1e2d1b4a8e45a4e1d2a4dbb6a9d38c0f3a1ad1b9a8a62fb4a8ff3a3c2f9a9a11';

  test('an unknown hash is told in the words that clients know', async () => {
    const { status, body } = await toy.post({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

    expect(status).toBe(200);
    expect(body.errors?.[0]).toEqual({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', requestId: 'request-1' },
    });
  });

  test('a text sent once is found by its hash', async () => {
    const { createHash } = await import('node:crypto');
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(HELLO.query).digest('hex') },
    };
    await toy.post({ ...HELLO, extensions });

    const { status, body } = await toy.post({ extensions });

    expect([status, body.data]).toEqual([200, { hello: 'Hello you' }]);
  });
});
