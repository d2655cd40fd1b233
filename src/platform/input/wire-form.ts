/** Converts what a caller sent to the form that is checked and stored. A value that cannot be read is returned unchanged; the rules reject it. */
import { readUtcInstant } from '../values/calendar.js';
import { readDecimal } from '../values/decimal.js';

export function unchanged(value: unknown): unknown {
  return value;
}

/** Changes ASCII letters only, because the upper case of `ß` is `SS` and that of `ı` is `I`. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value;
}

export function upperCase(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : value;
}

export function exactDecimal(value: unknown): unknown {
  const reading = readDecimal(value);
  return 'text' in reading ? reading.text : value;
}

const WHOLE_NUMBER = /^[+-]?\d{1,15}(?:\.0{1,6})?$/;

export function wholeNumber(value: unknown): unknown {
  // Zero is added because PostgreSQL has no -0.
  return typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) + 0 : value;
}

export function utcInstant(value: unknown): unknown {
  return typeof value === 'string' ? (readUtcInstant(value) ?? value) : value;
}
