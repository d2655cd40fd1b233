import { BusyKey, SignInQueue, type Entrant } from '../../src/account/sign-in-queue.js';
import { AppError } from '../../src/platform/errors/errors.js';

const LIMITS = { running: 1, waiting: 6, waitingPerAddress: 3, waitingPerOrigin: 2, waitMs: 1000, recountMs: 20 };

interface Stage {
  readonly queue: SignInQueue;
  /** Names in the order in which they were let in. */
  readonly letIn: string[];
  /** Queues a try. @returns "done", or the code of its error */
  readonly come: (name: string, changes?: Partial<Entrant>) => Promise<string>;
  /** Ends the oldest try that is being checked, and lets the next one in. */
  readonly end: () => Promise<void>;
}

function stage(limits = LIMITS): Stage {
  const queue = new SignInQueue(limits);
  const letIn: string[] = [];
  const ends: (() => void)[] = [];
  const come: Stage['come'] = async (name, changes = {}) => {
    const entrant = {
      address: name.charAt(0),
      origin: name,
      isKnown: false,
      limitKeys: [name],
      giveUpAt: performance.now() + limits.waitMs,
      ...changes,
    };
    try {
      await queue.run(entrant, () => {
        letIn.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
      return 'done';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.retryAfterSeconds).toBe(2);
      return error.code;
    }
  };
  const end = async (): Promise<void> => {
    ends.shift()?.();
    await flush();
  };
  return { queue, letIn, come, end };
}

/** Lets everything happen that waits for nothing. */
async function flush(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

/** Ends all, one after the other. */
async function drain({ end, letIn }: Stage): Promise<string> {
  for (let i = 0; i < 20; i += 1) await end();
  return letIn.join(' ');
}

test('addresses take turns, however many wait at one', async () => {
  const on = stage();
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) void on.come(name);

  expect(await drain(on)).toBe('a1 b1 c1 a2 b2 a3 a4');
});

test('as many are checked at once as may be, of different addresses first', async () => {
  const on = stage({ ...LIMITS, running: 2 });
  for (const name of ['a1', 'a2', 'a3', 'b1']) void on.come(name);
  await flush();
  expect(on.letIn).toEqual(['a1', 'a2']);

  await on.end();

  expect(on.letIn).toEqual(['a1', 'a2', 'b1']);
});

test('known ones come first, and every fourth turn is a stranger’s', async () => {
  const on = stage();
  for (const name of ['a1', 'a2', 'b1']) void on.come(name);
  for (const name of ['c1', 'd1', 'e1', 'f1']) void on.come(name, { isKnown: true });

  expect(await drain(on)).toBe('a1 c1 d1 e1 b1 f1 a2');
});

test('so many may wait at an address, of a person there, and in all', async () => {
  const on = stage();
  void on.come('z0');

  const atAddress = ['a1', 'a2', 'a3', 'a4'].map((name) => on.come(name));
  const ofPerson = [1, 2, 3].map(() => on.come('b1'));
  const inAll = ['c1', 'd1'].map((name) => on.come(name));
  await drain(on);

  expect(await Promise.all(atAddress)).toEqual(['done', 'done', 'done', 'UNAVAILABLE']);
  expect(await Promise.all(ofPerson)).toEqual(['done', 'done', 'UNAVAILABLE']);
  expect(await Promise.all(inAll)).toEqual(['done', 'UNAVAILABLE']);
});

test('a known one takes the last stranger’s place of the address where most wait', async () => {
  const on = stage();
  void on.come('z0');
  const strangers = ['a1', 'b1', 'b2', 'b3', 'c1', 'c2'].map((name) => on.come(name));

  const known = on.come('d1', { isKnown: true });
  await drain(on);

  expect(await known).toBe('done');
  expect(await Promise.all(strangers)).toEqual(['done', 'done', 'done', 'UNAVAILABLE', 'done', 'done']);
});

test('a known one takes the last stranger’s place of its own address when that is full', async () => {
  const on = stage();
  void on.come('z0');
  const strangers = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => on.come(name));

  expect(() => {
    on.queue.requireRoom({ address: 'a', origin: 'a5' });
  }).not.toThrow();
  const known = on.come('a5', { isKnown: true });
  expect(await on.come('a6')).toBe('UNAVAILABLE');
  await drain(on);

  expect(await known).toBe('done');
  expect(await Promise.all(strangers)).toEqual(['done', 'done', 'UNAVAILABLE', 'done', 'done']);
});

