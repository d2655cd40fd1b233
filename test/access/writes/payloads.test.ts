/** What mutations tell beside their record: whether anything changed, warnings, counts, the second record; also in a replay. */
import type { GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { WARNING_CATALOGUE, type WarningCode } from '../../../src/platform/errors/warning-catalogue.js';
import { Random } from '../../drill/random.js';
import { as, type Answer, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { ChanceMutations, payloadIn, rememberRecord } from './dry-run/chance-mutation.js';
import { aScene, recordIn } from './dry-run/scene.js';

const service = useService();
let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

async function anAdmin(): Promise<Client> {
  return as(service, (await service.aTenant()).admin);
}

async function post(client: Client, path: string, body: object): Promise<string> {
  return recordIn(await client.post(`/v1/commercial/${path}`, body)).id;
}

const WIN = `mutation ($id: ID!) { winOpportunity(id: $id) {
  changed customerConverted opportunity { status version } customer { id type version }
  warnings { code message path details } } }`;
const MAKE_PRIMARY = `mutation ($id: ID!) { updateContact(id: $id, input: { isPrimary: true }) {
  changed contact { isPrimary } replacedPrimary { id isPrimary version } warnings { code message path details } } }`;

async function twoContacts(client: Client): Promise<{ first: string; second: string }> {
  const customer_id = await post(client, 'customers', { name: 'A' });
  const person = { customer_id, first_name: 'A', last_name: 'B' };
  const first = await post(client, 'contacts', { ...person, is_primary: true });
  return { first, second: await post(client, 'contacts', person) };
}

/** For each code a change that warns with it. @returns the payload in the language */
const WARNED: Readonly<Record<WarningCode, (client: Client, language: string) => Promise<Answer>>> = {
  CUSTOMER_CONVERTED: async (client, language) => {
    const customer_id = await post(client, 'customers', { name: 'A', type: 'LEAD' });
    const id = await post(client, 'opportunities', { customer_id, name: 'B' });
    return client.graphql(WIN, { id }, { 'accept-language': language });
  },
  PRIMARY_CONTACT_REPLACED: async (client, language) => {
    const { second } = await twoContacts(client);
    return client.graphql(MAKE_PRIMARY, { id: second }, { 'accept-language': language });
  },
};

const FIELDS: Readonly<Record<WarningCode, string>> = {
  CUSTOMER_CONVERTED: 'winOpportunity',
  PRIMARY_CONTACT_REPLACED: 'updateContact',
};

interface Warned {
  readonly changed: boolean;
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[];
    readonly details: object;
  }[];
}

describe.each(Object.keys(WARNED) as WarningCode[])('the warning %s', (code) => {
  test.each(['fr', 'en'] as const)('comes with its sentence in %s, its position and its details', async (language) => {
    const answer = await WARNED[code](await anAdmin(), language);

    const payload = payloadIn(answer, FIELDS[code]) as unknown as Warned;
    const { sentence, details } = WARNING_CATALOGUE[code];
    expect(payload.changed).toBe(true);
    expect(payload.warnings).toMatchObject([{ code, message: sentence[language] }]);
    const [warning] = payload.warnings;
    expect(Object.keys(warning?.details ?? {})).toEqual(details);
    // The path leads to something in the payload.
    const found = warning?.path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), payload);
    expect(found).toBeDefined();
  });
});

test('a won sale tells of the customer, and whether it was converted', async () => {
  const client = await anAdmin();
  const customer_id = await post(client, 'customers', { name: 'A', type: 'PROSPECT' });
  const id = await post(client, 'opportunities', { customer_id, name: 'B' });

  const [tried, won, again] = [
    await client.graphql(WIN.replace('(id: $id)', '(id: $id, dryRun: true)'), { id }),
    await client.graphql(WIN, { id }),
    await client.graphql(WIN, { id }),
  ];

  expect(payloadIn(won, 'winOpportunity')).toMatchObject({
    changed: true,
    customerConverted: true,
    opportunity: { status: 'WON', version: 2 },
    customer: { id: customer_id, type: 'CUSTOMER', version: 2 },
    warnings: [{ details: { customer_id, from: 'PROSPECT' } }],
  });
  expect(tried.body).toEqual(won.body);
  expect(payloadIn(again, 'winOpportunity')).toEqual({
    ...payloadIn(won, 'winOpportunity'),
    changed: false,
    customerConverted: false,
    warnings: [],
  });
});

