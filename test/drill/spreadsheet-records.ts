/** Records whose every text is one that a spreadsheet runs, takes for something else, or loses a part of. */
import type pg from 'pg';
import { normalizeText } from '../../src/platform/values/normal-text.js';

const TEXTS: readonly string[] = [
  // Formulas.
  ...[
    '=1+1',
    '=HYPERLINK("http://x";"y")',
    "=cmd|' /C calc'!A0",
    '=A2',
    '=SOMME(A1:A9)',
    '@SUM(A1)',
    '|x',
    '+cmd',
    '+A1',
  ],
  ...['-A1', '-2+3', '+1+1', "'=1", "''=1", '\uff1dSUM(1)', '\uff0b1', '\uff0d1', '\uff20x', '="06000"', '=é', '+"a"'],
  // Numbers with something to lose.
  ...[
    '06000',
    '0',
    '00',
    '0123456789',
    '01 23 45 67 89',
    '+33 1 23 45 67 89',
    '+33123456789',
    '+1',
    '-1',
    '-5,50',
    '.5',
  ],
  ...[',5', '1,50', '1.50', '1 000', '1 000,5', '1e5', '1E+05', '12345678900011', '1234567890123456', '9'.repeat(40)],
  ...['1'.repeat(250), '(12)', '(06)', '(1,5)', '007', '0,10', '0x1F', '1-2', '3/4', '1/2/3', '12+'],
  // Dates and times.
  ...[
    '31/01/2026',
    '2026-01-31',
    '01-02-03',
    '12/05',
    '5 mai',
    '12 mars 2026',
    'Mai 68',
    'mars 2026',
    'janv. 26',
    'Juin 44',
  ],
  ...['lundi 5 mai 2026', 'oct-26', '10.11.12', '1h30'],
  // Truth values.
  ...['VRAI', 'FAUX', 'vrai', 'Faux', 'TRUE', 'false'],
  // Texts that only look strange.
  ...[
    '"quoted"',
    '"',
    '12"',
    'a;b',
    'a,b',
    'a\tb',
    'a\nb',
    'a\r\nb',
    '1\n2',
    '0\r\n1',
    "O'Brien",
    "'tis",
    '😀 fête',
    '👩‍👩‍👧',
  ],
  ...[
    'Élan',
    'Œuvre',
    'مرحبا',
    'עברית',
    '中文',
    'x\u00a0y',
    '\u00a006',
    '1\u202f000',
    '#REF!',
    '#N/A',
    'NULL',
    'Oui',
    '\\N',
    'é',
  ],
  // No formula may hold them.
  ...['5 %', '5 €', '12:30', 'août 2026', '1_000'],
];

/** As they would be stored. */
const STORED = [...new Set(TEXTS.map((text) => normalizeText(text, 'free', 20_000)))];

const ID = (kind: string): string => `md5('${kind}' || n)::uuid`;
const ROWS = `unnest($2::text[]) WITH ORDINALITY listed (t, n)`;
/** Of the text and its row. */
const MONEY = '(ARRAY[0, 0.10, 1234567.5, -5.5, 9999999999.99])[1 + n % 5]';

const FILLING: readonly string[] = [
  `INSERT INTO customers (tenant_id, id, code, name, type, email, phone, mobile, address_line1, city, postal_code, country_code,
     registration_number, tax_id, payment_terms, total_revenue, order_count, is_active, currency, tags, created_at, updated_at)
   SELECT $1, ${ID('c')}, left(t, 50), t, 'VIP', t, left(t, 50), left(t, 50), t, left(t, 100), left(t, 20), 'FR',
     left(t, 50), left(t, 50), 'NET_30', ${MONEY}, n - 5, n % 2 = 0, 'EUR',
     CASE n % 3 WHEN 0 THEN ARRAY[left(t, 50)] WHEN 1 THEN ARRAY[left(t, 50), 'b c'] ELSE ARRAY['été', left(t, 50)] END,
     '2026-01-01T22:00:00Z'::timestamptz + n * interval '11 days', now() FROM ${ROWS}`,
  `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, job_title, email, phone, mobile, is_primary, created_at,
     updated_at)
   SELECT $1, ${ID('k')}, ${ID('c')}, left(t, 100), left(t, 100), left(t, 100), t, left(t, 50), left(t, 50), true, now(), now() FROM ${ROWS}`,
  `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, expected_close_date,
     actual_close_date, source, win_reason, created_at, updated_at)
   SELECT $1, ${ID('o')}, ${ID('c')}, left(t, 50), t, 'WON', 100, abs(${MONEY}), 'EUR', '2026-01-01'::date + n::integer * 13,
     '2024-02-29'::date + n::integer, left(t, 100), t, now(), now() FROM ${ROWS}`,
  `INSERT INTO activities (tenant_id, id, customer_id, opportunity_id, contact_id, type, subject, description, date, due_date,
     duration_minutes, created_at, updated_at)
   SELECT $1, ${ID('a')}, ${ID('c')}, ${ID('o')}, ${ID('k')}, 'CALL', t, t, '2026-03-28T20:00:00Z'::timestamptz + n * interval '7 hours',
     CASE WHEN n % 2 = 0 THEN '2026-10-25T21:59:59.999Z'::timestamptz END, n, now(), now() FROM ${ROWS}`,
];

/** A record of each kind for every text. */
export async function fillSheets(pool: pg.Pool, tenantId: string): Promise<void> {
  for (const statement of FILLING) await pool.query(statement, [tenantId, STORED]);
}
