import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { messagesOf, planBatch } from '../../../src/platform/postgres/batch-plan.js';
import { PreparedStatements } from '../../../src/platform/postgres/prepared-statements.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The codes of the messages that one statement is sent in: Bind, Describe, Execute. */
function codesOf(prepared: PreparedStatements): string {
  const [sent] = planBatch([{ statement: { name: 's', text: 'select 1' }, values: [] }], prepared, true);
  return sent
    ? messagesOf(sent)
        .map((message) => String.fromCharCode(message[0] ?? 0))
        .join('')
    : '';
}

describe('a prepared statement', () => {
  test('is not described again while its decoder is there', async () => {
    const prepared = new PreparedStatements();
    const decode = () => ({});
    prepared.add('s');
    prepared.describe('s', decode);

    await sleep(1);
    collectGarbage();

    expect(codesOf(prepared)).toBe('BE');
    expect(decode()).toEqual({});
  });

  test('keeps no decoder that nobody else keeps: it is described again, not prepared again', async () => {
    const prepared = new PreparedStatements();
    prepared.add('s');
    // Of a closure: a function of the module is kept by its code.
    prepared.describe(
      's',
      (
        (row: object) => () =>
          row
      )({}) as () => Record<string, unknown>,
    );

    await sleep(1);
    collectGarbage();

    expect(codesOf(prepared)).toBe('BDE');
  });
});
