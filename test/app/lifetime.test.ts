import { pino } from 'pino';
import { jest } from '../support/jest.js';
import { endOnSignals } from '../../src/app/end-signals.js';
import { Lifetime } from '../../src/app/lifetime.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
let log: string[];
let exit: Promise<unknown>;
let lifetime: Lifetime;

beforeEach(() => {
  log = [];
  exit = new Promise((resolve) => {
    // The true one does not return: what comes after it here counts for nothing.
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      resolve(code);
      return undefined as never; // see above
    });
  });
  jest.spyOn(console, 'error').mockImplementation((line) => log.push(String(line)));
  lifetime = new Lifetime(60, pino({ level: 'silent' }), () => log.push('abandoned'));
});

afterEach(() => {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  jest.restoreAllMocks();
});

function step(name: string): () => Promise<void> {
  return async () => {
    await Promise.resolve();
    log.push(name);
  };
}

test('what was started last is ended first, each once, whatever fails', async () => {
  await lifetime.start(async () => {
    lifetime.onEnd(step('database'));
    lifetime.onEnd(() => Promise.reject(new Error('it does not end')));
    await step('started')();
    lifetime.onEnd(step('listening'));
  });
  lifetime.begin(0);
  lifetime.begin(0);

  expect(await exit).toBe(1);
  expect(log).toEqual(['started', 'listening', 'database']);
});

test('a start that fails ends what it had started, and its fault is told', async () => {
  const failing = lifetime.start(() => {
    lifetime.onEnd(step('database'));
    return Promise.reject(new Error('the port is taken'));
  });

  await expect(failing).rejects.toThrow('the port is taken');
  expect(log).toEqual(['database']);
});

test('a start that is asked to end goes no further, and ends with 0', async () => {
  endOnSignals(lifetime);
  const starting = lifetime.start(async () => {
    lifetime.onEnd(step('database'));
    process.emit('SIGTERM', 'SIGTERM');
    await step('making it ready')();
    lifetime.onEnd(step('listening'));
    log.push('started');
  });

  await expect(starting).rejects.toThrow();
  expect(await exit).toBe(0);
  expect(log).toEqual(['making it ready', 'listening', 'database']);
});

test('the same wish from a terminal and from npm is one; a later one ends the process at once', async () => {
  const now = jest.spyOn(performance, 'now');
  endOnSignals(lifetime);
  await lifetime.start(() => {
    lifetime.onEnd(() => new Promise(() => undefined));
    return Promise.resolve();
  });
  for (const signal of SIGNALS) process.emit(signal, signal);
  expect(log).toEqual([]);

  now.mockReturnValue(performance.now() + 3000);
  process.emit('SIGINT', 'SIGINT');

  expect(await exit).toBe(1);
  expect(log).toEqual(['Ended at once by a second signal (SIGINT).', 'abandoned']);
});
