/** What every REST list takes beside its own filters: look-up by code, e-mail and tag, moments, and fields to be answered. */
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';

const CRM = '/v1/commercial';

const service = useOwnService();
let tenant: TestTenant;
let admin: Client;

beforeEach(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
});

type Row = Readonly<Record<string, unknown>>;

function rowsIn(answer: Answer): readonly Row[] {
  const body = answer.body as readonly Row[] | { readonly items: readonly Row[] };
  return 'items' in body ? body.items : body;
}

async function make(collection: string, body: object): Promise<string> {
  const answer = await admin.post(`${CRM}/${collection}`, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { id: string }).id;
}

/** The ids in a list, with the same rows in the CSV file of that selection. */
async function idsOf(collection: string, query: string): Promise<unknown[]> {
  const answer = await admin.get(`${CRM}/${collection}?${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  const ids = rowsIn(answer).map(({ id }) => id);
  const file = await admin.get(`${CRM}/export/${collection}?${query}`);
  expect(file.headers.get('x-total-rows')).toBe(String(ids.length));
  return ids;
}

const people = { first_name: 'Léa', last_name: 'Roux' };

describe('a list', () => {
  test('finds customers by code, by e-mail whatever its case, and by tag', async () => {
    const one = await make('customers', { name: 'A', code: 'AB-1', email: 'Info@Été.example', tags: ['VIP', 'Été'] });
    await make('customers', { name: 'B', code: 'AB-10', email: 'info2@été.example', tags: ['VIP2'] });

    expect(await idsOf('customers', 'code=AB-1')).toEqual([one]);
    expect(await idsOf('customers', 'code=%20AB-1%C2%A0')).toEqual([one]);
    expect(await idsOf('customers', `email=${encodeURIComponent('INFO@ÉTÉ.EXAMPLE')}`)).toEqual([one]);
    expect(await idsOf('customers', 'email=info')).toEqual([]);
    expect(await idsOf('customers', 'tag=VIP')).toEqual([one]);
    expect(await idsOf('customers', `tag=${encodeURIComponent('Été'.normalize('NFD'))}`)).toEqual([one]);
    expect(await idsOf('customers', 'tag=vip')).toEqual([]);
    expect(await idsOf('customers', 'code=&email=&tag=')).toHaveLength(2);
  });

  test('finds contacts by e-mail and opportunities by code', async () => {
    const customer_id = await make('customers', { name: 'A' });
    const person = await make('contacts', { customer_id, ...people, email: 'lea@a.example' });
    await make('contacts', { customer_id, ...people, email: 'lea@b.example' });
    const sale = await make('opportunities', { customer_id, name: 'Vente', code: 'O-1' });
    await make('opportunities', { customer_id, name: 'Vente', code: 'O-2' });

    expect(await idsOf('contacts', 'email=LEA@a.example')).toEqual([person]);
    expect(await idsOf('opportunities', 'code=O-1')).toEqual([sale]);
  });

  test('does not find what another company has', async () => {
    await as(service, (await service.aTenant()).admin).post(`${CRM}/customers`, {
      name: 'X',
      code: 'X-1',
      tags: ['x'],
    });

    expect(await idsOf('customers', 'code=X-1')).toEqual([]);
    expect(await idsOf('customers', 'tag=x')).toEqual([]);
  });

  test.each([
    ['customers', 'customers'],
    ['contacts', 'contacts'],
    ['opportunities', 'opportunities'],
    ['activities', 'activities'],
  ])('of %s begins at a moment of creation or of the last change', async (collection, table) => {
    const customer_id = await make('customers', { name: 'A' });
    const fields = { customer_id, ...people, name: 'Vente', type: 'CALL', subject: 'Appel' };
    const wanted: Readonly<Record<string, readonly string[]>> = {
      customers: ['name'],
      contacts: ['customer_id', 'first_name', 'last_name'],
      opportunities: ['customer_id', 'name'],
      activities: ['customer_id', 'type', 'subject'],
    };
    const body = Object.fromEntries(
      Object.entries(fields).filter(([name]) => wanted[collection]?.includes(name) === true),
    );
    const old = collection === 'customers' ? customer_id : await make(collection, body);
    const young = await make(collection, body);
    await service.ask(
      `UPDATE ${table} SET created_at = '2026-03-30T22:00:00Z', updated_at = '2026-04-30T10:00:00Z' WHERE id = $1`,
      [old],
    );
    await service.ask(
      `UPDATE ${table} SET created_at = '2026-03-31T10:00:00Z', updated_at = '2026-03-31T10:00:00Z' WHERE id = $1`,
      [young],
    );

    // The company's day: 2026-03-31 in Paris begins at 22:00 UTC.
    expect(await idsOf(collection, 'created_since=2026-03-31')).toHaveLength(2);
    expect(await idsOf(collection, 'created_since=2026-03-30T22:00:00.001Z')).toEqual([young]);
    expect(await idsOf(collection, 'created_since=2026-03-31T12:00:00%2B02:00')).toEqual([young]);
    // Whoever does not escape the `+` sends a blank.
    expect(await idsOf(collection, 'created_since=2026-03-31T12:00:00+02:00')).toEqual([young]);
    expect(await idsOf(collection, 'updated_since=2026-04-01')).toEqual([old]);
    expect(await idsOf(collection, 'updated_since=2026-04-30T10:00:00Z&created_since=2026-03-31T00:00:00Z')).toEqual(
      [],
    );
    expect((await admin.get(`${CRM}/${collection}?updated_since=hier`)).status).toBe(422);
  });
});

describe('fields', () => {
  test('are all that a list answers, in the order of the record, page after page', async () => {
    const customer_id = await make('customers', { name: 'A', code: 'A' });
    await make('customers', { name: 'B', code: 'B' });
    await make('contacts', { customer_id, ...people });
    await make('opportunities', { customer_id, name: 'Vente', amount: '12.50' });
    await make('activities', { customer_id, type: 'CALL', subject: 'Appel' });
    const items = async (path: string): Promise<readonly Row[]> => rowsIn(await admin.get(CRM + path));

    expect(await items('/customers?fields=name,code')).toEqual([
      { code: 'A', name: 'A' },
      { code: 'B', name: 'B' },
    ]);
    expect(await items('/contacts?fields=last_name')).toEqual([{ last_name: 'Roux' }]);
    expect(await items('/opportunities?fields=amount,%20customer_id')).toEqual([{ customer_id, amount: 12.5 }]);
    expect(await items('/activities?fields=subject')).toEqual([{ subject: 'Appel' }]);
    expect(await items('/activities?fields=subject&page=1')).toEqual([{ subject: 'Appel' }]);
    expect(await items(`/customers/${customer_id}/contacts?fields=first_name`)).toEqual([{ first_name: 'Léa' }]);
    expect(Object.keys((await items('/customers?fields='))[0] ?? {}).length).toBeGreaterThan(40);

    const first = await admin.get(`${CRM}/customers?fields=city&page_size=1&sort=-name`);
    const { next_cursor } = first.body as { next_cursor: string };
    const second = await admin.get(`${CRM}/customers?fields=name&page_size=1&sort=-name&cursor=${next_cursor}`);
    expect([rowsIn(first), rowsIn(second)]).toEqual([[{ city: null }], [{ name: 'A' }]]);
  });

  test('are all that one record answers, with its tag', async () => {
    const customer_id = await make('customers', { name: 'A', code: 'A' });
    const made = [
      [`customers/${customer_id}`, 'name', 'A'],
      [`contacts/${await make('contacts', { customer_id, ...people })}`, 'last_name', 'Roux'],
      [`opportunities/${await make('opportunities', { customer_id, name: 'Vente' })}`, 'name', 'Vente'],
      [`activities/${await make('activities', { customer_id, type: 'CALL', subject: 'Appel' })}`, 'subject', 'Appel'],
    ] as const;

    for (const [address, name, value] of made) {
      const answer = await admin.get(`${CRM}/${address}?fields=${name}`);

      expect(answer.body).toEqual({ [name]: value });
      expect(answer.headers.get('etag')).toBe('"1"');
      expect((await admin.get(`${CRM}/${address}?fields=${name}`, { 'if-none-match': '"1"' })).status).toBe(304);
    }
  });

  test('are read from the database, and nothing else is', async () => {
    const id = await make('customers', { name: 'A', notes: 'long' });
    const watch = watchStatements();
    await admin.get(`${CRM}/customers?fields=name`);
    await admin.get(`${CRM}/customers/${id}?fields=name`);
    watch.stop();
    const statements = watch.messages.flatMap(({ texts }) => texts);

    expect(statements.filter((text) => text.includes('c.name')).length).toBeGreaterThanOrEqual(2);
    expect(statements.filter((text) => text.includes('c.notes'))).toEqual([]);
  });

  test.each(['nonsense', 'id,tenantId', 'id,tenant_id', 'id,,name', 'ID', 'deleted_at', '__proto__'])(
    'that a record does not have are a 422: %s',
    async (fields) => {
      const id = await make('customers', { name: 'A' });

      for (const path of [
        `/customers?fields=${fields}`,
        `/customers/${id}?fields=${fields}`,
        `/activities?fields=${fields}`,
      ]) {
        const answer = await admin.get(CRM + path);

        expect(answer.status).toBe(422);
        expect(answer.body).toMatchObject({ errors: [{ pointer: '/fields', code: 'NOT_IN_LIST' }] });
        expect(answer.text).not.toContain(`"${fields}"`);
      }
    },
  );

  test('of users are picked as well', async () => {
    const me = (await admin.get('/v1/auth/me')).body as { id: string; email: string };
    const list = await admin.get('/v1/users?fields=email&page_size=100');

    expect(rowsIn(list)).toContainEqual({ email: me.email });
    expect((await admin.get(`/v1/users/${me.id}?fields=email`)).body).toEqual({ email: me.email });
  });
});
