import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { watchStatements, type StatementWatch } from '../../support/statements.js';

const service = useService();
let client: Client;
let watch: StatementWatch;

interface Created {
  readonly id: string;
}

beforeAll(async () => {
  client = as(service, (await service.aTenant()).admin);
  const create = async (recordType: string, body: object): Promise<Created> =>
    (await client.post(`/v1/commercial/${recordType}`, body)).body as Created;
  for (const name of ['Aubert', 'Blin', 'Caron', 'Didier']) {
    const { id } = await create('customers', { name });
    // The last one has no children at all.
    if (name === 'Didier') continue;
    for (const last_name of ['Un', 'Deux', 'Trois']) {
      await create('contacts', { customer_id: id, first_name: name, last_name, is_active: last_name !== 'Deux' });
      await create('activities', { customer_id: id, type: 'CALL', subject: `${name} ${last_name}` });
    }
    await create('opportunities', { customer_id: id, name: `Projet ${name}`, amount: '10.00' });
  }
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

interface Seen {
  readonly data: unknown;
  readonly trips: number;
  readonly statements: number;
}

async function ask(query: string): Promise<Seen> {
  watch.clear();
  const { body } = (await client.graphql(query)) as { body: { data: unknown; errors?: unknown } };
  expect(body.errors).toBeUndefined();
  return {
    data: body.data,
    trips: watch.messages.length,
    statements: watch.messages.flatMap(({ texts }) => texts).length,
  };
}

const CHILDREN = `contacts(first: 2, orderBy: [{ field: LAST_NAME, direction: DESC }]) { nodes { lastName } pageInfo { hasNextPage endCursor } }
  opportunities(first: 5) { edges { cursor node { name amount } } }
  last: activities(last: 2) { nodes { subject } pageInfo { hasPreviousPage } }
  called: activities(first: 5, filter: { subject: { contains: "deux" } }) { nodes { subject } }`;

/** A condition hides the children from the look-ahead, and changes nothing else. */
const HIDDEN = `... @include(if: true) { ${CHILDREN} }`;

const WINDOWS = [
  'first: 2',
  'last: 2',
  'first: 10',
  'first: 0',
  'search: "a", first: 3',
  'filter: { name: { startsWith: "C" } }',
];

describe('children that are read with their parents', () => {
  test.each(WINDOWS)('are those that their own resolvers read: customers(%s)', async (window) => {
    const foreseen = await ask(`{ customers(${window}) { nodes { name ${CHILDREN} } } }`);
    const loaded = await ask(`{ customers(${window}) { nodes { name ${HIDDEN} } } }`);

    expect(foreseen.data).toEqual(loaded.data);
  });

  test('are the same through edges, and through both ways at once', async () => {
    const edges = await ask(`{ customers(first: 3) { edges { node { name ${CHILDREN} } } } }`);
    const loaded = await ask(`{ customers(first: 3) { edges { node { name ${HIDDEN} } } } }`);
    const both = await ask(
      `{ customers(first: 3) { edges { node { name ${CHILDREN} } } nodes { contacts(first: 1) { nodes { lastName } } } } }`,
    );

    expect(edges.data).toEqual(loaded.data);
    expect(both.data).toMatchObject(edges.data as object);
  });

  test('take no round trip of their own', async () => {
    const query = (children: string): string => `{ customers(first: 3) { nodes { name ${children} } } }`;

    expect(await ask(query(CHILDREN))).toMatchObject({ trips: 1, statements: 5 });
    expect(await ask(query(HIDDEN))).toMatchObject({ trips: 2, statements: 5 });
  });

  test('are followed by those below them, in one more round trip', async () => {
    const query = `{ customers(first: 3) { nodes { contacts(first: 2) { nodes { lastName activities(first: 1) { nodes { subject } } } } } } }`;

    expect(await ask(query)).toMatchObject({ trips: 2, statements: 3 });
  });

  test('leave what is wrong with them to their own resolvers', async () => {
    const query = '{ customers(first: 3) { nodes { name contacts(first: 101) { nodes { lastName } } } } }';

    const { body } = (await client.graphql(query)) as { body: { errors: { path: unknown[] }[] } };

    expect(body.errors[0]).toMatchObject({
      path: ['customers', 'nodes', 0, 'contacts'],
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test.each([
    ['first: 1', 'pageInfo { hasNextPage }', { pageInfo: { hasNextPage: true } }],
    ['first: 2', 'pageInfo { hasNextPage }', { pageInfo: { hasNextPage: false } }],
    ['last: 1', 'pageInfo { hasPreviousPage }', { pageInfo: { hasPreviousPage: true } }],
    ['first: 1', 'info: pageInfo { more: hasNextPage }', { info: { more: true } }],
    ['first: 1', '... on ContactConnection { pageInfo { ...Info } }', { pageInfo: { hasNextPage: true } }],
    ['first: 1', 'pageInfo @include(if: true) { hasNextPage }', { pageInfo: { hasNextPage: true } }],
    ['first: 1', 'pageInfo { startCursor } pageInfo { hasNextPage }', { pageInfo: { hasNextPage: true } }],
  ])('contacts(%s) { %s } say whether there are more', async (window, selected, expected) => {
    const fragment = selected.includes('...Info') ? 'fragment Info on PageInfo { hasNextPage }' : '';
    const seen = await ask(
      `{ customers(first: 1) { nodes { contacts(${window}) { ${selected} nodes { lastName } } } } } ${fragment}`,
    );

    expect(seen.data).toMatchObject({ customers: { nodes: [{ contacts: expected }] } });
    expect(seen.data).toMatchObject({
      customers: { nodes: [{ contacts: { nodes: Array.from({ length: Number(window.at(-1)) }, () => ({})) } }] },
    });
  });

  test('give cursors that go on either way', async () => {
    const first = await ask('{ customers(first: 1) { nodes { contacts(first: 1) { pageInfo { endCursor } } } } }');
    const { customers } = first.data as {
      customers: { nodes: { contacts: { pageInfo: { endCursor: string } } }[] };
    };
    const cursor = customers.nodes[0]?.contacts.pageInfo.endCursor ?? '';
    const next = (extra: string): string =>
      `{ customers(first: 1) { nodes { contacts(first: 1, after: "${cursor}") { ${extra} nodes { lastName } } } } }`;

    const foreseen = await ask(next(''));
    const counted = await ask(next('totalCount'));

    expect(foreseen.data).toEqual({ customers: { nodes: [{ contacts: { nodes: [{ lastName: 'Un' }] } }] } });
    expect(counted.data).toMatchObject(foreseen.data as object);
  });
});
