import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activitiesIn,
  activityAddress,
  activityIn,
  activityRow,
  anActivity,
  aScene,
  hide,
  type ActivityJson,
  type Scene,
} from './activity-support.js';
import { atOnce, outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Place extends Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
}

async function aPlace(settings: Readonly<Record<string, string>> = {}): Promise<Place> {
  const tenant = await service.aTenant(settings);
  return { ...(await aScene(service, tenant)), tenant, client: as(service, tenant.admin) };
}

/** Every field that a creation takes, with a value that is no default. */
function everyField({ opportunityId, contactId, tenant }: Place): Readonly<Record<string, unknown>> {
  return {
    opportunity_id: opportunityId,
    contact_id: contactId,
    type: 'MEETING',
    subject: 'Démonstration',
    description: 'Première ligne\nseconde',
    date: '2026-03-31T09:30:00.000Z',
    due_date: '2026-04-30T10:00:00.500Z',
    duration_minutes: 90,
    assigned_to: tenant.user.id,
  };
}

describe('creating an activity', () => {
  test('a customer, a type and a subject are enough: the date is now, and nulls are there', async () => {
    const { client, customerId, tenant } = await aPlace();

    const answer = await client.post(ACTIVITIES, { customer_id: customerId, type: 'NOTE', subject: 'Rappel' });

    const created = activityIn(answer);
    expect(answer.status).toBe(201);
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{13}-7[0-9a-f-]{21}$/) as unknown,
      customer_id: customerId,
      opportunity_id: null,
      contact_id: null,
      type: 'NOTE',
      subject: 'Rappel',
      description: null,
      date: expect.stringMatching(INSTANT) as unknown,
      due_date: null,
      duration_minutes: null,
      assigned_to: null,
      is_completed: false,
      completed_at: null,
      created_by: tenant.admin.id,
      created_at: created.date,
      updated_at: created.date,
      version: 1,
    });
    expect(Math.abs(Date.now() - Date.parse(created.date))).toBeLessThan(60_000);
  });

  test('every member that is sent comes back, and a read gives the same bytes', async () => {
    const place = await aPlace();
    const body = { customer_id: place.customerId, ...everyField(place) };

    const created = await place.client.post(ACTIVITIES, body);
    const read = await place.client.get(activityAddress(activityIn(created)));

    expect(activityIn(created)).toMatchObject(body);
    expect(read.text).toBe(created.text);
    expect(created.headers.get('location')).toBe(activityAddress(activityIn(created)));
    expect([created.headers.get('etag'), read.headers.get('etag')]).toEqual(['"1"', '"1"']);
    expect(created.headers.get('cache-control')).toBe('no-store');
  });

  test('activity_type and activity_date are other names', async () => {
    const { client, customerId } = await aPlace();
    const named = { customer_id: customerId, subject: 'X', activity_date: '2026-01-01T10:00:00+02:00' };

    const created = await client.post(ACTIVITIES, { ...named, activity_type: 'TASK' });
    expect(created).toMatchObject({ status: 201, body: { type: 'TASK', date: '2026-01-01T08:00:00.000Z' } });

    const both = await client.post(ACTIVITIES, { ...named, activity_type: 'TASK', type: 'CALL' });
    expect(outcomeOf(both)).toBe('422 VALIDATION_FAILED');
    const changed = await client.put(activityAddress(activityIn(created)), {
      activity_type: 'TASK',
      activity_date: '2026-02-01T00:00:00Z',
    });
    expect(changed).toMatchObject({ status: 200, body: { date: '2026-02-01T00:00:00.000Z', version: 2 } });
  });

  test('text is stored composed and trimmed, and an empty one means null or the default', async () => {
    const { client, customerId } = await aPlace();

    const created = await anActivity(client, customerId, {
      subject: ' E\u0301lan ',
      description: ' ',
      due_date: '',
      duration_minutes: '',
      assigned_to: '',
      opportunity_id: '',
      contact_id: '',
      date: '',
    });

    expect(created).toMatchObject({ subject: '\u00c9lan', description: null, due_date: null, duration_minutes: null });
    expect(created).toMatchObject({ assigned_to: null, opportunity_id: null, contact_id: null });
    expect(created.date).toBe(created.created_at);
  });
});

