/** `Opportunity.transitions`: a page of them, however many there are. */
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { watchStatements, type StatementWatch } from '../../support/statements.js';
import { aChild } from '../record/child-rows.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

const service = useService();
let watch: StatementWatch;

beforeAll(() => {
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly probability: number }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly probability: number } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

interface Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customerId: string;
  readonly ids: readonly string[];
}

/** Opportunities with so many transitions each; the probability of each counts from 0. */
async function aScene(...counts: readonly number[]): Promise<Scene> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const { id: customerId } = await aCustomer(client);
  const ids: string[] = [];
  for (const count of counts) {
    const name = `Vente ${ids.length}`;
    const id = await aChild(service, tenant, 'opportunities', customerId, { name, probability: 0, version: 1 });
    // The last first, and all at once: neither where they lie nor a clock gives the order.
    await service.ask(
      `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, from_status, to_status, probability, amount, currency, changed_at)
       SELECT $1, $2, n, 'NEW', 'NEW', n - 1, 9.99, 'EUR', '2026-01-15T10:00:00Z' FROM generate_series($3::integer, 2, -1) n`,
      [tenant.id, id, count],
    );
    ids.push(id);
  }
  return { tenant, client, customerId, ids };
}

const PAGE =
  'totalCount nodes { probability } edges { cursor node { probability } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const DOCUMENT = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { opportunity(id: $id) {
  transitions(first: $first, after: $after, last: $last, before: $before) { ${PAGE} } } }`;

async function pageOf({ client, ids: [id] }: Scene, window: object = {}): Promise<Page> {
  const answer = await client.graphql(DOCUMENT, { id, ...window });
  const page = graphqlIn<{ opportunity: { transitions: Page } | null }>(answer).data?.opportunity?.transitions;
  if (!page) throw new Error(`No transitions in ${answer.text}`);
  return page;
}

const numbersOf = ({ nodes }: Page): number[] => nodes.map(({ probability }) => probability);
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('the transitions of an opportunity', () => {
  test('are the oldest twenty unless more are asked for, with how many there are', async () => {
    const scene = await aScene(45);

    const page = await pageOf(scene);

    expect(numbersOf(page)).toEqual(upTo(0, 20));
    expect(page.edges.map(({ node }) => node.probability)).toEqual(upTo(0, 20));
    expect(page).toMatchObject({ totalCount: 45, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  });

  test('are walked in both directions, each once', async () => {
    const scene = await aScene(45);

    const second = await pageOf(scene, { first: 20, after: (await pageOf(scene)).pageInfo.endCursor });
    const third = await pageOf(scene, { first: 20, after: second.pageInfo.endCursor });
    const last = await pageOf(scene, { last: 5 });
    const back = await pageOf(scene, { last: 40, before: last.pageInfo.startCursor });

    expect([numbersOf(second), numbersOf(third)]).toEqual([upTo(20, 40), upTo(40, 45)]);
    expect(third.pageInfo.hasNextPage).toBe(false);
    expect([numbersOf(last), numbersOf(back)]).toEqual([upTo(40, 45), upTo(0, 40)]);
    expect(back.pageInfo.hasPreviousPage).toBe(false);
  });

  test.each([
    [{ first: 101 }, 'BAD_USER_INPUT'],
    [{ first: -1 }, 'BAD_USER_INPUT'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
    [{ after: 'x' }, 'INVALID_CURSOR'],
  ])('with %j are rejected: %s', async (window, code) => {
    const { client, ids } = await aScene(2);

    expect(graphqlOutcomeOf(await client.graphql(DOCUMENT, { id: ids[0], ...window }))).toBe(code);
  });

  test('take no cursor of another list or tenant', async () => {
    const [mine, theirs] = [await aScene(3), await aScene(3)];
    const list = await mine.client.graphql('{ opportunities { pageInfo { endCursor } } }');
    const foreign = [
      (await pageOf(theirs)).pageInfo.endCursor,
      graphqlIn<{ opportunities: { pageInfo: { endCursor: string } } }>(list).data?.opportunities.pageInfo.endCursor,
    ];

    for (const after of foreign) {
      expect(typeof after).toBe('string');
      const answer = await mine.client.graphql(DOCUMENT, { id: mine.ids[0], after });
      expect(graphqlOutcomeOf(answer)).toBe('INVALID_CURSOR');
    }
  });

  test('of many opportunities come in the round trip of the list, a page of each', async () => {
    const { client } = await aScene(4, 1, 7);
    const order = 'orderBy: [{ field: NAME }]';
    watch.clear();

    const answer = await client.graphql(
      `{ opportunities(${order}) { nodes { transitions(last: 3) { nodes { probability } pageInfo { hasPreviousPage } } } } }`,
    );

    const { data } = graphqlIn<{ opportunities: { nodes: { transitions: Page }[] } }>(answer);
    const pages = data?.opportunities.nodes.map(({ transitions }) => transitions) ?? [];
    expect(pages.map(numbersOf)).toEqual([upTo(1, 4), [0], upTo(4, 7)]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([true, false, true]);
    expect(watch.messages.map(({ texts }) => texts.length)).toEqual([2]);
  });

  test('of several opportunities named by activities come with one statement, and with one for all totals', async () => {
    const { tenant, client, customerId, ids } = await aScene(2, 3, 1);
    for (const opportunity_id of ids) await aChild(service, tenant, 'activities', customerId, { opportunity_id });
    const ask = async (selection: string): Promise<string[]> => {
      watch.clear();
      await client.graphql(`{ activities { nodes { opportunity { transitions(first: 1) { ${selection} } } } } }`);
      return watch.messages.flatMap(({ texts }) => texts).filter((text) => text.includes('opportunity_transitions'));
    };

    expect(await ask('nodes { toStatus }')).toHaveLength(1);
    expect(await ask('totalCount')).toHaveLength(1);
    expect(await ask('totalCount nodes { toStatus }')).toHaveLength(2);
  });
});
