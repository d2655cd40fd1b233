import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { countAttempt } from '../../src/account/attempt.js';
import { SignInQueue } from '../../src/account/sign-in-queue.js';
import {
  keysOf,
  rememberOrigin,
  standingOf,
  type Attempt,
  type RateLimitKey,
  type BookingOutcome,
  type Throttle,
} from '../../src/account/throttle.js';
import { PostgresThrottle } from '../../src/account/throttle.query.js';
import { WaitTimeoutError } from '../../src/platform/postgres/wait-timeout.js';
import { newId } from '../../src/platform/values/ids.js';
import {
  aCall,
  ask,
  aTenant,
  aUser,
  codeOf,
  eventsOf,
  newDependencies,
  openBench,
  rejectionOf,
  signIn,
  type Bench,
} from './support.js';

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

async function limitKeysOf(attempt: Attempt): Promise<readonly RateLimitKey[]> {
  return (await standingOf(throttle, keysOf(attempt))).limitKeys;
}

/** A try that fails, unless it is rejected first. */
async function tryOnce(attempt: Attempt): Promise<BookingOutcome> {
  const limitKeys = await limitKeysOf(attempt);
  for (;;) {
    const outcome = await throttle.book(limitKeys);
    if (outcome.type === 'booked') await throttle.settle(limitKeys, true);
    if (outcome.type !== 'busy') return outcome;
    await sleep(5);
  }
}

async function countPassed(attempts: readonly Attempt[]): Promise<number> {
  const results = await Promise.all(attempts.map(tryOnce));
  return results.filter(({ type }) => type === 'booked').length;
}

/** Does the work while another transaction holds the row of a key for longer than this throttle waits. */
async function whileLocked(
  { key }: RateLimitKey,
  work: (impatient: Throttle, pool: pg.Pool) => Promise<void>,
): Promise<void> {
  const holder = new pg.Client({ connectionString: bench.test.superuserUrl });
  const pool = new pg.Pool({ connectionString: bench.test.appUrl, options: '-c lock_timeout=200ms', max: 1 });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM throttle_buckets WHERE key = $1 FOR UPDATE', [key]);
    await work(new PostgresThrottle(pool, () => clock), pool);
  } finally {
    await Promise.all([holder.end(), pool.end()]);
  }
}

