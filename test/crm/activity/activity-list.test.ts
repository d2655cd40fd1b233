import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activitiesIn,
  activityAddress,
  activityPageIn,
  anActivity,
  aScene,
  type ActivityJson,
  type Scene,
} from './activity-support.js';
import { graphqlIn, outcomeOf, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

interface Place extends Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
}

/** Twelve activities with ties in every column and holes in `due_date`, and one that is deleted. */
async function aFilledPlace(count = 12): Promise<Place> {
  const tenant = await service.aTenant();
  const scene = await aScene(service, tenant);
  await service.ask(
    `INSERT INTO activities (tenant_id, id, customer_id, opportunity_id, contact_id, type, subject, date, due_date, assigned_to,
       is_completed, completed_at, created_by, created_at, updated_at)
     SELECT $1, gen_random_uuid(), CASE WHEN n % 4 = 0 THEN $3::uuid ELSE $2::uuid END, CASE WHEN n % 4 = 1 THEN $4::uuid END,
       CASE WHEN n % 4 = 2 THEN $5::uuid END, (ARRAY['CALL', 'TASK'])[n % 2 + 1], 'Objet ' || n,
       '2026-01-01'::timestamptz + (n % 3) * interval '1 day', CASE WHEN n % 3 > 0 THEN '2026-02-01'::timestamptz + (n % 2) * interval '1 day' END,
       CASE WHEN n < 4 THEN $6::uuid END, n % 3 = 0, CASE WHEN n % 3 = 0 THEN '2026-03-01'::timestamptz END, $7,
       '2026-01-01'::timestamptz + (n % 2) * interval '1 hour', '2026-01-01'
     FROM generate_series(1, $8::integer) n`,
    [
      tenant.id,
      scene.customerId,
      scene.otherCustomerId,
      scene.opportunityId,
      scene.contactId,
      tenant.user.id,
      tenant.admin.id,
      count,
    ],
  );
  const client = as(service, tenant.admin);
  await client.delete(activityAddress(await anActivity(client, scene.customerId, { subject: 'Absente' })));
  return { ...scene, tenant, client };
}

const idsOf = (items: readonly ActivityJson[]): string[] => items.map(({ id }) => id);

/** The ids as PostgreSQL orders them. */
async function expectedIds({ tenant }: Place, order: string): Promise<string[]> {
  const rows = await service.ask<{ id: string }>(
    `SELECT id FROM activities WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY ${order}`,
    [tenant.id],
  );
  return rows.map(({ id }) => id);
}

