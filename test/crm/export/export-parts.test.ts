/** More rows than one file may hold: files that follow each other by cursor, while others write. */
import { createHash } from 'node:crypto';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { eventsOf, outcomeOf, problemIn } from '../customer/customer-support.js';
import { idsIn, nextOf } from './export-support.js';

const LIMIT = 4;

const service = useService();

interface Kind {
  readonly name: string;
  /** Row n, which all of its record type are ordered by. */
  readonly insert: string;
  /** Moves row n to the other end of the order. */
  readonly move: string;
  readonly filter: string;
}

const KINDS: readonly Kind[] = [
  {
    name: 'customers',
    insert: `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
      SELECT $1, md5('row' || n)::uuid, 'C' || n, 'Nom ' || n, 'VIP', 'FR', 'NET_30', 'EUR', now(), now()`,
    move: "UPDATE customers SET name = CASE WHEN name < 'Nom 15' THEN 'Z' ELSE 'A' END",
    filter: 'type=VIP',
  },
  {
    name: 'contacts',
    insert: `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, created_at, updated_at)
      SELECT $1, md5('row' || n)::uuid, md5('owner')::uuid, 'N', 'Nom ' || n, now(), now()`,
    move: "UPDATE contacts SET last_name = CASE WHEN last_name < 'Nom 15' THEN 'Z' ELSE 'A' END",
    filter: 'is_active=true',
  },
  {
    name: 'opportunities',
    insert: `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, expected_close_date, created_at, updated_at)
      SELECT $1, md5('row' || n)::uuid, md5('owner')::uuid, 'O' || n, 'N', 'NEW', 10, 1, 'EUR', '2026-01-01'::date + n, now(), now()`,
    move: "UPDATE opportunities SET expected_close_date = CASE WHEN expected_close_date < '2026-01-16' THEN NULL ELSE '2020-01-01'::date END",
    filter: 'status=NEW',
  },
  {
    name: 'activities',
    insert: `INSERT INTO activities (tenant_id, id, customer_id, type, subject, date, created_at, updated_at)
      SELECT $1, md5('row' || n)::uuid, md5('owner')::uuid, 'CALL', 'N', '2026-01-01'::timestamptz + n * interval '1 day', now(), now()`,
    move: `UPDATE activities SET date = CASE WHEN date < '2026-01-16' THEN '2030-01-01'::timestamptz ELSE '2020-01-01'::timestamptz END`,
    filter: 'type=CALL',
  },
];

async function aTenantWith({ insert, name }: Kind, rows: readonly number[]): Promise<TestTenant> {
  const tenant = await service.aTenant({ limit_export_rows: LIMIT });
  if (name !== 'customers') {
    await service.ask(
      `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
       VALUES ($1, md5('owner')::uuid, 'OWNER', 'Owner', 'VIP', 'FR', 'NET_30', 'EUR', now(), now())`,
      [tenant.id],
    );
  }
  await service.ask(`${insert} FROM unnest($2::integer[]) n`, [tenant.id, rows]);
  return tenant;
}