test('an address that is full of known ones is rejected before the database is asked', async () => {
  const on = stage();
  void on.come('z0');
  const known = ['a1', 'a2', 'a3'].map((name) => on.come(name, { isKnown: true }));

  expect(() => {
    on.queue.requireRoom({ address: 'a', origin: 'a4' });
  }).toThrow(AppError);
  expect(await on.come('a4', { isKnown: true })).toBe('UNAVAILABLE');
  await drain(on);

  expect(await Promise.all(known)).toEqual(['done', 'done', 'done']);
});

test('known ones alone are not displaced', async () => {
  const on = stage();
  void on.come('z0');
  for (const name of ['a1', 'b1', 'c1', 'd1', 'e1', 'f1']) void on.come(name, { isKnown: true });

  expect(await on.come('g1', { isKnown: true })).toBe('UNAVAILABLE');
});

test('whoever would wait too long is told to come again, and leaves the place to others', async () => {
  const on = stage();
  void on.come('z0');
  const late = on.come('a1', { giveUpAt: performance.now() + 20 });
  for (const name of ['b1', 'c1', 'd1', 'e1', 'f1']) void on.come(name);

  expect(await late).toBe('UNAVAILABLE');

  void on.come('g1');
  expect(await drain(on)).toBe('z0 b1 c1 d1 e1 f1 g1');
});

test('a client that goes leaves its place to others, one that is let in is watched no more', async () => {
  const on = stage();
  const listeners = new Map<string, () => void>();
  const watched = (name: string): Partial<Entrant> => ({
    onLeave: (listener) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  });
  void on.come('z0', watched('z0'));
  const left = on.come('a1', watched('a1'));
  const gone = on.come('b1', {
    onLeave: (listener) => {
      listener();
      return () => undefined;
    },
  });
  for (const name of ['c1', 'd1', 'e1', 'f1', 'g1']) void on.come(name, watched(name));

  listeners.get('a1')?.();
  void on.come('h1');

  expect(await left).toBe('UNAVAILABLE');
  expect(await gone).toBe('UNAVAILABLE');
  expect(listeners.has('z0')).toBe(false);
  expect(await drain(on)).toBe('z0 c1 d1 e1 f1 g1 h1');
  expect(listeners.size).toBe(0);
});

test('work that fails makes room for the next', async () => {
  const { queue, come, letIn } = stage();
  const entrant = { address: 'a', origin: 'a', isKnown: false, limitKeys: [], giveUpAt: performance.now() + 1000 };

  await expect(queue.run(entrant, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  void come('b1');
  await flush();

  expect(letIn).toEqual(['b1']);
});

test('a try that finds a counter busy waits for another of it to end, and is the next of it then', async () => {
  const on = stage({ ...LIMITS, running: 2, recountMs: 60_000 });
  void on.come('a1', { limitKeys: ['shared'] });
  let isBusy = true;
  const entrant = {
    address: 'b',
    origin: 'b',
    isKnown: false,
    limitKeys: ['shared'],
    giveUpAt: performance.now() + 1000,
  };
  const waits = on.queue.run(entrant, () => {
    on.letIn.push(isBusy ? 'b1 busy' : 'b1');
    return Promise.resolve(isBusy ? new BusyKey('shared') : undefined);
  });
  await flush();
  void on.come('c1', { limitKeys: ['shared'] });
  void on.come('d1');
  await flush();
  expect(on.letIn).toEqual(['a1', 'b1 busy', 'd1']);

  isBusy = false;
  await on.end();
  await waits;
  await on.end();

  expect(on.letIn).toEqual(['a1', 'b1 busy', 'd1', 'b1', 'c1']);
});

test('a counter that another process keeps busy is tried again', async () => {
  const on = stage();
  let tries = 0;
  const entrant = { address: 'a', origin: 'a', isKnown: false, limitKeys: ['far'], giveUpAt: performance.now() + 5000 };

  await on.queue.run(entrant, () => Promise.resolve((tries += 1) < 4 ? new BusyKey('far') : undefined));

  expect(tries).toBe(4);
});
