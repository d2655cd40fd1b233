import { createHash } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { as } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import {
  aCustomer,
  atOnce,
  CUSTOMERS,
  eventsOf,
  EXPORT,
  outcomeOf,
  problemIn,
  wrongFieldsOf,
} from './customer-support.js';

const service = useOwnService({}, { exportLimits: { waitMs: 60_000, windowMs: 60_000 } });

beforeAll(async () => {
  // As long as it takes: where many are asked for at once, the machine decides how long each waits. And a reader who stands
  // still is not cut, so that what ends a file is that its reader has left.
});

const BOM = '\ufeff';
const HEADER =
  'Code;Nom;Type;Email;Téléphone;Mobile;Adresse;Ville;Code Postal;Pays;SIRET;TVA Intra;Conditions Paiement;CA Total;Nb Commandes;Actif;Créé le;Responsable;Devise;Étiquettes;Id\r\n';

interface File {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly bytes: Buffer;
}

function openFile(user: TestUser, query: string): Promise<http.IncomingMessage> {
  const headers = { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId, te: 'trailers' };
  return new Promise((resolve, reject) => {
    http.get(service.origin + EXPORT + query, { headers, agent: false }, resolve).on('error', reject);
  });
}

/** The bytes and the trailers, which fetch does not show. */
async function download(user: TestUser, query = ''): Promise<File> {
  const response = await openFile(user, query);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode = 0, headers, trailers } = response;
  return { status: statusCode, headers, trailers, bytes: Buffer.concat(chunks) };
}

async function textOf(user: TestUser, query = ''): Promise<string> {
  return (await download(user, query)).bytes.toString();
}

/** The file's lines below its header. */
async function linesOf(user: TestUser, query = '?bom=false'): Promise<string[]> {
  return (await textOf(user, query)).split('\r\n').slice(1, -1);
}

/** Many customers of one tenant at once, past the service. */
function fill(tenant: TestTenant, count: number, address = 'rue'): Promise<unknown> {
  return service.ask(
    `INSERT INTO customers (tenant_id, id, code, name, type, address_line1, country_code, payment_terms, currency, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'C' || lpad(n::text, 6, '0'), 'Nom', 'VIP', $3, 'FR', 'NET_30', 'EUR', now(), now()
     FROM generate_series(1, $2::integer) n`,
    [tenant.id, count, address],
  );
}

