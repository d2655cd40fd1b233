import { gzipSync } from 'node:zlib';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestUser } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  countOfCustomers,
  CUSTOMERS,
  graphqlIn,
  outcomeOf,
  problemIn,
} from './customer-support.js';

const service = useService();

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

/** A body as bytes, which the client of the other tests cannot send. */
async function sendBytes(
  user: TestUser,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Answer> {
  const identity = { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId };
  const response = await fetch(service.origin + CUSTOMERS, {
    method: 'POST',
    body: bytes,
    headers: { ...identity, ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as unknown };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

describe('bodies', () => {
  test.each(['', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'garbage', 'application/jsonx'])(
    'of the type %p are a 415',
    async (type) => {
      const tenant = await service.aTenant();

      const answer = await as(service, tenant.admin).post(CUSTOMERS, '{"name":"X"}', { 'content-type': type });

      expect(outcomeOf(answer)).toBe('415 UNSUPPORTED_MEDIA_TYPE');
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await countOfCustomers(service, tenant)).toBe(0);
    },
  );

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    'of the type %p are read',
    async (type) => {
      expect((await (await aClient()).post(CUSTOMERS, '{"name":"Été"}', { 'content-type': type })).status).toBe(201);
    },
  );

  test('in another charset or compressed are a 415, and bytes that are no UTF-8 a 400', async () => {
    const { admin } = await service.aTenant();

    const latin1 = await sendBytes(admin, bytesOf('{"name":"X"}'), {
      'content-type': 'application/json; charset=latin1',
    });
    const zipped = await sendBytes(admin, new Uint8Array(gzipSync('{"name":"X"}')), {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
    });
    const broken = await sendBytes(admin, new Uint8Array(Buffer.from('7b226e616d65223a22ff227d', 'hex')), JSON_TYPE);

    expect([latin1, zipped, broken].map(outcomeOf)).toEqual([
      '415 UNSUPPORTED_MEDIA_TYPE',
      '415 UNSUPPORTED_MEDIA_TYPE',
      '400 MALFORMED_REQUEST',
    ]);
  });

  test.each(['{', '{"name":"X"', "{'name':'X'}", '{"name":}', 'name=X', '{"name":"X"}}', '{"name":NaN}'])(
    'that are no JSON are a 400: %s',
    async (body) => {
      const answer = await (await aClient()).post(CUSTOMERS, body);

      expect(outcomeOf(answer)).toBe('400 MALFORMED_REQUEST');
      expect(answer.text).not.toMatch(/JSON at|position|Unexpected/);
    },
  );

  test('over 1 MiB are a 413, before anything else is looked at', async () => {
    const { admin } = await service.aTenant();
    const body = JSON.stringify({ name: 'x'.repeat(1_048_577) });

    for (const client of [as(service, admin), as(service)]) {
      const answer = await client.post(CUSTOMERS, body);
      expect(outcomeOf(answer)).toBe('413 PAYLOAD_TOO_LARGE');
    }
    const exact = JSON.stringify({ name: 'X', notes: '' }).length;
    const largest = JSON.stringify({ name: 'X', notes: 'x'.repeat(1_048_576 - exact) });
    expect(outcomeOf(await as(service, admin).post(CUSTOMERS, largest))).toBe('422 VALIDATION_FAILED');
  });

  test('may be absent where there are no members', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);

    const action = `${addressOf(customer)}/convert`;
    const headers = { 'content-type': 'text/plain' };
    for (const answer of [
      await client.post(action),
      await client.post(action, {}),
      await client.post(action, '', headers),
    ]) {
      expect(answer.status).toBe(200);
    }
    expect(outcomeOf(await client.post(CUSTOMERS))).toBe('422 VALIDATION_FAILED');
  });
});

