/** A text that may be long, from its pieces: others have their turn while it is written, and it ends at a limit. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors/errors.js';

/** UTF-16 units written at a stretch: about a millisecond. */
export const STRETCH = 256 * 1024;
const MOST_BYTES_PER_UNIT = 3;

/** Of all long texts that are not taken yet, in the process: readers that are slow, or gone, hold no more. */
const MAX_UNSENT_BYTES = 268_435_456;

/** What long texts hold together; bytes. */
export class UnsentBytes {
  private held = 0;

  constructor(private readonly most: number = MAX_UNSENT_BYTES) {}

  /** @throws AppError UNAVAILABLE while too much is held */
  hold(bytes: number): void {
    if (this.held + bytes > this.most) throw new AppError('UNAVAILABLE');
    this.held += bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }
}

const ofProcess = new UnsentBytes();

/** A text in UTF-8, in the stretches that it was made in: as one piece it would be copied, and given to the kernel, at a stretch. */
export class LongText {
  private readonly stretches: Buffer[];

  /** @param bytes of all stretches */
  constructor(
    stretches: readonly Buffer[],
    readonly bytes: number,
    private readonly unsent: UnsentBytes,
  ) {
    unsent.hold(bytes);
    this.stretches = [...stretches];
  }

  /** As fast as it is taken, once: what is taken is not held any more. */
  stream(): Readable {
    const stream = Readable.from(this.take(), { highWaterMark: 1 });
    // Its reader may have left.
    return stream.once('close', () => {
      for (const { length } of this.stretches.splice(0)) this.unsent.release(length);
    });
  }

  private *take(): Generator<Buffer> {
    for (let stretch = this.stretches.shift(); stretch !== undefined; stretch = this.stretches.shift()) {
      this.unsent.release(stretch.length);
      yield stretch;
    }
  }
}

/**
 * A short text stays one. Of a long one each stretch becomes UTF-8 before the event loop goes on.
 * @param maxBytes of UTF-8
 * @returns undefined for a text that is longer: its last pieces are never asked for
 * @throws AppError UNAVAILABLE while long texts wait for their readers
 */
export async function gatherText(
  pieces: Iterable<string>,
  maxBytes: number,
  unsent: UnsentBytes = ofProcess,
): Promise<string | LongText | undefined> {
  const done: Buffer[] = [];
  let bytes = 0;
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (bytes + text.length > maxBytes) return undefined;
    if (text.length < STRETCH) continue;
    const stretch = Buffer.from(text);
    bytes += stretch.length;
    done.push(stretch);
    text = '';
    await nextTurn();
  }
  if (done.length === 0) return isLonger(text, maxBytes) ? undefined : text;
  const last = Buffer.from(text);
  bytes += last.length;
  return bytes > maxBytes ? undefined : new LongText([...done, last], bytes, unsent);
}

function isLonger(text: string, maxBytes: number): boolean {
  return text.length * MOST_BYTES_PER_UNIT > maxBytes && Buffer.byteLength(text) > maxBytes;
}
