import { createHash } from 'node:crypto';
import http from 'node:http';
import { as } from '../../support/client.js';
import type { TestUser } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aContact, aContactOfItsOwn, CONTACT_EXPORT, contactAddress } from './contact-support.js';
import { idsInFiles } from '../export/export-support.js';
import { aCustomer, eventsOf, outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';

const service = useService();

const BOM = '\ufeff';
const HEADER =
  'Prénom;Nom;Fonction;Email;Téléphone;Mobile;Principal;Facturation;Décideur;Actif;Créé le;Livraison;Code Client;Client;Id\r\n';

interface File {
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly bytes: Buffer;
}

/** The bytes and the trailers, which fetch does not show. */
async function download(user: TestUser, query = ''): Promise<File> {
  const headers = { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId, te: 'trailers' };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(service.origin + CONTACT_EXPORT + query, { headers, agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { headers: response.headers, trailers: response.trailers, bytes: Buffer.concat(chunks) };
}

async function textOf(user: TestUser, query = ''): Promise<string> {
  return (await download(user, query)).bytes.toString();
}

/** The cells of the file's lines below its header; none of them holds a separator here. */
async function cellsOf(user: TestUser, query = '?bom=false'): Promise<string[][]> {
  return (await textOf(user, query))
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(';'));
}

describe('the bytes of a file', () => {
  test('are these, for a contact with everything and one with nothing', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client, { code: 'CLI001', name: 'Élan; "Fils"' });
    const full = await aContact(client, customer, {
      first_name: 'Jean',
      last_name: 'Dupont; "dit Jo"',
      job_title: 'Directeur,\nventes',
      email: 'a@b.example',
      phone: '+33 1 23 45 67 89',
      mobile: '06',
      is_primary: true,
      is_billing: true,
      is_shipping: true,
      is_decision_maker: true,
      is_active: false,
    });
    const bare = await aContact(client, customer, { first_name: 'Zoé', last_name: 'Éluard' });
    await service.ask("UPDATE contacts SET created_at = '2026-01-31T23:30:00Z' WHERE tenant_id = $1", [tenant.id]);

    const expected =
      `Jean;"Dupont; ""dit Jo""";"Directeur,\nventes";a@b.example;+33 1 23 45 67 89;06;Oui;Oui;Oui;Non;2026-02-01;Oui;CLI001;"Élan; ""Fils""";${full.id}\r\n` +
      `Zoé;Éluard;;;;;Non;Non;Non;Oui;2026-02-01;Non;CLI001;"Élan; ""Fils""";${bare.id}\r\n`;
    expect(await textOf(tenant.admin)).toBe(BOM + HEADER + expected);
    expect(await textOf(tenant.admin, '?bom=false')).toBe(HEADER + expected);
  });

  test('are a header when there are no contacts', async () => {
    const { admin } = await service.aTenant();

    expect(await textOf(admin)).toBe(BOM + HEADER);
  });

  test('have each flag in its own column', async () => {
    const { admin } = await service.aTenant();
    const flags = ['is_primary', 'is_billing', 'is_decision_maker', 'is_active', 'is_shipping'];
    const customer = await aCustomer(as(service, admin));
    for (const flag of flags)
      await aContact(as(service, admin), customer, { is_active: false, last_name: flag, [flag]: true });

    const rows = await cellsOf(admin);

    const yes = rows.map((cells) => [cells[1], cells.flatMap((cell, index) => (cell === 'Oui' ? [index] : []))]);
    expect(yes).toEqual([
      ['is_active', [9]],
      ['is_billing', [7]],
      ['is_decision_maker', [8]],
      ['is_primary', [6]],
      ['is_shipping', [11]],
    ]);
  });

  test('have the separator, the dates and the time zone that are asked for', async () => {
    const tenant = await service.aTenant({ time_zone: 'America/New_York' });
    await aContactOfItsOwn(as(service, tenant.admin), { last_name: 'a,b' });
    await service.ask("UPDATE contacts SET created_at = '2026-07-01T02:30:00Z' WHERE tenant_id = $1", [tenant.id]);

    expect(await textOf(tenant.admin, '?bom=false&delimiter=,')).toContain(
      '\r\nJean,"a,b",,,,,Non,Non,Non,Oui,2026-06-30,',
    );
    expect(await textOf(tenant.admin, '?delimiter=tab')).toContain('\r\nJean\ta,b\t\t\t\t\tNon\t');
    expect(await textOf(tenant.admin, '?profile=excel-fr')).toContain(';Non;Non;Non;Oui;30/06/2026;Non;');
  });
});

