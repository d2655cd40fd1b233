/** The four CSV files at full size, read by somebody else's parser and compared with the database cell by cell. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import Papa from 'papaparse';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

/** As many as one file may hold. */
const ROWS = 10_000;
/** Rows of each record type beside them that are deleted: no file may show them. */
const DELETED = 50;

/** What a spreadsheet would run, or what taking a guard off must tell from one. */
const GUARDED = [
  ...['=1+1', '=HYPERLINK("http://x";"y")', "=cmd|' /C calc'!A0", '=', '=a;b\n"c"', '=😀', '+cmd', '+1', '-', '-2+3'],
  ...['-5', '-5,50', '@SUM(A1)', '|x', '+33 1 23 45 67 89', '\t=1', '\tx', '\rx', '\r\n=1', '\nx', '  =1', '\u00a0+1'],
  ...[
    '\u3000-1',
    '\u200b@x',
    '\uff1dSUM(1)',
    '\uff0b1',
    '\uff0d1',
    '\uff20x',
    '\uff5cx',
    "'=1",
    "''=1",
    "'\t=1",
    "' -1",
  ],
  ...Array.from('\u000b\u000c\u0085\u1680\u2028\u2029\u202f\u205f\ufeff', (blank) => `${blank}=1`),
];
const HARMLESS = [
  ...["'tis", "'", "''", "' x", "O'Brien", '"quoted"', '"', '""', 'a;b', 'a,b', 'a\tb', '1;2\n3', 'a\r\nb', 'a\r'],
  ...['a\n', 'Élan', 'Œuvre', 'ÿ', '×', '😀 fête', '👩‍👩‍👧', 'مرحبا', '\u202bעברית', '中文', '\ufeffx', ' x', 'x ', '  '],
  ...['.', '\\N', '\\.', '(0)1 23', '06 12', '0012', '1e5', '12345678900011', '2026-01-31', '31/01/2026', 'Oui'],
  ...['NULL', '1'.repeat(251), '0"1', '5 %', 'vrai', 'False', 'VRAI;', '(12)', 'Mai 68', '.5', ',5', '1\n2'],
  ...['a=b', '1+1', '_x', '#REF!', '%', '/x', 'C:\\a,b', 'x'.repeat(200)],
];
const GUARDED_PHONES = [
  '+',
  '-33 1',
  '=1',
  '+33=cmd',
  '+33 1\n',
  '@1',
  '+ 33',
  "'+33",
  "'=33",
  '\uff0b33',
  '\t06',
  '-5',
];
const PHONES = ['+33 1 23 45 67 89', '(0)1 23 45', '+1 (555) 010-9999', '+33.1/2', '+4', '06 12 34', '#31#'];
const VALUES = { texts: [...GUARDED, ...HARMLESS, '', null], phones: [...GUARDED_PHONES, ...PHONES, '', null] };

interface File {
  readonly name: string;
  /** `header: type SQL` of each column. */
  readonly columns: string;
  readonly from: string;
  readonly orderBy: string;
}

