/** The log: JSON, one line per event. */
import { pino, type DestinationStream, type Logger } from 'pino';

/**
 * Characters that pino does not escape: DEL and the C1 controls, which terminals obey, and characters that break or reverse
 * lines. pino escapes those below U+0020 itself.
 */
const HARMFUL = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** @param destination default: standard output */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: null, hooks: { streamWrite: escapeHarmful } }, destination);
}

/** In JSON these characters occur only inside strings, where the escaped form means the same. */
function escapeHarmful(line: string): string {
  return line.replace(HARMFUL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
