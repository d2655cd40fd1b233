import { createHash } from 'node:crypto';
import http from 'node:http';
import { as } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { ACTIVITY_EXPORT, activityAddress, anActivity, aScene, hide, type Scene } from './activity-support.js';
import { idsInFiles } from '../export/export-support.js';
import { eventsOf, outcomeOf, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

const HEADER =
  'Type;Sujet;Description;Date;Échéance;Durée (min);Terminée;Terminée le;Code Client;Client;Code Opportunité;Contact;Responsable;Créé le;Id\r\n';

/** The file as its bytes say: what reads text for us would leave the byte order mark out. */
async function textOf({ token, tenantId }: TestUser, query = '?bom=false'): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId };
  const response = await fetch(service.origin + ACTIVITY_EXPORT + query, { headers });
  const text = Buffer.from(await response.arrayBuffer()).toString();
  if (response.status !== 200) throw new Error(text);
  return text;
}

/** The file's cells below its header. */
async function cellsOf(user: TestUser, query?: string): Promise<string[][]> {
  return (await textOf(user, query))
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(';'));
}

/** A scene whose codes are known. */
async function aNamedScene(tenant: TestTenant): Promise<Scene> {
  const scene = await aScene(service, tenant);
  await service.ask(`UPDATE customers SET code = 'CLI001', name = 'Dupont; "Fils"' WHERE id = $1`, [scene.customerId]);
  await service.ask(`UPDATE opportunities SET code = 'OPP-1' WHERE id = $1`, [scene.opportunityId]);
  return scene;
}

describe('the bytes of a file', () => {
  test('are these, for an activity with everything and one with nothing, newest first', async () => {
    const tenant = await service.aTenant();
    const { customerId, opportunityId, contactId } = await aNamedScene(tenant);
    const client = as(service, tenant.admin);
    const bare = await anActivity(client, customerId, { type: 'NOTE', subject: 'Été', date: '2026-01-01T12:00:00Z' });
    const full = await anActivity(client, customerId, {
      type: 'MEETING',
      subject: 'Démo; "finale"',
      description: 'Une ligne\nou deux',
      date: '2026-01-31T23:30:00Z',
      due_date: '2026-03-15',
      duration_minutes: 90,
      opportunity_id: opportunityId,
      contact_id: contactId,
      assigned_to: tenant.user.id,
    });
    await client.post(`${activityAddress(full)}/complete`);
    await service.ask(
      `UPDATE activities SET created_at = '2026-01-31T23:30:00Z', completed_at = CASE WHEN is_completed THEN '2026-06-30T22:30:00Z'::timestamptz END WHERE tenant_id = $1`,
      [tenant.id],
    );

    const expected =
      `MEETING;"Démo; ""finale""";"Une ligne\nou deux";2026-02-01;2026-03-15;90;Oui;2026-07-01;CLI001;"Dupont; ""Fils""";OPP-1;` +
      `Marie Curie;Essai user;2026-02-01;${full.id}\r\n` +
      `NOTE;Été;;2026-01-01;;;Non;;CLI001;"Dupont; ""Fils""";;;;2026-02-01;${bare.id}\r\n`;
    expect(await textOf(tenant.admin, '')).toBe(`\ufeff${HEADER}${expected}`);
    expect(await textOf(tenant.admin)).toBe(HEADER + expected);
  });

  test('have French dates with profile=excel-fr, and are a header when there is nothing', async () => {
    const tenant = await service.aTenant();
    expect(await textOf(tenant.admin)).toBe(HEADER);
    const { customerId } = await aScene(service, tenant);
    await anActivity(as(service, tenant.admin), customerId, { date: '2026-01-31T12:00:00Z' });

    const [cells] = await cellsOf(tenant.admin, '?profile=excel-fr');
    expect(cells?.[3]).toBe('31/01/2026');
  });

  test("have the days of the tenant's time zone", async () => {
    const days = [];
    for (const time_zone of ['Europe/Paris', 'America/New_York', 'UTC']) {
      const tenant = await service.aTenant({ time_zone });
      const { customerId } = await aScene(service, tenant);
      const sent = { date: '2026-06-30T22:30:00Z', due_date: '2026-06-30' };
      await anActivity(as(service, tenant.admin), customerId, sent);
      const [cells] = await cellsOf(tenant.admin);
      days.push(cells?.slice(3, 5));
    }

    expect(days).toEqual([
      ['2026-07-01', '2026-06-30'],
      ['2026-06-30', '2026-06-30'],
      ['2026-06-30', '2026-06-30'],
    ]);
  });

  test('leave out what is deleted of the opportunity and the contact, not the activity', async () => {
    const tenant = await service.aTenant();
    const { customerId, opportunityId, contactId } = await aNamedScene(tenant);
    const references = { opportunity_id: opportunityId, contact_id: contactId };
    await anActivity(as(service, tenant.admin), customerId, references);
    await service.ask(`UPDATE customers SET name = 'Dupont' WHERE id = $1`, [customerId]);
    const about = async (): Promise<string[] | undefined> => (await cellsOf(tenant.admin))[0]?.slice(8, 12);

    expect(await about()).toEqual(['CLI001', 'Dupont', 'OPP-1', 'Marie Curie']);
    await hide(service, 'opportunities', opportunityId);
    expect(await about()).toEqual(['CLI001', 'Dupont', '', 'Marie Curie']);
    await hide(service, 'contacts', contactId);
    expect(await about()).toEqual(['CLI001', 'Dupont', '', '']);
  });
});

