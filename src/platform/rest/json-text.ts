/** JSON text as a whole, or as pieces made one after another, so that a list that grows too long can be stopped. */
import { answerTooLarge } from '../errors/answer-too-large.js';
import { gatherText, type LongText } from '../values/long-text.js';

export type JsonText = string | Iterable<string>;

/** The pieces of several texts, in order. */
export function* jsonOf(...texts: readonly JsonText[]): Generator<string> {
  for (const text of texts) {
    if (typeof text === 'string') yield text;
    else yield* text;
  }
}

/**
 * The whole text. A text in one piece is a single record, made from a body of at most 1 MiB, so its size is not checked.
 * @throws AppError ANSWER_TOO_LARGE
 */
export async function joinJson(json: JsonText, maxBytes: number): Promise<string | LongText> {
  if (typeof json === 'string') return json;
  const text = await gatherText(json, maxBytes);
  if (text === undefined) throw answerTooLarge(maxBytes);
  return text;
}