describe('the bare array', () => {
  test('is what a list without page or cursor is, newest first', async () => {
    const place = await aFilledPlace();

    const answer = await place.client.get(ACTIVITIES);

    expect(idsOf(activitiesIn(answer))).toEqual(await expectedIds(place, 'date DESC, id DESC'));
    expect(answer.headers.get('link')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(activitiesIn(await place.client.get(`${ACTIVITIES}/`))).toHaveLength(12);
  });

  test('holds 50 unless told otherwise, and at most 200, under both names', async () => {
    const { client } = await aFilledPlace(210);
    const count = async (query: string): Promise<number> => activitiesIn(await client.get(ACTIVITIES + query)).length;

    expect(await count('')).toBe(50);
    expect(await count('?limit=200')).toBe(200);
    expect(await count('?page_size=200')).toBe(200);
    expect(await count('?limit=3')).toBe(3);
    expect(await count('?limit=7&page_size=7')).toBe(7);
    expect(await count('?page_size=3&cursor=')).toBe(3);
  });

  test.each(['date', '-date', 'due_date', '-due_date', 'created_at', '-created_at', '-due_date,created_at'])(
    'comes in the order of sort=%s, with the id at its end',
    async (sort) => {
      const place = await aFilledPlace();
      const keys = sort.split(',').map((key) => (key.startsWith('-') ? `${key.slice(1)} DESC` : `${key} ASC`));
      const direction = sort.split(',').at(-1)?.startsWith('-') ? 'DESC' : 'ASC';
      const order = [...keys.map((key) => `${key} NULLS LAST`), `id ${direction}`].join(', ');

      const items = activitiesIn(await place.client.get(`${ACTIVITIES}?sort=${sort}`));

      expect(idsOf(items)).toEqual(await expectedIds(place, order));
    },
  );
});

describe('the envelope', () => {
  test('comes with page, 20 to a page unless told otherwise, and links to its neighbours', async () => {
    const { client } = await aFilledPlace(45);

    const first = await client.get(`${ACTIVITIES}?page=1`);
    expect(activityPageIn(first)).toMatchObject({ total: 45, page: 1, page_size: 20, pages: 3 });
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await client.get(next);
    expect(activityPageIn(second)).toMatchObject({ page: 2, pages: 3 });
    const third = activityPageIn(await client.get(`${ACTIVITIES}?page=3`));
    expect([third.items.length, third.next_cursor]).toEqual([5, null]);

    const all = [first, second].flatMap((answer) => idsOf(activityPageIn(answer).items)).concat(idsOf(third.items));
    expect(all).toEqual(idsOf(activitiesIn(await client.get(`${ACTIVITIES}?limit=200`))));
    expect(activityPageIn(await client.get(`${ACTIVITIES}?page=9`))).toMatchObject({ items: [], total: 45 });
    expect(activityPageIn(await client.get(`${ACTIVITIES}?page=1&limit=100`))).toMatchObject({
      page_size: 100,
      pages: 1,
    });
  });

  test.each(['', 'sort=-date', 'sort=due_date', 'sort=-due_date', 'sort=-created_at,due_date', 'sort=date,-due_date'])(
    'walked by cursor with %p meets each activity once, whatever the ties',
    async (sort) => {
      const place = await aFilledPlace();
      const whole = idsOf(activitiesIn(await place.client.get(`${ACTIVITIES}?${sort}`)));

      for (const size of [1, 5, 12]) {
        const seen: string[] = [];
        let query = `page=1&page_size=${size}&${sort}`;
        for (let pages = 0; pages < 20; pages += 1) {
          const page = activityPageIn(await place.client.get(`${ACTIVITIES}?${query}`));
          expect(page.total).toBe(12);
          seen.push(...idsOf(page.items));
          if (page.next_cursor === null) break;
          query = `cursor=${page.next_cursor}&page_size=${size}&${sort}`;
        }
        expect(seen).toEqual(whole);
      }
    },
  );

  test('has cursors that fit no other filter, order or tenant', async () => {
    const [place, elsewhere] = [await aFilledPlace(), await aFilledPlace()];
    const cursor = activityPageIn(await place.client.get(`${ACTIVITIES}?page=1&page_size=2`)).next_cursor ?? '';

    for (const query of ['type=CALL', 'sort=date', 'is_completed=true', 'date_from=2026-01-01']) {
      expect(outcomeOf(await place.client.get(`${ACTIVITIES}?${query}&cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
    }
    expect(outcomeOf(await elsewhere.client.get(`${ACTIVITIES}?cursor=${cursor}`))).toBe('422 INVALID_CURSOR');
    expect(outcomeOf(await place.client.get(`${ACTIVITIES}?cursor=x`))).toBe('422 INVALID_CURSOR');
  });
});

describe('the filters', () => {
  test.each<[string, (scene: Place) => string, (item: ActivityJson, scene: Place) => boolean, number]>([
    ['type', () => 'TASK', (item) => item.type === 'TASK', 6],
    ['customer_id', (scene) => scene.otherCustomerId, (item, scene) => item.customer_id === scene.otherCustomerId, 3],
    ['opportunity_id', (scene) => scene.opportunityId, (item, scene) => item.opportunity_id === scene.opportunityId, 3],
    ['contact_id', (scene) => scene.contactId, (item, scene) => item.contact_id === scene.contactId, 3],
    ['assigned_to', (scene) => scene.tenant.user.id, (item, scene) => item.assigned_to === scene.tenant.user.id, 3],
    ['is_completed', () => 'true', (item) => item.is_completed === true, 4],
    ['is_completed', () => 'false', (item) => item.is_completed === false, 8],
    ['date_from', () => '2026-01-02T00:00:00Z', (item) => item.date >= '2026-01-02', 8],
    ['date_to', () => '2026-01-02T00:00:00Z', (item) => item.date <= '2026-01-02T00:00:00.000Z', 8],
  ])('%s', async (name, valueOf, holds, total) => {
    const place = await aFilledPlace();
    const query = `${name}=${encodeURIComponent(valueOf(place))}`;

    const items = activitiesIn(await place.client.get(`${ACTIVITIES}?${query}`));
    const page = activityPageIn(await place.client.get(`${ACTIVITIES}?${query}&page=1`));

    expect([items.length, items.every((item) => holds(item, place))]).toEqual([total, true]);
    expect([page.total, idsOf(page.items)]).toEqual([total, idsOf(items)]);
    const empty = activitiesIn(await place.client.get(`${ACTIVITIES}?${name}=`));
    expect(empty).toHaveLength(12);
  });

  test.each([
    ['Europe/Paris', '2026-06-15', '2026-06-14T22:00:00.000Z', '2026-06-15T21:59:59.999Z'],
    ['America/New_York', '2026-06-15', '2026-06-15T04:00:00.000Z', '2026-06-16T03:59:59.999Z'],
    ['Europe/Paris', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', '2018-11-05T01:59:59.999Z'],
    ['UTC', '2026-06-15', '2026-06-15T00:00:00.000Z', '2026-06-15T23:59:59.999Z'],
  ])("in %s the day %s is the tenant's whole day, both ends included", async (time_zone, day, first, last) => {
    const tenant = await service.aTenant({ time_zone });
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const moved = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();
    for (const date of [moved(first, -1), first, last, moved(last, 1)]) await anActivity(client, customerId, { date });
    const dates = async (query: string): Promise<string[]> =>
      activitiesIn(await client.get(`${ACTIVITIES}?${query}`)).map(({ date }) => date);

    expect(await dates(`date_from=${day}&date_to=${day}`)).toEqual([last, first]);
    expect(await dates(`date_from=${day}`)).toEqual([moved(last, 1), last, first]);
    expect(await dates(`date_from=${day}&date_to=`)).toEqual([moved(last, 1), last, first]);
    expect(await dates(`date_to=${day}`)).toEqual([last, first, moved(first, -1)]);
    expect(await dates(`date_from=${first}&date_to=${first}`)).toEqual([first]);
    expect(await dates('date_from=0001-01-01&date_to=9999-12-31')).toHaveLength(4);
  });

  test.each([
    ['limit=0', 'limit OUT_OF_RANGE'],
    ['limit=201', 'limit OUT_OF_RANGE'],
    ['page_size=201', 'page_size OUT_OF_RANGE'],
    ['page_size=', 'page_size REQUIRED'],
    ['limit=x', 'limit NOT_AN_INTEGER'],
    ['limit=5&page_size=6', 'page_size CONFLICTING_MEMBERS'],
    ['page=1&page_size=101', 'page_size OUT_OF_RANGE'],
    ['page=1&limit=101', 'limit OUT_OF_RANGE'],
    ['page=0', 'page OUT_OF_RANGE'],
    ['type=call', 'type NOT_IN_LIST'],
    ['customer_id=x', 'customer_id INVALID_UUID'],
    ['is_completed=maybe', 'is_completed NOT_A_BOOLEAN'],
    ['date_from=2026-02-30', 'date_from INVALID_DATE_TIME'],
    ['date_to=yesterday', 'date_to INVALID_DATE_TIME'],
    ['date_to=2026-01-01T10:60:00', 'date_to INVALID_DATE_TIME'],
    ['sort=subject', 'sort NOT_IN_LIST'],
    ['search=x', 'search UNKNOWN_MEMBER'],
    ['type=CALL&type=TASK', 'type REPEATED_PARAMETER'],
  ])('%s is rejected', async (query, wrong) => {
    const { admin } = await service.aTenant();

    const answer = await as(service, admin).get(`${ACTIVITIES}?${query}`);

    expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(answer).map((text) => text.replace('/', ''))).toEqual([wrong]);
  });
});

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [ActivityOrder!]) {
  activities(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: Readonly<Record<'startCursor' | 'endCursor', string | null>> &
    Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>>;
}

async function readPage(client: Client, variables: object): Promise<Page> {
  const { data, errors } = graphqlIn<{ activities: Page }>(await client.graphql(LIST, variables));
  if (!data) throw new Error(JSON.stringify(errors));
  return data.activities;
}

describe('a walk over GraphQL', () => {
  test.each([
    { orderBy: undefined, order: 'date DESC, id DESC' },
    { orderBy: [{ field: 'DATE' }], order: 'date, id' },
    { orderBy: [{ field: 'DUE_DATE', nulls: 'FIRST' }], order: 'due_date NULLS FIRST, id' },
    { orderBy: [{ field: 'DUE_DATE', direction: 'DESC' }], order: 'due_date DESC NULLS LAST, id DESC' },
    { orderBy: [{ field: 'CREATED_AT', direction: 'DESC' }, { field: 'DATE' }], order: 'created_at DESC, date, id' },
  ])('meets each activity once in both directions: $order', async ({ orderBy, order }) => {
    const place = await aFilledPlace();
    const whole = await expectedIds(place, order);

    for (const size of [1, 5, 12]) {
      const forward: string[] = [];
      for (let after: string | null = null; forward.length < 20;) {
        const page = await readPage(place.client, { first: size, after, orderBy });
        forward.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      const backward: string[] = [];
      for (let before: string | null = null; backward.length < 20;) {
        const page = await readPage(place.client, { last: size, before, orderBy });
        backward.unshift(...page.nodes.map(({ id }) => id));
        before = page.pageInfo.startCursor;
        if (!page.pageInfo.hasPreviousPage) break;
      }
      expect([forward, backward]).toEqual([whole, whole]);
    }
  });

  test('rejects more keys than there are fields, and sizes over 100', async () => {
    const { client } = await aFilledPlace(1);
    const keys = Array<object>(5).fill({ field: 'DATE' });

    const answers = [await client.graphql(LIST, { orderBy: keys }), await client.graphql(LIST, { first: 101 })];

    expect(answers.map((answer) => graphqlIn(answer).errors?.[0]?.extensions.code)).toEqual([
      'VALIDATION_FAILED',
      'BAD_USER_INPUT',
    ]);
  });
});
