import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeWaiters } from '../../../src/crm/change/change-waiters.js';
import type { NewSeal } from '../../../src/crm/change/change-waiters.query.js';

/** Milliseconds between two statements, so that no test waits as long as a client may. */
const EVERY = 20;
const LIMITS = { perProcess: 200, perCaller: 5, everyMs: EVERY };
const LONG = 60_000;

type Ask = ReadonlyMap<string, number>;

/** Waiters whose statements are answered with what the test says. */
function waitersOn(answer: (asked: Ask) => readonly NewSeal[] | Promise<readonly NewSeal[]>) {
  const asked: Ask[] = [];
  const waiters = new ChangeWaiters(async (seqs) => {
    asked.push(seqs);
    return answer(seqs);
  }, LIMITS);
  return { waiters, asked };
}

const place = (caller: string, seq = 7, tenantId = 't') => ({
  tenantId,
  caller,
  seq,
  recordTypes: null,
  limitMs: LONG,
});

/** @returns the waiting, which the test expects to have begun */
function begun<T>(waiting: Promise<T> | undefined): Promise<T> {
  if (waiting === undefined) throw new Error('It was not let in.');
  return waiting;
}

test('all clients that wait cost one statement per round, and none is sent while nobody waits', async () => {
  const { waiters, asked } = waitersOn(() => []);
  await sleep(3 * EVERY);
  expect(asked).toEqual([]);

  const waiting = Array.from({ length: 200 }, (_, index) =>
    begun(waiters.wait(place(`user ${index}`, 3 + (index % 4), index % 2 === 0 ? 'a' : 'b'))),
  );
  while (asked.length < 3) await sleep(EVERY);

  // Each tenant once, from the earliest seal that one of its clients has read to.
  for (const seqs of asked) expect([...seqs].sort()).toEqual([['a', 3], ['b', 4]]); // prettier-ignore
  waiters.stop();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['service ends']));
  const { length } = asked;
  await sleep(3 * EVERY);
  expect(asked).toHaveLength(length);
});

test('the two hundredth client of a process is let in, and the fifth of a caller; no further one, until one has ended', async () => {
  const { waiters } = waitersOn(() => []);
  let leave: () => void = () => undefined;
  const onLeave = (listener: () => void) => {
    leave = listener;
    return () => undefined;
  };
  const own = Array.from({ length: 5 }, () => begun(waiters.wait({ ...place('me'), onLeave })));
  expect(waiters.wait(place('me'))).toBeUndefined();
  expect(waiters.wait(place('me', 7, 'another tenant'))).toBeDefined();
  for (let index = 0; index < 194; index += 1) expect(waiters.wait(place(`user ${index}`))).toBeDefined();
  expect(waiters.wait(place('somebody else'))).toBeUndefined();

  leave();

  expect(await own.at(-1)).toBe('client left');
  expect(waiters.wait(place('me'))).toBeDefined();
  expect(waiters.wait(place('somebody else'))).toBeUndefined();
  waiters.stop();
  expect(await Promise.all(own)).toEqual([...Array<string>(4).fill('service ends'), 'client left']);
  expect(waiters.wait(place('me'))).toBeUndefined();
});

test('a tenant that has taken all places gives them to others, up to an equal share, the longest wait first', async () => {
  const { waiters } = waitersOn(() => []);
  const ends: string[] = [];
  const wait = (caller: string, tenantId: string): boolean => {
    const waiting = waiters.wait(place(caller, 7, tenantId));
    void waiting?.then((why) => ends.push(`${tenantId} ${caller}: ${why}`));
    return waiting !== undefined;
  };
  for (let index = 0; index < 200; index += 1) expect(wait(`user ${index}`, 'large')).toBe(true);

  const admitted = Array.from({ length: 150 }, (_, index) => wait(`user ${index}`, 'small')).filter(Boolean);

  expect(admitted).toHaveLength(100);
  expect(waiters.count).toBe(200);
  await sleep(0);
  expect(ends).toEqual(Array.from({ length: 100 }, (_, index) => `large user ${index}: time`));
  expect(wait('one more', 'large')).toBe(false);
  waiters.stop();
});

test('a seal wakes who waits for one of its types, or for all, and nobody of another tenant or who has read it', async () => {
  const { waiters, asked } = waitersOn((seqs) =>
    seqs.get('t') === 7 ? [{ tenantId: 't', seq: 8, recordTypes: ['contact', 'activity'] }] : [],
  );
  const ends: string[] = [];
  const wait = (name: string, options: object = {}): void => {
    void begun(waiters.wait({ ...place(name), ...options })).then((why) => ends.push(`${name}: ${why}`));
  };
  wait('all');
  wait('contacts', { recordTypes: ['customer', 'contact'] });
  wait('customers', { recordTypes: ['customer'] });
  wait('ahead', { seq: 8 });
  wait('elsewhere', { tenantId: 'u' });
  while (asked.length < 2) await sleep(EVERY);

  expect(ends.sort()).toEqual(['all: change', 'contacts: change']);
  // Whom it did not concern has passed it.
  expect([...(asked.at(-1) ?? [])].sort()).toEqual([['t', 8], ['u', 7]]); // prettier-ignore
  waiters.stop();
});

test('a seal that names no types wakes everybody, one without changes of records nobody', async () => {
  const types: Record<string, NewSeal['recordTypes']> = { unknown: null, none: [] };
  const { waiters, asked } = waitersOn((seqs) =>
    [...seqs].flatMap(([tenantId, seq]) =>
      seq === 7 ? [{ tenantId, seq: 8, recordTypes: types[tenantId] ?? null }] : [],
    ),
  );
  const woken = begun(waiters.wait({ ...place('me', 7, 'unknown'), recordTypes: ['customer'] }));
  let hasEnded = false;
  void begun(waiters.wait(place('me', 7, 'none'))).then(() => (hasEnded = true));

  expect(await woken).toBe('change');
  while (asked.length < 2) await sleep(EVERY);
  expect(hasEnded).toBe(false);
  waiters.stop();
});

test('a statement that fails ends no waiting: the next one is answered', async () => {
  let failures = 2;
  const { waiters } = waitersOn((seqs) => {
    if (failures-- > 0) throw new Error('The database is away.');
    return [...seqs].map(([tenantId, seq]) => ({ tenantId, seq: seq + 1, recordTypes: ['customer'] }));
  });

  expect(await waiters.wait(place('me'))).toBe('change');
  expect(failures).toBe(-1);
});

test('a client whose time is over, or who has left before it could wait, is forgotten', async () => {
  const { waiters, asked } = waitersOn(() => []);
  const gone = (listener: () => void) => {
    listener();
    return () => undefined;
  };

  expect(await waiters.wait({ ...place('me'), limitMs: 1 })).toBe('time');
  expect(await waiters.wait({ ...place('me'), onLeave: gone })).toBe('client left');

  await sleep(3 * EVERY);
  expect(asked).toEqual([]);
});
