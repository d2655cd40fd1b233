import { serverAudits } from 'graphql-http';
import { as } from '../support/client.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';
import { makeTarget, type Target } from './surface/target.js';

/** The same database content behind a service that compiles operations, and one that interprets them. */
let compiled: OwnService;
let interpreted: OwnService;
let tenant: TestTenant;
let target: Target;

beforeAll(async () => {
  [compiled, interpreted] = await Promise.all([
    startTestService({ GRAPHQL_COMPILE: 'true' }),
    startTestService({ GRAPHQL_COMPILE: 'false' }),
  ]);
  tenant = await compiled.aTenant();
  target = await makeTarget(compiled, tenant);
  for (const table of ['tenants', 'users', 'sessions', 'counters']) await copyRows(table, '*');
  await copyRows(
    'customers',
    'tenant_id, id, code, name, type, country_code, payment_terms, currency, created_by, created_at, updated_at, deleted_at',
  );
});

afterAll(() => Promise.all([compiled.close(), interpreted.close()]));

/** @param columns those that are not generated */
async function copyRows(table: string, columns: string): Promise<void> {
  const rows = await compiled.ask(`SELECT ${columns} FROM ${table}`);
  const into = columns === '*' ? table : `${table} (${columns})`;
  await interpreted.ask(`INSERT INTO ${into} SELECT ${columns} FROM json_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
}

test('the running service passes the audits of graphql-http but for the three that want 200 on rejected documents', async () => {
  const audits = serverAudits({ url: `${compiled.origin}/graphql` });
  const failed: string[] = [];
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== 'ok') failed.push(audit.id);
  }

  // One that passes of a sudden is as much news as one that fails.
  expect(failed.sort()).toEqual(['572B', '7B9B', 'FDE2']);
  const levels = audits.map(({ name }) => name.split(' ')[0]);
  expect(['MUST', 'SHOULD', 'MAY'].map((level) => levels.filter((one) => one === level).length)).toEqual([13, 23, 25]);
});

interface Failing {
  readonly query: string;
  readonly variables?: object;
  readonly as?: 'admin' | 'user' | 'readonly' | 'stranger';
  readonly headers?: Readonly<Record<string, string>>;
}

const UNKNOWN = '01a20000-0000-7000-8000-000000000000';
const mutation = (field: string): string => `mutation { a: ${field} }`;

/** Documents that fail, each in its own way: unreadable, invalid, too much, rejected, unknown, and half of one. */
const FAILING: Readonly<Record<string, () => Failing>> = {
  'no document': () => ({ query: '{' }),
  'a wrong token': () => ({ query: '{ viewer { permissions ~ } }' }),
  'an unknown root field': () => ({ query: '{ custumers { totalCount } }' }),
  'an unknown field': () => ({ query: '{ viewer { nam } }' }),
  'an unknown argument': () => ({ query: `{ customer(identifier: "${UNKNOWN}") { id } }` }),
  'no selection': () => ({ query: '{ viewer }' }),
  'a selection of a scalar': () => ({ query: '{ viewer { permissions { x } } }' }),
  'an unknown enum value': () => ({ query: '{ customers(orderBy: [{ field: SHOE }]) { totalCount } }' }),
  'an unknown input member': () => ({
    query: mutation('createCustomer(input: { name: "a", tenantId: "b" }) { customer { id } }'),
  }),
  'a missing variable': () => ({ query: 'query ($id: ID!) { customer(id: $id) { id } }' }),
  'a variable of another type': () => ({
    query: 'query ($n: Int) { customers(first: $n) { totalCount } }',
    variables: { n: 'x' },
  }),
  'an unknown member in a variable': () => ({
    query: 'mutation ($i: CreateCustomerInput!) { createCustomer(input: $i) { customer { id } } }',
    variables: { i: { name: 'a', version: 3 } },
  }),
  'an unknown enum word in a variable': () => ({
    query: 'mutation ($i: CreateCustomerInput!) { createCustomer(input: $i) { customer { id } } }',
    variables: { i: { name: 'a', type: 'SHOE' } },
  }),
  'no number for a decimal': () => ({
    query: 'query ($f: CustomerFilter) { customers(filter: $f) { totalCount } }',
    variables: { f: { totalRevenue: { gt: 'many' } } },
  }),
  'no id': () => ({ query: '{ customer(id: "x") { id } }' }),
  'too large a page': () => ({ query: '{ customers(first: 101) { totalCount } }' }),
  'both directions': () => ({ query: '{ customers(first: 1, last: 1) { totalCount } }' }),
  'no cursor': () => ({ query: '{ customers(after: "x") { nodes { id } } }' }),
  'too many aliases': () => ({
    query: `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: viewer { permissions }`).join(' ')} }`,
  }),
  'too deep a document': () => ({ query: `{ ${'viewer { '.repeat(20)} permissions ${'} '.repeat(20)} }` }),
  'no name': () => ({ query: mutation('createCustomer(input: { name: " " }) { customer { id } }') }),
  'several wrong members': () => ({
    query: mutation(
      'createCustomer(input: { name: "a", email: "b", countryCode: "XX", discountRate: "101" }) { customer { id } }',
    ),
  }),
  'a code that is taken': () => ({
    query: mutation(`createCustomer(input: { name: "a", code: "${target.code}" }) { customer { id } }`),
  }),
  'an unknown customer': () => ({
    query: mutation(`updateCustomer(id: "${UNKNOWN}", input: { city: "x" }) { customer { id } }`),
  }),
  'a stale version': () => ({
    query: mutation(
      `updateCustomer(id: "${target.customerId}", input: { city: "x" }, expectedVersion: 9) { customer { id } }`,
    ),
  }),
  'an unknown assignee': () => ({
    query: mutation(
      `updateCustomer(id: "${target.customerId}", input: { assignedToId: "${UNKNOWN}" }) { customer { id } }`,
    ),
  }),
  'no right': () => ({ query: mutation('createCustomer(input: { name: "a" }) { customer { id } }'), as: 'readonly' }),
  'a record of somebody else': () => ({
    query: mutation(`updateCustomer(id: "${target.customerId}", input: { city: "x" }) { customer { id } }`),
    as: 'user',
  }),
  'no right to one of two fields': () => ({ query: '{ viewer { permissions } users { totalCount } }', as: 'user' }),
  'a nullable field that fails beside one that does not': () => ({
    query: '{ viewer { permissions } customer(id: "x") { id } }',
  }),
  'several fields that fail beside one that does not': () => ({
    query:
      '{ a: customer(id: "x") { id } viewer { permissions } b: customer(id: "y") { id } a: customer(id: "x") { name } }',
  }),
  'several fields that may not be null, the second one at fault at once': () => ({
    query:
      '{ slow: users(first: 101) { totalCount } a: customer(id: "x") { id } ...F } fragment F on Query { b: customers(after: "x") { nodes { id } } c: contacts(first: -1) { totalCount } }',
  }),
  'a fragment on the way to the failure': () => ({
    query: 'query { ...A } fragment A on Query { ... on Query { wrong: customer(id: "x") { id } } }',
  }),
  'several mutations, the middle one refused': () => ({
    query: `mutation { a: deleteCustomer(id: "${UNKNOWN}") { customer { id } } b: deleteCustomer(id: "x") { customer { id } } c: restoreCustomer(id: "${UNKNOWN}") { customer { id } } }`,
  }),
  'a wrong password': () => ({
    query: mutation(`login(email: "x@essai.example", password: "y", tenantId: "${tenant.id}") { accessToken }`),
    as: 'stranger',
  }),
  'a refresh token that is none': () => ({
    query: mutation('refreshSession(refreshToken: "x") { accessToken }'),
    as: 'stranger',
  }),
  'a stranger': () => ({ query: '{ viewer { permissions } }', as: 'stranger' }),
  'a stranger, a public field and another': () => ({
    query: 'mutation { refreshSession(refreshToken: "x") { accessToken } logout }',
    as: 'stranger',
  }),
  'the last admin': () => ({ query: mutation(`deactivateUser(id: "${tenant.admin.id}") { user { id } }`) }),
  'an unknown operation': () => ({ query: 'query A { viewer { permissions } } query B { viewer { permissions } }' }),
};

describe('a failing document is answered with the same bytes whether operations are compiled or not', () => {
  const LANGUAGES = ['fr', 'en'];

  test.each(Object.keys(FAILING))('%s', async (name) => {
    const { query, variables, as: role = 'admin', headers = {} } = FAILING[name]?.() ?? { query: '' };
    const caller = role === 'stranger' ? undefined : tenant[role];
    for (const language of LANGUAGES) {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const sent = { ...headers, accept, 'accept-language': language, 'x-request-id': 'the-same-for-both' };
        const [one, other] = [
          await as(compiled, caller).graphql(query, variables, sent),
          await as(interpreted, caller).graphql(query, variables, sent),
        ];

        expect([one.status, one.text]).toEqual([other.status, other.text]);
        expect(one.text).toMatch(/^\{"errors":\[\{"message":/);
        expect(one.text).not.toContain('INTERNAL');
        expect(one.headers.get('content-type')).toBe(other.headers.get('content-type'));
      }
    }
  });
});
