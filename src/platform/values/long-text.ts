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

  /** Some at a time: a reader is waited for after each. */
  private *take(): Generator<Buffer> {
    while (this.stretches.length > 0) {
      const some: Buffer[] = [];
      let bytes = 0;
      for (let next = this.stretches.shift(); next !== undefined; next = this.stretches.shift()) {
        some.push(next);
        bytes += next.length;
        if (bytes >= STRETCH) break;
      }
      this.unsent.release(bytes);
      yield Buffer.concat(some, bytes);
    }
  }
}

/**
 * A short text stays one. Of a long one each stretch becomes UTF-8 before the event loop goes on.
 * @param pieces texts, and what is UTF-8 already
 * @param maxBytes of UTF-8
 * @returns undefined for a text that is longer: its last pieces are never asked for
 * @throws AppError UNAVAILABLE while long texts wait for their readers
 */
export async function gatherText(
  pieces: Iterable<string | Buffer>,
  maxBytes: number,
  unsent: UnsentBytes = ofProcess,
): Promise<string | LongText | undefined> {
  const made = new Stretches();
  let turnAt = STRETCH;
  for (const piece of pieces) {
    made.add(piece);
    if (made.leastBytes > maxBytes) return undefined;
    if (made.bytes < turnAt) continue;
    turnAt = made.bytes + STRETCH;
    await nextTurn();
  }
  if (made.bytes === 0) return isLonger(made.text, maxBytes) ? undefined : made.text;
  made.end();
  return made.bytes > maxBytes ? undefined : new LongText(made.done, made.bytes, unsent);
}

/** A text on its way to UTF-8. */
class Stretches {
  readonly done: Buffer[] = [];
  /** Of those that are done. */
  bytes = 0;
  /** What follows them. */
  text = '';

  get leastBytes(): number {
    return this.bytes + this.text.length;
  }

  add(piece: string | Buffer): void {
    if (typeof piece === 'string') {
      this.text += piece;
      if (this.text.length >= STRETCH) this.end();
    } else {
      this.end();
      this.push(piece);
    }
  }

  end(): void {
    this.push(Buffer.from(this.text));
    this.text = '';
  }

  private push(stretch: Buffer): void {
    this.done.push(stretch);
    this.bytes += stretch.length;
  }
}

function isLonger(text: string, maxBytes: number): boolean {
  return text.length * MOST_BYTES_PER_UNIT > maxBytes && Buffer.byteLength(text) > maxBytes;
}
