/** A copy on a connection that only remembers whether it is paused: however it ends, the connection listens again. */
import { setImmediate as soon } from 'node:timers/promises';
import { CopyOut } from '../../../src/platform/postgres/copy-out.js';

const LINE = Buffer.alloc(100 * 1024, 'x');

class FakeConnection {
  isPaused = false;
  readonly texts: string[] = [];
  readonly stream = {
    pause: () => {
      this.isPaused = true;
    },
    resume: () => {
      this.isPaused = false;
    },
  };

  query(text: string): void {
    this.texts.push(text);
  }
}

/** A copy that holds more than it wants to: its connection is paused. */
function fullCopy(): { readonly copy: CopyOut; readonly connection: FakeConnection } {
  const connection = new FakeConnection();
  const copy = new CopyOut('COPY x TO STDOUT', 1000);
  copy.on('error', () => undefined);
  copy.submit(connection);
  for (let n = 0; n < 4; n += 1) copy.handleCopyData({ chunk: LINE });
  expect([connection.isPaused, connection.texts]).toEqual([true, ['COPY x TO STDOUT']]);
  return { copy, connection };
}

test.each<[end: string, act: (copy: CopyOut) => void, settledWith: string | undefined]>([
  [
    "the server's last word",
    (copy) => {
      copy.handleReadyForQuery();
    },
    undefined,
  ],
  [
    "the server's error",
    (copy) => {
      copy.handleError(new Error('no'));
    },
    'no',
  ],
  ["its reader's fault", (copy) => copy.destroy(new Error('cut')), 'cut'],
  ["its reader's leaving", (copy) => copy.destroy(), 'The copy was not read to its end.'],
])('%s lets a paused connection listen again and settles the copy', async (_end, act, settledWith) => {
  const { copy, connection } = fullCopy();

  act(copy);

  expect(connection.isPaused).toBe(false);
  expect((await copy.settled)?.message).toBe(settledWith);
});

test('a copy that is over leaves the connection alone, however slowly the rest is read', async () => {
  const { copy, connection } = fullCopy();
  copy.handleReadyForQuery();
  // Somebody else's copy pauses it.
  connection.stream.pause();

  let bytes = 0;
  for await (const chunk of copy) bytes += (chunk as Buffer).length;

  expect([bytes, connection.isPaused]).toEqual([4 * (LINE.length + 1), true]);
  copy.destroy();
  await soon();
  expect(connection.isPaused).toBe(true);
});

test('a reader that goes on resumes the connection, and one that left is sent nothing', async () => {
  const { copy, connection } = fullCopy();
  while (copy.read() !== null);
  await soon();
  expect(connection.isPaused).toBe(false);

  copy.destroy();
  for (let n = 0; n < 8; n += 1) copy.handleCopyData({ chunk: LINE });

  expect(connection.isPaused).toBe(false);
});
