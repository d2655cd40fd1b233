/** Who may read the GraphQL schema, by introspection and as text. */
import { readFileSync } from 'node:fs';
import { loadConfig } from '../../src/config.js';
import { as, type Answer } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService({ INTROSPECTION: 'signed-in' });
let tenant: TestTenant;
let key: { readonly token: string; readonly tenantId: string };

beforeAll(async () => {
  tenant = await service.aTenant();
  const answer = await as(service, tenant.readonly).post('/v1/api-keys', { name: 'Outil', permissions: [] });
  key = { token: (answer.body as { secret: string }).secret, tenantId: tenant.id };
});

const ASK = '{ __schema { queryType { name } } __type(name: "Customer") { name } }';
const PATH = '/graphql/schema';
const SDL = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');

function codeOf({ text }: Answer): string | undefined {
  return /"code":"([A-Z_]+)"/.exec(text)?.[1];
}

describe('with INTROSPECTION=signed-in', () => {
  it('whoever is identified introspects and reads the text, with a session or a key', async () => {
    for (const caller of [tenant.readonly, key]) {
      const client = as(service, caller);
      expect((await client.graphql(ASK)).body).toEqual({
        data: { __schema: { queryType: { name: 'Query' } }, __type: { name: 'Customer' } },
      });
      const text = await client.get(PATH);
      expect([text.status, text.headers.get('content-type'), text.text === SDL]).toEqual([
        200,
        'text/plain; charset=utf-8',
        true,
      ]);
      const etag = text.headers.get('etag') ?? '';
      expect((await client.get(PATH, { 'if-none-match': etag })).status).toBe(304);
    }
  });

  it('strangers do neither, by POST, by GET, in a fragment, or beside what is public', async () => {
    const client = as(service);

    expect([(await client.get(PATH)).status, (await client.request('HEAD', PATH)).status]).toEqual([401, 401]);
    for (const query of [
      ASK,
      'query { ...f } fragment f on Query { __type(name: "Customer") { name } }',
      '{ a: __schema { description } }',
      '{ ... @include(if: true) { __schema { description } } }',
    ]) {
      const answer = await client.graphql(query);
      expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    }
    const get = await client.get(`/graphql?query=${encodeURIComponent('{__schema{description}}')}`);
    expect([get.status, codeOf(get)]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await client.graphql('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    const bad = await client.graphql(ASK, {}, { authorization: 'Bearer crm_x', 'x-tenant-id': tenant.id });
    expect(codeOf(bad)).toBe('UNAUTHENTICATED');
  });
});

describe('with INTROSPECTION=true', () => {
  it('nobody needs a token', async () => {
    const open = await service.besides({ INTROSPECTION: 'true' });

    expect((await as(open).graphql(ASK)).status).toBe(200);
    expect((await as(open).get(PATH)).text).toBe(SDL);
  });
});

describe('with INTROSPECTION=false', () => {
  it('everybody is rejected', async () => {
    const closed = await service.besides({ INTROSPECTION: 'false' });

    for (const client of [as(closed, tenant.admin), as(closed)]) {
      expect((await client.graphql(ASK)).text).toContain('Introspection is turned off');
      const text = await client.get(PATH);
      expect([text.status, codeOf(text)]).toEqual([404, 'ROUTE_NOT_FOUND']);
    }
  });
});

it('is signed-in in production, and open elsewhere', () => {
  const secrets = { JWT_SECRETS: 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_' };
  const of = (variables: Record<string, string>): unknown => loadConfig({ ...secrets, ...variables }).INTROSPECTION;

  expect(of({ NODE_ENV: 'production' })).toBe('signed-in');
  expect(of({ NODE_ENV: 'production', INTROSPECTION: 'true' })).toBe(true);
  expect(of({})).toBe(true);
  expect(of({ INTROSPECTION: '0' })).toBe(false);
  expect(() => of({ INTROSPECTION: 'maybe' })).toThrow('INTROSPECTION must be true, false or signed-in');
});