const FILES: readonly File[] = [
  {
    name: 'customers',
    columns: `Code: text c.code; Nom: text c.name; Type: word c.type; Email: text c.email; Téléphone: phone c.phone;
      Mobile: phone c.mobile; Adresse: text c.address_line1; Ville: text c.city; Code Postal: text c.postal_code;
      Pays: word c.country_code; SIRET: text c.registration_number; TVA Intra: text c.tax_id;
      Conditions Paiement: word c.payment_terms; CA Total: money c.total_revenue::text; Nb Commandes: number c.order_count;
      Actif: boolean c.is_active; Créé le: instant c.created_at; Responsable: text u.full_name; Devise: word c.currency;
      Étiquettes: list c.tags; Id: uuid c.id`,
    from: `customers c LEFT JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.assigned_to
      WHERE c.tenant_id = $1 AND c.deleted_at IS NULL`,
    orderBy: 'c.name, c.id',
  },
  {
    name: 'contacts',
    columns: `Prénom: text k.first_name; Nom: text k.last_name; Fonction: text k.job_title; Email: text k.email;
      Téléphone: phone k.phone; Mobile: phone k.mobile; Principal: boolean k.is_primary; Facturation: boolean k.is_billing;
      Décideur: boolean k.is_decision_maker; Actif: boolean k.is_active; Créé le: instant k.created_at;
      Livraison: boolean k.is_shipping; Code Client: text c.code; Client: text c.name; Id: uuid k.id`,
    from: `contacts k JOIN customers c ON c.tenant_id = k.tenant_id AND c.id = k.customer_id
      WHERE k.tenant_id = $1 AND k.deleted_at IS NULL`,
    orderBy: 'k.last_name, k.first_name, k.id',
  },
  {
    name: 'opportunities',
    columns: `Code: text o.code; Nom: text o.name; Statut: word o.status; Montant: money o.amount::text;
      Probabilité: number o.probability; Montant Pondéré: money o.weighted_amount::text;
      Date Conclusion Prévue: date o.expected_close_date; Date Conclusion Réelle: date o.actual_close_date;
      Source: text o.source; Raison Gain: text o.win_reason; Raison Perte: text o.loss_reason; Créé le: instant o.created_at;
      Devise: word o.currency; Code Client: text c.code; Client: text c.name; Responsable: text u.full_name; Id: uuid o.id`,
    from: `opportunities o JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
      LEFT JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.assigned_to
      WHERE o.tenant_id = $1 AND o.deleted_at IS NULL`,
    orderBy: 'o.expected_close_date, o.id',
  },
  {
    name: 'activities',
    columns: `Type: word a.type; Sujet: text a.subject; Description: text a.description; Date: instant a.date;
      Échéance: instant a.due_date; Durée (min): number a.duration_minutes; Terminée: boolean a.is_completed;
      Terminée le: instant a.completed_at; Code Client: text c.code; Client: text c.name; Code Opportunité: text o.code;
      Contact: text k.first_name || ' ' || k.last_name; Responsable: text u.full_name; Créé le: instant a.created_at;
      Id: uuid a.id`,
    from: `activities a JOIN customers c ON c.tenant_id = a.tenant_id AND c.id = a.customer_id
      LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.assigned_to
      LEFT JOIN opportunities o ON o.tenant_id = a.tenant_id AND o.id = a.opportunity_id AND o.deleted_at IS NULL
      LEFT JOIN contacts k ON k.tenant_id = a.tenant_id AND k.id = a.contact_id AND k.deleted_at IS NULL
      WHERE a.tenant_id = $1 AND a.deleted_at IS NULL`,
    orderBy: 'a.date DESC, a.id DESC',
  },
];

type Column = Readonly<Record<'header' | 'columnType' | 'source', string>>;

function columnsOf(file: File): Column[] {
  return file.columns.split(';').map((text) => {
    const [, header = '', columnType = '', source = ''] = /^\s*(.+?): (\w+) (.+)$/s.exec(text) ?? [];
    return { header, columnType, source };
  });
}

/** For row n one of the values, which are $2: the texts, then the phones. Every column chooses otherwise. */
let choices = 0;
const oneOf = (list: readonly unknown[], before: number): string =>
  `($2::text[])[${before + 1} + abs(hashint4extended(n, ${(choices += 1)}) % ${list.length})]`;
const text = (): string => oneOf(VALUES.texts, 0);
const phone = (): string => oneOf(VALUES.phones, VALUES.texts.length);
/** Where there must be something. */
const something = (): string => `coalesce(nullif(${text()}, ''), 'N')`;
const idOf = (recordType: string, n = 'n'): string => `md5('${recordType}' || ${n})::uuid`;
const OWNER = 'CASE WHEN n > 10000 THEN n - 10000 ELSE n END';
const MONEY = 'ARRAY[0, 0.10, 9999999999999.99, 1234567.5, 5, 0.01, 1]';
const CREATED = `'2026-01-01T00:00:00Z'::timestamptz + n * interval '53 minutes'`;
const RESPONSIBLE = `CASE WHEN n % 9 > 0 THEN ${idOf('u', 'n % 1500')} END`;
const COMMON = `now(), CASE WHEN n > ${ROWS} THEN now() END`;
const NUMBERS = 'generate_series($3::integer, $4::integer) n';

