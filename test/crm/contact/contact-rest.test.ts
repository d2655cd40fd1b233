import { newId } from '../../../src/platform/values/ids.js';
import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  arrayIn,
  contactAddress,
  contactIn,
  contactRow,
  CONTACTS,
  contactsAddressOf,
  contactsIn,
  countOfContacts,
  type ContactJson,
} from './contact-support.js';
import { aCustomer, addressOf, atOnce, outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Every field that a creation takes beside the customer, with a value that is no default. */
const EVERY_FIELD = {
  first_name: 'Jean',
  last_name: 'Dupont',
  title: 'Dr.',
  job_title: 'Directeur Commercial',
  department: 'Ventes',
  email: 'Jean.Dupont@exemple.example',
  phone: '+33 1 23 45 67 89',
  mobile: '06 12 34 56 78',
  linkedin: 'https://linkedin.example/in/jdupont',
  is_primary: true,
  is_billing: true,
  is_shipping: true,
  is_decision_maker: true,
  preferred_language: 'de',
  preferred_contact_method: 'phone',
  do_not_call: true,
  do_not_email: true,
  notes: 'Première ligne\nseconde',
  is_active: false,
};

/** The fields of an answer, in its order. */
const ANSWER = ['id', 'customer_id', ...Object.keys(EVERY_FIELD), 'created_by', 'created_at', 'updated_at', 'version'];

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

describe('creating a contact', () => {
  test('a customer and two names are enough: every other member has its default, and nulls are there', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const customer = await aCustomer(client);

    const answer = await client.post(CONTACTS, { customer_id: customer.id, first_name: 'Jean', last_name: 'Dupont' });

    expect(answer.status).toBe(201);
    const created = contactIn(answer);
    expect(Object.keys(created)).toEqual(ANSWER);
    const absent = ['title', 'job_title', 'department', 'email', 'phone', 'mobile', 'linkedin', 'notes'];
    expect(created).toEqual({
      ...Object.fromEntries(absent.map((field) => [field, null])),
      id: expect.stringMatching(UUID_V7) as unknown,
      customer_id: customer.id,
      first_name: 'Jean',
      last_name: 'Dupont',
      is_primary: false,
      is_billing: false,
      is_shipping: false,
      is_decision_maker: false,
      preferred_language: 'fr',
      preferred_contact_method: null,
      do_not_call: false,
      do_not_email: false,
      is_active: true,
      created_by: admin.id,
      created_at: expect.stringMatching(INSTANT) as unknown,
      updated_at: created.created_at,
      version: 1,
    });
  });

  test('every member that is sent comes back, and a read gives the same bytes', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);

    const created = await client.post(CONTACTS, { customer_id: customer.id, ...EVERY_FIELD });
    const read = await client.get(contactAddress(contactIn(created)));

    expect(contactIn(created)).toMatchObject({ customer_id: customer.id, ...EVERY_FIELD });
    expect(read.text).toBe(created.text);
    expect(created.headers.get('location')).toBe(contactAddress(contactIn(created)));
    expect([created.headers.get('etag'), read.headers.get('etag')]).toEqual(['"1"', '"1"']);
    expect([created.headers.get('cache-control'), read.headers.get('cache-control')]).toEqual(['no-store', 'no-store']);
  });

  test('text is stored composed and without blanks around it; an empty text is null, or the default', async () => {
    const client = await aClient();
    const flags = ['is_primary', 'is_billing', 'is_shipping', 'is_decision_maker', 'do_not_call', 'do_not_email'];
    const empty = [...flags, 'is_active', 'preferred_language', 'title', 'email', 'phone', 'notes'];

    const created = await aContactOfItsOwn(client, {
      ...Object.fromEntries(empty.map((field) => [field, ''])),
      first_name: '  E\u0301lodie  ',
      last_name: '\tDupont\n',
    });

    expect(created).toMatchObject({ first_name: '\u00c9lodie', last_name: 'Dupont', preferred_language: 'fr' });
    expect(created).toMatchObject({ title: null, email: null, phone: null, notes: null, is_active: true });
    expect(created).toMatchObject(Object.fromEntries(flags.map((field) => [field, false])));
  });

  test('the customer is a live one of the tenant, named by its id in any case', async () => {
    const [tenant, elsewhere] = [await service.aTenant(), await service.aTenant()];
    const client = as(service, tenant.admin);
    const [live, deleted] = [await aCustomer(client), await aCustomer(client)];
    await client.delete(addressOf(deleted));
    const foreign = await aCustomer(as(service, elsewhere.admin));
    const send = (customer_id: unknown) =>
      client.post(CONTACTS, { customer_id, first_name: 'A', last_name: 'B' }, { 'accept-language': 'fr' });

    for (const id of [newId(), foreign.id, deleted.id]) {
      const answer = await send(id);
      expect([outcomeOf(answer), problemIn(answer).detail]).toEqual(['404 NOT_FOUND', 'Client non trouvé']);
    }
    for (const id of ['x', 1, {}, [live.id]]) expect(outcomeOf(await send(id))).toBe('422 VALIDATION_FAILED');
    for (const id of ['', null]) expect(wrongFieldsOf(await send(id))).toEqual(['/customer_id REQUIRED']);
    expect(await countOfContacts(service, tenant)).toBe(0);

    expect(await send(live.id.toUpperCase())).toMatchObject({ status: 201, body: { customer_id: live.id } });
  });
});