describe('a due date', () => {
  test.each([
    ['Europe/Paris', '2026-12-01', '2026-12-01T22:59:59.000Z'],
    ['Europe/Paris', '2026-07-01', '2026-07-01T21:59:59.000Z'],
    ['Europe/Paris', '2026-03-29', '2026-03-29T21:59:59.000Z'],
    ['Europe/Paris', '2026-10-25', '2026-10-25T22:59:59.000Z'],
    ['America/New_York', '2026-12-01', '2026-12-02T04:59:59.000Z'],
    ['Pacific/Kiritimati', '2026-12-01', '2026-12-01T09:59:59.000Z'],
    ['UTC', '9999-12-31', '9999-12-31T23:59:59.000Z'],
    ['America/New_York', '9999-12-31', '9999-12-31T23:59:59.000Z'],
    ['UTC', '2026-12-01T10:00:00.123+02:00', '2026-12-01T08:00:00.123Z'],
    ['America/New_York', '2026-12-01T23:59:59Z', '2026-12-01T23:59:59.000Z'],
  ])('in %s, %s is due at %s', async (timeZone, sent, due) => {
    const { client, customerId } = await aPlace({ time_zone: timeZone });

    const created = await anActivity(client, customerId, { due_date: sent });
    expect(created.due_date).toBe(due);

    const other = await anActivity(client, customerId);
    const changed = await client.put(activityAddress(other), { due_date: sent });
    expect(activityIn(changed)).toMatchObject({ due_date: due, version: 2 });
    expect(activityIn(await client.put(activityAddress(other), { due_date: due })).version).toBe(2);
    expect(activityIn(await client.put(activityAddress(other), { due_date: null })).due_date).toBeNull();
  });
});