async function inFlightOf({ key }: RateLimitKey): Promise<number | undefined> {
  const [row] = await ask<{ in_flight: number }>(bench, 'SELECT in_flight FROM throttle_buckets WHERE key = $1', [key]);
  return row?.in_flight;
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('the throttle', () => {
  it('lets 5 failures per company and e-mail through, exactly, from any address at once', async () => {
    const email = 'Zoé@Example.com';

    const attempts = times(20, () => anAttempt({ tenantId: 'five', email }));

    expect(await countPassed(attempts)).toBe(5);
    expect(await countPassed([anAttempt({ tenantId: 'FIVE', email })])).toBe(1);
  });

  it.each([
    ['istanbul@example.com', 'İstanbul@example.com', 'ISTANBUL@example.com', 'I\u0307STANBUL@example.com'],
    ['strasse@example.com', 'straße@example.com', 'STRAẞE@example.com', 'ſtraſse@example.com'],
    ['οδοσ@example.com', 'οδος@example.com', 'ΟΔΟΣ@example.com', 'ὁδός@example.com'],
  ])('counts all spellings of %s as one', async (...emails) => {
    const tenantId = newId();
    const spellings = [...emails, ...emails].map((email) => anAttempt({ tenantId, email }));

    expect(await countPassed(spellings)).toBe(5);
  });

  it('knows an e-mail in any case, width, accent and composition', async () => {
    const spellings = [
      'zoe@exämple.com',
      'ZOE@EXA\u0308MPLE.COM',
      'ｚｏｅ@exämple.com',
      ' zoe@exämple.com ',
      'Zoe@Exämple.com',
      'zoé@example.com',
      'zoe\u0307@example.com',
      'ZOE@EXAMPLE.COM',
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
    const limitKeys = await limitKeysOf(attempt);

    for (let i = 0; i < 12; i += 1) {
      expect(await throttle.book(limitKeys)).toEqual({ type: 'booked' });
      await throttle.settle(limitKeys, false);
    }

    expect(await countPassed(times(10, () => attempt))).toBe(5);
  });

  it('tells tries in flight, which may end well, from failures', async () => {
    const attempt = anAttempt();
    const limitKeys = await limitKeysOf(attempt);
    const book = (): Promise<BookingOutcome> => throttle.book(limitKeys);

    const outcomes = await Promise.all(times(8, book));
    expect(outcomes.filter(({ type }) => type === 'booked')).toHaveLength(5);
    expect(outcomes.filter(({ type }) => type === 'busy')).toHaveLength(3);

    await throttle.settle(limitKeys, false);
    expect(await book()).toEqual({ type: 'booked' });
    for (let i = 0; i < 5; i += 1) await throttle.settle(limitKeys, true);
    expect(await book()).toMatchObject({ type: 'rejected', rejection: { failures: 5, retryAfterSeconds: 900 } });
  });

  it('leaves no place taken when the row of the next key is locked', async () => {
    const [address, account] = await limitKeysOf(anAttempt());
    if (!address || !account) throw new Error('Two keys.');
    await throttle.book([address, account]);
    await throttle.settle([address, account], false);

    await whileLocked(account, async (impatient) => {
      await expect(impatient.book([address, account])).rejects.toThrow('lock timeout');
    });

    expect(await inFlightOf(address)).toBe(0);
  });

  it('settles every other key when the row of one is locked', async () => {
    const [address, account] = await limitKeysOf(anAttempt());
    if (!address || !account) throw new Error('Two keys.');
    await throttle.book([address, account]);

    await whileLocked(address, async (impatient, pool) => {
      await expect(impatient.settle([address, account], true)).rejects.toThrow('lock timeout');
      expect(pool.totalCount - pool.idleCount).toBe(0);
      expect(await inFlightOf(account)).toBe(0);
    });
  });

  it('counts a try that nobody settles as a failure, a minute later', async () => {
    const attempt = anAttempt();
    const limitKeys = await limitKeysOf(attempt);
    for (let i = 0; i < 5; i += 1) await throttle.book(limitKeys);
    expect(await throttle.book(limitKeys)).toMatchObject({ type: 'busy' });

    clock += 60_000;

    expect((await standingOf(throttle, keysOf(attempt))).rejection).toMatchObject({
      failures: 5,
      retryAfterSeconds: 840,
    });
    expect(await throttle.book(limitKeys)).toMatchObject({ type: 'rejected' });
  });

  it('counts a try that outlasts its window in the next one', async () => {
    const attempt = anAttempt();
    const [address] = await limitKeysOf(attempt);
    if (!address) throw new Error('No key.');
    await throttle.book([address]);
    clock += 59_000;
    await throttle.book([address]);
    clock += 2000;
    await throttle.settle([address], true);

    expect((await throttle.look([address.key])).get(address.key.toString('hex'))).toMatchObject({ failures: 1 });
  });

  it('writes nothing for an account once its address is rejected', async () => {
    const { ipAddress } = anAttempt();
    await countPassed(times(12, () => anAttempt({ ipAddress })));
    const count = async (): Promise<unknown> => (await ask(bench, 'SELECT count(*) FROM throttle_buckets'))[0]?.count;
    const before = await count();

    const late = times(5, () => anAttempt({ ipAddress }));
    // One that was let into the queue before the address was full.
    const [address, account] = await limitKeysOf(anAttempt({ ipAddress }));
    if (!address || !account) throw new Error('Two keys.');

    expect(await countPassed(late)).toBe(0);
    expect(await throttle.book([address, account])).toMatchObject({ type: 'rejected' });
    expect(await count()).toBe(before);
  });

  it('charges a rejected try to no other key', async () => {
    const attempt = anAttempt();
    await countPassed(times(20, () => attempt));

    const others = times(10, () => anAttempt({ ipAddress: attempt.ipAddress }));

    expect(await countPassed(others)).toBe(5);
  });

  it('gives somebody known here 20 failures of their own, whatever happens elsewhere', async () => {
    const attempt = anAttempt();
    await rememberOrigin(throttle, keysOf(attempt));
    await countPassed(times(10, () => ({ ...attempt, ipAddress: '192.0.2.200' })));

    expect(await countPassed(times(30, () => attempt))).toBe(20);
  });

  it('forgets who is known after 30 days', async () => {
    const attempt = anAttempt();
    await rememberOrigin(throttle, keysOf(attempt));
    expect(await limitKeysOf(attempt)).toHaveLength(1);

    clock += 30 * 24 * 3600 * 1000 + 1000;

    expect(await limitKeysOf(attempt)).toHaveLength(2);
  });

  it('says when to come back, and which error is the first', async () => {
    const attempt = anAttempt();
    await countPassed(times(5, () => attempt));
    clock += 60_000;

    const { rejection } = await standingOf(throttle, keysOf(attempt));
    if (!rejection) throw new Error('It is refused.');

    expect(rejection).toMatchObject({ failures: 5, retryAfterSeconds: 840 });
    expect(await throttle.announce(rejection)).toBe(true);
    expect(await throttle.announce(rejection)).toBe(false);
  });

  it('drops what has ended, and nothing else', async () => {
    const old = anAttempt();
    await tryOnce(old);
    clock += 16 * 60_000;
    const recent = anAttempt();
    await countPassed(times(5, () => recent));

    await throttle.purge(100);
    await throttle.purge(100);

    expect(await countPassed([recent])).toBe(0);
    const [left] = await ask<{ count: string }>(
      bench,
      'SELECT count(*) FROM throttle_buckets WHERE window_ends_at <= $1',
      [new Date(clock).toISOString()],
    );
    expect(left?.count).toBe('0');
  });

  it('keeps no address and no name', async () => {
    await rememberOrigin(throttle, keysOf(anAttempt()));
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
    const rejection = await rejectionOf(signIn(bench, person));

    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(rejection).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(rejection.retryAfterSeconds).toBeGreaterThan(800);
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

  it('checks no more than may fail in two processes together', async () => {
    const person = await aUser(bench, await aTenant(bench));
    const wrong = { ...person, password: 'wrong' };
    const processes = [bench, { ...bench, dependencies: newDependencies(bench.database) }];

    const codes = await Promise.all(times(8, () => processes.map((one) => codeOf(signIn(one, wrong)))).flat());

    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(11);
  });

  it('never counts successes', async () => {
    const person = await aUser(bench, await aTenant(bench));
    const call = aCall(bench);

    for (let i = 0; i < 25; i += 1) expect(await codeOf(signIn(bench, person, call))).toBe('done');
  });

  it('keeps nobody waiting for a try to be given back who has waited for an answer in vain', async () => {
    let settled = 0;
    const silent: Throttle = {
      look: () => Promise.resolve(new Map()),
      book: () => Promise.resolve({ type: 'booked' }),
      announce: () => Promise.resolve(false),
      remember: () => Promise.resolve(),
      purge: () => Promise.resolve(0),
      settle: () => {
        settled += 1;
        return new Promise(() => undefined);
      },
    };
    const inVain = new WaitTimeoutError('The database did not answer in time.');

    const counted = countAttempt(
      aCall(bench),
      { ...bench.dependencies, throttle: silent, signIns: new SignInQueue() },
      anAttempt(),
      () => Promise.reject(inVain),
    );

    await expect(Promise.race([counted, sleep(5000, 'waits', { ref: false })])).rejects.toBe(inVain);
    expect(settled).toBe(1);
  });
});