describe('changing a contact', () => {
  test.each(['PUT', 'PATCH'])('%s changes what is sent, clears what is null and leaves the rest', async (method) => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client, EVERY_FIELD);

    const changed = await client.request(method, contactAddress(created), { department: 'Achats', phone: null });

    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    const { updated_at } = contactIn(changed);
    expect(contactIn(changed)).toEqual({ ...created, department: 'Achats', phone: null, version: 2, updated_at });
    expect(updated_at).not.toBe(created.updated_at);
    expect((await client.get(contactAddress(created))).text).toBe(changed.text);
  });

  test('every member can be changed', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);

    const changed = await client.put(contactAddress(created), { ...EVERY_FIELD, first_name: 'Anne' });

    expect(changed).toMatchObject({ status: 200, body: { ...EVERY_FIELD, first_name: 'Anne', version: 2 } });
  });

  test('a change that changes nothing leaves version and instant alone', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client, EVERY_FIELD);

    for (const body of [{}, { department: 'Ventes' }, { is_primary: true }, { preferred_language: 'DE' }, created]) {
      expect(contactIn(await client.put(contactAddress(created), body))).toEqual(created);
    }
  });

  test.each([
    ['id', '01a205ae-f10b-74f1-851d-5191d9d0985a'],
    ['customer_id', '01a205ae-f10b-74f1-851d-5191d9d0985a'],
    ['customer_id', null],
    ['created_by', null],
    ['created_at', '2026-01-01T00:00:00.000Z'],
    ['updated_at', '2026-01-01T00:00:00.000Z'],
    ['version', 9],
  ])('%s sent back as %p is rejected', async (field, value) => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);
    const before = await contactRow(service, created.id);

    const changed = await client.put(contactAddress(created), { department: 'Achats', [field]: value });

    expect([changed.status, wrongFieldsOf(changed)]).toEqual([422, [`/${field} READ_ONLY`]]);
    expect(await contactRow(service, created.id)).toEqual(before);
    if (field === 'customer_id') return;
    const body = { customer_id: created.customer_id, first_name: 'A', last_name: 'B', [field]: created[field] };
    expect(wrongFieldsOf(await client.post(CONTACTS, body))).toEqual([`/${field} READ_ONLY`]);
  });

  test('another customer of the tenant is rejected too, the same in capitals is not', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);
    const other = await aCustomer(client);

    const moved = await client.put(contactAddress(created), { customer_id: other.id });
    const same = await client.put(contactAddress(created), { customer_id: created.customer_id.toUpperCase() });

    expect(wrongFieldsOf(moved)).toEqual(['/customer_id READ_ONLY']);
    expect(contactIn(same)).toEqual(created);
  });

  test('updates without a version queue on the row, and none is lost', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);

    const answers = await atOnce(10, (index) => client.put(contactAddress(created), { department: `D ${index}` }));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const versions = answers.map((answer) => contactIn(answer).version).sort((a, b) => a - b);
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('a version that the caller saw', () => {
  async function aChangedContact(): Promise<{ client: Client; contact: ContactJson }> {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);
    return { client, contact: contactIn(await client.put(contactAddress(created), { department: 'Ventes' })) };
  }

  test.each(['PUT', 'PATCH', 'DELETE'])('is rejected when it is stale: %s', async (method) => {
    const { client, contact } = await aChangedContact();
    const before = await contactRow(service, contact.id);
    const body = method === 'DELETE' ? undefined : { is_primary: true };

    const answer = await client.request(method, contactAddress(contact), body, { 'if-match': '"1"' });

    expect(outcomeOf(answer)).toBe('412 VERSION_CONFLICT');
    expect(problemIn(answer).details).toEqual({ current_version: 2 });
    expect(await contactRow(service, contact.id)).toEqual(before);
  });

  test.each([
    ['"2"', 200],
    ['W/"2"', 200],
    ['*', 200],
    ['2', 400],
    ['""', 400],
  ])('sent as %s is a %i', async (tag, status) => {
    const { client, contact } = await aChangedContact();

    const answer = await client.put(contactAddress(contact), { department: 'Achats' }, { 'if-match': tag });

    expect(answer.status).toBe(status);
  });

  test('lets one of ten simultaneous changes through', async () => {
    const { client, contact } = await aChangedContact();

    const answers = await atOnce(10, (index) =>
      client.put(contactAddress(contact), { department: `D ${index}` }, { 'if-match': '"2"' }),
    );

    expect(answers.map(outcomeOf).sort()).toEqual(['200', ...Array<string>(9).fill('412 VERSION_CONFLICT')]);
  });
});

