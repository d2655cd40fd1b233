/** Queries by GET as clients send them: urql and graphql-request by default or on request, persisted queries of either. */
import { createHash } from 'node:crypto';
import { as, type Answer, type Client } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService({ CORS_ORIGINS: 'https://app.example' });
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await service.aTenant();
});

const QUERY = 'query Who($n: Int) { viewer { user { id } } customers(first: $n) { totalCount } }';
const ACCEPT = {
  urql: 'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'graphql-request': 'application/graphql-response+json, application/json',
};

function get(client: Client, parameters: Readonly<Record<string, string>>, headers = {}): Promise<Answer> {
  return client.get(`/graphql?${new URLSearchParams(parameters).toString()}`, headers);
}

describe.each(Object.entries(ACCEPT))('as %s sends it', (_client, accept) => {
  const parameters = { query: QUERY, variables: '{"n":1}', operationName: 'Who' };

  test('a query of somebody who is signed in is answered', async () => {
    const { status, text } = await get(as(service, tenant.admin), parameters, {
      accept,
      origin: 'https://app.example',
    });

    expect([status, text]).toEqual([200, expect.stringContaining(tenant.admin.id)]);
  });

  test('a persisted query is told to be unknown, registered, and found', async () => {
    const client = as(service, tenant.admin);
    const query = `${QUERY} # ${accept}`;
    const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
    const hashed = { extensions: JSON.stringify({ persistedQuery }), variables: '{}', operationName: '' };

    const unknown = await get(client, hashed, { accept });
    const registered = await get(client, { ...hashed, query }, { accept });
    const found = await get(client, hashed, { accept });

    expect(unknown.text).toContain('PersistedQueryNotFound');
    expect([registered.status, found.status, found.text]).toEqual([200, 200, registered.text]);
    expect(found.text).toContain(tenant.admin.id);
  });

  test('one without credentials is blocked', async () => {
    const { status, text } = await get(as(service), parameters, { accept });

    expect([status, text]).toEqual([400, expect.stringContaining('apollo-require-preflight')]);
  });
});

test.each([[{ authorization: 'Bearer x' }], [{ 'x-tenant-id': 'acme' }]])(
  'with %j it has had its preflight, so its caller is told what is missing',
  async (headers) => {
    expect((await get(as(service), { query: QUERY }, headers)).status).toBe(401);
  },
);
