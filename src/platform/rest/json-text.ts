/** JSON text as a whole, or in pieces that are made one after another: a list that grows too long is not written to its end. */
import { answerTooLarge } from '../errors/answer-too-large.js';
import { gatherText, type LongText } from '../values/long-text.js';

export type JsonText = string | Iterable<string>;

/** The pieces of several texts, in their order. */
export function* jsonOf(...texts: readonly JsonText[]): Generator<string> {
  for (const text of texts) {
    if (typeof text === 'string') yield text;
    else yield* text;
  }
}

/**
 * The whole text. What comes in one piece is one record, which a body of at most 1 MiB has made: it is not counted.
 * @throws AppError ANSWER_TOO_LARGE
 */
export async function joinJson(json: JsonText, maxBytes: number): Promise<string | LongText> {
  if (typeof json === 'string') return json;
  const text = await gatherText(json, maxBytes);
  if (text === undefined) throw answerTooLarge(maxBytes);
  return text;
}
