import { complete, reopen } from '../../../src/crm/activity/activity-completion.js';
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activityAddress,
  activityIn,
  activityRow,
  anActivity,
  aScene,
  countOfActivities,
} from './activity-support.js';
import { outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

async function aPlace(): Promise<{ client: Client; tenant: TestTenant; customerId: string }> {
  const tenant = await service.aTenant();
  const { customerId } = await aScene(service, tenant);
  return { client: as(service, tenant.admin), tenant, customerId };
}

interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, object>> }>>;
  };
}

/** Sends the field in a creation and in an update; both must reject it alike, and leave the database as it was. */
async function expectRejected(field: string, values: readonly unknown[], code = '[A-Z_]+'): Promise<void> {
  const { client, tenant, customerId } = await aPlace();
  const existing = await anActivity(client, customerId);
  const before = await activityRow(service, existing.id);
  for (const value of values) {
    const body = { customer_id: customerId, type: 'CALL', subject: 'X', [field]: value };
    const created = await client.post(ACTIVITIES, body);
    const updated = await client.put(activityAddress(existing), { [field]: value });
    const sent = `${field}: ${JSON.stringify(value).slice(0, 60)}`;
    expect([sent, outcomeOf(created), outcomeOf(updated)]).toEqual([
      sent,
      ...Array<string>(2).fill('422 VALIDATION_FAILED'),
    ]);
    expect(wrongFieldsOf(updated)).toEqual(wrongFieldsOf(created));
    expect(wrongFieldsOf(created)).toEqual([expect.stringMatching(new RegExp(`^/${field} ${code}$`))]);
  }
  expect(await activityRow(service, existing.id)).toEqual(before);
  expect(await countOfActivities(service, tenant)).toBe(1);
}

describe('what a member may hold', () => {
  test.each([
    ['subject', 255],
    ['description', 20_000],
  ])('%s takes %i characters, also beyond the basic plane, and not one more', async (field, max) => {
    const { client, customerId } = await aPlace();
    const longest = '\u{1F600}'.repeat(max);
    expect(await anActivity(client, customerId, { [field]: longest })).toMatchObject({ [field]: longest });

    await expectRejected(field, ['x'.repeat(max + 1), '\u{1F600}'.repeat(max + 1)], 'TOO_LONG');
  });

  test.each([
    ['subject', [null, '', ' \t'], 'REQUIRED'],
    ['subject', [1, true, [], {}], 'NOT_A_STRING'],
    ['description', [1, true, [], {}], 'NOT_A_STRING'],
    ['subject', ['a\0b', 'a\ud800b'], 'INVALID_CHARACTERS'],
    ['description', ['a\0b', '\udc00'], 'INVALID_CHARACTERS'],
    ['duration_minutes', [1.5, '1.5', true, [], {}], 'NOT_AN_INTEGER'],
    ['duration_minutes', [-1, 2_147_483_648], 'OUT_OF_RANGE'],
    ['date', ['2026-01-01', 'hier', '2026-01-01T10', '2026-02-30T00:00:00'], 'INVALID_DATE_TIME'],
    ['due_date', ['2026-02-30', 'demain', '2026-01-01T10:60:00', '01/01/2026', '0000-01-01'], 'INVALID_DATE_TIME'],
    ['due_date', [20260101, true, [], {}], 'NOT_A_STRING'],
    ['assigned_to', ['x', '01a205ae-f10b-74f1-851d-5191d9d0985'], 'INVALID_UUID'],
    ['nom', ['x'], 'UNKNOWN_MEMBER'],
    ['deleted_at', [null], 'UNKNOWN_MEMBER'],
    ['deleted_with', [null], 'UNKNOWN_MEMBER'],
    ['search_text', ['x'], 'UNKNOWN_MEMBER'],
    ['tenant_id', ['x'], 'UNKNOWN_MEMBER'],
  ] as const)('%s is rejected when it is one of %j: %s', (field, values, code) => expectRejected(field, values, code));

  test('a creation needs a customer, a type and a subject', async () => {
    const { client, tenant, customerId } = await aPlace();

    const wrong = async (body: object): Promise<string[]> => wrongFieldsOf(await client.post(ACTIVITIES, body)).sort();
    const all = ['/customer_id REQUIRED', '/subject REQUIRED', '/type REQUIRED'];
    expect(await wrong({})).toEqual(all);
    expect(await wrong({ customer_id: null, type: null, subject: null })).toEqual(all);
    expect(await wrong({ customer_id: '', type: '', subject: '' })).toEqual(all);
    const rest = { customer_id: customerId, subject: 'X' };
    for (const type of ['call', 'SMS', '__proto__', 'constructor']) {
      expect(await wrong({ ...rest, type })).toEqual(['/type NOT_IN_LIST']);
      expect(await wrong({ ...rest, activity_type: type })).toEqual(['/activity_type NOT_IN_LIST']);
    }
    expect(await countOfActivities(service, tenant)).toBe(0);
  });

  test('an empty date means now, in a creation and in an update', async () => {
    const date = '';
    const { client, customerId } = await aPlace();
    const startedAt = new Date().toISOString();

    const created = await anActivity(client, customerId, { date });
    const existing = await anActivity(client, customerId, { date: '2026-01-01T10:00:00Z' });
    const changed = activityIn(await client.put(activityAddress(existing), { date }));

    expect(existing.date).toBe('2026-01-01T10:00:00.000Z');
    for (const activity of [created, changed]) expect(activity.date >= startedAt).toBe(true);
  });

  test('every wrong member is named at once, and no value is repeated', async () => {
    const { client } = await aPlace();

    const body = { customer_id: 'geheim', type: 'geheim', subject: '', due_date: 'geheim', duration_minutes: 'geheim' };
    const answer = await client.post(ACTIVITIES, body);

    expect(wrongFieldsOf(answer)).toHaveLength(5);
    expect(JSON.stringify(problemIn(answer))).not.toContain('geheim');
  });

  test('a malformed id is a 422, an unknown one a 404', async () => {
    const { client } = await aPlace();

    expect(outcomeOf(await client.get(activityAddress({ id: 'x' })))).toBe('422 VALIDATION_FAILED');
    const unknown = { id: '01a205ae-f10b-74f1-851d-5191d9d0985a' };
    expect(outcomeOf(await client.get(activityAddress(unknown)))).toBe('404 NOT_FOUND');
  });

  test('OpenAPI says what a due date may be', async () => {
    const document = (await as(service).get('/v1/openapi.json')).body as Document;
    const { schemas } = document.components;

    for (const name of ['CreateActivityInput', 'UpdateActivityInput']) {
      expect(schemas[name]?.properties.due_date).toMatchObject({
        type: ['string', 'null'],
        anyOf: [{ format: 'date' }, { format: 'date-time' }],
        description: expect.stringContaining('23:59:59') as unknown,
      });
    }
  });
});

describe('completion', () => {
  const open = { isCompleted: false, completedAt: null };

  test('keeps its first moment until it is reopened', () => {
    const done = complete(open, '2026-01-01T00:00:00.000Z');

    expect(done).toEqual({ isCompleted: true, completedAt: '2026-01-01T00:00:00.000Z' });
    expect(complete(done, '2026-02-01T00:00:00.000Z')).toEqual(done);
    expect(reopen()).toEqual(open);
  });
});
