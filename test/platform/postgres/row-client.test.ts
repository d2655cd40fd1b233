/** Rows as they come from the socket, in pieces of any size: the same as pg's own client reads. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { runBatch } from '../../../src/platform/postgres/batch.js';
import { RowClient } from '../../../src/platform/postgres/row-client.js';
import { bind, sql, type Sql } from '../../../src/platform/postgres/sql.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';

const OPTIONS = { namedStatements: true, explicitTransaction: false };

let database: TestDatabase;
let proxy: Server;
/** How many bytes of the server's go on at a time; 0 for all there are. */
let pieceBytes = 0;
let client: RowClient;

beforeAll(async () => {
  database = await cloneDatabase();
  const target = new URL(database.superuserUrl);
  proxy = createServer((near) => {
    passOnInPieces(near, connect(Number(target.port), target.hostname));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const near = new URL(target);
  near.port = String((proxy.address() as AddressInfo).port);
  client = new RowClient({ connectionString: near.href, options: '-c TimeZone=UTC' });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  proxy.close();
  await database.drop();
});

/** Requests as they are; answers cut, with a turn of the event loop after each piece, so that it arrives alone. */
function passOnInPieces(near: Socket, far: Socket): void {
  let turn = Promise.resolve();
  const write = async (bytes: Buffer): Promise<void> => {
    const size = pieceBytes || bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      near.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  near.setNoDelay(true).pipe(far);
  far.on('data', (bytes: Buffer) => {
    turn = turn.then(() => write(bytes));
  });
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.destroy());
}

const LONG = 'é'.repeat(70_000);

async function read(query: Sql): Promise<unknown[]> {
  const [result] = await runBatch(client, [bind(query)], OPTIONS);
  return result?.rows ?? [];
}

const TYPES = sql`SELECT n, ${'plain'}::text AS ascii, ${'Zoë Ñandú 漢字 🙂'}::text AS accents, ''::text AS empty, NULL::text AS nothing,
    repeat('x', n * 40) AS growing, ${'é'}::text AS short, n % 2 = 0 AS even, NULL::boolean AS unknown,
    -n::bigint AS negative, 12345678901234.10::numeric(16, 2) AS money,
    '00000000-0000-0000-0000-00000000000a'::uuid AS id, DATE '2026-11-28' AS day,
    ARRAY['a', 'é "x"'] AS list, jsonb_build_object('clé', n) AS json
  FROM generate_series(0, 9) AS n ORDER BY n`;

function expectedOf(n: number): object {
  return {
    ...{ n, ascii: 'plain', accents: 'Zoë Ñandú 漢字 🙂', empty: '', nothing: null, growing: 'x'.repeat(n * 40) },
    ...{ short: 'é', even: n % 2 === 0, unknown: null, negative: n === 0 ? 0 : -n, money: '12345678901234.10' },
    ...{ id: '00000000-0000-0000-0000-00000000000a', day: '2026-11-28', list: ['a', 'é "x"'], json: { clé: n } },
  };
}

describe.each([0, 1, 2, 3, 4, 5, 7, 64, 1000])('in pieces of %i bytes', (bytes) => {
  beforeAll(() => {
    pieceBytes = bytes;
  });

  test('every type is read, NULL and other alphabets too', async () => {
    expect(await read(TYPES)).toEqual(Array.from({ length: 10 }, (_one, n) => expectedOf(n)));
  });

  test("pg's own queries on the same connection see the same texts", async () => {
    const { rows } = await client.query<{ word: string | null }>(
      "SELECT word FROM (VALUES (1, 'Zoë'), (2, NULL), (3, '')) AS v (n, word) ORDER BY n",
    );
    expect(rows.map(({ word }) => word)).toEqual(['Zoë', null, '']);
  });

  test("an error in a batch is that batch's alone", async () => {
    await expect(read(sql`SELECT n, 1 / (3 - n) FROM generate_series(1, 5) AS n`)).rejects.toMatchObject({
      code: '22012',
    });
    expect(await read(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });
});

test('a row of many chunks is read whole, and what follows it', async () => {
  pieceBytes = 16_384;
  expect(await read(sql`SELECT n, ${LONG}::text AS long FROM generate_series(1, 3) AS n`)).toEqual(
    [1, 2, 3].map((n) => ({ n, long: LONG })),
  );
});

test.each([
  ['2026-11-22 12:02:18+00', '2026-11-22T12:02:18.000Z'],
  ['2026-11-22 12:02:18.7+00', '2026-11-22T12:02:18.700Z'],
  ['2026-11-22 12:02:18.07+00', '2026-11-22T12:02:18.070Z'],
  ['2026-11-22 12:02:18.789+00', '2026-11-22T12:02:18.789Z'],
  ['2026-11-22 12:02:18.789999+00', '2026-11-22T12:02:18.789Z'],
])('the instant %s is %s', async (text, instant) => {
  pieceBytes = 0;
  expect(await read(sql`SELECT ${text}::timestamptz AS at`)).toEqual([{ at: instant }]);
});

test('an instant on a connection of another time zone is the same instant', async () => {
  await client.query("SET TimeZone TO 'Asia/Tokyo'");
  expect(await read(sql`SELECT ${'2026-11-22 12:02:18.5+00'}::timestamptz AS at`)).toEqual([
    { at: '2026-11-22T12:02:18.500Z' },
  ]);
  await client.query("SET TimeZone TO 'UTC'");
});

test("pg's own client is rejected with what to do about it", async () => {
  const plain = new pg.Client({ connectionString: database.superuserUrl });
  await plain.connect();
  for (let attempt = 1; attempt <= 2; attempt += 1)
    await expect(runBatch(plain, [bind(sql`SELECT 1 AS one`)], OPTIONS)).rejects.toThrow('RowClient');
  await plain.end();
});
