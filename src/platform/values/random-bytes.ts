/** Random bytes in small pieces. They are drawn in blocks: one call of the system's generator costs more than a thousand bytes do. */
import { randomFillSync } from 'node:crypto';

const block = Buffer.alloc(8192);
let used = block.length;

/** @returns bytes that nobody else gets, at most a block */
export function randomBytes(count: number): Buffer {
  if (used + count > block.length) {
    randomFillSync(block);
    used = 0;
  }
  const bytes = Buffer.from(block.subarray(used, used + count));
  // Not kept in memory for longer than their owner keeps them.
  block.fill(0, used, used + count);
  used += count;
  return bytes;
}
