/** Following the feed: where it begins, which types, waiting. Over both transports, each test with a tenant of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareDrain } from '../../../src/app/listening.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { aCustomer, addressOf } from '../customer/customer-support.js';
import { as, type Client } from '../../support/client.js';
import { startTestService, type TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { onEachStatement } from '../../support/statements.js';

const service = useOwnService();
const AT = '/v1/commercial';

interface Asked {
  readonly after?: string;
  readonly types?: readonly string[];
  readonly wait?: number;
}

interface Page {
  readonly lines: readonly string[];
  readonly end: string;
  readonly hasMore: boolean;
  readonly fields: readonly (readonly string[] | null)[];
}

/** What both transports answer, in one form; an error as its code. */
type Follow = (client: Client, asked: Asked) => Promise<Page | string>;

const overRest: Follow = async (client, { after, types, wait }) => {
  const query = new URLSearchParams({
    ...(after !== undefined && { cursor: after }),
    ...(types && { types: types.join(',') }),
    ...(wait !== undefined && { wait: String(wait) }),
  });
  const answer = await client.get(`${AT}/changes?${query.toString()}`);
  if (answer.status !== 200) return `${(answer.body as { code: string }).code} ${answer.status}`;
  const { items, next_cursor, has_more } = answer.body as {
    readonly items: readonly { action: string; record_id: string; fields: string[] | null }[];
    readonly next_cursor: string;
    readonly has_more: boolean;
  };
  const lines = items.map(({ action, record_id }) => `${action} ${record_id}`);
  return { lines, end: next_cursor, hasMore: has_more, fields: items.map(({ fields }) => fields) };
};

const FEED = `query ($after: String, $types: [ChangeType!], $wait: Int) { changes(after: $after, types: $types, wait: $wait) {
  nodes { action recordId fields record { id } } pageInfo { endCursor hasNextPage } } }`;

const overGraphql: Follow = async (client, { types, ...asked }) => {
  const variables = { ...asked, ...(types && { types: types.map((type) => type.toUpperCase()) }) };
  const answer = await client.graphql(FEED, variables);
  const { data, errors } = answer.body as {
    readonly data?: {
      readonly changes: {
        readonly nodes: readonly { action: string; recordId: string; fields: string[] | null }[];
        readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
      };
    };
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  };
  if (!data) return errors?.[0]?.extensions.code ?? 'nothing';
  const { nodes, pageInfo } = data.changes;
  const lines = nodes.map(({ action, recordId }) => `${action} ${recordId}`);
  return { lines, end: pageInfo.endCursor, hasMore: pageInfo.hasNextPage, fields: nodes.map(({ fields }) => fields) };
};

const TRANSPORTS = [
  ['REST', overRest],
  ['GraphQL', overGraphql],
] as const;

const seal = ({ id }: TestTenant): Promise<number> => sealTenant(service.database, id);

async function create(client: Client, path: string, body: object): Promise<string> {
  const answer = await client.post(`${AT}/${path}`, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { readonly id: string }).id;
}

function aNote(client: Client, customerId: string): Promise<string> {
  return create(client, 'activities', { customer_id: customerId, type: 'NOTE', subject: 'Note' });
}

async function pageOf(answer: ReturnType<Follow>): Promise<Page> {
  const page = await answer;
  if (typeof page === 'string') throw new Error(page);
  return page;
}

/** Until so many clients wait: each has read an empty page, and the next thing it does is to be asked for. */
async function untilAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = onEachStatement(({ text }) => {
      if (!text.includes('seals_since')) return;
      stop();
      resolve();
    });
  });
}