describe('the bytes of a file', () => {
  test('are these, for a customer with everything and one with nothing', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const full = await aCustomer(client, {
      code: 'CLI001',
      name: 'Élan; "Fils"',
      type: 'VIP',
      email: 'a@b.example',
      phone: '+33 1 23 45 67 89',
      mobile: '06',
      address_line1: '1, rue\nde la Paix',
      city: 'Orléans',
      postal_code: '02000',
      country_code: 'BE',
      registration_number: '12345678900011',
      tax_id: 'FR12',
      payment_terms: 'END_OF_MONTH',
      currency: 'CHF',
      tags: ['été', 'b c'],
      is_active: false,
      assigned_to: tenant.user.id,
    });
    const bare = await aCustomer(client, { code: 'Z', name: 'Zéro' });
    await service.ask(
      `UPDATE customers SET created_at = '2026-01-31T23:30:00Z', total_revenue = CASE WHEN code = 'CLI001' THEN 1234567.5 ELSE 0 END,
         order_count = CASE WHEN code = 'CLI001' THEN 12 ELSE 0 END WHERE tenant_id = $1`,
      [tenant.id],
    );

    const expected =
      `CLI001;"Élan; ""Fils""";VIP;a@b.example;+33 1 23 45 67 89;06;"1, rue\nde la Paix";Orléans;02000;BE;12345678900011;FR12;` +
      `END_OF_MONTH;1234567.50;12;Non;2026-02-01;Essai user;CHF;été, b c;${full.id}\r\n` +
      `Z;Zéro;PROSPECT;;;;;;;FR;;;NET_30;0.00;0;Oui;2026-02-01;;EUR;;${bare.id}\r\n`;
    expect(await textOf(tenant.admin)).toBe(BOM + HEADER + expected);
    expect(await textOf(tenant.admin, '?bom=false')).toBe(HEADER + expected);
  });

  test('are a header when there are no customers', async () => {
    const { admin } = await service.aTenant();

    expect(await textOf(admin)).toBe(BOM + HEADER);
  });

  test.each([
    ['?delimiter=,', ','],
    ['?delimiter=tab', '\t'],
    ['?delimiter=%09', '\t'],
    ['?delimiter=%3B', ';'],
    ['?delimiter=', ';'],
    ['?delimiter=;', ';'],
  ])('have the separator of %s, and quotes where it stands inside', async (query, separator) => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin), { name: `a${separator}b`, city: 'c;d,e' });

    const [header, row] = (await textOf(tenant.admin, `${query}&bom=false`)).split('\r\n');

    expect(header).toBe(HEADER.trim().replaceAll(';', separator));
    expect(row?.startsWith(`CLI00001${separator}"a${separator}b"${separator}PROSPECT${separator}`)).toBe(true);
    expect(row).toContain(separator === '\t' ? '\tc;d,e\t' : `${separator}"c;d,e"${separator}`);
  });

  test('have decimal commas and French dates with profile=excel-fr', async () => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin));
    await service.ask(
      `UPDATE customers SET created_at = '2026-01-31T12:00:00Z', total_revenue = 1234.5 WHERE tenant_id = $1`,
      [tenant.id],
    );

    expect(await linesOf(tenant.admin, '?profile=excel-fr')).toEqual([
      expect.stringContaining(';NET_30;1234,50;0;Oui;31/01/2026;'),
    ]);
    expect(await linesOf(tenant.admin, '?profile=excel-fr&delimiter=,')).toEqual([
      expect.stringContaining(',NET_30,"1234,50",0,Oui,31/01/2026,'),
    ]);
  });

  test("have the days of the tenant's time zone", async () => {
    const tenants = await Promise.all(
      ['Europe/Paris', 'America/New_York', 'UTC'].map((zone) => service.aTenant({ time_zone: zone })),
    );
    const days = [];
    for (const tenant of tenants) {
      await aCustomer(as(service, tenant.admin));
      await service.ask(`UPDATE customers SET created_at = '2026-06-30T22:30:00Z' WHERE tenant_id = $1`, [tenant.id]);
      days.push((await linesOf(tenant.admin))[0]?.split(';')[16]);
    }

    expect(days).toEqual(['2026-07-01', '2026-06-30', '2026-06-30']);
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
    ['\uff0b1', "'\uff0b1"],
    ['\uff0d1', "'\uff0d1"],
    ['\uff20x', "'\uff20x"],
    ["'=1", "''=1"],
    ["''=1", "'''=1"],
    // A no-break space is stored as a blank.
    ["'\u00a0=1", "'' =1"],
    ["'tis", "'tis"],
    ["O'Brien", "O'Brien"],
    ['a=b', 'a=b'],
    ['_x', '_x'],
    ['(1)', '(1)'],
    ['1+1', '1+1'],
    ['é', 'é'],
  ])('writes the text %p as %p', async (name, cell) => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin), { name, city: name, code: name, tags: [name] });

    const cells = (await linesOf(tenant.admin))[0]?.split(';') ?? [];

    expect([cells[0], cells[1], cells[7], cells[19]]).toEqual([cell, cell, cell, cell]);
  });

  test.each(["'\t=1", "'\r=1", "'\n=1", "' =1"])('looks behind blanks: %j', async (name) => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin), { name });

    expect((await textOf(tenant.admin)).includes(`'${name}`)).toBe(true);
  });

  test.each([
    ['+33 1 23 45', '+33 1 23 45'],
    ['(0)1-2/3.4', '(0)1-2/3.4'],
    ['+', "'+"],
    ['-1', "'-1"],
    ['+33=cmd', "'+33=cmd"],
    ['=1', "'=1"],
  ])('leaves a phone that looks like one alone: %p is %p', async (phone, cell) => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin), { phone, mobile: phone });

    const cells = (await linesOf(tenant.admin))[0]?.split(';') ?? [];

    expect([cells[4], cells[5]]).toEqual([cell, cell]);
  });

  test('never touches numbers, dates, words and ids, and guards the name of the responsible', async () => {
    const tenant = await service.aTenant();
    await aCustomer(as(service, tenant.admin), { assigned_to: tenant.user.id });
    await service.ask(`UPDATE users SET full_name = '=HYPERLINK()' WHERE id = $1`, [tenant.user.id]);
    await service.ask('UPDATE customers SET total_revenue = -5.5, order_count = -1 WHERE tenant_id = $1', [tenant.id]);

    expect(await linesOf(tenant.admin)).toEqual([
      expect.stringMatching(/;NET_30;-5\.50;-1;Oui;[\d-]+;'=HYPERLINK\(\);EUR;/),
    ]);
  });
});