describe('deleting a contact', () => {
  test('hides it from every read, and restoring brings it back', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client, { ...EVERY_FIELD, is_active: true });
    const address = contactAddress(created);

    const deleted = await client.delete(address, { 'if-match': '"1"' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const answer of [
      await client.get(address),
      await client.put(address, { department: 'X' }),
      await client.put(address, { is_primary: true }),
      await client.delete(address),
    ]) {
      expect([outcomeOf(answer), problemIn(answer).detail]).toEqual(['404 NOT_FOUND', 'Contact not found']);
    }
    expect((await client.get(CONTACTS)).body).toMatchObject({ items: [], total: 0 });
    expect((await client.get(contactsAddressOf({ id: created.customer_id }))).body).toEqual([]);
    expect(await contactRow(service, created.id)).toMatchObject({ deleted_with: null, version: 2 });

    const restored = await client.post(`${address}/restore`);
    expect(restored.status).toBe(200);
    const { updated_at } = contactIn(restored);
    expect(contactIn(restored)).toEqual({ ...created, version: 3, updated_at });
    expect((await client.get(address)).text).toBe(restored.text);
    expect(await contactRow(service, created.id)).toMatchObject({ deleted_at: null, deleted_with: null });
  });

  test('restoring a live contact changes nothing', async () => {
    const client = await aClient();
    const created = await aContactOfItsOwn(client);

    expect(contactIn(await client.post(`${contactAddress(created)}/restore`))).toEqual(created);
    expect(outcomeOf(await client.post(`${contactAddress(created)}/restore`, { x: 1 }))).toBe('422 VALIDATION_FAILED');
  });

  test('a contact of a deleted customer is not restored before the customer', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    const [alone, along] = [await aContact(client, customer), await aContact(client, customer)];
    await client.delete(contactAddress(alone));
    await client.delete(addressOf(customer));
    const before = await contactRow(service, alone.id);

    for (const contact of [alone, along]) {
      expect(outcomeOf(await client.post(`${contactAddress(contact)}/restore`))).toBe('409 ILLEGAL_TRANSITION');
    }
    expect(await contactRow(service, alone.id)).toEqual(before);

    await client.post(`${addressOf(customer)}/restore`);
    expect((await client.get(contactAddress(along))).status).toBe(200);
    expect((await client.get(contactAddress(alone))).status).toBe(404);
    expect((await client.post(`${contactAddress(alone)}/restore`)).status).toBe(200);
  });
});

describe("a customer's contacts", () => {
  test('are the active ones, the main one first, then by last and first name', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    await aContactOfItsOwn(client, { last_name: 'Ailleurs' });
    const names = ['Zoé Martin', 'anne martin', 'Luc Élan', 'Luc Zola', 'Max Absent'];
    for (const name of names) {
      const [first_name, last_name] = name.split(' ');
      await aContact(client, customer, { first_name, last_name, is_primary: name === 'Luc Zola' });
    }
    await aContact(client, customer, { last_name: 'Parti', is_active: false });
    const absent = contactsIn(await client.get(`${CONTACTS}?search=absent`)).items[0];
    await client.delete(contactAddress(absent ?? { id: '' }));

    const answer = await client.get(contactsAddressOf(customer));

    expect(answer.status).toBe(200);
    expect(arrayIn(answer).map((contact) => `${contact.first_name} ${contact.last_name}`)).toEqual([
      'Luc Zola',
      'Luc Élan',
      'anne martin',
      'Zoé Martin',
    ]);
    expect(Object.keys(arrayIn(answer)[0] ?? {})).toEqual(ANSWER);
  });

  test('are an empty array where there are none, a 404 for no such customer and a 422 for no id', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    const deleted = await aCustomer(client);
    await aContact(client, deleted);
    await client.delete(addressOf(deleted));

    expect((await client.get(contactsAddressOf(customer))).body).toEqual([]);
    for (const id of [newId(), deleted.id]) {
      const answer = await client.get(contactsAddressOf({ id }), { 'accept-language': 'fr' });
      expect([outcomeOf(answer), problemIn(answer).detail]).toEqual(['404 NOT_FOUND', 'Client non trouvé']);
    }
    expect(outcomeOf(await client.get(contactsAddressOf({ id: 'x' })))).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(await client.get(`${contactsAddressOf(customer)}?page=1`))).toEqual(['/page UNKNOWN_MEMBER']);
  });
});
