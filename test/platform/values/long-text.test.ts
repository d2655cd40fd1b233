import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { gatherText, LongText, STRETCH, UnsentBytes } from '../../../src/platform/values/long-text.js';

const ALL = 100 * STRETCH;
const piece = 'é'.repeat(STRETCH);
const pieces = (count: number): string[] => Array.from({ length: count }, () => piece);
const bytes = Buffer.byteLength(piece);

async function aLongText(count: number, unsent: UnsentBytes): Promise<LongText> {
  const text = await gatherText(pieces(count), ALL, unsent);
  if (!(text instanceof LongText)) throw new Error('It is short');
  return text;
}

test('a short text stays one, a long one comes in its stretches', async () => {
  expect(await gatherText(['a', 'b'], 2)).toBe('ab');

  const text = await aLongText(3, new UnsentBytes());
  const chunks: Buffer[] = [];
  for await (const chunk of text.stream()) chunks.push(chunk as Buffer);

  expect(text.bytes).toBe(3 * bytes);
  expect(Buffer.concat(chunks).toString()).toBe(piece.repeat(3));
});

test.each([
  ['é', 1, false],
  ['é', 2, true],
  [piece, bytes - 1, false],
  [piece, bytes, true],
])('a text is as long as its bytes (case %#)', async (text, limit, isWhole) => {
  expect((await gatherText([text], limit, new UnsentBytes())) !== undefined).toBe(isWhole);
});

describe('texts that nobody takes', () => {
  test('leave no room for others', async () => {
    const unsent = new UnsentBytes(3 * bytes);
    await aLongText(2, unsent);

    await expect(aLongText(2, unsent)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await gatherText(['short'], 10, unsent)).toBe('short');
  });

  test('make room once they are taken', async () => {
    const unsent = new UnsentBytes(3 * bytes);
    const first = await aLongText(3, unsent);
    await finished(first.stream().resume());

    expect((await aLongText(3, unsent)).bytes).toBe(3 * bytes);
  });

  test('make room when their reader leaves', async () => {
    const unsent = new UnsentBytes(3 * bytes);
    const stream = (await aLongText(3, unsent)).stream();
    stream.destroy();
    await once(stream, 'close');

    expect((await aLongText(3, unsent)).bytes).toBe(3 * bytes);
  });
});