describe('what a file holds', () => {
  test('is what the filters of the list say, by name, without deleted customers', async () => {
    const { admin, user } = await service.aTenant();
    const client = as(service, admin);
    await aCustomer(client, { code: 'B', name: 'B', type: 'VIP', country_code: 'BE', assigned_to: user.id });
    await aCustomer(client, { code: 'A', name: 'A', type: 'VIP', is_active: false });
    const { id } = await aCustomer(client, { code: 'C', name: 'C', type: 'VIP' });
    await client.delete(`${CUSTOMERS}/${id}`);
    const codes = async (query: string): Promise<string> =>
      (await linesOf(admin, query)).map((line) => line.split(';', 1)[0]).join(' ');

    expect(await codes('')).toBe('A B');
    expect(await codes('?type=VIP&is_active=true')).toBe('B');
    expect(await codes('?country_code=FR')).toBe('A');
    expect(await codes(`?assigned_to=${user.id}`)).toBe('B');
    expect(await codes('?search=b')).toBe('B');
    expect(await codes('?type=LEAD')).toBe('');
  });

  test("is a user's own customers only, and nothing for readonly", async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    await aCustomer(client, { code: 'OTHERS' });
    await aCustomer(client, { code: 'ASSIGNED', name: 'A', assigned_to: tenant.user.id });
    await aCustomer(as(service, tenant.user), { code: 'CREATED', name: 'B' });

    const file = await download(tenant.user, '?bom=false');

    expect(file.headers['x-total-rows']).toBe('2');
    expect((await linesOf(tenant.user)).map((line) => line.split(';', 1)[0])).toEqual(['ASSIGNED', 'CREATED']);
    expect((await linesOf(tenant.manager)).length).toBe(3);
    expect((await download(tenant.readonly)).status).toBe(403);
  });

  test.each([
    ...['?format=xls', '?delimiter=|', '?delimiter=%20', '?delimiter=%09%09', '?delimiter=%0A', '?bom=maybe'],
    ...['?profile=excel-de', '?page=0', '?page=2', '?sort=name', '?type=X'],
  ])('%s is rejected', async (query) => {
    const { admin } = await service.aTenant();

    const answer = await as(service, admin).get(EXPORT + query);

    expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(answer)).toHaveLength(1);
  });
});

