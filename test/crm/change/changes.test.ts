import { findSeals } from '../../../src/audit/seals/audit-trail.query.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { recordEvents } from '../../../src/audit/events/audit-event.js';
import { operatorOrigin } from '../../../src/audit/events/origin.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { newId } from '../../../src/platform/values/ids.js';
import { makeTarget } from '../../contract/surface/target.js';
import { aCustomer, addressOf } from '../customer/customer-support.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';

const service = useOwnService();
const AT = '/v1/commercial';
const CHANGES = `${AT}/changes`;

interface ChangeJson {
  readonly cursor: string;
  readonly id: string;
  readonly type: string;
  readonly record_id: string;
  readonly action: string;
  readonly at: string;
  readonly user_id: string | null;
  readonly cascades: boolean;
}

interface FeedJson {
  readonly items: readonly ChangeJson[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}

function feedIn(answer: Answer): FeedJson {
  if (answer.status !== 200) throw new Error(`There is no feed in ${answer.status} ${answer.text}`);
  return answer.body as FeedJson;
}

async function read(client: Client, cursor?: string, size = 100): Promise<FeedJson> {
  return feedIn(await client.get(`${CHANGES}?page_size=${size}${cursor === undefined ? '' : `&cursor=${cursor}`}`));
}

/** Everything after the cursor, in pages of one size. */
async function walk(client: Client, size: number, cursor?: string): Promise<ChangeJson[]> {
  const page = await read(client, cursor, size);
  return page.has_more ? [...page.items, ...(await walk(client, size, page.next_cursor))] : [...page.items];
}

const seal = ({ id }: TestTenant): Promise<number> => sealTenant(service.database, id);
const linesOf = (items: readonly ChangeJson[]): string[] => items.map((item) => `${item.action} ${item.record_id}`);

async function create(client: Client, path: string, body: object): Promise<string> {
  const answer = await client.post(`${AT}/${path}`, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { readonly id: string }).id;
}

interface Story {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customer: string;
  readonly contact: string;
  readonly opportunity: string;
  readonly activity: string;
}

/** A customer with one record of each record type. */
async function aStory(): Promise<Story> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const { id: customer } = await aCustomer(client);
  const contact = await create(client, 'contacts', { customer_id: customer, first_name: 'Léa', last_name: 'Petit' });
  const opportunity = await create(client, 'opportunities', { customer_id: customer, name: 'Projet' });
  const activity = await create(client, 'activities', { customer_id: customer, type: 'CALL', subject: 'Appel' });
  return { tenant, client, customer, contact, opportunity, activity };
}

