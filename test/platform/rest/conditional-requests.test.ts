/** Conditional requests (RFC 9110): what a caller has is not sent again, and a change may name several versions. */
import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';

const CRM = '/v1/commercial';

const service = useOwnService();
let admin: Client;

beforeAll(async () => {
  admin = as(service, (await service.aTenant()).admin);
});

/** One record of each kind that has a tag. */
async function addresses(): Promise<readonly string[]> {
  const customer = await made(`${CRM}/customers`, { name: 'Acme' });
  const customer_id = customer.split('/').at(-1);
  return [
    customer,
    await made(`${CRM}/contacts`, { customer_id, first_name: 'Léa', last_name: 'Roux' }),
    await made(`${CRM}/opportunities`, { customer_id, name: 'Contrat' }),
    await made(`${CRM}/activities`, { customer_id, type: 'CALL', subject: 'Appel' }),
    '/v1/tenant',
  ];
}

async function made(collection: string, body: object): Promise<string> {
  return String((await admin.post(collection, body)).headers.get('location'));
}

/** A change of one record of each kind that a test makes. */
async function changes(): Promise<readonly (readonly [address: string, change: object])[]> {
  const fields = ['name', 'last_name', 'name', 'subject'];
  return (await addresses()).flatMap((address, index) =>
    fields[index] ? [[address, { [fields[index]]: 'Neuf' }]] : [],
  );
}

const HELD = ['"1"', 'W/"1"', '*', '"7", "1"', 'W/"7" ,W/"1",', ' , "1"'];
const NOT_HELD = ['"7"', '"7", "8"', '1', '"1', '', '"1" "2"', 'one'];

test('a GET of one record answers a tag that the caller has with 304, and any other with the record', async () => {
  for (const address of await addresses()) {
    const answers = await Promise.all(HELD.map((tag) => admin.get(address, { 'if-none-match': tag })));
    const others = await Promise.all(NOT_HELD.map((tag) => admin.get(address, { 'if-none-match': tag })));
    const [first] = answers;

    expect([address, ...answers.map(({ status }) => status)]).toEqual([address, ...HELD.map(() => 304)]);
    expect([address, ...others.map(({ status }) => status)]).toEqual([address, ...NOT_HELD.map(() => 200)]);
    expect(first?.text).toBe('');
    expect(first?.headers.get('etag')).toBe('"1"');
    expect(first?.headers.get('content-type')).toBeNull();
    expect((await admin.request('HEAD', address, undefined, { 'if-none-match': '"1"' })).status).toBe(304);
  }
});

test('a record that has changed is sent', async () => {
  const address = await made(`${CRM}/customers`, { name: 'Acme' });
  await admin.put(address, { city: 'Lyon' });

  const answer = await admin.get(address, { 'if-none-match': '"1"' });

  expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
  expect(answer.body).toMatchObject({ city: 'Lyon' });
});

test('a tag opens nothing to whom the record is none of theirs', async () => {
  const address = await made(`${CRM}/customers`, { name: 'Acme' });
  const other = as(service, (await service.aTenant()).admin);

  expect((await other.get(address, { 'if-none-match': '*' })).status).toBe(404);
  expect((await as(service).get(address, { 'if-none-match': '*' })).status).toBe(401);
});

test('a user is always sent: a sign-in shows in the record and leaves its version', async () => {
  const { id } = (await admin.get('/v1/auth/me')).body as { id: string };

  expect((await admin.get(`/v1/users/${id}`, { 'if-none-match': '*' })).status).toBe(200);
});

test('the OpenAPI document and the files of the pages are sent once', async () => {
  const page = (await as(service).get('/v1/docs')).text;
  const file = /href="([^"]+\.svg)"/.exec(page)?.[1] ?? '';

  for (const address of ['/v1/openapi.json', file]) {
    const etag = String((await as(service).get(address)).headers.get('etag'));
    const held = [etag, `"x", ${etag}`, etag.replace('W/', ''), '*'];
    const answers = await Promise.all(held.map((tag) => as(service).get(address, { 'if-none-match': tag })));

    expect(answers.map(({ status, text }) => [status, text])).toEqual(held.map(() => [304, '']));
    expect((await as(service).get(address, { 'if-none-match': '"x"' })).status).toBe(200);
  }
});

test.each([
  ['"1", "2"', 200],
  ['W/"1",W/"2"', 200],
  ['"2"', 200],
  [' * ', 200],
  ['"1", "3"', 412],
  ['"1", two', 400],
  ['"1" "2"', 400],
])('a change of the second version with If-Match: %s is a %i', async (tags, status) => {
  for (const [address, change] of await changes()) {
    await admin.put(address, { [address.includes('/activities/') ? 'description' : 'notes']: 'Vu' });

    const answer = await admin.put(address, change, { 'if-match': tags });

    expect([address, answer.status]).toEqual([address, status]);
  }
});