describe('changing an activity', () => {
  test.each(['PUT', 'PATCH'])('%s changes what is sent, clears what is null and leaves the rest', async (method) => {
    const place = await aPlace();
    const created = await anActivity(place.client, place.customerId, everyField(place));

    const changes = { subject: 'Autre', description: null, duration_minutes: 0 };
    const changed = await place.client.request(method, activityAddress(created), changes);

    const { updated_at } = activityIn(changed);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(activityIn(changed)).toEqual({ ...created, ...changes, version: 2, updated_at });
    expect((await place.client.get(activityAddress(created))).text).toBe(changed.text);
  });

  test('what changes nothing leaves version and instant alone, and what was read may be sent back', async () => {
    const place = await aPlace();
    const created = await anActivity(place.client, place.customerId, everyField(place));
    const address = activityAddress(created);

    for (const body of [{}, { subject: 'Démonstration' }, { date: '2026-03-31T11:30:00+02:00' }, created]) {
      expect(activityIn(await place.client.put(address, body))).toEqual(created);
    }
    const changed = await place.client.put(address, { ...created, subject: 'Neuf' }, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { subject: 'Neuf', version: 2 } });
  });

  test.each([
    ['type', 'CALL'],
    ['customer_id', '00000000-0000-7000-8000-000000000000'],
    ['opportunity_id', null],
    ['contact_id', null],
    ['id', '00000000-0000-7000-8000-000000000000'],
    ['is_completed', true],
    ['completed_at', '2026-01-01T00:00:00.000Z'],
    ['created_by', null],
    ['created_at', '2026-01-01T00:00:00.000Z'],
    ['updated_at', '2026-01-01T00:00:00.000Z'],
    ['version', 9],
  ])('%s never changes by it', async (field, value) => {
    const place = await aPlace();
    const created = await anActivity(place.client, place.customerId, everyField(place));
    const before = await activityRow(service, created.id);

    const changed = await place.client.put(activityAddress(created), { subject: 'Autre', [field]: value });

    expect(outcomeOf(changed)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(changed)).toEqual([`/${field} READ_ONLY`]);
    expect(await activityRow(service, created.id)).toEqual(before);
  });

  test.each(['id', 'is_completed', 'completed_at', 'created_by', 'created_at', 'updated_at', 'version'])(
    '%s is not taken by a creation',
    async (field) => {
      const { client, customerId } = await aPlace();
      const created = await anActivity(client, customerId);

      const { id, is_completed, completed_at, created_by, created_at, updated_at, version } = created;
      const given = { id, is_completed, completed_at, created_by, created_at, updated_at, version };
      const body = {
        customer_id: customerId,
        type: 'CALL',
        subject: 'X',
        [field]: Reflect.get(given, field) as unknown,
      };
      expect(wrongFieldsOf(await client.post(ACTIVITIES, body))).toEqual([`/${field} READ_ONLY`]);
    },
  );

  test('updates without a version queue on the row, and none is lost', async () => {
    const { client, customerId } = await aPlace();
    const created = await anActivity(client, customerId);

    const answers = await atOnce(8, (index) => client.put(activityAddress(created), { subject: `Objet ${index}` }));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const versions = answers.map((answer) => activityIn(answer).version).sort((a, b) => a - b);
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a version that the caller saw', () => {
  test.each([
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/complete'],
    ['POST', '/reopen'],
  ])('is rejected when it is stale: %s %s', async (method, action) => {
    const { client, customerId } = await aPlace();
    const created = await anActivity(client, customerId);
    const address = activityAddress(created);
    await client.put(address, { subject: 'Autre' });
    const before = await activityRow(service, created.id);
    const body = method.startsWith('P') && action === '' ? { subject: 'Encore' } : undefined;

    const stale = await client.request(method, address + action, body, { 'if-match': '"1"' });
    expect(outcomeOf(stale)).toBe('412 VERSION_CONFLICT');
    expect(problemIn(stale).details).toEqual({ current_version: 2 });
    expect(await activityRow(service, created.id)).toEqual(before);

    const fresh = await client.request(method, address + action, body, { 'if-match': '"2"' });
    expect(fresh.status).toBeLessThan(300);
  });
});

describe('completing an activity', () => {
  test('says when, once: again it is the same, byte for byte', async () => {
    const { client, customerId } = await aPlace();
    const created = await anActivity(client, customerId);
    const address = activityAddress(created);

    const completed = await client.post(`${address}/complete`);
    const again = await client.post(`${address}/complete`, {});

    const { completed_at, updated_at } = activityIn(completed);
    expect(activityIn(completed)).toEqual({ ...created, is_completed: true, version: 2, completed_at, updated_at });
    expect(completed_at).toMatch(INSTANT);
    expect(Math.abs(Date.now() - Date.parse(String(completed_at)))).toBeLessThan(60_000);
    expect(completed.headers.get('etag')).toBe('"2"');
    expect(again.text).toBe(completed.text);
    expect((await client.get(address)).text).toBe(completed.text);
  });

  test('is undone by reopening, which leaves an open one as it is', async () => {
    const { client, customerId } = await aPlace();
    const created = await anActivity(client, customerId);
    const address = activityAddress(created);

    expect(activityIn(await client.post(`${address}/reopen`))).toEqual(created);
    await client.post(`${address}/complete`);
    const reopened = await client.post(`${address}/reopen`);
    expect(reopened).toMatchObject({ status: 200, body: { is_completed: false, completed_at: null, version: 3 } });
    expect((await client.post(`${address}/reopen`)).text).toBe(reopened.text);
    expect(activityIn(await client.post(`${address}/complete`)).version).toBe(4);
  });

  test('takes no members, and ten at once complete it once', async () => {
    const { client, customerId } = await aPlace();
    const address = activityAddress(await anActivity(client, customerId));

    for (const action of ['complete', 'reopen']) {
      const answer = await client.post(`${address}/${action}`, { reason: 'x' });
      expect(wrongFieldsOf(answer)).toEqual(['/reason UNKNOWN_MEMBER']);
    }
    const answers = await atOnce(10, () => client.post(`${address}/complete`));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(activityIn(await client.get(address)).version).toBe(2);
  });
});

describe('deleting an activity', () => {
  test('hides it from every read, and restoring brings it back', async () => {
    const place = await aPlace();
    const { client } = place;
    const created = await anActivity(client, place.customerId, everyField(place));
    const address = activityAddress(created);

    const deleted = await client.delete(address, { 'if-match': '"1"' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const answer of [
      await client.get(address),
      await client.put(address, { subject: 'X' }),
      await client.delete(address),
      await client.post(`${address}/complete`),
      await client.post(`${address}/reopen`),
    ]) {
      expect(outcomeOf(answer)).toBe('404 NOT_FOUND');
      expect(problemIn(answer).detail).toBe('Activity not found');
    }
    expect(activitiesIn(await client.get(ACTIVITIES))).toEqual([]);
    expect((await client.get(address, { 'accept-language': 'fr' })).body).toMatchObject({
      detail: 'Activité non trouvée',
    });

    const restored = await client.post(`${address}/restore`);
    expect(restored.status).toBe(200);
    expect(activityIn(restored)).toMatchObject({ ...created, version: 3, updated_at: expect.any(String) as unknown });
    expect((await client.get(address)).text).toBe(restored.text);
    expect((await client.post(`${address}/restore`)).text).toBe(restored.text);
  });

  async function aDeleted(place: Place): Promise<{ address: string; activity: ActivityJson }> {
    const activity = await anActivity(place.client, place.customerId, everyField(place));
    await place.client.delete(activityAddress(activity));
    return { address: activityAddress(activity), activity };
  }

  test('under a customer who is deleted it is not restored', async () => {
    const place = await aPlace();
    const { address, activity } = await aDeleted(place);
    await hide(service, 'customers', place.customerId);
    const before = await activityRow(service, activity.id);

    const answer = await place.client.post(`${address}/restore`);

    expect(outcomeOf(answer)).toBe('409 ILLEGAL_TRANSITION');
    expect(await activityRow(service, activity.id)).toEqual(before);
  });

  test('the opportunity and the contact may be deleted: it is restored and keeps their ids', async () => {
    const place = await aPlace();
    const { address } = await aDeleted(place);
    await hide(service, 'opportunities', place.opportunityId);
    await hide(service, 'contacts', place.contactId);

    const { opportunityId: opportunity_id, contactId: contact_id } = place;
    expect(await place.client.post(`${address}/restore`)).toMatchObject({
      status: 200,
      body: { opportunity_id, contact_id },
    });
    expect(await place.client.put(address, { subject: 'Suite' })).toMatchObject({
      body: { opportunity_id, contact_id },
    });
  });
});
