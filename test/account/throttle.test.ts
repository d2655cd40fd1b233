import { setTimeout as sleep } from 'node:timers/promises';
import { countAttempt } from '../../src/account/attempt.js';
import { bucketsFor, rememberAddress, type Attempt, type Throttle } from '../../src/account/throttle.js';
import { PostgresThrottle } from '../../src/account/throttle.query.js';
import { WaitTimeoutError } from '../../src/platform/postgres/wait-timeout.js';
import { newId } from '../../src/platform/values/ids.js';
import { aCall, ask, aTenant, aUser, codeOf, eventsOf, openBench, refusalOf, signIn, type Bench } from './support.js';

let bench: Bench;
let clock = Date.now();
let throttle: PostgresThrottle;

beforeAll(async () => {
  bench = await openBench();
  throttle = new PostgresThrottle(bench.database.pool, () => clock);
});

afterAll(async () => {
  await bench.close();
});

let hosts = 0;

function anAttempt(changes: Partial<Attempt> = {}): Attempt {
  return { tenantId: 'acme', email: `${newId()}@example.com`, ipAddress: `198.51.100.${(hosts += 1)}`, ...changes };
}

async function tryOnce(attempt: Attempt): Promise<boolean> {
  return (await throttle.book(await bucketsFor(throttle, attempt))).isBooked;
}