describe('the guard against formulas', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['|cmd', "'|cmd"],
    ['\uff1dSUM', "'\uff1dSUM"],
    ["'=1", "''=1"],
    ["'tis", "'tis"],
    ["O'Brien", "O'Brien"],
    ['é', 'é'],
  ])('writes the text %p as %p', async (text, cell) => {
    const { admin } = await service.aTenant();
    const customer = await aCustomer(as(service, admin), { name: text, code: text });
    await aContact(as(service, admin), customer, { first_name: text, last_name: text, job_title: text });

    const [cells = []] = await cellsOf(admin);

    expect([0, 1, 2, 12, 13].map((index) => cells[index])).toEqual(Array<string>(5).fill(cell));
  });

  test.each([
    ['+33 1 23 45', '+33 1 23 45'],
    ['(0)1-2/3.4', '(0)1-2/3.4'],
    ['+', "'+"],
    ['-1', "'-1"],
    ['+33=cmd', "'+33=cmd"],
    ['=1', "'=1"],
  ])('leaves a phone that looks like one alone: %p is %p', async (phone, cell) => {
    const { admin } = await service.aTenant();
    await aContactOfItsOwn(as(service, admin), { phone, mobile: phone });

    const [cells = []] = await cellsOf(admin);

    expect([cells[4], cells[5]]).toEqual([cell, cell]);
  });

  test('guards an e-mail address that begins like a formula', async () => {
    const { admin } = await service.aTenant();
    await aContactOfItsOwn(as(service, admin), { email: '=x@y.example' });

    expect((await cellsOf(admin))[0]?.[3]).toBe("'=x@y.example");
  });
});

describe('what a file holds', () => {
  test('is what the filters say, inactive contacts included unless is_active is given, in the order of the list', async () => {
    const { admin } = await service.aTenant();
    const client = as(service, admin);
    const [one, two] = [await aCustomer(client), await aCustomer(client)];
    await aContact(client, one, { last_name: 'B', first_name: 'Élan' });
    await aContact(client, one, { last_name: 'B', first_name: 'Anne' });
    await aContact(client, two, { last_name: 'A', is_active: false, phone: '0123456789' });
    await client.delete(contactAddress(await aContact(client, two, { last_name: 'C' })));
    const names = async (query: string): Promise<string> =>
      (await cellsOf(admin, query)).map((cells) => `${cells[0] ?? ''} ${cells[1] ?? ''}`).join(', ');

    expect(await names('')).toBe('Jean A, Anne B, Élan B');
    expect(await names('?is_active=')).toBe('Jean A, Anne B, Élan B');
    expect(await names('?is_active=true')).toBe('Anne B, Élan B');
    expect(await names('?is_active=false')).toBe('Jean A');
    expect(await names(`?customer_id=${two.id.toUpperCase()}`)).toBe('Jean A');
    expect(await names('?search=elan')).toBe('Élan B');
    expect(await names('?search=23456')).toBe('Jean A');
    expect(await names('?search=23456&is_active=true')).toBe('');
  });

  test.each(['?sort=last_name', '?page_size=1', '?page=2', '?is_active=maybe', '?customer_id=x', '?type=X'])(
    '%s is rejected',
    async (query) => {
      const { admin } = await service.aTenant();

      const answer = await as(service, admin).get(CONTACT_EXPORT + query);

      expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
      expect(wrongFieldsOf(answer)).toHaveLength(1);
    },
  );
});

describe('how a file comes', () => {
  test('with a name, its tenant, its rows and its digest, recorded in the audit log before and after', async () => {
    const tenant = await service.aTenant({ time_zone: 'Pacific/Kiritimati' });
    const { customer_id } = await aContactOfItsOwn(as(service, tenant.admin));
    const before = (await eventsOf(service, tenant)).length;

    const file = await download(tenant.admin, `?customer_id=${customer_id}`);

    const zoned = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    expect(file.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename=contacts_export_${zoned}_\\d{6}\\.csv$`),
    );
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'x-tenant-id': tenant.id,
      'x-total-rows': '1',
      'cache-control': 'no-store',
    });
    const sha256 = createHash('sha256').update(file.bytes).digest('base64');
    expect(file.trailers).toEqual({ 'repr-digest': `sha-256=:${sha256}:` });
    const asked = { action: 'export.contacts', user_id: tenant.admin.id };
    expect((await eventsOf(service, tenant)).slice(before)).toMatchObject([
      { ...asked, new_value: { phase: 'started' } },
      { ...asked, new_value: { phase: 'finished', rows: 1, sha256 } },
    ]);
  });

  test('rejected over the cap, and in several files by the links of each', async () => {
    const tenant = await service.aTenant({ limit_export_rows: 4 });
    const client = as(service, tenant.admin);
    const customer = await aCustomer(client);
    await service.ask(
      `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, created_at, updated_at)
       SELECT $1, gen_random_uuid(), $2, 'N', 'Même', now(), now() FROM generate_series(1, 9) n`,
      [tenant.id, customer.id],
    );

    const rejected = await client.get(CONTACT_EXPORT);
    expect(outcomeOf(rejected)).toBe('422 EXPORT_TOO_LARGE');
    expect(problemIn(rejected).details).toEqual({ rows: 9, limit: 4 });

    const ids = await idsInFiles(client, `${CONTACT_EXPORT}?page=1`);
    expect([ids.length, new Set(ids.flat()).size]).toEqual([3, 9]);
  });
});
