import { as, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import { useService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import {
  aCustomer,
  addressOf,
  atOnce,
  countOfCustomers,
  customerIn,
  CUSTOMERS,
  fieldIn,
  graphqlIn,
  graphqlOutcomeOf,
  outcomeOf,
  problemIn,
  rowOf,
  wrongFieldsOf,
  type CustomerJson,
} from './customer-support.js';

const service = useService();

const SCALARS = `id code name legalName type email phone mobile website addressLine1 addressLine2 city state postalCode countryCode
  taxId registrationNumber legalForm industry size annualRevenue employeeCount paymentTerms paymentMethod creditLimit currency
  discountRate tags segment source notes internalNotes isActive leadScore healthScore totalRevenue orderCount lastOrderDate
  firstOrderDate createdAt updatedAt version`;
const CREATE = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { ${SCALARS} } } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateCustomerInput!, $expectedVersion: Int) {
  updateCustomer(id: $id, input: $input, expectedVersion: $expectedVersion) { customer { ${SCALARS} } } }`;
const READ = `query ($id: ID!) { customer(id: $id) { ${SCALARS} } }`;

async function aClient(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

/** A customer's JSON in REST's names. */
function toRestNames(customer: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(customer).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]),
  );
}

/** REST's money is a number, GraphQL's a text. */
function withTexts(customer: CustomerJson): Record<string, unknown> {
  const money = ['annual_revenue', 'credit_limit', 'discount_rate', 'total_revenue'];
  const texts = money.map((name) => [name, customer[name] === null ? null : Number(customer[name]).toFixed(2)]);
  const scalars = Object.entries(customer).filter(([name]) => name !== 'assigned_to' && name !== 'created_by');
  return Object.fromEntries([...scalars, ...texts]) as Record<string, unknown>;
}

describe('what both transports do alike', () => {
  test('a creation, a change and a read give the same record', async () => {
    const client = await aClient();
    const input = { name: 'Élan', annualRevenue: 12.5, tags: ['a'], countryCode: 'be', email: '', discountRate: '' };

    const created = fieldIn(
      await client.graphql(CREATE, { input: { ...input, discountRate: '1.5' } }),
      'createCustomer.customer',
    );
    const { id } = created;
    const rest = customerIn(await client.get(addressOf({ id })));
    expect(toRestNames(created)).toEqual(withTexts(rest));
    expect(rest).toMatchObject({ name: 'Élan', annual_revenue: 12.5, country_code: 'BE', email: null });

    const changes = { city: 'Lyon', tags: [], annualRevenue: null };
    const changed = fieldIn(await client.graphql(UPDATE, { id, input: changes }), 'updateCustomer.customer');
    const read = fieldIn(await client.graphql(READ, { id }), 'customer');
    expect(changed).toEqual(read);
    expect(toRestNames(read)).toEqual(withTexts(customerIn(await client.get(addressOf({ id })))));
    expect(read).toMatchObject({ ...changes, version: 2 });
  });

  test.each<[object, string, string]>([
    [{ name: '' }, 'name', 'REQUIRED'],
    [{ name: 'x'.repeat(256) }, 'name', 'TOO_LONG'],
    [{ name: 'a\0b' }, 'name', 'INVALID_CHARACTERS'],
    [{ city: '\ud800' }, 'city', 'INVALID_CHARACTERS'],
    [{ email: 'x' }, 'email', 'INVALID_EMAIL'],
    [{ countryCode: 'XX' }, 'country_code', 'NOT_IN_LIST'],
    [{ currency: 'XYZ' }, 'currency', 'NOT_IN_LIST'],
    [{ annualRevenue: '-1' }, 'annual_revenue', 'OUT_OF_RANGE'],
    [{ discountRate: '100.01' }, 'discount_rate', 'OUT_OF_RANGE'],
    [{ employeeCount: -1 }, 'employee_count', 'OUT_OF_RANGE'],
    [{ tags: ['x'.repeat(51)] }, 'tags', 'TOO_LONG'],
    [{ tags: Array<string>(51).fill('x') }, 'tags', 'TOO_MANY_ITEMS'],
    [{ code: '' }, 'code', 'REQUIRED'],
    [{ code: 'x'.repeat(51) }, 'code', 'TOO_LONG'],
  ])('%j is rejected for the same reason', async (member, name, code) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const graphql = graphqlIn(await client.graphql(CREATE, { input: { name: 'X', ...member } }));
    const rest = await client.post(CUSTOMERS, toRestNames({ name: 'X', ...member }));

    expect(graphql.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED' });
    const [field] = graphql.errors?.[0]?.extensions.fields ?? [];
    expect(toRestNames({ [String(field?.path.find((part) => part !== 'input'))]: field?.code })).toEqual({
      [name]: code,
    });
    expect(outcomeOf(rest)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(rest)[0]).toMatch(new RegExp(`^/${name}(/\\d+)? ${code}$`));
    expect(await countOfCustomers(service, tenant)).toBe(0);
  });

  test.each([
    ['updateCustomer', '(id: $id, input: {})'],
    ['convertCustomer', '(id: $id)'],
    ['deleteCustomer', '(id: $id)'],
    ['restoreCustomer', '(id: $id)'],
  ])('an unknown id is NOT_FOUND from %s, in the words of REST', async (field, args) => {
    const client = await aClient();
    const id = '01a205ae-f10b-74f1-851d-5191d9d0985a';

    const { data, errors } = graphqlIn(
      await client.graphql(`mutation ($id: ID!) { ${withRecord(field + args)} }`, { id }),
    );

    expect(data).toEqual({ [field]: null });
    expect(errors).toMatchObject([{ path: [field], extensions: { code: 'NOT_FOUND' } }]);
    expect(errors?.[0]?.message).toBe(problemIn(await client.get(addressOf({ id }))).detail);
    const malformed = await client.graphql(`mutation ($id: ID!) { ${withRecord(field + args)} }`, { id: 'x' });
    expect(graphqlOutcomeOf(malformed)).toBe('VALIDATION_FAILED');
  });
});

describe('reading over GraphQL', () => {
  test('an unknown id and an unknown code are null, a malformed id is rejected', async () => {
    const client = await aClient();
    const { id } = await aCustomer(client, { code: 'ONE' });

    const answer = await client.graphql(
      `{ known: customerByCode(code: "ONE") { id } other: customerByCode(code: "one") { id }
         none: customer(id: "01a205ae-f10b-74f1-851d-5191d9d0985a") { id } upper: customer(id: "${id.toUpperCase()}") { id } }`,
    );

    expect(answer.body).toEqual({ data: { known: { id }, other: null, none: null, upper: { id } } });
    expect(graphqlOutcomeOf(await client.graphql('{ customer(id: "x") { id } }'))).toBe('VALIDATION_FAILED');
    expect(graphqlOutcomeOf(await client.graphql('{ customerByCode(code: "a\\u0000b") { id } }'))).toBe(
      'VALIDATION_FAILED',
    );
  });

  test('a deleted customer is null', async () => {
    const client = await aClient();
    const { id } = await aCustomer(client, { code: 'ONE' });
    await client.graphql('mutation ($id: ID!) { deleteCustomer(id: $id) { customer { id } } }', { id });

    const answer = await client.graphql(`{ a: customer(id: "${id}") { id } b: customerByCode(code: "ONE") { id } }`);

    expect(answer.body).toEqual({ data: { a: null, b: null } });
  });

  test.each([
    [{ first: 101 }, 'BAD_USER_INPUT'],
    [{ first: -1 }, 'BAD_USER_INPUT'],
    [{ last: 101 }, 'BAD_USER_INPUT'],
    [{ last: -1 }, 'BAD_USER_INPUT'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
    [{ first: '1' }, 'BAD_USER_INPUT'],
    [{ first: 1.5 }, 'BAD_USER_INPUT'],
    [{ first: 2_147_483_648 }, 'BAD_USER_INPUT'],
    [{ first: 100 }, 'OK'],
    [{ last: 100 }, 'OK'],
    [{ first: null, last: null }, 'OK'],
  ])('a page of %j: %s', async (variables, code) => {
    const client = await aClient();
    const query = 'query ($first: Int, $last: Int) { customers(first: $first, last: $last) { nodes { id } } }';

    expect(graphqlOutcomeOf(await client.graphql(query, variables))).toBe(code);
  });

  test('a page has 20 unless told otherwise; edges and nodes are the same customers', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    await atOnce(21, (index) => aCustomer(client, { name: `N ${index}` }));

    const { data } = graphqlIn<{
      customers: { nodes: object[]; edges: { node: object; cursor: string }[]; pageInfo: object };
    }>(
      await client.graphql(
        '{ customers { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage startCursor endCursor } } }',
      ),
    );

    expect(data?.customers.nodes).toHaveLength(20);
    expect(data?.customers.edges.map(({ node }) => node)).toEqual(data?.customers.nodes);
    const cursors = data?.customers.edges.map(({ cursor }) => cursor) ?? [];
    expect(new Set(cursors).size).toBe(20);
    expect(data?.customers.pageInfo).toEqual({ hasNextPage: true, startCursor: cursors[0], endCursor: cursors[19] });
  });

  test('a total is counted only where it is selected, and rows are read only where they are', async () => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin));
    const client = as(service, tenant.admin);
    const statements = await statementsDuring(() => client.graphql('{ customers { nodes { id } } }'));
    const totals = await statementsDuring(() => client.graphql('{ customers { totalCount } }'));

    expect(statements.filter((text) => text.includes('FROM customers'))).toHaveLength(1);
    expect(statements.some((text) => text.includes('count(*)'))).toBe(false);
    expect(totals.filter((text) => text.includes('FROM customers'))).toEqual([expect.stringContaining('count(*)')]);
  });
});

/** The texts that requests read by meanwhile. */
async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const watch = watchStatements();
  await work();
  watch.stop();
  return watch.messages.flatMap(({ texts }) => texts);
}

describe('changing over GraphQL', () => {
  test('absent is untouched, null is cleared', async () => {
    const client = await aClient();
    const { id } = await aCustomer(client, { city: 'Lyon', phone: '01', email: 'a@b.example' });

    const { data } = graphqlIn(await client.graphql(UPDATE, { id, input: { phone: null, email: '' } }));

    expect(data?.updateCustomer?.customer).toMatchObject({ city: 'Lyon', phone: null, email: null, version: 2 });
  });

  test.each([
    ['updateCustomer', '(id: $id, input: { city: "X" }, expectedVersion: 1)'],
    ['convertCustomer', '(id: $id, expectedVersion: 1)'],
    ['deleteCustomer', '(id: $id, expectedVersion: 1)'],
  ])('a stale expectedVersion is rejected by %s and changes nothing', async (field, args) => {
    const client = await aClient();
    const { id } = await aCustomer(client);
    await client.put(addressOf({ id }), { city: 'Lyon' });
    const before = await rowOf(service, id);
    const document = (version: string): string =>
      `mutation ($id: ID!) { ${withRecord(field + args.replace(': 1)', version))} }`;

    const { errors } = graphqlIn(await client.graphql(document(': 1)'), { id }));

    expect(errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_CONFLICT', details: { current_version: 2 } });
    expect(await rowOf(service, id)).toEqual(before);
    expect(graphqlOutcomeOf(await client.graphql(document(': 2)'), { id }))).toBe('OK');
  });

  test('deleteCustomer answers with what it deleted, restoreCustomer brings it back', async () => {
    const client = await aClient();
    const { id } = await aCustomer(client, { code: 'ONE' });

    const deleted = await client.graphql(
      'mutation ($id: ID!) { deleteCustomer(id: $id) { customer { id code version } } }',
      { id },
    );
    const restored = await client.graphql(
      'mutation ($id: ID!) { restoreCustomer(id: $id) { customer { id code version } } }',
      {
        id,
      },
    );

    expect(deleted.body).toEqual({ data: { deleteCustomer: { customer: { id, code: 'ONE', version: 2 } } } });
    expect(restored.body).toEqual({ data: { restoreCustomer: { customer: { id, code: 'ONE', version: 3 } } } });
  });

  test('a PARTNER is converted by nobody', async () => {
    const client = await aClient();
    const { id } = await aCustomer(client, { type: 'PARTNER' });

    const answer = await client.graphql('mutation ($id: ID!) { convertCustomer(id: $id) { customer { id } } }', { id });

    expect(graphqlOutcomeOf(answer)).toBe('ILLEGAL_TRANSITION');
    expect(await rowOf(service, id)).toMatchObject({ type: 'PARTNER', version: 1 });
  });

  test('a failed mutation of a document takes nothing back of the one before, and leaves nothing itself', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);

    const answer = await client.graphql(
      'mutation { a: createCustomer(input: { name: "A", code: "ONE" }) { customer { id } } b: createCustomer(input: { name: "B", code: "ONE" }) { customer { id } } }',
    );

    const errors = graphqlIn(answer).errors?.map(({ path, extensions }) => [path, extensions.code]);
    expect([answer.status, errors]).toEqual([200, [[['b'], 'DUPLICATE']]]);
    expect((await client.get(CUSTOMERS)).body).toMatchObject({ total: 1, items: [{ name: 'A' }] });
    const counters = 'SELECT value::integer FROM counters WHERE tenant_id = $1 AND name = $2';
    expect(await service.ask(counters, [tenant.id, 'customer.live'])).toEqual([{ value: 1 }]);
  });
});

describe('variables that do not fit', () => {
  test.each<[object, readonly (string | number)[]]>([
    [{}, ['input']],
    [{ input: null }, ['input']],
    [{ input: 'x' }, ['input']],
    [{ input: {} }, ['input', 'name']],
    [{ input: { name: null } }, ['input', 'name']],
    [{ input: { name: 1 } }, ['input', 'name']],
    [{ input: { name: {} } }, ['input', 'name']],
    [{ input: { name: ['x'] } }, ['input', 'name']],
    [{ input: { name: 'X', nom: 1 } }, ['input', 'nom']],
    [{ input: { name: 'X', tenantId: 'x' } }, ['input', 'tenantId']],
    [{ input: { name: 'X', id: 'x' } }, ['input', 'id']],
    [{ input: { name: 'X', version: 9 } }, ['input', 'version']],
    [{ input: { name: 'X', totalRevenue: 9 } }, ['input', 'totalRevenue']],
    [{ input: { name: 'X', type: 'X' } }, ['input', 'type']],
    [{ input: { name: 'X', tags: [1] } }, ['input', 'tags', 0]],
    [{ input: { name: 'X', employeeCount: 1.5 } }, ['input', 'employeeCount']],
    [{ input: { name: 'X', employeeCount: 2_147_483_648 } }, ['input', 'employeeCount']],
    [{ input: { name: 'X', annualRevenue: '1.234' } }, ['input', 'annualRevenue']],
    [{ input: { name: 'X', annualRevenue: 1e21 } }, ['input', 'annualRevenue']],
    [{ input: { name: 'X', annualRevenue: {} } }, ['input', 'annualRevenue']],
    [{ input: { name: 'X', isActive: 'true' } }, ['input', 'isActive']],
  ])('%j is a 400 that names the place and repeats no value', async (variables, path) => {
    const tenant = await service.aTenant();

    const answer = await as(service, tenant.admin).graphql(CREATE, variables);

    expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(graphqlIn(answer).errors?.[0]?.extensions.fields?.[0]?.path).toEqual(path);
    expect(await countOfCustomers(service, tenant)).toBe(0);
  });

  test.each<[object, string, string]>([
    [{}, '$input', 'This value is required.'],
    [{ input: 'x' }, '$input', 'An object is expected (CreateCustomerInput).'],
    [{ input: { name: 1 } }, '$input.name', 'A text is expected.'],
    [{ input: { name: 'X', nom: 1 } }, '$input', 'This member is unknown.'],
    [{ input: { name: 'X', type: 'SECRET" enum.' } }, '$input.type', 'One of the values of CustomerType is expected.'],
    [{ input: { name: 'X', type: 7 } }, '$input.type', 'One of the values of CustomerType is expected.'],
    [{ input: { name: 'X', tags: [1] } }, '$input.tags.0', 'A text is expected.'],
    [{ input: { name: 'X', employeeCount: 1.5 } }, '$input.employeeCount', 'A whole number is expected.'],
    [{ input: { name: 'X', employeeCount: 3e9 } }, '$input.employeeCount', 'A whole number of 32 bits is expected.'],
    [{ input: { name: 'X', annualRevenue: '1.234' } }, '$input.annualRevenue', 'At most two decimals are allowed.'],
    [{ input: { name: 'X', isActive: 'SECRET' } }, '$input.isActive', 'true or false is expected.'],
  ])('%j is a 400 that says which and why', async (variables, name, reason) => {
    const { admin } = await service.aTenant();

    const [english, french] = [
      await as(service, admin).graphql(CREATE, variables),
      await as(service, admin).graphql(CREATE, variables, { 'accept-language': 'fr' }),
    ];

    expect(graphqlIn(english).errors).toMatchObject([
      { message: `Variable "${name}": ${reason}`, extensions: { fields: [{ message: reason }] } },
    ]);
    expect(french.text).toContain(`"message":"Variable « ${name} » : `);
    expect(english.text + french.text).not.toContain('SECRET');
  });

  test('__proto__ in variables is an unknown member', async () => {
    const tenant = await service.aTenant();
    const body = `{"query":${JSON.stringify(CREATE)},"variables":{"input":{"name":"X","__proto__":{"type":"VIP"}}}}`;

    const answer = await as(service, tenant.admin).post('/graphql', body);

    expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(await countOfCustomers(service, tenant)).toBe(0);
  });
});