describe.each(TRANSPORTS)('over %s', (_name, follow) => {
  let tenant: TestTenant;
  let client: Client;
  beforeEach(async () => {
    tenant = await service.aTenant();
    client = as(service, tenant.admin);
  });

  test('LATEST is a cursor on an empty page, at the beginning too: from there come all later changes and no earlier one', async () => {
    const before = await pageOf(follow(client, { after: 'LATEST' }));
    const first = await aCustomer(client);
    await seal(tenant);
    const between = await pageOf(follow(client, { after: 'LATEST' }));
    const second = await aCustomer(client);
    await seal(tenant);

    for (const page of [before, between]) expect(page).toMatchObject({ lines: [], hasMore: false });
    const created = [first, second].map(({ id }) => `customer.created ${id}`);
    expect((await pageOf(follow(client, { after: before.end }))).lines).toEqual(created);
    expect((await pageOf(follow(client, { after: between.end }))).lines).toEqual(created.slice(1));
  });

  test('what is committed and not yet sealed when LATEST is taken comes after it', async () => {
    await aCustomer(client);
    await seal(tenant);
    const committed = await aCustomer(client);
    const { end } = await pageOf(follow(client, { after: 'LATEST' }));
    const later = await aCustomer(client);
    await seal(tenant);

    const { lines } = await pageOf(follow(client, { after: end }));

    expect(lines).toEqual([committed, later].map(({ id }) => `customer.created ${id}`));
  });

  test('only the types that were asked for come, and the end moves past all others', async () => {
    const { id } = await aCustomer(client);
    const note = await aNote(client, id);
    await client.put(addressOf({ id }), { city: 'Lyon' });
    await seal(tenant);
    const types = ['activity', 'contact'];

    const page = await pageOf(follow(client, { types }));

    expect(page.lines).toEqual([`activity.created ${note}`]);
    expect(await follow(client, { types, after: page.end })).toMatchObject({ lines: [], end: page.end });
    // In any order, and twice: the same types.
    expect(await follow(client, { types: ['contact', 'activity', 'contact'], after: page.end })).toMatchObject({
      lines: [],
    });
    await client.put(addressOf({ id }), { city: 'Lille' });
    await seal(tenant);
    const past = await pageOf(follow(client, { types, after: page.end }));
    expect(past.lines).toEqual([]);
    expect(past.end).not.toBe(page.end);
  });

  test('a cursor belongs to its tenant and its types; LATEST is of the types that it was taken with', async () => {
    const { end } = await pageOf(follow(client, { after: 'LATEST', types: ['customer'] }));
    const { end: ofAll } = await pageOf(follow(client, { after: 'LATEST' }));
    const stranger = as(service, (await service.aTenant()).admin);
    const refused = expect.stringMatching(/^INVALID_CURSOR/) as string;

    expect(await follow(client, { after: end, types: ['customer'] })).toMatchObject({ lines: [], end });
    expect(await follow(client, { after: end })).toEqual(refused);
    expect(await follow(client, { after: end, types: ['customer', 'contact'] })).toEqual(refused);
    expect(await follow(client, { after: ofAll, types: ['customer'] })).toEqual(refused);
    expect(await follow(stranger, { after: end, types: ['customer'] })).toEqual(refused);
    expect(await follow(client, { after: 'latest' })).toEqual(refused);
  });

  test('a change names the fields that it set; a creation, a deletion and a restoration concern them all', async () => {
    const { id } = await aCustomer(client);
    await client.put(addressOf({ id }), { city: 'Lyon', assigned_to: tenant.user.id });
    await client.post(`${addressOf({ id })}/convert`);
    await client.delete(addressOf({ id }));
    await client.post(`${addressOf({ id })}/restore`);
    await seal(tenant);

    const { fields } = await pageOf(follow(client, {}));

    const assignee = follow === overRest ? 'assigned_to' : 'assignedToId';
    expect(fields.map((names) => names && [...names].sort())).toEqual([null, [assignee, 'city'], ['type'], null, null]);
  });

  test('whoever waits is answered by the first change of their types, and not by another one', async () => {
    const { id } = await aCustomer(client);
    await seal(tenant);
    const { end } = await pageOf(follow(client, { after: 'LATEST', types: ['activity'] }));
    let isAnswered = false;
    const answer = pageOf(follow(client, { after: end, types: ['activity'], wait: 25 }));
    void answer.then(() => (isAnswered = true));
    await untilAsked();
    await client.put(addressOf({ id }), { city: 'Lyon' });
    await seal(tenant);
    await untilAsked();
    await untilAsked();
    expect(isAnswered).toBe(false);

    const note = await aNote(client, id);
    await seal(tenant);

    expect((await answer).lines).toEqual([`activity.created ${note}`]);
  });

  test('who finds changes does not wait, and who waits in vain gets an empty page past the changes of other types', async () => {
    const { id } = await aCustomer(client);
    await seal(tenant);
    const { end } = await pageOf(follow(client, { after: 'LATEST', types: ['contact'] }));

    expect((await pageOf(follow(client, { wait: 25 }))).lines).toEqual([`customer.created ${id}`]);
    const answer = pageOf(follow(client, { after: end, types: ['contact'], wait: 1 }));
    await client.put(addressOf({ id }), { city: 'Lyon' });
    await seal(tenant);
    const page = await answer;

    expect(page).toMatchObject({ lines: [], hasMore: false });
    const past = await pageOf(follow(client, { after: page.end, types: ['contact'] }));
    expect(past).toMatchObject({ lines: [], end: page.end });
    expect(page.end).not.toBe(end);
  });

  test('whose session ends while they wait is told so in place of changes', async () => {
    const { end } = await pageOf(follow(client, { after: 'LATEST' }));
    const answer = follow(client, { after: end, wait: 25 });
    await untilAsked();
    expect((await client.post('/v1/auth/logout')).status).toBe(200);
    await aCustomer(as(service, tenant.manager));
    await seal(tenant);

    expect(await answer).toMatch(/^UNAUTHENTICATED/);
  });

  test('the sixth of one caller is answered at once, as without waiting; another caller waits', async () => {
    const { end } = await pageOf(follow(client, { after: 'LATEST' }));
    const waiting = Array.from({ length: 5 }, () => pageOf(follow(client, { after: end, wait: 25 })));
    await untilAsked();
    await sleep(600);

    expect(await follow(client, { after: end, wait: 25 })).toMatchObject({ lines: [], end });
    const other = pageOf(follow(as(service, tenant.user), { after: end, wait: 25 }));
    await untilAsked();
    await aCustomer(client);
    await seal(tenant);
    for (const { lines } of await Promise.all([...waiting, other])) expect(lines).toHaveLength(1);
  });

  test.each<Asked>([{ wait: 26 }, { wait: -1 }, { types: ['session'] }, { types: ['customer', 'nothing'] }])(
    '%j is refused',
    async (asked) => {
      expect(await follow(client, asked)).toMatch(/^(VALIDATION_FAILED 422|BAD_USER_INPUT)$/);
    },
  );

  test('the end of the service answers all who wait', async () => {
    const own = await startTestService();
    let spoilt = 0;
    const drain = prepareDrain(own.app, own.health, { timeLeft: 20_000, spoil: () => (spoilt += 1) });
    const answers: (Page | string)[] = [];
    try {
      const { admin } = await own.aTenant();
      const { end } = await pageOf(follow(as(own, admin), { after: 'LATEST' }));
      const waiting = Array.from({ length: 4 }, () => follow(as(own, admin), { after: end, wait: 25 }));
      await untilAsked();
      await drain();
      answers.push(...(await Promise.all(waiting)));
    } finally {
      await own.close();
    }
    // The drain cuts answers before those who wait would end by themselves.
    expect([answers.length, spoilt]).toEqual([4, 0]);
    for (const answer of answers) expect(answer).toMatchObject({ lines: [], hasMore: false });
  });
});

test('an empty list of types asks for nothing, and is refused', async () => {
  const { admin } = await service.aTenant();
  const answer = await as(service, admin).graphql('{ changes(types: []) { nodes { id } } }');
  expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a client that waits holds no connection and sends no statement; the one that has left is read for no more', async () => {
  const tenant = await service.aTenant();
  const { token } = tenant.admin;
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant.id };
  const { end } = await pageOf(overRest(as(service, tenant.admin), { after: 'LATEST' }));
  const leaving = new AbortController();
  const url = `${service.origin}${AT}/changes?cursor=${end}&wait=25`;
  const gone = fetch(url, { headers, signal: leaving.signal }).catch(() => 'gone');
  await untilAsked();
  const texts: string[] = [];
  const stop = onEachStatement(({ text }) => texts.push(text));

  expect(service.database.pool.totalCount - service.database.pool.idleCount).toBe(0);
  await untilAsked();
  leaving.abort();
  expect(await gone).toBe('gone');
  await sleep(1500);
  const { length } = texts;
  await sleep(1500);
  stop();

  expect(texts.filter((text) => !text.includes('seals_since'))).toEqual([]);
  expect(texts).toHaveLength(length);
});
