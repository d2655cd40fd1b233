/** When a file is cut, on a clock of the test's own: readers of every speed, a slow server, a caller who leaves. */
import { jest } from '../../support/jest.js';
import { DigestedFile } from '../../../src/crm/export/digested-file.js';
import { ExportCut } from '../../../src/crm/export/export-cut.js';
import { EXPORT_LIMITS } from '../../../src/tenancy/export-limits.js';

const KIB = 1024;
const SECOND = 1000;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A file under watch, whose reader takes what the test says. */
function openFile({ withBytes = 0 } = {}) {
  const caller = new AbortController();
  const cut = new ExportCut(EXPORT_LIMITS, caller.signal);
  let finished = 0;
  const file = new DigestedFile('header', () => {
    finished += 1;
    return Promise.resolve();
  });
  const errors: Error[] = [];
  file.on('error', (error) => errors.push(error));
  cut.watch(file);
  if (withBytes > 0) file.write(Buffer.alloc(withBytes));
  return { caller, cut, file, errors, finishedCount: () => finished };
}

/** Lets seconds pass, and the reader take so many bytes at each of the times. @returns the second in which the file was cut */
async function read(file: DigestedFile, seconds: number, bytesAt: (second: number) => number): Promise<number> {
  for (let second = 1; second <= seconds; second += 1) {
    jest.advanceTimersByTime(SECOND);
    await soon();
    if (file.destroyed) return second;
    const bytes = bytesAt(second);
    if (bytes > 0) file.read(bytes);
    await soon();
  }
  return Infinity;
}

test('a reader that takes nothing is cut after 15 s', async () => {
  const { file, errors, cut } = openFile();

  expect(await read(file, 30, () => 0)).toBe(16);
  expect(errors.map(({ cause }) => String(cause))).toEqual([expect.stringContaining('65536 bytes in 15000 ms')]);
  expect(cut.signal.aborted).toBe(true);
});

test.each([
  ['less than 64 KiB in any 15 s', 4 * KIB, 1, 16],
  ['64 KiB too late', 64 * KIB, 17, 16],
  ['64 KiB in 14 s', 64 * KIB, 14, Infinity],
  ['5 KiB each second', 5 * KIB, 1, Infinity],
])('of one that takes %s', async (_what, bytes, every, cutAt) => {
  const { file } = openFile({ withBytes: 4096 * KIB });

  expect(await read(file, 59, (second) => (second % every === 0 ? bytes : 0))).toBe(cutAt);
});

test('the window moves: a burst does not pay for the seconds after it', async () => {
  const { file } = openFile({ withBytes: 4096 * KIB });

  expect(await read(file, 59, (second) => (second === 5 ? 1000 * KIB : 0))).toBe(21);
});

test('a reader who waits for the server is not cut, but a file of more than 60 s is', async () => {
  const { file, errors } = openFile();
  file.read();

  expect(await read(file, 80, () => 0)).toBe(60);
  expect(errors.map(({ cause }) => String(cause))).toEqual([expect.stringContaining('60000 ms')]);
});

test('a caller who leaves ends it at once, without an error', async () => {
  const { file, caller, cut, errors } = openFile();

  caller.abort();
  await soon();

  expect([file.destroyed, cut.signal.aborted, errors]).toEqual([true, true, []]);
});

test('a caller who has left before the file began gets none', async () => {
  const caller = new AbortController();
  caller.abort();
  const cut = new ExportCut(EXPORT_LIMITS, caller.signal);
  const file = new DigestedFile('header', () => Promise.resolve());

  cut.watch(file);
  await soon();

  expect([file.destroyed, cut.signal.aborted]).toEqual([true, true]);
});

test('a file is finished when its reader has taken the last byte, and not before', async () => {
  const { file, finishedCount } = openFile({ withBytes: 100 });
  file.end();
  await soon();
  const before = finishedCount();

  while (file.read() !== null);
  await soon();

  expect([before, finishedCount(), file.takenBytes]).toEqual([0, 1, 106]);
});

test('after the end of an export nothing of its watch is left', async () => {
  const { cut, file } = openFile();

  cut.end();

  expect([await read(file, 90, () => 0), jest.getTimerCount()]).toEqual([Infinity, 0]);
});