async function countPassed(attempts: readonly Attempt[]): Promise<number> {
  const results = await Promise.all(attempts.map(tryOnce));
  return results.filter((isBooked) => isBooked).length;
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('the throttle', () => {
  it('lets 5 failures per company and e-mail through, exactly, from any address at once', async () => {
    const email = 'Zoé@Example.com';

    const attempts = times(20, () => anAttempt({ tenantId: 'five', email }));

    expect(await countPassed(attempts)).toBe(5);
    expect(await countPassed([anAttempt({ tenantId: 'FIVE', email })])).toBe(1);
  });

  it('knows an e-mail in any case, width and composition', async () => {
    const spellings = [
      'zoe@exämple.com',
      'ZOE@EXA\u0308MPLE.COM',
      'ｚｏｅ@exämple.com',
      ' zoe@exämple.com ',
      'Zoe@Exämple.com',
      'zoe@exämple.com',
    ];

    expect(await countPassed(spellings.map((email) => anAttempt({ tenantId: 'spell', email })))).toBe(5);
  });

  it('lets 10 failures a minute per address through, and again after the minute', async () => {
    const { ipAddress } = anAttempt();

    expect(await countPassed(times(20, () => anAttempt({ ipAddress })))).toBe(10);
    clock += 61_000;
    expect(await countPassed(times(20, () => anAttempt({ ipAddress })))).toBe(10);
  });

  it('counts a network of IPv6 as one address, and IPv4 in it as itself', async () => {
    const neighbours = times(12, () => anAttempt({ ipAddress: `2001:db8:1:2::${(hosts += 1).toString(16)}` }));
    const far = anAttempt({ ipAddress: '2001:db8:1:3::1' });
    const mapped = [
      ...times(6, () => anAttempt({ ipAddress: '::ffff:203.0.113.9' })),
      ...times(6, () => anAttempt({ ipAddress: '203.0.113.9' })),
    ];

    expect(await countPassed(neighbours)).toBe(10);
    expect(await countPassed([far])).toBe(1);
    expect(await countPassed(mapped)).toBe(10);
  });

  it('gives a try back', async () => {
    const attempt = anAttempt();

    for (let i = 0; i < 12; i += 1) {
      const buckets = await bucketsFor(throttle, attempt);
      expect(await throttle.book(buckets)).toEqual({ isBooked: true });
      await throttle.giveBack(buckets);
    }

    expect(await countPassed(times(10, () => attempt))).toBe(5);
  });

  it('charges a refused try to no other bucket', async () => {
    const attempt = anAttempt();
    await countPassed(times(20, () => attempt));

    const others = times(10, () => anAttempt({ ipAddress: attempt.ipAddress }));

    expect(await countPassed(others)).toBe(5);
  });

  it('gives somebody known here 20 failures of their own, whatever happens elsewhere', async () => {
    const attempt = anAttempt();
    await rememberAddress(throttle, attempt);
    await countPassed(times(10, () => ({ ...attempt, ipAddress: '192.0.2.200' })));

    expect(await countPassed(times(30, () => attempt))).toBe(20);
  });

  it('forgets who is known after 30 days', async () => {
    const attempt = anAttempt();
    await rememberAddress(throttle, attempt);
    expect(await bucketsFor(throttle, attempt)).toHaveLength(1);

    clock += 30 * 24 * 3600 * 1000 + 1000;

    expect(await bucketsFor(throttle, attempt)).toHaveLength(2);
  });

  it('says when to come back, and which refusal is the first', async () => {
    const attempt = anAttempt();
    await countPassed(times(5, () => attempt));
    clock += 60_000;

    const first = await throttle.book(await bucketsFor(throttle, attempt));
    const second = await throttle.book(await bucketsFor(throttle, attempt));

    expect(first).toEqual({ isBooked: false, retryAfterSeconds: 840, isFirst: true });
    expect(second).toMatchObject({ isFirst: false });
  });

  it('drops what has ended, and nothing else', async () => {
    const old = anAttempt();
    await tryOnce(old);
    clock += 16 * 60_000;
    const recent = anAttempt();
    await countPassed(times(5, () => recent));

    await throttle.purge();

    expect(await countPassed([recent])).toBe(0);
    const [left] = await ask<{ count: string }>(
      bench,
      'SELECT count(*) FROM throttle_buckets WHERE window_ends_at <= $1',
      [new Date(clock).toISOString()],
    );
    expect(left?.count).toBe('0');
  });

  it('keeps no address and no name', async () => {
    await rememberAddress(throttle, anAttempt());
    await tryOnce(anAttempt());

    const rows = await ask(bench, 'SELECT * FROM throttle_buckets');

    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect((row.key as Buffer).length).toBe(32);
  });
});

describe('signing in under the throttle', () => {
  it('stops after five failures, whoever asks from elsewhere, with one audit event', async () => {
    const person = await aUser(bench, await aTenant(bench));
    const wrong = { ...person, password: 'wrong' };

    const codes = await Promise.all(times(8, () => codeOf(signIn(bench, wrong))));
    const refusal = await refusalOf(signIn(bench, person));

    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(refusal.retryAfterSeconds).toBeGreaterThan(800);
    const events = await eventsOf(bench, person.tenantId);
    expect(events.filter(({ error_code }) => error_code === 'RATE_LIMITED')).toHaveLength(1);
  });

  it('answers alike for users and companies that do not exist', async () => {
    const tried = { tenantId: 'nowhere', id: '', email: 'nobody@example.com', password: 'wrong' };

    const codes = await Promise.all(times(8, () => codeOf(signIn(bench, tried))));

    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(3);
  });

  it('lets somebody known here in while others fail for them', async () => {
    const person = await aUser(bench, await aTenant(bench));
    const office = aCall(bench);
    await signIn(bench, person, office);
    await Promise.all(times(8, () => codeOf(signIn(bench, { ...person, password: 'wrong' }))));

    expect(await codeOf(signIn(bench, person))).toBe('RATE_LIMITED');
    expect(await codeOf(signIn(bench, person, office))).toBe('done');
  });

  it('never counts successes', async () => {
    const person = await aUser(bench, await aTenant(bench));
    const call = aCall(bench);

    for (let i = 0; i < 25; i += 1) expect(await codeOf(signIn(bench, person, call))).toBe('done');
  });

  it('keeps nobody waiting for a try to be given back who has waited for an answer in vain', async () => {
    let givenBack = 0;
    const silent: Throttle = {
      book: () => Promise.resolve({ isBooked: true }),
      remembers: () => Promise.resolve(false),
      remember: () => Promise.resolve(),
      purge: () => Promise.resolve(0),
      giveBack: () => {
        givenBack += 1;
        return new Promise(() => undefined);
      },
    };
    const inVain = new WaitTimeoutError('The database did not answer in time.');

    const counted = countAttempt(aCall(bench), { ...bench.tools, throttle: silent }, anAttempt(), () =>
      Promise.reject(inVain),
    );

    await expect(Promise.race([counted, sleep(5000, 'waits', { ref: false })])).rejects.toBe(inVain);
    expect(givenBack).toBe(1);
  });
});