describe('how a file comes', () => {
  test('with a name, its tenant, its rows and its digest', async () => {
    const tenant = await service.aTenant({ time_zone: 'Pacific/Kiritimati' });
    await fill(tenant, 3);

    const file = await download(tenant.admin);

    const zoned = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename=clients_export_${zoned}_\\d{6}\\.csv$`),
    );
    expect(file.headers).toMatchObject({ 'x-tenant-id': tenant.id, 'x-total-rows': '3', 'cache-control': 'no-store' });
    const sha256 = createHash('sha256').update(file.bytes).digest('base64');
    expect(file.trailers).toEqual({ 'repr-digest': `sha-256=:${sha256}:` });
  });

  test('whatever Accept says', async () => {
    const { admin } = await service.aTenant();

    expect((await as(service, admin).get(EXPORT, { accept: 'application/xml' })).status).toBe(200);
  });

  test('rejected over the cap, and in several files by the links of each', async () => {
    const tenant = await service.aTenant({ limit_export_rows: 4 });
    await fill(tenant, 9);
    const client = as(service, tenant.admin);

    const rejected = await client.get(EXPORT);
    expect(outcomeOf(rejected)).toBe('422 EXPORT_TOO_LARGE');
    expect(problemIn(rejected).details).toEqual({ rows: 9, limit: 4 });

    const codes: string[] = [];
    let next: string | undefined = `${EXPORT}?type=VIP&bom=false&page=1`;
    let parts = 0;
    while (next !== undefined && parts < 5) {
      const answer = await client.get(next);
      expect(answer.headers.get('x-total-rows')).toBe('9');
      codes.push(
        ...answer.text
          .split('\r\n')
          .slice(1, -1)
          .map((line) => line.split(';')[0] ?? ''),
      );
      next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      parts += 1;
    }
    expect([parts, codes.length, new Set(codes).size]).toEqual([3, 9, 9]);
  });

  test('recorded in the audit log before the first byte and after the last', async () => {
    const tenant = await service.aTenant();
    await fill(tenant, 3);

    const file = await download(tenant.admin, '?type=VIP');

    const events = await eventsOf(service, tenant);
    const sha256 = createHash('sha256').update(file.bytes).digest('base64');
    expect(events).toMatchObject([
      { action: 'export.customers', user_id: tenant.admin.id, new_value: { phase: 'started', type: 'VIP' } },
      { action: 'export.customers', user_id: tenant.admin.id, new_value: { phase: 'finished', rows: 3, sha256 } },
    ]);
    expect(events[0]?.entity_id).toBe(events[1]?.entity_id);
  });

  test('and a HEAD tells of it without a file', async () => {
    const tenant = await service.aTenant();
    await fill(tenant, 3);

    for (let i = 0; i < 15; i += 1) {
      const answer = await as(service, tenant.admin).request('HEAD', EXPORT);
      expect([answer.status, answer.text, answer.headers.get('x-total-rows')]).toEqual([200, '', '3']);
    }

    expect((await as(service, tenant.admin).get(CUSTOMERS)).status).toBe(200);
  });
});

describe('a client that leaves during a file', () => {
  const COPIES = `SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid() AND query LIKE 'COPY%'`;
  const copies = async (): Promise<number> => (await service.ask<{ count: number }>(COPIES))[0]?.count ?? -1;

  const failures = async (tenant: TestTenant): Promise<number> =>
    (await eventsOf(service, tenant)).filter(({ new_value }) => new_value?.phase === 'failed').length;
  /** In a few milliseconds; the rest is for a busy machine, and still short of the time after which the service cuts a file. */
  const within10s = async (isSo: () => Promise<boolean>): Promise<boolean> => {
    const end = Date.now() + 10_000;
    while (!(await isSo())) {
      if (Date.now() > end) return false;
      await sleep(20);
    }
    return true;
  };

  test('gives its connection back at once, and the service works on', async () => {
    const tenant = await service.aTenant();
    // Random letters, so that nothing on the way makes them small.
    await fill(tenant, 2000, Array.from({ length: 20_000 }, () => Math.random().toString(36)[2] ?? 'x').join(''));
    const responses = await atOnce(2, () => openFile(tenant.admin, ''));
    for (const response of responses) response.pause();
    expect(await within10s(async () => (await copies()) === 2)).toBe(true);

    for (const response of responses) response.destroy();

    expect(await within10s(async () => (await copies()) === 0)).toBe(true);
    expect((await as(service, tenant.admin).get(CUSTOMERS)).status).toBe(200);
    expect(await within10s(async () => (await failures(tenant)) === 2)).toBe(true);
  }, 60_000);
});

test('more exports at once than there are connections are all answered', async () => {
  const tenant = await service.aTenant();
  await as(service, tenant.admin).post(CUSTOMERS, { name: 'Seule' });

  const files = await atOnce(25, () => as(service, tenant.admin).get('/v1/commercial/export/customers'));

  expect(files.map(({ status }) => status)).toEqual(Array.from({ length: 25 }, () => 200));
}, 60_000);