test('a new main contact tells of the one before, which a dry run leaves alone', async () => {
  const client = await anAdmin();
  const { first, second } = await twoContacts(client);

  const tried = await client.graphql(MAKE_PRIMARY.replace('(id: $id,', '(id: $id, dryRun: true,'), { id: second });
  const between = await client.get(`/v1/commercial/contacts/${first}`);
  const done = await client.graphql(MAKE_PRIMARY, { id: second });

  expect(recordIn(between).is_primary).toBe(true);
  expect(payloadIn(done, 'updateContact')).toMatchObject({
    replacedPrimary: { id: first, isPrimary: false, version: 2 },
    warnings: [{ details: { contact_id: first } }],
  });
  expect(tried.body).toEqual(done.body);
});

test('a deletion and a restoration count what belongs to the customer', async () => {
  const client = await anAdmin();
  const customer_id = await post(client, 'customers', { name: 'A' });
  await post(client, 'contacts', { customer_id, first_name: 'A', last_name: 'B' });
  await post(client, 'opportunities', { customer_id, name: 'B' });
  for (const subject of ['1', '2']) await post(client, 'activities', { customer_id, type: 'CALL', subject });
  const counts = 'contacts opportunities activities';
  const remove = `mutation ($id: ID!) { deleteCustomer(id: $id) { changed deleted { ${counts} } } }`;
  const restore = `mutation ($id: ID!) { restoreCustomer(id: $id) { changed restored { ${counts} } } }`;
  const send = (query: string): Promise<Answer> => client.graphql(query, { id: customer_id });

  const all = { contacts: 1, opportunities: 1, activities: 2 };
  expect(payloadIn(await send(remove), 'deleteCustomer')).toEqual({ changed: true, deleted: all });
  expect(payloadIn(await send(restore), 'restoreCustomer')).toEqual({ changed: true, restored: all });
  const none = { contacts: 0, opportunities: 0, activities: 0 };
  expect(payloadIn(await send(restore), 'restoreCustomer')).toEqual({ changed: false, restored: none });
});

test('a replay answers the same payload, without a password', async () => {
  const { tenant, ids } = await aScene(service);
  const mutations = new ChanceMutations(schema, new Random(3), ids);
  const client = as(service, tenant.admin);
  let replays = 0;

  for (let step = 0; step < 60; step += 1) {
    const { name, query, variables } = mutations.next();
    const key = { 'idempotency-key': `step ${step}` };
    const done = await client.graphql(query, variables, key);
    const again = await client.graphql(query, variables, key);

    rememberRecord(name, done, ids);
    const payload = payloadIn(done, name);
    if (!payload) continue;
    replays += 1;
    const secrets = ['initialPassword', 'secret'].filter((field) => field in payload);
    const kept = { ...payload, ...Object.fromEntries(secrets.map((field) => [field, null])) };
    expect({ name, payload: payloadIn(again, name) }).toEqual({ name, payload: kept });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  }

  expect(replays).toBeGreaterThan(15);
});

test('a key that was stored before payloads were is replayed', async () => {
  const client = await anAdmin();
  const send = (): Promise<Answer> =>
    client.graphql(
      'mutation { createCustomer(input: { name: "A" }) { changed warnings { code } customer { id name } } }',
      {},
      { 'idempotency-key': 'old' },
    );
  const first = await send();
  await service.ask(
    `UPDATE idempotency_keys SET results = jsonb_build_object('Mutation.createCustomer', (results -> 'Mutation.createCustomer') - '{changed,warnings}'::text[])
     WHERE key = 'old' AND results ? 'Mutation.createCustomer'`,
  );

  expect((await send()).body).toEqual(first.body);
});