/** In the order in which they refer to each other. The deleted rows are those above the full number. */
const FILLING: readonly string[] = [
  `INSERT INTO customers (tenant_id, id, code, name, type, email, phone, mobile, address_line1, city, postal_code, country_code,
     registration_number, tax_id, payment_terms, total_revenue, order_count, is_active, currency, tags, assigned_to, created_at,
     updated_at, deleted_at)
   SELECT $1, ${idOf('c')}, left(coalesce(${text()}, ''), 40) || '#' || n, ${something()},
     (ARRAY['PROSPECT', 'LEAD', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED'])[1 + n % 6], ${text()}, ${phone()}, ${phone()},
     ${text()}, ${text()}, ${text()}, (ARRAY['FR', 'BE', 'CH'])[1 + n % 3], ${text()}, ${text()},
     (ARRAY['NET_30', 'END_OF_MONTH'])[1 + n % 2], (${MONEY})[1 + n % 7] * CASE WHEN n % 5 = 0 THEN -1 ELSE 1 END, n % 50 - 5,
     n % 3 > 0, (ARRAY['EUR', 'CHF'])[1 + n % 2], CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY[${something()}]
     WHEN 2 THEN ARRAY[${something()}, ${something()}] ELSE ARRAY['été', 'b c', ${something()}] END, ${RESPONSIBLE}, ${CREATED},
     ${COMMON} FROM ${NUMBERS}`,
  `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, job_title, email, phone, mobile, is_primary, is_billing,
     is_shipping, is_decision_maker, is_active, created_at, updated_at, deleted_at)
   SELECT $1, ${idOf('k')}, ${idOf('c', `(${OWNER})`)}, left(${something()}, 100), left(${something()}, 100), ${text()}, ${text()},
     ${phone()}, ${phone()}, n % 2 = 0, n % 3 = 0, n % 5 = 0, n % 7 = 0, n % 11 > 0, ${CREATED}, ${COMMON} FROM ${NUMBERS}`,
  `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, expected_close_date,
     actual_close_date, source, win_reason, loss_reason, assigned_to, created_at, updated_at, deleted_at)
   SELECT $1, ${idOf('o')}, ${idOf('c', `(${OWNER})`)}, left(coalesce(${text()}, ''), 40) || '#' || n, ${something()}, status,
     CASE status WHEN 'WON' THEN 100 WHEN 'LOST' THEN 0 ELSE n % 101 END, (${MONEY})[1 + n % 7], 'EUR',
     CASE WHEN n % 8 > 0 THEN '2026-01-01'::date + n % 900 END,
     CASE WHEN status IN ('WON', 'LOST') THEN '2024-02-29'::date + n % 900 END, ${text()},
     CASE status WHEN 'WON' THEN ${text()} END, CASE status WHEN 'LOST' THEN ${text()} END, ${RESPONSIBLE}, ${CREATED}, ${COMMON}
   FROM ${NUMBERS}, LATERAL (SELECT (ARRAY['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST'])[1 + n % 6]) s (status)`,
  // The first of them refer to deleted opportunities and contacts.
  `INSERT INTO activities (tenant_id, id, customer_id, opportunity_id, contact_id, type, subject, description, date, due_date,
     duration_minutes, is_completed, completed_at, assigned_to, created_at, updated_at, deleted_at)
   SELECT $1, ${idOf('a')}, ${idOf('c', `(${OWNER})`)}, CASE WHEN n BETWEEN 1 AND ${DELETED} THEN ${idOf('o', `(n + ${ROWS})`)}
       WHEN n % 3 > 0 THEN ${idOf('o')} END,
     CASE WHEN n BETWEEN 1 AND ${DELETED} THEN ${idOf('k', `(n + ${ROWS})`)} WHEN n % 4 > 0 THEN ${idOf('k')} END,
     (ARRAY['CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP'])[1 + n % 6], ${something()}, ${text()},
     '2026-03-28T20:00:00Z'::timestamptz + n % 5000 * interval '7 minutes',
     CASE WHEN n % 3 > 0 THEN '2026-10-25T21:59:59.999Z'::timestamptz + n * interval '1 hour' END,
     CASE WHEN n % 2 > 0 THEN n % 200 END, n % 4 = 0, CASE WHEN n % 4 = 0 THEN ${CREATED} + interval '1 day' END, ${RESPONSIBLE},
     ${CREATED}, ${COMMON} FROM ${NUMBERS}`,
];

const service = useService();
let tenant: TestTenant;

/** Rows of every record type, numbered from one number to another. */
async function fill(first: number, last: number): Promise<void> {
  const values = [tenant.id, [...VALUES.texts, ...VALUES.phones], first, last];
  for (const statement of FILLING) await service.ask(statement, values);
}

beforeAll(async () => {
  tenant = await service.aTenant();
  await service.ask(
    `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
     SELECT $1, ${idOf('u')}, n || '@u.example', n || '@u.example', ${something()}, 'user', '-' FROM generate_series(0, 1499) n`,
    [tenant.id, VALUES.texts],
  );
  await fill(1, ROWS + DELETED);
  await service.ask('ANALYZE');
}, 120_000);

