import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { anOpportunity, EXPORT } from './opportunity-support.js';
import { idsInFiles } from '../export/export-support.js';
import { aCustomer, eventsOf, outcomeOf } from '../customer/customer-support.js';

const service = useService();

const HEADER =
  'Code;Nom;Statut;Montant;Probabilité;Montant Pondéré;Date Conclusion Prévue;Date Conclusion Réelle;Source;Raison Gain;Raison Perte;Créé le;Devise;Code Client;Client;Responsable;Id\r\n';

describe('the file of opportunities', () => {
  test('has these bytes, for one with everything and one with nothing', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client, { code: 'CLI001', name: 'Élan; SA' });
    const full = await anOpportunity(client, {
      customer_id: customer.id,
      code: 'OPP-1',
      name: 'Projet "ERP"',
      status: 'WON',
      amount: 50000,
      currency: 'CHF',
      expected_close_date: '2026-03-31',
      source: '=1+1',
      assigned_to: tenant.user.id,
    });
    await client.put(`/v1/commercial/opportunities/${full.id}`, { win_reason: '@prix' });
    const bare = await anOpportunity(client, { customer_id: customer.id, code: 'Z', name: 'Zéro' });
    await service.ask(
      `UPDATE opportunities SET created_at = '2026-01-31T23:30:00Z',
         actual_close_date = CASE WHEN code = 'OPP-1' THEN '2026-02-15'::date END WHERE tenant_id = $1`,
      [tenant.id],
    );

    const answer = await client.get(EXPORT);
    const lines =
      `OPP-1;"Projet ""ERP""";WON;50000.00;100;50000.00;2026-03-31;2026-02-15;'=1+1;'@prix;;2026-02-01;CHF;CLI001;"Élan; SA";Essai user;${full.id}\r\n` +
      `Z;Zéro;NEW;0.00;10;0.00;;;;;;2026-02-01;EUR;CLI001;"Élan; SA";;${bare.id}\r\n`;

    // fetch takes the byte order mark away.
    expect(answer.text).toBe(HEADER + lines);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename=opportunites_export_\d{8}_\d{6}\.csv$/,
    );
    expect([answer.headers.get('content-type'), answer.headers.get('x-total-rows')]).toEqual([
      'text/csv; charset=utf-8',
      '2',
    ]);
    const french = await client.get(`${EXPORT}?profile=excel-fr`);
    expect(french.text).toContain('WON;50000,00;100;50000,00;31/03/2026;15/02/2026;');
  });

  test("takes the list's filters, in the list's order", async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await anOpportunity(client, { code: 'A' });
    await anOpportunity(client, {
      code: 'B',
      customer_id: customer.id,
      expected_close_date: '2027-01-01',
      status: 'WON',
    });
    await anOpportunity(client, {
      code: 'C',
      customer_id: customer.id,
      expected_close_date: '2026-12-31',
      name: 'Été',
    });
    const codes = async (query: string): Promise<string> => {
      const lines = (await client.get(`${EXPORT}?${query}`)).text.split('\r\n').slice(1, -1);
      return lines.map((line) => line.split(';')[0]).join(' ');
    };

    expect(await codes('')).toBe('C B A');
    expect(await codes('status=WON')).toBe('B');
    expect(await codes(`customer_id=${customer.id}`)).toBe('C B');
    expect(await codes('search=ete')).toBe('C');
    expect(await codes(`assigned_to=${tenant.user.id}`)).toBe('');
    expect(outcomeOf(await client.get(`${EXPORT}?status=OPEN`))).toBe('422 VALIDATION_FAILED');
  });

  test("holds a user to their own: made, got, or of their customers', and the audit log records it", async () => {
    const tenant = await service.aTenant();
    const [admin, user] = [as(service, tenant.admin), as(service, tenant.user)];
    const customer = await aCustomer(admin, { assigned_to: tenant.user.id });
    const others = await aCustomer(admin);
    await anOpportunity(admin, { code: 'OTHER' });
    await anOpportunity(admin, { code: 'THROUGH', customer_id: customer.id });
    await anOpportunity(admin, { code: 'GOT', assigned_to: tenant.user.id });
    await anOpportunity(user, { code: 'MADE', customer_id: others.id });

    const file = await user.get(`${EXPORT}?bom=false`);

    expect(file.headers.get('x-total-rows')).toBe('3');
    expect(file.text).not.toContain('OTHER');
    expect(outcomeOf(await as(service, tenant.readonly).get(EXPORT))).toBe('403 FORBIDDEN');
    const actions = (await eventsOf(service, tenant)).filter(({ action }) => action === 'export.opportunities');
    expect(actions.map(({ new_value }) => new_value?.phase)).toEqual(['started', 'finished']);
  });

  test('is rejected beyond the limit of rows', async () => {
    const tenant = await service.aTenant({ limit_export_rows: 1 });
    const client = as(service, tenant.admin);
    await anOpportunity(client);
    await anOpportunity(client);

    expect(outcomeOf(await client.get(EXPORT))).toBe('422 EXPORT_TOO_LARGE');
    const ids = await idsInFiles(client, `${EXPORT}?page=1`);
    expect([ids.length, new Set(ids.flat()).size]).toEqual([2, 2]);
  });
});