describe('the guard against formulas', () => {
  test.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['|cmd', "'|cmd"],
    ['\uff1dSUM', "'\uff1dSUM"],
    ["'=1", "''=1"],
    ['Appel = fait', 'Appel = fait'],
    ['Ça va', 'Ça va'],
  ])('writes %p as %p in every text', async (text, cell) => {
    const tenant = await service.aTenant();
    const { customerId, opportunityId, contactId } = await aScene(service, tenant);
    await service.ask(`UPDATE customers SET code = $2, name = $2 WHERE id = $1`, [customerId, text]);
    await service.ask(`UPDATE opportunities SET code = $2 WHERE id = $1`, [opportunityId, text]);
    await service.ask(`UPDATE contacts SET first_name = $2 WHERE id = $1`, [contactId, text]);
    await service.ask(`UPDATE users SET full_name = $2 WHERE id = $1`, [tenant.user.id, text]);
    await anActivity(as(service, tenant.admin), customerId, {
      subject: text,
      description: text,
      opportunity_id: opportunityId,
      contact_id: contactId,
      assigned_to: tenant.user.id,
    });

    const [cells = []] = await cellsOf(tenant.admin);

    expect([1, 2, 8, 9, 10, 12].map((index) => cells[index])).toEqual(Array(6).fill(cell));
    const contact = cell.startsWith('"') ? `${cell.slice(0, -1)} Curie"` : `${cell} Curie`;
    expect(cells[11]).toBe(contact);
  });
});