/** The bytes and the trailers, which fetch does not show. */
async function download({ name }: File, query = '') {
  const { token } = tenant.admin;
  const headers = {
    authorization: `Bearer ${token}`,
    'x-tenant-id': tenant.id,
    te: 'trailers',
    'accept-language': 'en',
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const address = `${service.origin}/v1/commercial/export/${name}${query}`;
    http.get(address, { headers, agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode = 0, trailers } = response;
  return { status: statusCode, headers: response.headers, trailers, bytes: Buffer.concat(chunks) };
}

/** The rows of a file, its header first. */
function rowsIn(bytes: Buffer, delimiter = ';'): string[][] {
  const decoded = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const { data, errors } = Papa.parse<string[]>(decoded, { delimiter, newline: '\r\n' });
  expect(errors).toEqual([]);
  // Behind the last line's end.
  expect(data.pop()).toEqual(['']);
  return data;
}

type Value = string | number | boolean | null | readonly string[];

/** What the database holds, in the file's order. */
async function valuesOf(file: File): Promise<Value[][]> {
  const list = columnsOf(file).map(({ source }) => source);
  const rows = await service.ask<{ values: Value[] }>(
    `SELECT json_build_array(${list.join(', ')}) AS values FROM ${file.from} ORDER BY ${file.orderBy}`,
    [tenant.id],
  );
  return rows.map(({ values }) => values);
}

const RUNS = /^[\p{Z}\v\f\u0085\u200b\ufeff]*[=+\-@|\t\r\n\uff1d\uff0b\uff0d\uff20\uff5c]/u;
const PHONE = /^[+(]\d[\d ().+/-]*$/;
const needsGuard = (value: string): boolean => RUNS.test(value.replace(/^'+/, ''));
const guard = (value: string): string => (needsGuard(value) ? `'${value}` : value);
const parisDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });
/** What a French spreadsheet would read as a value, of the texts that may stand in a formula. */
const READ_AS_VALUE = /^(?=[\dA-Za-z+().,/ -]{1,250}$)(?:[\d+.,-]|(?:vrai|false)$|\([\d ]*\)$|mai .*\d)/i;
const shown = (value: string, isFrench: boolean, otherwise: (value: string) => string): string =>
  isFrench && READ_AS_VALUE.test(value) ? `="${value}"` : otherwise(value);
const frenchDay = (day: string): string => day.split('-').reverse().join('/');

/** How a value stands in a cell of a column type. */
const CELLS: Readonly<Record<string, (value: string, isFrench: boolean) => string>> = {
  text: (value, isFrench) => shown(value, isFrench, guard),
  phone: (value, isFrench) => shown(value, isFrench, (phone) => (PHONE.test(phone) ? phone : guard(phone))),
  list: (value, isFrench) => shown(value, isFrench, guard),
  word: (value) => value,
  uuid: (value) => value,
  number: (value) => value,
  boolean: (value) => (value === 'true' ? 'Oui' : 'Non'),
  money: (value, isFrench) => (isFrench ? value.replace('.', ',') : value),
  date: (value, isFrench) => (isFrench ? frenchDay(value) : value),
  instant: (value, isFrench) => {
    const day = parisDay.format(new Date(value));
    return isFrench ? frenchDay(day) : day;
  },
};

/** A list's items are apart by ", "; a comma or a backslash inside one has a backslash before it. */
function textOf(value: Value): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.map((item) => String(item).replace(/[\\,]/g, '\\$&')).join(', ') : String(value);
}

/** The first few cells that are not what the values say. */
function differences(columns: readonly Column[], rows: string[][], values: Value[][], isFrench = false): unknown[] {
  const found: unknown[] = rows.length === values.length ? [] : [{ rows: rows.length, values: values.length }];
  values.forEach((row, index) => {
    columns.forEach(({ header, columnType }, place) => {
      const value = textOf(row[place] ?? null);
      const expected = value === '' ? '' : CELLS[columnType]?.(value, isFrench);
      const cell = rows[index]?.[place];
      if (cell !== expected && found.length < 5) found.push({ index, header, value, expected, cell });
    });
    if (rows[index]?.length !== columns.length && found.length < 5) found.push({ index, cells: rows[index]?.length });
  });
  return found;
}

const PATTERNS: Readonly<Record<string, RegExp>> = {
  word: /^[A-Z][A-Z_0-9]+$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  number: /^-?\d+$/,
  boolean: /^(Oui|Non)$/,
  money: /^-?\d+\.\d\d$/,
  date: /^\d{4}-\d\d-\d\d$/,
  instant: /^\d{4}-\d\d-\d\d$/,
};

describe.each(FILES)('the file of 10 000 $name', (file) => {
  const columns = columnsOf(file);
  const headers = columns.map(({ header }) => header);
  let values: Value[][];
  let downloaded: Awaited<ReturnType<typeof download>>;
  let rows: string[][];

  beforeAll(async () => {
    values = await valuesOf(file);
    downloaded = await download(file);
    rows = rowsIn(downloaded.bytes);
  }, 60_000);

  test('is what the database holds, in UTF-8 with a mark, its rows counted and its bytes digested', () => {
    const { status, headers: sent, trailers, bytes } = downloaded;
    const sha256 = createHash('sha256').update(bytes).digest('base64');

    expect([status, sent['x-total-rows'], values.length]).toEqual([200, '10000', ROWS]);
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(trailers).toEqual({ 'repr-digest': `sha-256=:${sha256}:` });
    expect(rows[0]).toEqual(headers);
    expect(differences(columns, rows.slice(1), values)).toEqual([]);
  });

  test('has no cell that a spreadsheet would run, and an apostrophe before nothing but texts', () => {
    columns.forEach(({ header, columnType }, place) => {
      const cells = rows.slice(1).flatMap((row) => (row[place] === '' ? [] : (row[place] ?? '?')));
      const isWrong = (cell: string): boolean =>
        PATTERNS[columnType]
          ? !PATTERNS[columnType].test(cell)
          : RUNS.test(cell) && !(columnType === 'phone' && PHONE.test(cell));
      expect([header, cells.length > 0, cells.filter(isWrong)]).toEqual([header, true, []]);
    });
  });

  test('gives every text back when one apostrophe is taken off, whatever it began with', () => {
    columns.forEach(({ header, columnType }, place) => {
      if (!['text', 'phone'].includes(columnType)) return;
      const guarded = new Set<string>();
      const wrong = values.filter((row, index) => {
        const cell = rows[index + 1]?.[place] ?? '';
        const back = cell.startsWith("'") && needsGuard(cell) ? cell.slice(1) : cell;
        if (back !== cell) guarded.add(back);
        return back !== (row[place] ?? '');
      });
      expect([header, wrong.slice(0, 3)]).toEqual([header, []]);
      const hostile = columnType === 'phone' ? GUARDED_PHONES : GUARDED;
      // Codes end in a number, contacts are two names.
      if (/^Code (Cl|Opp)|^Code$|Contact/.test(header)) expect(guarded.size).toBeGreaterThan(1000);
      else expect([header, [...guarded].sort()]).toEqual([header, hostile.toSorted()]);
    });
  });

  test.each([
    ['?profile=excel-fr', ';'],
    ['?profile=excel-fr&delimiter=,', ','],
    ['?delimiter=tab&bom=false', '\t'],
  ])('holds the same with %s', async (query, delimiter) => {
    const { status, bytes } = await download(file, query);

    const [header, ...others] = rowsIn(bytes, delimiter);
    expect([status, bytes[0] === 0xef]).toEqual([200, !query.includes('bom=false')]);
    expect(header).toEqual(headers);
    expect(differences(columns, others, values, query.includes('excel-fr'))).toEqual([]);
  });
});

describe('one row more', () => {
  beforeAll(() => fill(0, 0), 60_000);

  test.each(FILES)(
    'is too large for a file of $name, and comes in two with page',
    async (file) => {
      const rejected = await download(file);
      expect([rejected.status, JSON.parse(rejected.bytes.toString())]).toMatchObject([
        422,
        { code: 'EXPORT_TOO_LARGE', details: { rows: ROWS + 1, limit: ROWS } },
      ]);

      const first = await download(file, '?page=1');
      const second = await download(file, /\?[^>]+/.exec(String(first.headers.link))?.[0]);
      const rows = [first, second].map(({ bytes }) => rowsIn(bytes).slice(1));
      expect(rows.map(({ length }) => length)).toEqual([ROWS, 1]);
      expect([first, second].map(({ headers }) => headers['x-total-rows'])).toEqual(['10001', '10001']);
      expect(second.headers.link).toBeUndefined();
      // Each file is sorted by itself.
      const values = await valuesOf(file);
      const isLast = (row: Value[]): boolean => row.at(-1) === rows[1]?.[0]?.at(-1);
      const inFiles = [...values.filter((row) => !isLast(row)), ...values.filter(isLast)];
      expect(differences(columnsOf(file), rows.flat(), inFiles)).toEqual([]);
    },
    60_000,
  );
});
