import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import { useService } from '../../support/use-service.js';
import {
  aCustomer,
  addressOf,
  CUSTOMERS,
  EXPORT,
  graphqlOutcomeOf,
  outcomeOf,
  pageIn,
  rowOf,
} from './customer-support.js';

const service = useService();

const mutation =
  (text: string) =>
  (client: Client, id: string): Promise<Answer> =>
    client.graphql(`mutation ($id: ID!) { ${withRecord(text)} }`, { id });

/** Every way to name a customer. */
const OPERATIONS: readonly { readonly name: string; readonly send: (client: Client, id: string) => Promise<Answer> }[] =
  [
    { name: 'GET', send: (client, id) => client.get(addressOf({ id })) },
    { name: 'HEAD', send: (client, id) => client.request('HEAD', addressOf({ id })) },
    { name: 'PUT', send: (client, id) => client.put(addressOf({ id }), { name: 'Volé' }) },
    {
      name: 'PUT a version',
      send: (client, id) => client.put(addressOf({ id }), { name: 'Volé' }, { 'if-match': '"7"' }),
    },
    { name: 'PUT read-only members', send: (client, id) => client.put(addressOf({ id }), { version: 1, code: 'X' }) },
    { name: 'PATCH', send: (client, id) => client.request('PATCH', addressOf({ id }), { name: 'Volé' }) },
    { name: 'DELETE', send: (client, id) => client.delete(addressOf({ id })) },
    { name: 'convert', send: (client, id) => client.post(`${addressOf({ id })}/convert`) },
    { name: 'restore', send: (client, id) => client.post(`${addressOf({ id })}/restore`) },
    { name: 'customer', send: (client, id) => client.graphql('query ($id: ID!) { customer(id: $id) { id } }', { id }) },
    {
      name: 'a filter by id',
      send: (client, id) =>
        client.graphql('query ($id: ID!) { customers(filter: { id: { eq: $id } }) { totalCount nodes { id } } }', {
          id,
        }),
    },
    {
      name: 'a negated filter',
      send: (client, id) =>
        client.graphql(
          'query ($id: ID!) { customers(filter: { not: { id: { neq: $id } } }) { totalCount nodes { id } } }',
          {
            id,
          },
        ),
    },
    { name: 'updateCustomer', send: mutation('updateCustomer(id: $id, input: { name: "Volé" })') },
    { name: 'updateCustomer with a version', send: mutation('updateCustomer(id: $id, input: {}, expectedVersion: 7)') },
    { name: 'convertCustomer', send: mutation('convertCustomer(id: $id)') },
    { name: 'deleteCustomer', send: mutation('deleteCustomer(id: $id)') },
    { name: 'restoreCustomer', send: mutation('restoreCustomer(id: $id)') },
  ];

/** The answer without what may differ: the request's id, and the id in `instance`. */
function comparable({ status, text, headers }: Answer, id: string): unknown {
  const body = text.replace(/"(request_id|requestId)":"[^"]+"/g, '').replaceAll(id, '<id>');
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  return { status, body, headers: kept };
}

describe("another tenant's customer", () => {
  test.each(OPERATIONS)('is no different from an unknown one: $name', async ({ send }) => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await aCustomer(as(service, there.admin), {
      name: 'Secret SA',
      code: 'SECRET',
      email: 'x@secret.example',
    });
    const before = await rowOf(service, foreign.id);
    const client = as(service, here.admin);
    const unknown = newId();

    const answers = [await send(client, foreign.id), await send(client, unknown)] as const;

    expect(comparable(answers[0], foreign.id)).toEqual(comparable(answers[1], unknown));
    expect(answers[0].text).not.toMatch(/secret/i);
    expect(await rowOf(service, foreign.id)).toEqual(before);
  });

  test('a deleted one of another tenant is unknown too', async () => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await aCustomer(as(service, there.admin));
    await as(service, there.admin).delete(addressOf(foreign));
    const before = await rowOf(service, foreign.id);

    expect(outcomeOf(await as(service, here.admin).post(`${addressOf(foreign)}/restore`))).toBe('404 NOT_FOUND');
    expect(await rowOf(service, foreign.id)).toEqual(before);
  });

  test('is in no list, no search, no filter, no total and no file', async () => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const theirs = {
      name: 'Secret SA',
      code: 'SECRET',
      phone: '0123456789',
      city: 'Paris',
      assigned_to: there.user.id,
    };
    await aCustomer(as(service, there.admin), theirs);
    await aCustomer(as(service, here.admin), { name: 'Notre SA' });
    const client = as(service, here.admin);

    for (const query of ['search=secret', 'search=0123456789', `assigned_to=${there.user.id}`]) {
      expect(pageIn(await client.get(`${CUSTOMERS}?${query}`))).toMatchObject({ items: [], total: 0, pages: 0 });
      const file = await client.get(`${EXPORT}?${query}`);
      expect([file.headers.get('x-total-rows'), file.text.split('\r\n').length]).toEqual(['0', 2]);
    }
    for (const query of ['', '?search=sa', '?search=sa&type=PROSPECT', '?search=sa&sort=-code']) {
      expect(pageIn(await client.get(CUSTOMERS + query))).toMatchObject({ items: [{ name: 'Notre SA' }], total: 1 });
    }
    const graphql = await client.graphql(
      '{ all: customers { totalCount } found: customers(search: "secret") { totalCount nodes { id } } customerByCode(code: "SECRET") { id } }',
    );
    expect(graphql.body).toEqual({
      data: { all: { totalCount: 1 }, found: { totalCount: 0, nodes: [] }, customerByCode: null },
    });
  });

  test('a token is not valid for another tenant', async () => {
    const [here, there] = [await service.aTenant(), await service.aTenant()];
    const foreign = await aCustomer(as(service, there.admin));
    const client = as(service, { token: here.admin.token, tenantId: there.id });

    expect(outcomeOf(await client.get(addressOf(foreign)))).toBe('403 TENANT_MISMATCH');
    const graphql = await client.graphql('{ customers { totalCount } }');
    expect([graphql.status, graphqlOutcomeOf(graphql)]).toEqual([403, 'TENANT_MISMATCH']);
  });
});
