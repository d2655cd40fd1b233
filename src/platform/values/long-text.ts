/** A text that may be long, from its pieces: others have their turn while it is written, and it ends at a limit. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** UTF-16 units written at a stretch: about a millisecond. */
export const STRETCH = 256 * 1024;
const MOST_BYTES_PER_UNIT = 3;

/** A text in UTF-8, in the stretches that it was made in: as one piece it would be copied, and given to the kernel, at a stretch. */
export class LongText {
  constructor(
    private readonly stretches: readonly Buffer[],
    /** Of all stretches. */
    readonly bytes: number,
  ) {}

  /** As fast as it is taken. */
  stream(): Readable {
    return Readable.from(this.stretches);
  }

  toString(): string {
    return Buffer.concat(this.stretches).toString();
  }
}

/**
 * A short text stays one. Of a long one each stretch becomes UTF-8 before the event loop goes on.
 * @param maxBytes of UTF-8
 * @returns undefined for a text that is longer: its last pieces are never asked for
 */
export async function gatherText(pieces: Iterable<string>, maxBytes: number): Promise<string | LongText | undefined> {
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
  return bytes > maxBytes ? undefined : new LongText([...done, last], bytes);
}

function isLonger(text: string, maxBytes: number): boolean {
  return text.length * MOST_BYTES_PER_UNIT > maxBytes && Buffer.byteLength(text) > maxBytes;
}