describe('what a file holds', () => {
  test('is what the filters of the list say, without deleted activities', async () => {
    const tenant = await service.aTenant();
    const { customerId, otherCustomerId, opportunityId, contactId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const day = (n: number): object => ({ date: `2026-01-0${n}T12:00:00Z` });
    await anActivity(client, customerId, { ...day(1), subject: 'A', type: 'TASK', opportunity_id: opportunityId });
    await anActivity(client, customerId, { ...day(2), subject: 'B', contact_id: contactId });
    const c = await anActivity(client, otherCustomerId, { ...day(3), subject: 'C', assigned_to: tenant.user.id });
    await client.post(`${activityAddress(c)}/complete`);
    await client.delete(activityAddress(await anActivity(client, customerId, { subject: 'D' })));
    const subjects = async (query: string): Promise<string> =>
      (await cellsOf(tenant.admin, `?bom=false&${query}`)).map((cells) => cells[1]).join('');

    expect(await subjects('')).toBe('CBA');
    expect(await subjects('type=TASK')).toBe('A');
    expect(await subjects(`customer_id=${customerId}`)).toBe('BA');
    expect(await subjects(`opportunity_id=${opportunityId}`)).toBe('A');
    expect(await subjects(`contact_id=${contactId}`)).toBe('B');
    expect(await subjects(`assigned_to=${tenant.user.id}`)).toBe('C');
    expect(await subjects('is_completed=false')).toBe('BA');
    expect(await subjects('date_from=2026-01-02&date_to=2026-01-02')).toBe('B');
  });

  test("is a user's own: created by them, assigned to them, or of their customers", async () => {
    const tenant = await service.aTenant();
    const [others, mine] = [await aScene(service, tenant), await aScene(service, tenant, tenant.user.id)];
    const client = as(service, tenant.admin);
    await anActivity(client, others.customerId, { subject: 'Autre' });
    await anActivity(client, others.customerId, { subject: 'Assigned', assigned_to: tenant.user.id });
    await anActivity(as(service, tenant.user), others.customerId, { subject: 'Created' });
    await anActivity(client, mine.customerId, { subject: 'Customer' });
    await service.ask('UPDATE customers SET created_by = NULL, assigned_to = $2 WHERE id = $1', [
      mine.otherCustomerId,
      tenant.user.id,
    ]);
    await anActivity(client, mine.otherCustomerId, { subject: 'Responsible' });

    const subjects = (await cellsOf(tenant.user)).map((cells) => cells[1]).sort();

    expect(subjects).toEqual(['Assigned', 'Created', 'Customer', 'Responsible']);
    expect(await cellsOf(tenant.manager)).toHaveLength(5);
    expect(outcomeOf(await as(service, tenant.readonly).get(ACTIVITY_EXPORT))).toBe('403 FORBIDDEN');
  });

  test.each(['?type=X', '?date_from=x', '?sort=date', '?limit=5', '?page=0', '?page=2'])(
    '%s is rejected',
    async (query) => {
      const { admin } = await service.aTenant();

      const answer = await as(service, admin).get(ACTIVITY_EXPORT + query);

      expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
      expect(wrongFieldsOf(answer)).toHaveLength(1);
    },
  );
});

describe('how a file comes', () => {
  test('with its name, rows and digest, recorded in the audit log', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    await anActivity(as(service, tenant.admin), customerId);
    const { admin } = tenant;
    const headers = { authorization: `Bearer ${admin.token}`, 'x-tenant-id': tenant.id, te: 'trailers' };

    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const address = `${service.origin}${ACTIVITY_EXPORT}?type=CALL`;
      http.get(address, { headers, agent: false }, resolve).on('error', reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);

    const sha256 = createHash('sha256').update(Buffer.concat(chunks)).digest('base64');
    expect(response.headers['content-disposition']).toMatch(/^attachment; filename=activites_export_\d{8}_\d{6}\.csv$/);
    expect(response.headers).toMatchObject({ 'x-tenant-id': tenant.id, 'x-total-rows': '1' });
    expect(response.trailers).toEqual({ 'repr-digest': `sha-256=:${sha256}:` });
    expect((await eventsOf(service, tenant)).slice(1)).toMatchObject([
      { action: 'export.activities', new_value: { phase: 'started', type: 'CALL' } },
      { action: 'export.activities', new_value: { phase: 'finished', rows: 1, sha256 } },
    ]);
  });

  test('rejected over the cap, and in several files by the links of each', async () => {
    const tenant = await service.aTenant({ limit_export_rows: 2 });
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    for (let n = 0; n < 5; n += 1) await anActivity(client, customerId, { date: '2026-01-01T00:00:00Z' });

    expect(outcomeOf(await client.get(ACTIVITY_EXPORT))).toBe('422 EXPORT_TOO_LARGE');
    const ids = await idsInFiles(client, `${ACTIVITY_EXPORT}?page=1`);
    expect([ids.length, new Set(ids.flat()).size]).toEqual([3, 5]);
  });
});
