import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, addressOf, CUSTOMERS, outcomeOf, wrongFieldsOf } from './customer-support.js';

const service = useService();

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

describe('addresses', () => {
  test.each([
    'x',
    '1',
    '00000000-0000-0000-0000-00000000000',
    '%00',
    "'; drop table customers; --",
    '01a205ae-f10b-74f1-851d-5191d9d0985a0',
  ])('a malformed id is a 422: %s', async (id) => {
    const client = await aClient();
    const address = `${CUSTOMERS}/${encodeURIComponent(id)}`;
    const sends = [
      client.get(address),
      client.put(address, {}),
      client.delete(address),
      client.post(`${address}/convert`),
    ];

    for (const answer of await Promise.all([...sends, client.post(`${address}/restore`)])) {
      expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
      expect(wrongFieldsOf(answer)).toEqual(['/id INVALID_UUID']);
    }
  });

  test('an id in upper case is the same id', async () => {
    const client = await aClient();
    const created = await aCustomer(client);

    expect((await client.get(`${CUSTOMERS}/${created.id.toUpperCase()}`)).status).toBe(200);
  });

  test.each(['?x=1', '?tenant_id=other', '?id=1', '?__proto__=1'])(
    '%s on a single customer is an unknown parameter',
    async (query) => {
      const client = await aClient();
      const created = await aCustomer(client);

      const answer = await client.get(addressOf(created) + query);

      expect(wrongFieldsOf(answer)).toEqual([`/${query.slice(1).split('=', 1)[0] ?? ''} UNKNOWN_MEMBER`]);
    },
  );

  test.each([
    ['foo=1', '/foo UNKNOWN_MEMBER'],
    ['tenant_id=x', '/tenant_id UNKNOWN_MEMBER'],
    ['__proto__=x', '/__proto__ UNKNOWN_MEMBER'],
    ['type=VIP&type=LEAD', '/type REPEATED_PARAMETER'],
    ['search=a&search=b', '/search REPEATED_PARAMETER'],
    ['type=X', '/type NOT_IN_LIST'],
    ['assigned_to=me', '/assigned_to INVALID_UUID'],
    ['is_active=maybe', '/is_active NOT_A_BOOLEAN'],
    ['country_code=XX', '/country_code NOT_IN_LIST'],
    ['page=0', '/page OUT_OF_RANGE'],
    ['page=-1', '/page OUT_OF_RANGE'],
    ['page=x', '/page NOT_AN_INTEGER'],
    ['page=1.5', '/page NOT_AN_INTEGER'],
    ['page_size=0', '/page_size OUT_OF_RANGE'],
    ['page_size=101', '/page_size OUT_OF_RANGE'],
    ['page_size=1e1', '/page_size NOT_AN_INTEGER'],
    ['sort=colour', '/sort NOT_IN_LIST'],
    ['sort=name,-internal_notes', '/sort NOT_IN_LIST'],
    ['sort=--name', '/sort NOT_IN_LIST'],
    ['sort=__proto__', '/sort NOT_IN_LIST'],
    ['search=a%00b', '/search INVALID_CHARACTERS'],
    [`search=${'x'.repeat(256)}`, '/search TOO_LONG'],
  ])('the list rejects ?%s', async (query, wrong) => {
    const client = await aClient();

    const answer = await client.get(`${CUSTOMERS}?${query}`);

    expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(answer)).toEqual([wrong]);
  });

  test.each([
    'search=%ED%A0%80',
    'search=%',
    'search=%E0%A4',
    'search[]=x',
    'sort=',
    'cursor=',
    'page=',
    'search=',
    '&&=&',
  ])('the list copes with ?%s', async (query) => {
    const client = await aClient();

    expect((await client.get(`${CUSTOMERS}?${query}`)).status).toBeLessThan(500);
  });
});
