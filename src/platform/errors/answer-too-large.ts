/** The error for an answer that exceeds the limit of bytes. */
import { AppError, type Sentence } from './errors.js';

/** @param limit in bytes */
export function answerTooLarge(limit: number): AppError {
  return tooLarge(limit, {
    fr: `La réponse dépasserait ${limit} octets : demandez moins de fiches, ou moins de champs.`,
    en: `The answer would have more than ${limit} bytes: ask for fewer records, or fewer fields.`,
  });
}

/** The same for an operation that changed something. @param hasFailures whether some of its changes failed */
export function answerOfChangesTooLarge(limit: number, hasFailures: boolean): AppError {
  const [fr, en] = hasFailures
    ? [' sauf celles qui ont leur propre erreur,', ' but for those with an error of their own,']
    : [',', ','];
  return tooLarge(limit, {
    fr: `Les modifications ont été faites${fr} mais la réponse dépasserait ${limit} octets : relisez les fiches avec une sélection plus petite.`,
    en: `The changes were made${en} but the answer would have more than ${limit} bytes: read the records with a smaller selection.`,
  });
}

function tooLarge(limit: number, sentence: Sentence): AppError {
  return new AppError('ANSWER_TOO_LARGE', sentence, { details: { limit } });
}
