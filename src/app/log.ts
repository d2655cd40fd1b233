/** The log of the service: JSON, a line per event. */
import { pino, type DestinationStream, type Logger } from 'pino';

/**
 * What pino leaves as it is in a text: DEL and the C1 controls, which terminals obey, and characters that break or turn lines around.
 * Those below a space it escapes itself.
 */
const HARMFUL = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** @param destination standard output unless said otherwise */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: null, hooks: { streamWrite: escapeHarmful } }, destination);
}

/** The line is JSON, where each of them may stand only in a string, and means the same when it is escaped. */
function escapeHarmful(line: string): string {
  return line.replace(HARMFUL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
