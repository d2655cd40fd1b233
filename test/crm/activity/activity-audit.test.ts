import { as, type Answer } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import {
  ACTIVITIES,
  activityAddress,
  activityIn,
  activityRow,
  anActivity,
  aScene,
  countOfActivities,
} from './activity-support.js';
import { atOnce, eventsOf, outcomeOf, type StoredAuditEvent } from '../customer/customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

async function lastEvent(tenant: TestTenant): Promise<StoredAuditEvent | undefined> {
  return (await eventsOf(service, tenant)).at(-1);
}

describe('the audit event', () => {
  test('of a creation holds what the activity was made with, and who did it', async () => {
    const tenant = await service.aTenant();
    const { customerId, contactId } = await aScene(service, tenant);

    const created = await anActivity(as(service, tenant.manager), customerId, {
      contact_id: contactId,
      due_date: '2026-12-01',
    });

    expect(await eventsOf(service, tenant)).toMatchObject([
      {
        action: 'activity.created',
        entity_type: 'activity',
        entity_id: created.id,
        user_id: tenant.manager.id,
        success: true,
        old_value: null,
      },
    ]);
    expect((await lastEvent(tenant))?.new_value).toEqual({
      customer_id: customerId,
      contact_id: contactId,
      type: 'CALL',
      subject: 'Appel',
      date: created.date,
      due_date: '2026-12-01T22:59:59.000Z',
      is_completed: false,
      created_by: tenant.manager.id,
    });
  });

  test.each(['REST', 'GraphQL'])('over %s has the word of what was done, before and after', async (transport) => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const { id } = await anActivity(client, customerId);
    const address = activityAddress({ id });
    const mutate = (field: string, input = ''): Promise<Answer> =>
      client.graphql(`mutation ($id: ID!) { ${withRecord(`${field}(id: $id${input})`)} }`, { id });
    const steps: readonly (readonly [string, () => Promise<Answer>, () => Promise<Answer>])[] = [
      [
        'updated',
        () => client.put(address, { subject: 'Autre' }),
        () => mutate('updateActivity', ', input: { subject: "Autre" }'),
      ],
      ['completed', () => client.post(`${address}/complete`), () => mutate('completeActivity')],
      ['reopened', () => client.post(`${address}/reopen`), () => mutate('reopenActivity')],
      ['deleted', () => client.delete(address), () => mutate('deleteActivity')],
      ['restored', () => client.post(`${address}/restore`), () => mutate('restoreActivity')],
    ];

    for (const [word, rest, graphql] of steps) {
      const answer = transport === 'REST' ? await rest() : await graphql();
      expect(answer.status).toBeLessThan(300);
      expect(await lastEvent(tenant)).toMatchObject({ action: `activity.${word}`, entity_id: id, success: true });
    }

    const events = await eventsOf(service, tenant);
    expect(events).toHaveLength(6);
    expect(events.slice(1, 4).map(({ old_value, new_value }) => [old_value, new_value])).toEqual([
      [{ subject: 'Appel' }, { subject: 'Autre' }],
      [
        { is_completed: false, completed_at: null },
        { is_completed: true, completed_at: expect.stringMatching(/Z$/) as unknown },
      ],
      [
        { is_completed: true, completed_at: expect.stringMatching(/Z$/) as unknown },
        { is_completed: false, completed_at: null },
      ],
    ]);
  });

  test('is not written for what changed nothing or was rejected', async () => {
    const tenant = await service.aTenant();
    const { customerId, othersContactId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const created = await anActivity(client, customerId);
    const address = activityAddress(created);

    await client.put(address, { subject: 'Appel' });
    await client.put(address, { subject: 'X' }, { 'if-match': '"9"' });
    await client.post(`${address}/reopen`);
    await client.post(`${address}/restore`);
    await client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'X', contact_id: othersContactId });
    await client.get(ACTIVITIES);
    expect(await eventsOf(service, tenant)).toHaveLength(1);

    await client.post(`${address}/complete`);
    await client.post(`${address}/complete`);
    expect(await eventsOf(service, tenant)).toHaveLength(2);
  });

  testOnOneNode('and its change stand or fall together', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const created = await anActivity(client, customerId);
    const before = await activityRow(service, created.id);
    const name = `reject_${tenant.id.replaceAll('-', '_')}`;
    await service.ask(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.tenant_id = '${tenant.id}' THEN RAISE 'no'; END IF; RETURN NEW; END $$`,
    );
    await service.ask(`CREATE TRIGGER ${name} BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION ${name}()`);

    const answers = [
      await client.post(`${activityAddress(created)}/complete`),
      await client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'X' }),
    ];
    await service.ask(`DROP TRIGGER ${name} ON audit_events`);

    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(await activityRow(service, created.id)).toEqual(before);
    expect(await countOfActivities(service, tenant)).toBe(1);
  });
});

describe('an Idempotency-Key', () => {
  const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

  test('gives every write one effect and the same answer twice', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const body = { customer_id: customerId, type: 'CALL', subject: 'X' };
    const key = (text: string): Record<string, string> => ({ 'idempotency-key': text });
    const created = await client.post(ACTIVITIES, body, key('1'));
    const address = activityAddress(activityIn(created));
    const replay = await client.post(ACTIVITIES, body, key('1'));
    expect([replay.status, replay.text, isReplay(created), isReplay(replay)]).toEqual([201, created.text, false, true]);
    const sends: readonly (() => Promise<Answer>)[] = [
      () => client.put(address, { subject: 'Autre' }, key('2')),
      () => client.request('PATCH', address, { subject: 'Encore' }, key('3')),
      () => client.post(`${address}/complete`, undefined, key('4')),
      () => client.post(`${address}/reopen`, undefined, key('5')),
      () => client.delete(address, key('6')),
      () => client.post(`${address}/restore`, undefined, key('7')),
    ];

    for (const send of sends) {
      const [first, second] = [await send(), await send()];
      expect([first.status < 300, isReplay(first), isReplay(second)]).toEqual([true, false, true]);
      expect([second.status, second.text]).toEqual([first.status, first.text]);
    }

    expect(await eventsOf(service, tenant)).toHaveLength(7);
    expect(outcomeOf(await client.post(ACTIVITIES, { ...body, subject: 'Y' }, key('1')))).toBe(
      '422 IDEMPOTENCY_KEY_REUSED',
    );
    expect(await countOfActivities(service, tenant)).toBe(1);
  });

  test('has one effect when the same creation comes ten times at once, over either transport', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const document =
      'mutation ($id: ID!) { createActivity(input: { customerId: $id, type: CALL, subject: "X" }) { activity { id } } }';

    const rest = await atOnce(10, () =>
      client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'X' }, { 'idempotency-key': 'a' }),
    );
    const graphql = await atOnce(10, () => client.graphql(document, { id: customerId }, { 'idempotency-key': 'b' }));

    for (const answers of [rest, graphql]) {
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(isReplay)).toHaveLength(9);
    }
    expect(await countOfActivities(service, tenant)).toBe(2);
  });

  test('lets a creation that failed be tried again', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const send = (): Promise<Answer> =>
      client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'X' }, { 'idempotency-key': 'k' });

    await service.ask('UPDATE customers SET deleted_at = now() WHERE id = $1', [customerId]);
    expect(outcomeOf(await send())).toBe('404 NOT_FOUND');
    await service.ask('UPDATE customers SET deleted_at = NULL WHERE id = $1', [customerId]);
    expect(outcomeOf(await send())).toBe('201');
  });
});