describe('the change feed', () => {
  it('tells every kind of change of every record type, in the order of the seals, page by page the same', async () => {
    const { tenant, client, customer, contact, opportunity, activity } = await aStory();
    await seal(tenant);
    await client.put(`${AT}/contacts/${contact}`, { title: 'Mme' });
    await client.post(`${AT}/activities/${activity}/complete`);
    await client.post(`${AT}/activities/${activity}/reopen`);
    await client.post(`${AT}/opportunities/${opportunity}/win`);
    await seal(tenant);
    await client.post(`${AT}/opportunities/${opportunity}/reopen`);
    await client.post(`${AT}/opportunities/${opportunity}/lose`);
    await client.delete(`${AT}/contacts/${contact}`);
    await client.post(`${AT}/contacts/${contact}/restore`);
    await client.delete(`${AT}/customers/${customer}`);
    await client.post(`${AT}/customers/${customer}/restore`);
    await seal(tenant);

    const all = await walk(client, 100);

    expect(linesOf(all)).toEqual([
      `customer.created ${customer}`,
      `contact.created ${contact}`,
      `opportunity.created ${opportunity}`,
      `activity.created ${activity}`,
      `contact.updated ${contact}`,
      `activity.completed ${activity}`,
      `activity.reopened ${activity}`,
      `opportunity.won ${opportunity}`,
      `customer.converted ${customer}`,
      `opportunity.reopened ${opportunity}`,
      `opportunity.lost ${opportunity}`,
      `contact.deleted ${contact}`,
      `contact.restored ${contact}`,
      `customer.deleted ${customer}`,
      `customer.restored ${customer}`,
    ]);
    expect(all.filter(({ cascades }) => cascades).map(({ action }) => action)).toEqual([
      'customer.deleted',
      'customer.restored',
    ]);
    const sealed = (await findSeals(service.database.reader(tenant.id), 0)).flatMap(({ event_ids }) => event_ids);
    expect(all.map(({ id }) => id)).toEqual(sealed);
    for (const size of [1, 2, 3, 4, 7]) expect(await walk(client, size)).toEqual(all);
    for (const [index, { cursor }] of all.entries())
      expect(await walk(client, 5, cursor)).toEqual(all.slice(index + 1));
  });

  it('is the same over GraphQL, with each record as it is now, all of a kind in one statement', async () => {
    const { tenant, client, customer, contact, opportunity, activity } = await aStory();
    await client.put(`${AT}/customers/${customer}`, { name: 'Martin SARL' });
    await client.delete(`${AT}/contacts/${contact}`);
    await create(client, 'activities', { customer_id: customer, type: 'NOTE', subject: 'Note' });
    await seal(tenant);
    const rest = await read(client, undefined, 5);
    const query = `query ($after: String) { changes(first: 5, after: $after) {
      edges { cursor node { id type recordId action at userId cascades
        record { id __typename ... on Customer { name version } ... on Activity { subject customer { name } } } } }
      nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    await client.graphql(query);
    const watch = watchStatements();

    const answer = await client.graphql(query);

    watch.stop();
    const connection = (answer.body as Graph).data.changes;
    expect(connection.edges.map(({ cursor, node }) => ({ ...node, record: undefined, cursor }))).toEqual(
      rest.items.map(({ cursor, id, type, action, at, cascades, record_id, user_id }) => ({
        ...{ cursor, id, action, at, cascades, record: undefined },
        ...{ type: type.toUpperCase(), recordId: record_id, userId: user_id },
      })),
    );
    expect(connection.nodes).toEqual(rest.items.map(({ id }) => ({ id })));
    expect(connection.pageInfo).toEqual({
      hasNextPage: rest.has_more,
      hasPreviousPage: false,
      startCursor: rest.items[0]?.cursor,
      endCursor: rest.next_cursor,
    });
    const now = { id: customer, __typename: 'Customer', name: 'Martin SARL', version: 2 };
    expect(connection.edges.map(({ node }) => node.record)).toEqual([
      now,
      null,
      { id: opportunity, __typename: 'Opportunity' },
      { id: activity, __typename: 'Activity', subject: 'Appel', customer: { name: 'Martin SARL' } },
      now,
    ]);
    expect(watch.messages.flatMap(({ texts }) => texts)).toHaveLength(1 + 4 + 1);
    const next = (await client.graphql(query, { after: rest.next_cursor })).body as Graph;
    expect(next.data.changes.nodes.map(({ id }) => id)).toEqual(
      (await read(client, rest.next_cursor)).items.map(({ id }) => id),
    );
  });

  interface Graph {
    readonly data: {
      readonly changes: {
        readonly edges: readonly { readonly cursor: string; readonly node: { readonly record: object | null } }[];
        readonly nodes: readonly { readonly id: string }[];
        readonly pageInfo: object;
      };
    };
  }

  it('gives a cursor at the end, on an empty page, and before the first change; it returns what came since', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const nothing = await read(client);
    expect(nothing).toEqual({ items: [], next_cursor: expect.any(String) as string, has_more: false });
    expect(await read(client, nothing.next_cursor)).toEqual(nothing);

    const { id } = await aCustomer(client);
    expect(await read(client, nothing.next_cursor)).toEqual(nothing);
    await seal(tenant);

    const { items, next_cursor: end } = await read(client, nothing.next_cursor);
    expect(linesOf(items)).toEqual([`customer.created ${id}`]);
    const empty = await read(client, end);
    expect(empty).toEqual({ items: [], next_cursor: end, has_more: false });
    const answer = await client.graphql(
      `{ changes(after: "${end}") { nodes { id } pageInfo { hasNextPage startCursor endCursor } } }`,
    );
    expect(answer.body).toMatchObject({
      data: { changes: { nodes: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: end } } },
    });
    await client.delete(addressOf({ id }));
    await seal(tenant);
    expect(linesOf((await read(client, empty.next_cursor)).items)).toEqual([`customer.deleted ${id}`]);
  });

  it('tells what was committed late after what it overtook, to who had read on as well', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const [early, late] = [await aCustomer(client), await aCustomer(client)];
    // As if the first one's transaction, whose event has its id and its time, were still open.
    const [waiting] = await service.ask<{ event_id: string }>(
      `DELETE FROM audit_unsealed WHERE tenant_id = $1 AND event_id = (SELECT min(event_id::text)::uuid FROM audit_unsealed WHERE tenant_id = $1)
       RETURNING event_id`,
      [tenant.id],
    );
    await seal(tenant);
    const { items, next_cursor: end } = await read(client);
    await service.ask('INSERT INTO audit_unsealed VALUES ($1, $2)', [tenant.id, waiting?.event_id]);
    await seal(tenant);

    const created = [late, early].map(({ id }) => `customer.created ${id}`);
    expect(linesOf(items)).toEqual(created.slice(0, 1));
    expect(linesOf((await read(client, end)).items)).toEqual(created.slice(1));
    expect(linesOf(await walk(client, 100))).toEqual(created);
  });

  it('goes on past a thousand events that are no changes, a bounded part at a time', async () => {
    const { tenant, client, customer } = await aStory();
    await inTenantTransaction(service.database, tenant.id, (em) => {
      const login = { action: 'auth.login', entityType: 'session', entityId: newId() } as const;
      recordEvents(
        em,
        operatorOrigin(),
        Array.from({ length: 2500 }, () => login),
      );
      return Promise.resolve();
    });
    await client.put(`${AT}/customers/${customer}`, { name: 'Martin' });
    while ((await seal(tenant)) > 0);
    const pages: FeedJson[] = [await read(client, undefined, 10)];
    for (let last = pages.at(-1); last?.has_more === true; last = pages.at(-1))
      pages.push(await read(client, last.next_cursor, 10));

    expect(pages.map(({ items }) => items.length)).toEqual([4, 0, 1]);
    expect(pages.at(-1)?.items[0]?.action).toBe('customer.updated');
  });
});

describe('of the change feed there is nothing', () => {
  it('that is no change: errors, sign-ins, exports, users', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await makeTarget(service, tenant);
    expect((await as(service, tenant.readonly).delete(addressOf({ id: customerId }))).status).toBe(403);
    expect((await as(service, tenant.admin).get(`${AT}/export/customers`)).status).toBe(200);
    const user = { email: 'zoe@essai.example', full_name: 'Zoé', role: 'user' };
    expect((await as(service, tenant.admin).post('/v1/users', user)).status).toBe(201);
    await seal(tenant);

    expect(linesOf(await walk(as(service, tenant.admin), 100))).toEqual([`customer.created ${customerId}`]);
  });

  it('that was before or after, or whose: everybody who may read records reads the same', async () => {
    const { tenant, client, customer } = await aStory();
    await client.put(addressOf({ id: customer }), { notes: 'SECRET-NOTE', email: 'secret@essai.example' });
    await seal(tenant);
    const { text } = await client.get(CHANGES);

    expect(text).not.toMatch(/secret|127\.0\.0\.1|@/i);
    for (const role of ['manager', 'user', 'readonly'] as const)
      expect((await as(service, tenant[role]).get(CHANGES)).text).toBe(text);
    expect((await as(service).get(CHANGES)).status).toBe(401);
  });

  it('of another company', async () => {
    const [mine, theirs] = [await aStory(), await aStory()];
    await Promise.all([seal(mine.tenant), seal(theirs.tenant)]);

    expect((await feedOf(mine)).map(({ record_id }) => record_id)).toEqual(recordsOf(mine));
    expect((await feedOf(theirs)).map(({ record_id }) => record_id)).toEqual(recordsOf(theirs));
  });

  const feedOf = ({ client }: Story): Promise<ChangeJson[]> => walk(client, 3);
  const recordsOf = (story: Story): string[] => [story.customer, story.contact, story.opportunity, story.activity];

  it('lost when a person is erased', async () => {
    const { tenant, client } = await aStory();
    await seal(tenant);
    const before = await walk(client, 100);
    await service.ask(
      `UPDATE audit_events SET user_email = NULL, ip_address = NULL, description = NULL, old_value = NULL, new_value = NULL,
         salt = NULL WHERE tenant_id = $1`,
      [tenant.id],
    );

    expect(before).toHaveLength(4);
    expect(await walk(client, 100)).toEqual(before);
  });
});

describe('a cursor of the feed', () => {
  it('is of its company and its list, and sizes have limits', async () => {
    const [{ tenant, client }, other] = [await aStory(), await aStory()];
    await Promise.all([seal(tenant), seal(other.tenant)]);
    const { next_cursor: theirs } = await read(other.client, undefined, 1);
    const { next_cursor: own } = await read(client, undefined, 1);
    await aCustomer(client);
    const list = await client.get(`${AT}/customers?page_size=1`);
    const forged = Buffer.from(JSON.stringify(['x', 1, 1])).toString('base64url');

    for (const cursor of [theirs, (list.body as FeedJson).next_cursor, forged, 'nonsense']) {
      const rest = await client.get(`${CHANGES}?cursor=${cursor}`);
      expect([rest.status, (rest.body as { code: string }).code]).toEqual([422, 'INVALID_CURSOR']);
      const answer = await client.graphql('query ($after: String) { changes(after: $after) { nodes { id } } }', {
        after: cursor,
      });
      expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'INVALID_CURSOR' } }] });
    }
    expect((await client.get(`${AT}/customers?cursor=${own}`)).body).toMatchObject({ code: 'INVALID_CURSOR' });
    for (const query of ['page_size=101', 'page_size=0', 'page=1'])
      expect((await client.get(`${CHANGES}?${query}`)).status).toBe(422);
    const answer = await client.graphql('{ changes(first: 101) { nodes { id } } }');
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('that holds places of no seal finds nothing, and costs no more', async () => {
    const { tenant, client } = await aStory();
    await seal(tenant);
    const { next_cursor } = await read(client);
    const [scope] = JSON.parse(Buffer.from(next_cursor, 'base64url').toString()) as [string];
    const far = Buffer.from(JSON.stringify([scope, 9e15, 9e15])).toString('base64url');

    expect(await read(client, far)).toEqual({ items: [], next_cursor: far, has_more: false });
  });

  it('is where it was for a page of none', async () => {
    const { tenant, client } = await aStory();
    await seal(tenant);
    const { next_cursor: first } = await read(client, undefined, 1);

    const answer = await client.graphql(
      `{ changes(first: 0, after: "${first}") { nodes { id } pageInfo { hasNextPage endCursor } } }`,
    );

    const pageInfo = { hasNextPage: true, endCursor: first };
    expect(answer.body).toEqual({ data: { changes: { nodes: [], pageInfo } } });
  });
});
