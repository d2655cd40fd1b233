import { newId } from '../../../src/platform/values/ids.js';
import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import {
  aContact,
  aContactOfItsOwn,
  contactAddress,
  contactField,
  contactIn,
  contactRow,
  CONTACTS,
  countOfContacts,
} from './contact-support.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  wrongFieldsOf,
} from '../customer/customer-support.js';

const service = useService();

const SCALARS = `id firstName lastName title jobTitle department email phone mobile linkedin isPrimary isBilling isShipping
  isDecisionMaker preferredLanguage preferredContactMethod doNotCall doNotEmail notes isActive createdAt updatedAt version`;
const CREATE = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${SCALARS} } } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateContactInput!, $expectedVersion: Int) {
  updateContact(id: $id, input: $input, expectedVersion: $expectedVersion) { contact { ${SCALARS} } } }`;
const READ = `query ($id: ID!) { contact(id: $id) { ${SCALARS} } }`;

const EVERY_FIELD = {
  firstName: 'Jean',
  lastName: 'Dupont',
  title: 'Dr.',
  jobTitle: 'Directeur Commercial',
  department: 'Ventes',
  email: 'Jean.Dupont@exemple.example',
  phone: '+33 1 23 45 67 89',
  mobile: '06 12 34 56 78',
  linkedin: 'https://linkedin.example/in/jdupont',
  isPrimary: true,
  isBilling: true,
  isShipping: true,
  isDecisionMaker: true,
  preferredLanguage: 'de',
  preferredContactMethod: 'phone',
  doNotCall: true,
  doNotEmail: true,
  notes: 'Première ligne\nseconde',
  isActive: false,
};

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

/** The JSON of a contact in REST's names. */
function toRestNames(contact: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(contact).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]),
  );
}

describe('what both transports do alike', () => {
  test('every member that is sent comes back, and REST gives the same record', async () => {
    const client = await aClient();
    const { id: customerId } = await aCustomer(client);

    const created = contactField(
      await client.graphql(CREATE, { input: { customerId, ...EVERY_FIELD } }),
      'createContact.contact',
    );
    expect(created).toMatchObject({ ...EVERY_FIELD, version: 1 });
    const { customer_id, created_by, ...rest } = contactIn(await client.get(contactAddress(created)));
    expect(toRestNames(created)).toEqual(rest);
    expect([customer_id, typeof created_by]).toEqual([customerId, 'string']);

    const changes = { firstName: ' Anne ', email: '', isActive: true, preferredLanguage: 'EN', notes: null };
    const changed = contactField(
      await client.graphql(UPDATE, { id: created.id, input: changes }),
      'updateContact.contact',
    );
    expect(changed).toMatchObject({ firstName: 'Anne', email: null, isActive: true, preferredLanguage: 'en' });
    expect(changed).toMatchObject({ notes: null, lastName: 'Dupont', version: 2 });
    expect(changed).toEqual(contactField(await client.graphql(READ, { id: created.id }), 'contact'));
    expect(contactIn(await client.get(contactAddress(created)))).toMatchObject(toRestNames(changed));
  });

  test('a creation of nothing but names has the defaults of REST', async () => {
    const client = await aClient();
    const { id: customerId } = await aCustomer(client);

    const created = contactField(
      await client.graphql(CREATE, { input: { customerId, firstName: 'A', lastName: 'B' } }),
      'createContact.contact',
    );
    const other = await aContact(client, { id: customerId }, { first_name: 'A', last_name: 'B' });

    const own = ['id', 'created_at', 'updated_at'];
    const alike = Object.entries(toRestNames(created)).filter(([name]) => !own.includes(name));
    expect(other).toMatchObject(Object.fromEntries(alike));
  });

  test.each<[object, string, string]>([
    [{ firstName: '' }, 'first_name', 'REQUIRED'],
    [{ lastName: ' ' }, 'last_name', 'REQUIRED'],
    [{ lastName: 'x'.repeat(101) }, 'last_name', 'TOO_LONG'],
    [{ title: 'x'.repeat(51) }, 'title', 'TOO_LONG'],
    [{ notes: 'x'.repeat(20_001) }, 'notes', 'TOO_LONG'],
    [{ jobTitle: 'a\0b' }, 'job_title', 'INVALID_CHARACTERS'],
    [{ department: '\ud800' }, 'department', 'INVALID_CHARACTERS'],
    [{ email: 'x' }, 'email', 'INVALID_EMAIL'],
    [{ preferredLanguage: 'fr-FR' }, 'preferred_language', 'NOT_IN_LIST'],
    [{ customerId: 'x' }, 'customer_id', 'INVALID_UUID'],
  ])('%j is rejected for the same reason', async (member, name, code) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id: customerId } = await aCustomer(client);
    const input = { customerId, firstName: 'A', lastName: 'B', ...member };

    const graphql = graphqlIn(await client.graphql(CREATE, { input }));
    const rest = await client.post(CONTACTS, toRestNames(input));

    expect(graphql.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED' });
    const [field] = graphql.errors?.[0]?.extensions.fields ?? [];
    expect(toRestNames({ [String(field?.path.find((part) => part !== 'input'))]: field?.code })).toEqual({
      [name]: code,
    });
    expect(wrongFieldsOf(rest)).toEqual([`/${name} ${code}`]);
    expect(await countOfContacts(service, tenant)).toBe(0);
  });

  test.each([
    ['updateContact', '(id: $id, input: {})'],
    ['updateContact', '(id: $id, input: { isPrimary: true })'],
    ['deleteContact', '(id: $id)'],
    ['restoreContact', '(id: $id)'],
  ])('an unknown id is NOT_FOUND from %s%s, in both languages', async (field, args) => {
    const client = await aClient();
    const ask = (language: string, id: string) =>
      client.graphql(
        `mutation ($id: ID!) { ${field}${args} { contact { id } } }`,
        { id },
        { 'accept-language': language },
      );
    const id = newId();

    const { data, errors } = graphqlIn(await ask('en', id));

    expect(data).toEqual({ [field]: null });
    expect(errors).toMatchObject([{ path: [field], message: 'Contact not found', extensions: { code: 'NOT_FOUND' } }]);
    expect(graphqlIn(await ask('fr', id)).errors?.[0]?.message).toBe('Contact non trouvé');
    expect(graphqlOutcomeOf(await ask('en', 'x'))).toBe('VALIDATION_FAILED');
  });

  test('an unknown customer is NOT_FOUND from createContact', async () => {
    const client = await aClient();
    const input = { customerId: newId(), firstName: 'A', lastName: 'B' };

    const { errors } = graphqlIn(await client.graphql(CREATE, { input }, { 'accept-language': 'fr' }));

    expect(errors).toMatchObject([{ message: 'Client non trouvé', extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('reading over GraphQL', () => {
  test('an unknown or deleted id is null, a malformed one is rejected, capitals do not matter', async () => {
    const client = await aClient();
    const contact = await aContactOfItsOwn(client);
    const deleted = await aContactOfItsOwn(client);
    await client.delete(contactAddress(deleted));

    const answer = await client.graphql(
      `{ none: contact(id: "${newId()}") { id } gone: contact(id: "${deleted.id}") { id }
         upper: contact(id: "${contact.id.toUpperCase()}") { id } }`,
    );

    expect(answer.body).toEqual({ data: { none: null, gone: null, upper: { id: contact.id } } });
    expect(graphqlOutcomeOf(await client.graphql('{ contact(id: "x") { id } }'))).toBe('VALIDATION_FAILED');
  });

  test('a contact leads to its customer and its creator', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.manager);
    const customer = await aCustomer(as(service, tenant.admin), { name: 'Élan' });
    const { id } = await aContact(client, customer);

    const answer = await client.graphql(
      'query ($id: ID!) { contact(id: $id) { customer { id name } createdBy { id fullName } } }',
      { id },
    );

    expect(answer.body).toEqual({
      data: {
        contact: {
          customer: { id: customer.id, name: 'Élan' },
          createdBy: { id: tenant.manager.id, fullName: 'Essai manager' },
        },
      },
    });
  });

  test.each([
    [{ first: 101 }, 'BAD_USER_INPUT'],
    [{ first: -1 }, 'BAD_USER_INPUT'],
    [{ last: 101 }, 'BAD_USER_INPUT'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
    [{ first: 100 }, 'OK'],
    [{ last: 100 }, 'OK'],
    [{ first: null, last: null }, 'OK'],
  ])('a page of %j: %s', async (variables, code) => {
    const client = await aClient();
    const query = 'query ($first: Int, $last: Int) { contacts(first: $first, last: $last) { nodes { id } } }';

    expect(graphqlOutcomeOf(await client.graphql(query, variables))).toBe(code);
  });

  test('a page has 20 unless told otherwise; edges and nodes are the same contacts', async () => {
    const client = await aClient();
    const customer = await aCustomer(client);
    await atOnce(21, (index) => aContact(client, customer, { last_name: `N ${index}` }));

    const { data } = graphqlIn<{ contacts: { nodes: object[]; edges: { node: object; cursor: string }[] } }>(
      await client.graphql('{ contacts { nodes { id } edges { cursor node { id } } } }'),
    );

    expect(data?.contacts.nodes).toHaveLength(20);
    expect(data?.contacts.edges.map(({ node }) => node)).toEqual(data?.contacts.nodes);
    expect(new Set(data?.contacts.edges.map(({ cursor }) => cursor)).size).toBe(20);
  });
});

describe('changing over GraphQL', () => {
  test.each([
    ['updateContact', '(id: $id, input: { department: "X" }, expectedVersion: 1)'],
    ['updateContact', '(id: $id, input: { isPrimary: true }, expectedVersion: 1)'],
    ['deleteContact', '(id: $id, expectedVersion: 1)'],
  ])('a stale expectedVersion is rejected by %s%s and changes nothing', async (field, args) => {
    const client = await aClient();
    const contact = await aContactOfItsOwn(client);
    await client.put(contactAddress(contact), { department: 'Ventes' });
    const before = await contactRow(service, contact.id);
    const document = (version: string): string =>
      `mutation ($id: ID!) { ${field}${args.replace(': 1)', version)} { contact { id } } }`;

    const { errors } = graphqlIn(await client.graphql(document(': 1)'), { id: contact.id }));

    expect(errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_CONFLICT', details: { current_version: 2 } });
    expect(await contactRow(service, contact.id)).toEqual(before);
    expect(graphqlOutcomeOf(await client.graphql(document(': 2)'), { id: contact.id }))).toBe('OK');
  });

  test('deleteContact answers with what it deleted, restoreContact brings it back', async () => {
    const client = await aClient();
    const { id } = await aContactOfItsOwn(client);
    const send = (field: string) =>
      client.graphql(
        `mutation ($id: ID!) { ${field}(id: $id) { contact { id lastName version customer { name } } } }`,
        { id },
      );

    const [deleted, restored] = [await send('deleteContact'), await send('restoreContact')];

    const contact = { id, lastName: 'Dupont', customer: { name: 'Dupont SA' } };
    expect(deleted.body).toEqual({ data: { deleteContact: { contact: { ...contact, version: 2 } } } });
    expect(restored.body).toEqual({ data: { restoreContact: { contact: { ...contact, version: 3 } } } });
  });

  test('a contact of a deleted customer is restored by nobody', async () => {
    const client = await aClient();
    const { id, customer_id } = await aContactOfItsOwn(client);
    await client.delete(addressOf({ id: customer_id }));

    const { errors } = graphqlIn(
      await client.graphql('mutation ($id: ID!) { restoreContact(id: $id) { contact { id } } }', { id }),
    );

    expect(errors?.[0]?.extensions).toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { customer_id } });
  });

  test('each mutation of a document stands by itself', async () => {
    const tenant = await service.aTenant({ limit_contacts_per_customer: 1 });
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client);
    const create = 'createContact(input: { customerId: $id, firstName: "A", lastName: "B" }) { contact { id } }';

    const answer = await client.graphql(`mutation ($id: ID!) { a: ${create} b: ${create} }`, { id });

    const errors = graphqlIn(answer).errors?.map(({ path, extensions }) => [path, extensions.code]);
    expect([answer.status, errors]).toEqual([200, [[['b'], 'QUOTA_EXCEEDED']]]);
    expect(await countOfContacts(service, tenant)).toBe(1);
  });
});

describe('variables that do not fit', () => {
  const NAMED = { customerId: '01a205ae-f10b-74f1-851d-5191d9d0985a', firstName: 'A', lastName: 'B' };

  test.each<[object, readonly string[]]>([
    [{}, ['input']],
    [{ input: null }, ['input']],
    [{ input: { firstName: 'A', lastName: 'B' } }, ['input', 'customerId']],
    [{ input: { ...NAMED, lastName: null } }, ['input', 'lastName']],
    [{ input: { ...NAMED, firstName: 1 } }, ['input', 'firstName']],
    [{ input: { ...NAMED, isPrimary: 'true' } }, ['input', 'isPrimary']],
    [{ input: { ...NAMED, customer_id: 'x' } }, ['input', 'customer_id']],
    [{ input: { ...NAMED, tenantId: 'x' } }, ['input', 'tenantId']],
    [{ input: { ...NAMED, version: 9 } }, ['input', 'version']],
    [{ input: { ...NAMED, deletedWith: null } }, ['input', 'deletedWith']],
  ])('%j is a 400 that names the place', async (variables, path) => {
    const tenant = await service.aTenant();

    const answer = await as(service, tenant.admin).graphql(CREATE, variables);

    expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(graphqlIn(answer).errors?.[0]?.extensions.fields?.[0]?.path).toEqual(path);
    expect(await countOfContacts(service, tenant)).toBe(0);
  });

  test('an update knows no customer', async () => {
    const client = await aClient();
    const { id, customer_id: customerId } = await aContactOfItsOwn(client);

    const answer = await client.graphql(UPDATE, { id, input: { customerId } });

    expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(outcomeOf(await client.get(contactAddress({ id })))).toBe('200');
  });
});
