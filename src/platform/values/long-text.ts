/** A text that may be long, written in chunks: the event loop runs between them, and a limit ends it. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors/errors.js';

/** UTF-16 code units written without a pause: about a millisecond. */
export const STRETCH = 256 * 1024;
const MOST_BYTES_PER_UNIT = 3;

/** Bytes that all unsent long texts of the process may hold together, for slow or disconnected readers. */
const MAX_UNSENT_BYTES = 268_435_456;

/** Counts the bytes that long texts hold together. */
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

/** A text in UTF-8 as a list of chunks. As one buffer it would be copied, and handed to the kernel, without a pause. */
export class LongText {
  private readonly stretches: Buffer[];

  /** @param bytes of all chunks */
  constructor(
    stretches: readonly Buffer[],
    readonly bytes: number,
    private readonly unsent: UnsentBytes,
  ) {
    unsent.hold(bytes);
    this.stretches = [...stretches];
  }

  /** Streams the text once. Chunks that were read are released. */
  stream(): Readable {
    const stream = Readable.from(this.take(), { highWaterMark: 1 });
    // The reader may have disconnected.
    return stream.once('close', () => {
      for (const { length } of this.stretches.splice(0)) this.unsent.release(length);
    });
  }

  /** Yields a few chunks at a time, so that the stream waits for its reader. */
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
 * Joins the pieces. A short text stays a string; each chunk of a long one is encoded before the event loop continues.
 * @param pieces texts, or bytes that are UTF-8 already
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

/** A text that is being encoded. */
class Stretches {
  readonly done: Buffer[] = [];
  /** Bytes of the finished chunks. */
  bytes = 0;
  /** Text after the finished chunks. */
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