const between = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
/** As the inserts make the id of row n. */
function idOf(n: number): string {
  const hex = createHash('md5').update(`row${n}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const addressOf = ({ name }: Kind, query = ''): string => `/v1/commercial/export/${name}${query}`;
function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1);
  if (last === undefined) throw new Error('There is none.');
  return last;
}

/** All files from an address on. @param meanwhile what others do after each */
async function walk(
  tenant: TestTenant,
  address: string,
  meanwhile: (file: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<Answer[]> {
  const files: Answer[] = [];
  for (let next: string | undefined = address; next !== undefined && files.length < 20; next = nextOf(lastOf(files))) {
    const answer = await as(service, tenant.admin).get(next);
    expect(answer.status).toBe(200);
    files.push(answer);
    await meanwhile(files.length);
  }
  return files;
}

describe.each(KINDS)('$name in several files', (recordType) => {
  test('come once each, sorted within each file, with the number of them all', async () => {
    const tenant = await aTenantWith(recordType, between(10, 18));

    const files = await walk(tenant, addressOf(recordType, `?page=1&bom=false&${recordType.filter}`));

    expect(files.map((file) => idsIn(file).length)).toEqual([4, 4, 1]);
    expect(files.map(({ headers }) => headers.get('x-total-rows'))).toEqual(['9', '9', '9']);
    expect(files.flatMap(idsIn).sort()).toEqual(between(10, 18).map(idOf).sort());
    const numbers = files.map((file) => idsIn(file).map((id) => between(10, 18).find((n) => idOf(n) === id) ?? 0));
    const sorted = numbers.map((list) => list.toSorted((a, b) => (recordType.name === 'activities' ? b - a : a - b)));
    expect(numbers).toEqual(sorted);
  });

  test('hold each row that exists throughout once, whatever is moved, added and deleted meanwhile', async () => {
    const tenant = await aTenantWith(recordType, between(10, 21));
    const deleted: string[] = [];
    const files = await walk(tenant, addressOf(recordType, '?page=1'), async (file) => {
      if (file > 3) return;
      await service.ask(`${recordType.move} WHERE tenant_id = $1 AND id <> md5('owner')::uuid`, [tenant.id]);
      await service.ask(`${recordType.insert} FROM unnest($2::integer[]) n`, [tenant.id, [30 + file, 40 + file]]);
      const gone = idOf(9 + file);
      deleted.push(gone);
      await service.ask(`UPDATE ${recordType.name} SET deleted_at = now() WHERE tenant_id = $1 AND id = $2`, [
        tenant.id,
        gone,
      ]);
    });

    const ids = files.flatMap(idsIn);
    const throughout = between(10, 21)
      .map(idOf)
      .filter((id) => !deleted.includes(id));
    expect(throughout.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.length).toBe(new Set(ids).size);
    expect(files.every((file) => idsIn(file).length <= LIMIT)).toBe(true);
  });

  test('end with the last row, also when the last file is full or everything behind it is gone', async () => {
    const tenant = await aTenantWith(recordType, between(10, 17));
    const client = as(service, tenant.admin);

    const first = await client.get(addressOf(recordType, '?page=1'));
    const second = await client.get(nextOf(first) ?? '');
    expect([idsIn(second).length, nextOf(second)]).toEqual([4, undefined]);

    await service.ask(`UPDATE ${recordType.name} SET deleted_at = now() WHERE tenant_id = $1 AND id = ANY ($2)`, [
      tenant.id,
      idsIn(second),
    ]);
    const empty = await client.get(nextOf(first) ?? '');
    expect([empty.status, idsIn(empty), nextOf(empty), empty.headers.get('x-total-rows')]).toEqual([
      200,
      [],
      undefined,
      '4',
    ]);
  });

  test('are bound to the tenant, the record type and the filter, not to how a file is written', async () => {
    const tenant = await aTenantWith(recordType, between(10, 18));
    const other = await aTenantWith(recordType, between(50, 58));
    const client = as(service, tenant.admin);
    const next = new URL(
      nextOf(await client.get(addressOf(recordType, `?page=1&${recordType.filter}`))) ?? '',
      service.origin,
    );
    const cursor = next.searchParams.get('cursor') ?? '';

    expect(next.searchParams.has('page')).toBe(false);
    expect(outcomeOf(await as(service, other.admin).get(addressOf(recordType, next.search)))).toBe(
      '422 INVALID_CURSOR',
    );
    for (const query of [
      `?cursor=${cursor}`,
      `?cursor=${cursor}&${recordType.filter}&${recordType.name === 'activities' ? 'is_completed=false' : 'search=N'}`,
      `?${recordType.filter}&cursor=x`,
    ]) {
      expect(outcomeOf(await client.get(addressOf(recordType, query)))).toBe('422 INVALID_CURSOR');
    }
    for (const one of KINDS) {
      if (one !== recordType)
        expect(outcomeOf(await client.get(addressOf(one, `?cursor=${cursor}`)))).toBe('422 INVALID_CURSOR');
    }
    const list = await client.get(
      `/v1/commercial/${recordType.name}?page_size=1&cursor=${cursor}&${recordType.filter}`,
    );
    expect(outcomeOf(list)).toBe('422 INVALID_CURSOR');
    const again = await client.get(addressOf(recordType, `${next.search}&page=1&delimiter=,&profile=excel-fr`));
    expect(idsIn(again)).toHaveLength(4);
  });
});

const CUSTOMERS = lastOf(KINDS.slice(0, 1));

test.each([
  [
    'fr',
    'Seul le premier fichier se demande par page=1 : chaque fichier donne le suivant par le lien next de son en-tête Link.',
  ],
  [
    'en',
    'Only the first file is asked for by page=1: each file names the next one by the next link of its Link header.',
  ],
])('a page of 2 or more is a 422 that names the link, in %s', async (language, message) => {
  const { admin } = await aTenantWith(CUSTOMERS, [1]);
  for (const recordType of KINDS) {
    for (const query of ['?page=2', '?page=1000000', '?page=0']) {
      const answer = await as(service, admin).get(addressOf(recordType, query), { 'accept-language': language });
      expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
      expect(problemIn(answer).errors).toEqual([{ pointer: '/page', code: 'OUT_OF_RANGE', message }]);
    }
  }
});

test('a user gets their own rows only, in several files', async () => {
  const tenant = await aTenantWith(CUSTOMERS, between(10, 18));
  await service.ask('UPDATE customers SET assigned_to = $2 WHERE tenant_id = $1 AND id = ANY ($3)', [
    tenant.id,
    tenant.user.id,
    between(10, 14).map(idOf),
  ]);
  const client = as(service, tenant.user);

  const first = await client.get(addressOf(CUSTOMERS, '?page=1'));
  const second = await client.get(nextOf(first) ?? '');

  expect([...idsIn(first), ...idsIn(second)].sort()).toEqual(between(10, 14).map(idOf).sort());
  expect([first.headers.get('x-total-rows'), nextOf(second)]).toEqual(['5', undefined]);
});

test('each file has its own events, with what it was asked for, its rows and its digest', async () => {
  const tenant = await aTenantWith(CUSTOMERS, between(10, 15));

  const files = await walk(tenant, addressOf(CUSTOMERS, '?page=1&type=VIP'));

  const [first] = files;
  const cursor = first && new URL(nextOf(first) ?? '', service.origin).searchParams.get('cursor');
  // What fetch reads as text has lost its byte order mark.
  const digests = files.map(({ text }) => createHash('sha256').update(`\ufeff${text}`).digest('base64'));
  const events = (await eventsOf(service, tenant)).map(({ new_value }) => new_value);
  expect(events).toEqual([
    { page: 1, type: 'VIP', phase: 'started' },
    { phase: 'finished', rows: 4, sha256: digests[0] },
    { cursor, type: 'VIP', phase: 'started' },
    { phase: 'finished', rows: 2, sha256: digests[1] },
  ]);
});

test('a cursor that is no cursor leaves no event', async () => {
  const tenant = await aTenantWith(CUSTOMERS, [1]);

  expect(outcomeOf(await as(service, tenant.admin).get(addressOf(CUSTOMERS, '?cursor=x')))).toBe('422 INVALID_CURSOR');

  expect((await eventsOf(service, tenant)).filter(({ action }) => action.startsWith('export.'))).toEqual([]);
});
