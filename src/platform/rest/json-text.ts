/** JSON text as a whole, or in pieces that are made one after another: a list that grows too long is not written to its end. */
import { answerTooLarge } from '../errors/answer-too-large.js';

export type JsonText = string | Iterable<string>;

/** The pieces of several texts, in their order. */
export function* jsonOf(...texts: readonly JsonText[]): Generator<string> {
  for (const text of texts) {
    if (typeof text === 'string') yield text;
    else yield* text;
  }
}

const MOST_BYTES_PER_UNIT = 3;

/**
 * The whole text. What comes in one piece is one record, which a body of at most 1 MiB has made: it is not counted.
 * @throws AppError ANSWER_TOO_LARGE
 */
export function joinJson(json: JsonText, maxBytes: number): string {
  if (typeof json === 'string') return json;
  let text = '';
  let bytes: number | undefined;
  for (const piece of json) {
    text += piece;
    // Most lists are far too short to be counted.
    if (MOST_BYTES_PER_UNIT * text.length <= maxBytes) continue;
    bytes = bytes === undefined ? Buffer.byteLength(text) : bytes + Buffer.byteLength(piece);
    if (bytes > maxBytes) throw answerTooLarge(maxBytes);
  }
  return text;
}