describe('the order of the checks', () => {
  test('is token, tenant, role, media type, JSON, input', async () => {
    const { readonly, admin } = await service.aTenant();
    const malformed = ['{', { 'content-type': 'text/plain' }] as const;

    expect(outcomeOf(await as(service).post(CUSTOMERS, ...malformed))).toBe('401 UNAUTHENTICATED');
    const noTenant = { token: admin.token, tenantId: '' };
    expect(outcomeOf(await as(service, noTenant).post(CUSTOMERS, ...malformed))).toBe('401 TENANT_HEADER_REQUIRED');
    expect(outcomeOf(await as(service, readonly).post(CUSTOMERS, ...malformed))).toBe('403 FORBIDDEN');
    expect(outcomeOf(await as(service, admin).post(CUSTOMERS, ...malformed))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
    expect(outcomeOf(await as(service, admin).post(CUSTOMERS, '{'))).toBe('400 MALFORMED_REQUEST');
    expect(outcomeOf(await as(service, readonly).put(`${CUSTOMERS}/x`, {}))).toBe('403 FORBIDDEN');
  });

  test('asks for a token before it tells of a route or a method', async () => {
    const client = await aClient();

    expect(outcomeOf(await as(service).get('/v1/commercial/nothing'))).toBe('401 UNAUTHENTICATED');
    expect(outcomeOf(await as(service).delete(CUSTOMERS))).toBe('401 UNAUTHENTICATED');
    expect(outcomeOf(await client.get('/v1/commercial/nothing'))).toBe('404 ROUTE_NOT_FOUND');
    expect(outcomeOf(await client.get('/v1/commercial/customers/x/y/z'))).toBe('404 ROUTE_NOT_FOUND');
    expect(outcomeOf(await client.get('/nothing'))).toBe('404 ROUTE_NOT_FOUND');
  });

  test.each([
    ['{', { 'content-type': 'application/json' }, 404],
    ['x', { 'content-type': 'text/xml' }, 404],
    ['x'.repeat(1_048_577), { 'content-type': 'application/json' }, 413],
  ])('gives our own rejections on unknown routes, whatever the body is %#', async (body, headers, status) => {
    const answer = await (await aClient()).post('/v1/commercial/nothing', body, headers);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('methods', () => {
  test.each([
    ['PUT', '', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', '', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/id', 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    ['GET', '/id/convert', 'OPTIONS, POST'],
    ['DELETE', '/id/restore', 'OPTIONS, POST'],
  ])('%s %s is a 405 that says what there is', async (method, path, allow) => {
    const client = await aClient();
    const address = CUSTOMERS + path.replace('id', (await aCustomer(client)).id);

    const answer = await client.request(method, address);

    expect(outcomeOf(answer)).toBe('405 METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')).toBe(allow);
    const options = await client.request('OPTIONS', address);
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
  });

  test('HEAD answers as GET does, without a body', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);

    for (const path of [addressOf(customer), CUSTOMERS, `${CUSTOMERS}?page_size=1`]) {
      const [get, head] = [await client.get(path), await client.request('HEAD', path)];
      expect([head.status, head.text]).toEqual([200, '']);
      for (const name of ['etag', 'content-type', 'cache-control', 'content-length', 'link']) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
    }
    expect((await client.request('HEAD', `${CUSTOMERS}/x`)).status).toBe(422);
  });

  test('a slash at the end is served without a redirect', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);

    expect((await client.get(`${CUSTOMERS}/`)).body).toMatchObject({ total: 1 });
    expect((await client.get(`${addressOf(customer)}/`)).body).toMatchObject({ id: customer.id });
    expect((await client.post(`${CUSTOMERS}/`, { name: 'X' })).status).toBe(201);
  });

  test.each(['/v1/commercial/customers/%zz', '/v1/%'])(
    'an address that cannot be decoded is a 400: %s',
    async (path) => {
      const answer = await (await aClient()).get(path);

      expect(outcomeOf(answer)).toBe('400 MALFORMED_REQUEST');
    },
  );
});

describe('an error', () => {
  test('is a problem document: where, why, which request, nothing else', async () => {
    const client = await aClient();

    const answer = await client.get(`${CUSTOMERS}/01a205ae-f10b-74f1-851d-5191d9d0985a`, {
      'x-request-id': 'appel-0042',
    });

    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      type: expect.any(String) as unknown,
      title: 'Not found',
      status: 404,
      detail: 'Customer not found',
      code: 'NOT_FOUND',
      instance: `${CUSTOMERS}/01a205ae-f10b-74f1-851d-5191d9d0985a`,
      request_id: 'appel-0042',
    });
  });

  test('names the path without its query', async () => {
    const answer = await (await aClient()).get(`${CUSTOMERS}?search=secret&page=0`);

    expect(problemIn(answer).instance).toBe(CUSTOMERS);
    expect(answer.text).not.toContain('secret');
  });

  test.each([
    [undefined, 'Client non trouvé'],
    ['*', 'Client non trouvé'],
    ['de', 'Client non trouvé'],
    ['fr', 'Client non trouvé'],
    ['fr-CA, en;q=0.5', 'Client non trouvé'],
    ['en;q=0', 'Client non trouvé'],
    ['en', 'Customer not found'],
    ['en-GB, fr;q=0.9', 'Customer not found'],
    ['de, en;q=0.5', 'Customer not found'],
  ])('is in the language of Accept-Language %p: %s', async (language, detail) => {
    const { admin } = await service.aTenant();
    const headers: Record<string, string> = { authorization: `Bearer ${admin.token}`, 'x-tenant-id': admin.tenantId };
    if (language !== undefined) headers['accept-language'] = language;
    const id = '01a205ae-f10b-74f1-851d-5191d9d0985a';

    // node's fetch sends "*" when it is told nothing.
    const rest = (await (await fetch(`${service.origin}${CUSTOMERS}/${id}`, { headers })).json()) as { detail: string };
    const query = `mutation { deleteCustomer(id: "${id}") { customer { id } } }`;
    const answer = await fetch(`${service.origin}/graphql`, {
      method: 'POST',
      headers: { ...headers, ...JSON_TYPE },
      body: JSON.stringify({ query }),
    });

    expect(rest.detail).toBe(detail);
    expect(((await answer.json()) as { errors: { message: string }[] }).errors[0]?.message).toBe(detail);
  });
});

test('GraphQL rejects what its own schema does not know with a 400', async () => {
  const client = await aClient();

  const unknown = await client.graphql('{ customers { nodes { tenantId } } }');
  const unreadable = await client.graphql('{ customers {');

  expect([unknown.status, graphqlIn(unknown).errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  expect([unreadable.status, graphqlIn(unreadable).errors?.[0]?.extensions.code]).toEqual([
    400,
    'GRAPHQL_PARSE_FAILED',
  ]);
});
