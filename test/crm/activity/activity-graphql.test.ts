import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activityAddress,
  activityField,
  activityIn,
  activityRow,
  anActivity,
  aScene,
  countOfActivities,
  type ActivityJson,
  type Scene,
} from './activity-support.js';
import { graphqlIn, graphqlOutcomeOf, outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

const SCALARS =
  'id type subject description date dueDate durationMinutes isCompleted completedAt createdAt updatedAt version';
const CREATE = `mutation ($input: CreateActivityInput!) { createActivity(input: $input) { activity { ${SCALARS} } } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateActivityInput!, $expectedVersion: Int) {
  updateActivity(id: $id, input: $input, expectedVersion: $expectedVersion) { activity { ${SCALARS} assignedTo { id } } } }`;
const READ = `query ($id: ID!) { activity(id: $id) { ${SCALARS} assignedTo { id fullName } createdBy { id } } }`;

interface Place extends Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
}

async function aPlace(): Promise<Place> {
  const tenant = await service.aTenant();
  return { ...(await aScene(service, tenant)), tenant, client: as(service, tenant.admin) };
}

/** An activity's JSON in REST's names. */
function toRestNames(activity: object): Record<string, unknown> {
  const entries = Object.entries(activity).map(([name, value]) => [
    name === 'assignedToId' ? 'assigned_to' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value as unknown,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** What REST has beside the scalars: ids where GraphQL has records. */
function withoutIds(activity: ActivityJson): Record<string, unknown> {
  const ids = ['customer_id', 'opportunity_id', 'contact_id', 'assigned_to', 'created_by'];
  return Object.fromEntries(Object.entries(activity).filter(([name]) => !ids.includes(name)));
}

describe('what both transports do alike', () => {
  test('a creation, a change and a read give the same record, with every member', async () => {
    const { client, tenant, customerId, opportunityId, contactId } = await aPlace();
    const members = {
      type: 'EMAIL',
      subject: 'Relance',
      description: 'Deux\nlignes',
      date: '2026-03-31T09:30:00.000Z',
      dueDate: '2026-04-30T10:00:00.500Z',
      durationMinutes: 15,
    };
    const references = { customerId, opportunityId, contactId, assignedToId: tenant.user.id };

    const created = activityField(
      await client.graphql(CREATE, { input: { ...members, ...references } }),
      'createActivity.activity',
    );
    const { id } = created;
    const rest = activityIn(await client.get(activityAddress({ id })));
    expect(created).toMatchObject(members);
    expect(toRestNames(created)).toEqual(withoutIds(rest));
    expect(rest).toMatchObject({ ...toRestNames(references), created_by: tenant.admin.id });

    const cleared = { subject: 'Autre', description: null, dueDate: null, durationMinutes: null };
    const changes = { ...cleared, assignedToId: null };
    const changed = activityField(await client.graphql(UPDATE, { id, input: changes }), 'updateActivity.activity');
    expect(changed).toMatchObject({ ...cleared, assignedTo: null, type: 'EMAIL', date: members.date, version: 2 });
    const read = activityField(await client.graphql(READ, { id }), 'activity');
    expect(read).toEqual({ ...changed, createdBy: { id: tenant.admin.id } });
    expect(activityIn(await client.get(activityAddress({ id })))).toMatchObject(toRestNames(changes));
  });

  test('a due date may be a date or an instant, in variables and in the document', async () => {
    const { client, customerId } = await aPlace();
    const base = { customerId, type: 'TASK', subject: 'X' };
    const due = async (dueDate: string): Promise<unknown> =>
      activityField(await client.graphql(CREATE, { input: { ...base, dueDate } }), 'createActivity.activity').dueDate;
    const dueInDocument = async (dueDate: string): Promise<unknown> =>
      activityField(
        await client.graphql(
          `mutation { createActivity(input: { customerId: "${customerId}", type: TASK, subject: "X", dueDate: "${dueDate}" }) { activity { dueDate } } }`,
        ),
        'createActivity.activity',
      ).dueDate;

    for (const [sent, stored] of [
      ['2026-12-01', '2026-12-01T22:59:59.000Z'],
      ['2026-07-01', '2026-07-01T21:59:59.000Z'],
      ['2026-12-01T10:00:00+02:00', '2026-12-01T08:00:00.000Z'],
    ] as const) {
      expect([await due(sent), await dueInDocument(sent)]).toEqual([stored, stored]);
    }
    for (const sent of ['2026-02-30', '2026-12-01T10:00:00', 'demain', 20261201]) {
      const answer = await client.graphql(CREATE, { input: { ...base, dueDate: sent } });
      expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
      expect(answer.text).not.toContain('demain');
    }
    const { id } = await anActivity(client, customerId);
    const changed = await client.graphql(UPDATE, { id, input: { dueDate: '2026-12-01' } });
    expect(activityField(changed, 'updateActivity.activity').dueDate).toBe('2026-12-01T22:59:59.000Z');
  });

  test.each<[object, string, string]>([
    [{ subject: '' }, 'subject', 'REQUIRED'],
    [{ subject: ' \t' }, 'subject', 'REQUIRED'],
    [{ subject: 'x'.repeat(256) }, 'subject', 'TOO_LONG'],
    [{ subject: 'a\0b' }, 'subject', 'INVALID_CHARACTERS'],
    [{ description: '\ud800' }, 'description', 'INVALID_CHARACTERS'],
    [{ description: 'x'.repeat(20_001) }, 'description', 'TOO_LONG'],
    [{ durationMinutes: -1 }, 'duration_minutes', 'OUT_OF_RANGE'],
    [{ customerId: 'x' }, 'customer_id', 'INVALID_UUID'],
    [{ opportunityId: 'x' }, 'opportunity_id', 'INVALID_UUID'],
    [{ contactId: 'x' }, 'contact_id', 'INVALID_UUID'],
    [{ assignedToId: 'x' }, 'assigned_to', 'INVALID_UUID'],
    [{ assignedToId: '01a205ae-f10b-74f1-851d-5191d9d0985a' }, 'assigned_to', 'UNKNOWN_USER'],
  ])('%j is rejected for the same reason', async (member, name, code) => {
    const { client, customerId, tenant } = await aPlace();
    const input = { customerId, type: 'CALL', subject: 'X', ...member };

    const graphql = graphqlIn(await client.graphql(CREATE, { input }));
    const rest = await client.post(ACTIVITIES, toRestNames(input));

    expect(graphql.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED' });
    const [field] = graphql.errors?.[0]?.extensions.fields ?? [];
    const path = String(field?.path.find((part) => part !== 'input'));
    expect(toRestNames({ [path]: field?.code })).toEqual({ [name]: code });
    expect(outcomeOf(rest)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(rest)).toEqual([`/${name} ${code}`]);
    expect(await countOfActivities(service, tenant)).toBe(0);
  });

  test.each(['updateActivity', 'completeActivity', 'reopenActivity', 'deleteActivity', 'restoreActivity'])(
    'an unknown id is NOT_FOUND from %s, in the words of REST',
    async (field) => {
      const { client } = await aPlace();
      const id = '01a205ae-f10b-74f1-851d-5191d9d0985a';
      const document = `mutation ($id: ID!) { ${field}(id: $id${field === 'updateActivity' ? ', input: {}' : ''}) { activity { id } } }`;

      const { data, errors } = graphqlIn(await client.graphql(document, { id }));

      expect(data).toEqual({ [field]: null });
      expect(errors).toMatchObject([{ path: [field], extensions: { code: 'NOT_FOUND' } }]);
      expect(errors?.[0]?.message).toBe(problemIn(await client.get(activityAddress({ id }))).detail);
      expect(graphqlOutcomeOf(await client.graphql(document, { id: 'x' }))).toBe('VALIDATION_FAILED');
    },
  );
});

describe('over GraphQL', () => {
  test('what never changes is no member of an update', async () => {
    const { client, customerId } = await aPlace();
    const { id } = await anActivity(client, customerId);

    for (const input of [{ type: 'TASK' }, { customerId }, { opportunityId: null }, { isCompleted: true }]) {
      expect(graphqlOutcomeOf(await client.graphql(UPDATE, { id, input }))).toBe('BAD_USER_INPUT');
    }
    for (const input of [{ subject: null }, { subject: '' }, { date: null }]) {
      expect(graphqlOutcomeOf(await client.graphql(UPDATE, { id, input }))).toBe('VALIDATION_FAILED');
    }
    expect(await activityRow(service, id)).toMatchObject({ version: 1 });
  });

  test('an activity is completed once and reopened', async () => {
    const { client, customerId } = await aPlace();
    const { id } = await anActivity(client, customerId);
    const run = async (field: string): Promise<ActivityJson> =>
      activityField(
        await client.graphql(`mutation ($id: ID!) { ${field}(id: $id) { activity { ${SCALARS} } } }`, { id }),
        `${field}.activity`,
      );

    const completed = await run('completeActivity');
    expect(completed).toMatchObject({ isCompleted: true, completedAt: expect.any(String) as unknown, version: 2 });
    expect(await run('completeActivity')).toEqual(completed);
    expect(await run('reopenActivity')).toMatchObject({ isCompleted: false, completedAt: null, version: 3 });
    expect(await run('reopenActivity')).toMatchObject({ version: 3 });
  });

  test.each([
    ['updateActivity', ', input: { subject: "X" }'],
    ['completeActivity', ''],
    ['reopenActivity', ''],
    ['deleteActivity', ''],
  ])('%s rejects a stale version and takes the right one', async (field, input) => {
    const { client, customerId } = await aPlace();
    const created = await anActivity(client, customerId);
    const { id } = created;
    await client.put(activityAddress(created), { subject: 'Autre' });
    const send = (version: number): ReturnType<Client['graphql']> =>
      client.graphql(
        `mutation ($id: ID!) { ${field}(id: $id${input}, expectedVersion: ${version}) { activity { id } } }`,
        { id },
      );
    const before = await activityRow(service, id);

    expect(graphqlIn(await send(1)).errors).toMatchObject([
      { extensions: { code: 'VERSION_CONFLICT', details: { current_version: 2 } } },
    ]);
    expect(await activityRow(service, id)).toEqual(before);
    expect(graphqlOutcomeOf(await send(2))).toBe('OK');
  });

  test('a deleted activity is null and comes back', async () => {
    const { client, customerId } = await aPlace();
    const { id } = await anActivity(client, customerId);
    const mutate = (field: string): ReturnType<Client['graphql']> =>
      client.graphql(`mutation ($id: ID!) { ${field}(id: $id) { activity { id } } }`, { id });

    expect(graphqlOutcomeOf(await mutate('deleteActivity'))).toBe('OK');
    expect((await client.graphql(READ, { id })).body).toEqual({ data: { activity: null } });
    expect(graphqlOutcomeOf(await mutate('deleteActivity'))).toBe('NOT_FOUND');
    expect(graphqlOutcomeOf(await mutate('restoreActivity'))).toBe('OK');
    expect(activityField(await client.graphql(READ, { id }), 'activity')).toMatchObject({ id });
  });
});

describe('a filter', () => {
  test('finds by each member', async () => {
    const { client, tenant, customerId, otherCustomerId, opportunityId, contactId } = await aPlace();
    const at = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;
    const a = await anActivity(client, customerId, {
      subject: 'Été',
      type: 'CALL',
      date: at(1),
      due_date: at(5),
      opportunity_id: opportunityId,
      assigned_to: tenant.user.id,
    });
    await anActivity(as(service, tenant.manager), customerId, {
      subject: 'ete 50%',
      type: 'TASK',
      date: at(2),
      due_date: at(6),
      contact_id: contactId,
    });
    const c = await anActivity(client, otherCustomerId, { subject: 'Hiver', type: 'NOTE', date: at(3) });
    await client.post(`${activityAddress(c)}/complete`);
    const found = async (filter: object): Promise<string> => {
      const answer = await client.graphql(
        'query ($filter: ActivityFilter) { activities(filter: $filter, orderBy: [{ field: DATE }]) { totalCount nodes { subject } } }',
        { filter },
      );
      const { data } = graphqlIn<{ activities: { totalCount: number; nodes: { subject: string }[] } }>(answer);
      if (!data) return graphqlOutcomeOf(answer);
      expect(data.activities.totalCount).toBe(data.activities.nodes.length);
      return data.activities.nodes.map(({ subject }) => subject.charAt(0)).join('');
    };

    const cases: readonly (readonly [object, string])[] = [
      [{ id: { eq: a.id } }, 'É'],
      [{ type: { in: ['CALL', 'NOTE'] } }, 'ÉH'],
      [{ type: { neq: 'CALL' } }, 'eH'],
      [{ subject: { contains: 'ÉTÉ' } }, 'Ée'],
      [{ subject: { contains: '%' } }, 'e'],
      [{ subject: { startsWith: 'Hi' } }, 'H'],
      [{ customerId: { eq: customerId } }, 'Ée'],
      [{ opportunityId: { eq: opportunityId } }, 'É'],
      [{ opportunityId: { isNull: true } }, 'eH'],
      [{ contactId: { in: [contactId] } }, 'e'],
      [{ assignedToId: { eq: tenant.user.id } }, 'É'],
      [{ createdById: { eq: tenant.manager.id } }, 'e'],
      [{ isCompleted: { eq: true } }, 'H'],
      [{ date: { between: [at(1), at(2)] } }, 'Ée'],
      [{ dueDate: { gt: at(5) } }, 'e'],
      [{ dueDate: { isNull: true } }, 'H'],
      [{ createdAt: { lt: at(1) } }, ''],
      [{ or: [{ type: { eq: 'CALL' } }, { isCompleted: { eq: true } }] }, 'ÉH'],
      [{ not: { dueDate: { lte: at(5) } } }, 'eH'],
      [{ and: [{ customerId: { eq: customerId } }, { type: { eq: 'TASK' } }] }, 'e'],
      [{ customerId: { eq: 'x' } }, 'VALIDATION_FAILED'],
      [{ dueDate: { eq: '2026-01-05' } }, 'BAD_USER_INPUT'],
    ];
    for (const [filter, subjects] of cases) expect([filter, await found(filter)]).toEqual([filter, subjects]);
  });
});
